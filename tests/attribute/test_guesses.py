"""What is made of requests that name no page: guesses with their candidates, put right by later evidence."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.attribute.test_machine import CROSS, FIREFOX, Visit

IMAGE = {**CROSS, "Sec_Fetch_Dest": "image"}


def two_pages() -> Visit:
    """A shop, then a newspaper that was active last."""
    visit = Visit(FIREFOX)
    for site in ("shop", "news"):
        visit.open(f"https://{site}.example/")
    return visit


def parted(visit: Visit) -> None:
    """Both pages are seen to send one host cookies of their own."""
    for site, cookie in (("shop", "uid=1001"), ("news", "uid=2002")):
        visit.send("https://t.track.example/p", **IMAGE, Referer=f"https://{site}.example/", Cookie=cookie)


def test_a_frame_without_a_name_belongs_to_the_page_that_framed_last() -> None:
    visit = two_pages()
    frame = visit.send(
        "https://ads.example/f", **CROSS, Sec_Fetch_Dest="iframe", Referer="https://shop.example/"
    )
    visit.answer(frame, "https://ads.example/f", Content_Type="text/html")
    visit.send("https://news.example/a.js", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="script")
    inside = visit.send(
        "https://t.track.example/p", method="POST", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors",
        Sec_Fetch_Dest="empty", Origin="null",
    )  # fmt: skip
    assert (inside.site, inside.confidence) == ("shop.example", "low")
    assert set(inside.candidates) == {"shop.example", "news.example"}


def test_a_page_that_names_itself_to_nobody_is_not_held_to_be_a_frame_without_a_name() -> None:
    visit = Visit(FIREFOX)
    visit.open("https://shop.example/")
    clinic = visit.send(
        "https://clinic.example/", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document", Sec_Fetch_Site="none"
    )
    visit.answer(clinic, "https://clinic.example/", Content_Type="text/html", Referrer_Policy="no-referrer")
    frame = visit.send(
        "https://ads.example/f", **CROSS, Sec_Fetch_Dest="iframe", Referer="https://shop.example/"
    )
    visit.answer(frame, "https://ads.example/f", Content_Type="text/html")
    image = visit.send("https://t.track.example/p", **IMAGE)
    assert (image.site, image.confidence) == ("clinic.example", "low")
    call = visit.send(
        "https://t.track.example/p", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="cors", Origin="null"
    )
    assert (call.site, call.confidence) == ("shop.example", "low")


def test_where_a_redirect_ends_tells_of_its_hops() -> None:
    visit = two_pages()
    parted(visit)
    hops = ["https://sync.example/1", "https://relay.example/2", "https://t.track.example/end"]
    guesses = []
    for here, there in pairwise(hops):
        guesses.append(visit.send(here, **IMAGE))
        visit.answer(guesses[-1], here, 302, Location=there)
    assert [(hop.site, hop.confidence) for hop in guesses] == [("news.example", "low")] * 2
    assert guesses[1].why.count("shop.example") == 1  # the candidates once
    end = visit.send(hops[-1], **IMAGE, Cookie="uid=1001")
    assert (end.site, end.confidence) == ("shop.example", "high")
    for hop in guesses:
        again = visit.revised[hop.seq]
        assert (again.site, again.confidence) == ("shop.example", "medium")
        assert f"redirected to request {end.seq}" in again.why


def test_two_redirects_to_one_address_tell_nothing_of_each_other() -> None:
    visit = two_pages()
    parted(visit)
    for path in ("1", "2"):
        hop = visit.send(f"https://sync.example/{path}", **IMAGE)
        visit.answer(hop, f"https://sync.example/{path}", 302, Location="https://t.track.example/end")
    visit.send("https://t.track.example/end", **IMAGE, Cookie="uid=1001")
    assert visit.revised == {}


def test_a_cookie_is_of_the_site_whose_request_got_it() -> None:
    visit = two_pages()
    parted(visit)
    asked = visit.send("https://x.pixel.example/p", **IMAGE, Referer="https://shop.example/")
    visit.send("https://news.example/a.js", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="script")
    early = visit.send("https://x.pixel.example/q", **IMAGE, Cookie="id=77")
    assert (early.site, early.confidence) == ("news.example", "low")
    visit.answer(asked, "https://x.pixel.example/p", Set_Cookie="id=77; Path=/; Secure")
    assert (visit.revised[early.seq].site, visit.revised[early.seq].confidence) == ("shop.example", "high")
    later = visit.send("https://x.pixel.example/r", **IMAGE, Cookie="id=77")
    assert (later.site, later.confidence) == ("shop.example", "high")


@pytest.mark.parametrize("given", [("lang=fr", "lang=fr"), ("id=1", "id=2")])
def test_a_cookie_that_everybody_gets_tells_nothing(given: tuple[str, str]) -> None:
    visit = two_pages()
    for site, cookie in zip(("shop", "news"), given, strict=True):
        asked = visit.send("https://x.pixel.example/p", **IMAGE, Referer=f"https://{site}.example/")
        visit.answer(asked, "https://x.pixel.example/p", Set_Cookie=f"{cookie}; Path=/")
    found = visit.send("https://x.pixel.example/q", **IMAGE, Cookie=given[0])
    told = given[0] != given[1]
    assert (found.site == "shop.example") is told
    assert found.confidence == ("medium" if told else "low")


def test_a_document_that_was_guessed_stays_a_guess() -> None:
    visit = two_pages()
    visit.send("https://shop.example/a.js", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="script")
    frame = visit.send("https://ads.example/banner", **CROSS, Sec_Fetch_Dest="iframe")
    assert frame.confidence == "low"
    inside = visit.send(
        "https://ads.example/a.js", Sec_Fetch_Site="same-origin", Sec_Fetch_Dest="script",
        Referer="https://ads.example/banner",
    )  # fmt: skip
    assert inside.confidence == "low"
    assert set(inside.candidates) == {"shop.example", "news.example"}
