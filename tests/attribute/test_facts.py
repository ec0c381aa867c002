"""What attribution reads of a message: hosts of any URL, and the same whoever has read the headers."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mouchard.attribute import answer, sighting
from mouchard.attribute.client import agent_of, connections_apart, cookies_apart, family, product
from mouchard.capture.records import Origin, Request, Response, first_values
from tests.attribute.test_machine import CHROME, FIREFOX

PIECES = st.lists(
    st.sampled_from(["http", "https", "wss", "HTTP", ":", "//", "/", "?", "#", "@", "[", "]", "::1", ".", "a",
                     "B-c_d", "80", "é", "\u2100", "%41", "\\", "\t", "\n", " ", "\ud800"]),
    max_size=9,
)  # fmt: skip
URLS = PIECES.map("".join) | PIECES.map(lambda pieces: "https://a.example" + "".join(pieces)) | st.text()


def request(url: str, *headers: tuple[str, str]) -> Request:
    return Request("c" * 32, 1, 5.0, Origin("192.0.2.7", "regular", "", "k"), "GET", url, "", headers, b"", 0)


@given(URLS)
@example("http://[")
@example("https://a.example:80@b.example/")
@example("https://a.example\n.b.example/")
@example("https://a.example:/?x")
def test_hosts_are_those_of_the_parser(url: str) -> None:
    """Most URLs never reach it: it takes ten times as long as an expression."""
    try:
        parts = urlsplit(url)
        scheme, host = parts.scheme, (parts.hostname or "").lower()
    except ValueError:
        scheme, host = "", ""
    seen = sighting(request(url, ("Referer", url), ("Origin", url)), str)
    assert (seen.secure, seen.host, seen.referer) == (scheme in ("https", "wss"), host, host)
    assert seen.origin == ("null" if url == "null" else host)


@pytest.mark.parametrize("agent", [CHROME, FIREFOX, "Shop/4.1 CFNetwork/1494", "okhttp/4", "", "x" * 5000])
def test_what_an_agent_tells_is_the_same_however_often_it_is_asked(agent: str) -> None:
    of = family(agent)
    told = (of, product(agent), connections_apart(of, agent), cookies_apart(of))
    assert agent_of(agent) == agent_of(agent) == told


def test_headers_may_have_been_read_before() -> None:
    record = request("https://a.example/x", ("User-Agent", FIREFOX), ("cookie", "a=1"), ("Cookie", "b=2"))
    assert sighting(record, str, first_values(record.headers)) == sighting(record, str)


def test_cookies_of_an_answer_are_read_where_they_tell_something() -> None:
    headers = (("Set-Cookie", "a=1; Path=/"), ("set-cookie", "b=2"))
    record = Response("c" * 32, 2, 6.0, 1, "answered", 200, headers, b"", 0, "", 6.0)
    assert answer(record, "https://a.example/", str).cookies == "a=1; b=2"
    assert answer(record, "https://a.example/", str, jars=False).cookies == ""
