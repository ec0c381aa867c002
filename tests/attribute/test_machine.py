"""Scenarios of browsers, as the lab saw them: which site each request belongs to, and how sure."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from mouchard.attribute import Attribution, answer, sighting
from mouchard.capture.records import Headers, Origin, Request, Response, WebSocketFrame
from mouchard.model import Attributed

CHROME = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"


class Visit:
    """One browser, told in steps; each gives the attribution of its request."""

    def __init__(
        self, agent: str = CHROME, machine: Attribution | None = None, peer: str = "127.0.0.1"
    ) -> None:
        self.machine = machine or Attribution()
        self.agent = agent
        self.peer = peer
        self.numbers: Iterator[int] = getattr(self.machine, "numbers", None) or count(1)
        self.machine.numbers = self.numbers  # type: ignore[attr-defined]
        self.revised: dict[int, Attributed] = {}
        self.clock = 1000.0

    def send(self, url: str, conn: str = "", method: str = "GET", **headers: str) -> Attributed:
        self.clock += 0.1
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        fields: Headers = (("User-Agent", self.agent), *named.items())
        record = Request(
            "c",
            next(self.numbers),
            self.clock,
            Origin(self.peer, "regular", "", conn),
            method,
            url,
            "HTTP/2",
            fields,
            b"",
            0,
        )
        return self._note(self.machine.feed(sighting(record, str)), record)

    def answer(self, to: Attributed, url: str, status: int = 200, **headers: str) -> None:
        self.clock += 0.1
        fields = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        record = Response(
            "c", next(self.numbers), self.clock, to.seq, "answered", status, fields, b"", 0, "", self.clock
        )
        for found in self.machine.feed(answer(record, url, str)):
            self.revised[found.seq] = found

    def open(self, url: str, conn: str = "", **headers: str) -> Attributed:
        found = self.send(
            url,
            conn,
            **(
                {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document", "Sec_Fetch_Site": "none"}
                | headers
            ),
        )
        self.answer(found, url, Content_Type="text/html")
        return found

    def _note(self, found: tuple[Attributed, ...], record: Request | WebSocketFrame) -> Attributed:
        for later in found[1:]:
            self.revised[later.seq] = later
        assert found[0].seq == record.seq
        return found[0]


CROSS = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}


def test_a_page_and_its_own_requests() -> None:
    visit = Visit()
    page = visit.open("https://www.shop.example/cart")
    assert (page.site, page.confidence) == ("shop.example", "high")
    own = visit.send(
        "https://api.shop.example/x",
        Sec_Fetch_Site="same-site",
        Sec_Fetch_Mode="cors",
        Sec_Fetch_Dest="empty",
    )
    assert (own.site, own.confidence) == ("shop.example", "high")
    assert own.page == "https://www.shop.example/cart"


@pytest.mark.parametrize("agent", [CHROME, FIREFOX])
@pytest.mark.parametrize("name", ["Referer", "Origin"])
def test_a_tracker_named_by_origin_or_referer(agent: str, name: str) -> None:
    visit = Visit(agent)
    visit.open("https://shop.example/")
    found = visit.send(
        "https://t.track.example/p", **CROSS, Sec_Fetch_Dest="image", **{name: "https://shop.example/"}
    )
    assert (found.site, found.confidence) == ("shop.example", "high")
    assert name in found.why


def test_a_beacon_of_the_page_just_left_is_not_given_to_the_next() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    visit.open("https://news.example/", Sec_Fetch_Site="cross-site", Referer="https://shop.example/")
    late = visit.send(
        "https://t.track.example/b",
        method="POST",
        **CROSS,
        Sec_Fetch_Dest="empty",
        Referer="https://shop.example/",
    )
    assert (late.site, late.confidence) == ("shop.example", "high")


def test_a_frame_names_itself_but_belongs_to_the_page_that_holds_it() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    visit.send("https://ads.example/frame", **CROSS, Sec_Fetch_Dest="iframe", Referer="https://shop.example/")
    inside = visit.send(
        "https://t.track.example/p", **CROSS, Sec_Fetch_Dest="image", Referer="https://ads.example/"
    )
    assert (inside.site, inside.confidence) == ("shop.example", "medium")
    own = visit.send(
        "https://ads.example/x",
        Sec_Fetch_Site="same-origin",
        Sec_Fetch_Dest="empty",
        Referer="https://ads.example/frame",
    )
    assert own.site == "shop.example"


def test_two_open_pages_with_the_same_frame_are_never_guessed_high() -> None:
    visit = Visit(FIREFOX)
    for site in ("shop", "news"):
        visit.open(f"https://{site}.example/")
        visit.send(
            "https://ads.example/f", **CROSS, Sec_Fetch_Dest="iframe", Referer=f"https://{site}.example/"
        )
    visit.send("https://shop.example/a", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="image")
    inside = visit.send(
        "https://t.track.example/p", **CROSS, Sec_Fetch_Dest="image", Referer="https://ads.example/"
    )
    assert inside.confidence == "low"
    assert set(inside.candidates) == {"shop.example", "news.example"}


def test_chromium_connections_settle_what_names_no_page_even_afterwards() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    visit.open("https://news.example/")
    silent = visit.send("https://t.track.example/p", conn="k1", **CROSS, Sec_Fetch_Dest="image")
    assert silent.confidence == "low"
    visit.send(
        "https://t.track.example/q",
        conn="k1",
        **CROSS,
        Sec_Fetch_Dest="image",
        Referer="https://shop.example/",
    )
    assert visit.revised[silent.seq].site == "shop.example"
    assert visit.revised[silent.seq].confidence == "high"
    again = visit.send("https://t.track.example/r", conn="k1", **CROSS, Sec_Fetch_Dest="image")
    assert (again.site, again.confidence) == ("shop.example", "high")


def test_firefox_connections_are_no_evidence() -> None:
    visit = Visit(FIREFOX)
    visit.open("https://shop.example/")
    visit.open("https://news.example/")
    visit.send(
        "https://t.track.example/q",
        conn="k1",
        **CROSS,
        Sec_Fetch_Dest="image",
        Referer="https://shop.example/",
    )
    silent = visit.send("https://t.track.example/p", conn="k1", **CROSS, Sec_Fetch_Dest="image")
    assert silent.confidence == "low"
    assert not visit.revised


def test_a_bounce_belongs_to_the_page_it_came_from() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    hop_url = "https://t.track.example/go?to=news"
    hop = visit.send(
        hop_url,
        Sec_Fetch_Mode="navigate",
        Sec_Fetch_Dest="document",
        Sec_Fetch_Site="cross-site",
        Referer="https://shop.example/",
    )
    visit.answer(hop, hop_url, 302, Location="https://news.example/")
    visit.open("https://news.example/", Sec_Fetch_Site="cross-site", Referer="https://shop.example/")
    assert visit.revised[hop.seq].site == "shop.example"
    assert "bounce" in visit.revised[hop.seq].why


def test_a_click_in_an_e_mail_belongs_to_the_page_it_opens() -> None:
    visit = Visit()
    hop_url = "https://click.mailer.example/x1"
    hop = visit.send(hop_url, Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document", Sec_Fetch_Site="none")
    visit.answer(hop, hop_url, 302, Location="https://shop.example/offre")
    visit.open("https://shop.example/offre")
    assert (visit.revised[hop.seq].site, visit.revised[hop.seq].confidence) == ("shop.example", "medium")


def test_a_redirected_request_without_referer_follows_its_cause() -> None:
    visit = Visit(FIREFOX)
    visit.open("https://shop.example/")
    visit.open("https://news.example/")
    first = visit.send(
        "https://a.example/s", **CROSS, Sec_Fetch_Dest="image", Referer="https://shop.example/"
    )
    visit.answer(first, "https://a.example/s", 302, Location="//b.example/s?id=1")
    second = visit.send("https://b.example/s?id=1", **CROSS, Sec_Fetch_Dest="image")
    assert (second.site, second.confidence) == ("shop.example", "high")


def test_the_browser_itself() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    found = visit.send(
        "https://update.vendor.example/v",
        Sec_Fetch_Site="none",
        Sec_Fetch_Mode="no-cors",
        Sec_Fetch_Dest="empty",
    )
    assert (found.site, found.confidence) == ("browser", "high")


def test_prefetched_pages_are_not_visited() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    found = visit.send(
        "https://next.example/",
        Sec_Fetch_Mode="navigate",
        Sec_Fetch_Dest="document",
        Sec_Fetch_Site="cross-site",
        Sec_Purpose="prefetch;prerender",
        Referer="https://shop.example/",
    )
    assert (found.site, found.confidence) == ("shop.example", "high")
    after = visit.send(
        "https://t.track.example/p", **CROSS, Sec_Fetch_Dest="image", Referer="https://next.example/"
    )
    assert after.confidence != "high"


def test_a_socket_frame_belongs_where_its_handshake_does() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    shake = visit.send("https://ws.chat.example/s", Origin="https://shop.example", Upgrade="websocket")
    frame = WebSocketFrame(
        "c", next(visit.numbers), visit.clock, shake.seq, 1, Origin("127.0.0.1", "regular", "", ""),
        "https://ws.chat.example/s", (("User-Agent", CHROME),), True, b"hi", 2,
    )  # fmt: skip
    found = visit.machine.feed(sighting(frame, str))[0]
    assert (found.site, found.confidence, found.seq) == ("shop.example", "high", frame.seq)


def test_apps_have_no_page() -> None:
    visit = Visit("ShopApp/4.1 CFNetwork/1490.0.4 Darwin/23.2.0")
    found = visit.send("https://t.track.example/p")
    assert found.site == "app:ShopApp"


def test_two_browsers_behind_one_address_stay_apart() -> None:
    machine = Attribution()
    one, two = Visit(CHROME, machine), Visit(FIREFOX, machine)
    one.open("https://shop.example/")
    two.open("https://news.example/")
    silent = two.send("https://t.track.example/p", **CROSS, Sec_Fetch_Dest="image")
    assert silent.site == "news.example"
    assert silent.client != one.send("https://shop.example/x", Sec_Fetch_Site="same-origin").client


def test_a_download_opens_no_page() -> None:
    visit = Visit()
    visit.open("https://shop.example/")
    url = "https://files.example/a.pdf"
    found = visit.send(
        url,
        Sec_Fetch_Mode="navigate",
        Sec_Fetch_Dest="document",
        Sec_Fetch_Site="cross-site",
        Referer="https://shop.example/",
    )
    visit.answer(found, url, Content_Type="application/pdf")
    assert visit.revised[found.seq].site == "shop.example"


def test_nothing_known_is_said_so() -> None:
    found = Visit().send("https://t.track.example/p", **CROSS, Sec_Fetch_Dest="image")
    assert (found.site, found.confidence) == ("", "low")


@pytest.mark.parametrize("location", ["http://[", "\x00", "//", "https://ex ample/", "é" * 5000])
def test_hostile_redirects_do_no_harm(location: str) -> None:
    visit = Visit()
    found = visit.send("https://a.example/", **CROSS)
    visit.answer(found, "https://a.example/", 302, Location=location)
    assert visit.send("https://b.example/", **CROSS).confidence == "low"
