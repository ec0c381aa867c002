"""Whatever a client sends, each message gets one attribution, bounded and the same each time."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from mouchard.attribute import Attribution, answer, sighting
from mouchard.capture.records import Origin, Request, Response
from mouchard.model import Attributed
from tests.attribute.test_machine import CHROME, FIREFOX

HOSTS = ["shop.example", "news.example", "ads.example", "t.track.example"]
URLS = st.builds(
    "{}://{}/{}".format,
    st.sampled_from(["https", "http", "wss"]),
    st.sampled_from(HOSTS),
    st.sampled_from(["", "a", "f?x=1", "p?dl=https%3A%2F%2Fshop.example%2F"]),
) | st.sampled_from(["", "http://[", "null", "data:,", "\ud800"])
HEADERS = st.fixed_dictionaries(
    {"User-Agent": st.sampled_from([CHROME, FIREFOX, "okhttp/4", ""])},
    optional={
        "Referer": URLS,
        "Origin": URLS,
        "Cookie": st.sampled_from(["a=1", "a=2"]),
        "Sec-Fetch-Site": st.sampled_from(["none", "same-origin", "same-site", "cross-site"]),
        "Sec-Fetch-Mode": st.sampled_from(["navigate", "no-cors", "cors"]),
        "Sec-Fetch-Dest": st.sampled_from(["document", "iframe", "image", "script", "empty"]),
        "Sec-Purpose": st.just("prefetch"),
        "Upgrade-Insecure-Requests": st.just("1"),
        "Accept": st.just("text/html"),
    },
)
STEPS = st.lists(
    st.tuples(URLS, HEADERS, st.sampled_from(["k1", "k2", ""]), st.sampled_from([0, 200, 302]), URLS),
    max_size=25,
)
Step = tuple[str, dict[str, str], str, int, str]


def play(steps: Sequence[Step]) -> list[Attributed]:
    machine, found, seq = Attribution(), [], 0
    for url, headers, connection, status, location in steps:
        seq += 1
        origin = Origin("127.0.0.1", "regular", "", connection)
        record = Request("c", seq, 1000.0 + seq, origin, "GET", url, "HTTP/2", tuple(headers.items()), b"", 0)
        first, *revised = machine.feed(sighting(record, str))
        assert first.seq == seq
        assert all(one.seq < seq for one in revised)
        found += [first, *revised]
        if status:
            told = (("Content-Type", "text/html"), ("Location", location))
            response = Response(
                "c", seq + 1, 1000.0 + seq, seq, "answered", status, told, b"", 0, "", 1000.0 + seq
            )
            found += machine.feed(answer(response, url, str))
            seq += 1
    return found


@given(STEPS)
@settings(deadline=None)
def test_every_message_gets_a_site_or_says_that_it_has_none(steps: Sequence[Step]) -> None:
    for one in play(steps):
        assert one.confidence in ("high", "medium", "low")
        assert one.why
        assert one.site or one.confidence == "low"
        assert one.confidence != "high" or len(one.candidates) < 2


@given(STEPS)
@settings(deadline=None)
def test_the_same_records_give_the_same_attribution(steps: Sequence[Step]) -> None:
    assert play(steps) == play(steps)
