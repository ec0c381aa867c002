"""What browsers keep apart by site, and what is made of a browser that does not."""

from __future__ import annotations

from mouchard.attribute import Attribution
from tests.attribute.test_machine import CHROME, CROSS, FIREFOX, Visit

IMAGE = {**CROSS, "Sec_Fetch_Dest": "image"}
OLD_CHROME = CHROME.replace("Chrome/156", "Chrome/101")
WEBVIEW = CHROME.replace("X11; Linux x86_64", "Linux; Android 15; Pixel 9; wv")


def two_tabs(agent: str) -> Visit:
    visit = Visit(agent)
    visit.open("https://shop.example/")
    visit.open("https://news.example/")
    return visit


def pixel(visit: Visit, site: str = "", conn: str = "", cookie: str = "") -> tuple[str, str, int]:
    named = {"Referer": f"https://{site}.example/"} if site else {}
    jar = {"Cookie": cookie} if cookie else {}
    found = visit.send("https://t.track.example/p", conn, **IMAGE, **named, **jar)
    return found.site, found.confidence, found.seq


def test_firefox_keeps_the_cookies_of_two_sites_apart() -> None:
    visit = two_tabs(FIREFOX)
    pixel(visit, "shop", cookie="uid=1")
    early = pixel(visit, cookie="uid=1")
    assert early[:2] == ("shop.example", "medium")  # not yet proven that this one does
    pixel(visit, "news", cookie="uid=2")
    assert visit.revised[early[2]].confidence == "high"
    assert pixel(visit, cookie="uid=1")[:2] == ("shop.example", "high")
    assert pixel(visit, cookie="uid=2")[:2] == ("news.example", "high")


def test_a_firefox_that_shares_cookies_is_not_believed() -> None:
    visit = two_tabs(FIREFOX)
    pixel(visit, "shop", cookie="uid=1")
    pixel(visit, "news", cookie="uid=1")
    assert pixel(visit, cookie="uid=1")[1] == "low"
    pixel(visit, "shop", cookie="uid=8")
    assert pixel(visit, cookie="uid=8")[1] == "low"


def test_cookies_of_chromium_say_nothing() -> None:
    visit = two_tabs(CHROME)
    pixel(visit, "shop", cookie="uid=1")
    assert pixel(visit, cookie="uid=1")[1] == "low"


def test_old_chromium_and_web_views_may_mix_connections() -> None:
    for agent in (OLD_CHROME, WEBVIEW):
        visit = two_tabs(agent)
        pixel(visit, "shop", conn="k1")
        assert pixel(visit, conn="k1")[1] == "low"


def test_a_chromium_that_mixes_sites_on_a_connection_is_not_believed() -> None:
    visit = two_tabs(CHROME)
    pixel(visit, "shop", conn="k1")
    contradicted = pixel(visit, "news", conn="k1")
    assert contradicted[1] != "high"
    assert pixel(visit, conn="k1")[1] == "low"
    pixel(visit, "shop", conn="k2")
    assert pixel(visit, conn="k2")[1] == "low"


def test_a_referer_that_names_one_frame_is_enough() -> None:
    visit = two_tabs(FIREFOX)
    frames = {}
    for site in ("shop", "news"):
        frames[site] = f"https://ads.example/f?slot={site}"
        visit.send(frames[site], **CROSS, Sec_Fetch_Dest="iframe", Referer=f"https://{site}.example/")
    for site in ("shop", "news", "shop"):
        found = visit.send(
            "https://ads.example/x.js", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="no-cors",
            Sec_Fetch_Dest="script", Referer=frames[site],
        )  # fmt: skip
        assert (found.site, found.confidence) == (f"{site}.example", "high")


def test_the_same_frame_in_two_tabs_names_both() -> None:
    visit = two_tabs(FIREFOX)
    for site in ("shop", "news"):
        visit.send(
            "https://ads.example/f", **CROSS, Sec_Fetch_Dest="iframe", Referer=f"https://{site}.example/"
        )
    found = visit.send(
        "https://ads.example/x.js", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="no-cors",
        Sec_Fetch_Dest="script", Referer="https://ads.example/f",
    )  # fmt: skip
    assert found.confidence == "low"
    assert "news.example" in found.why
    assert "shop.example" in found.why


def test_redirects_of_two_tabs_to_one_address_are_told_apart_or_left_open() -> None:
    visit = two_tabs(FIREFOX)
    for site in ("shop", "news"):
        first = visit.send(f"https://a.example/{site}", **IMAGE, Referer=f"https://{site}.example/")
        visit.answer(first, f"https://a.example/{site}", 302, Location="https://b.example/pixel")
    found = visit.send("https://b.example/pixel", **IMAGE)
    assert found.confidence == "low"
    assert set(found.candidates) == {"shop.example", "news.example"}


def test_a_page_that_names_itself_to_nobody_is_likelier_to_be_silent() -> None:
    visit = Visit(FIREFOX)
    quiet = visit.send(
        "https://clinic.example/", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document", Sec_Fetch_Site="none"
    )
    visit.answer(
        quiet,
        "https://clinic.example/",
        Content_Type="text/html",
        Referrer_Policy="strict-origin, no-referrer",
    )
    visit.open("https://shop.example/")
    found = visit.send("https://t.track.example/p", **IMAGE)
    assert (found.site, found.confidence) == ("clinic.example", "low")


def test_an_address_that_quotes_a_page_is_likelier_to_be_its_own() -> None:
    visit = two_tabs(FIREFOX)
    found = visit.send("https://t.track.example/p?dl=https%3A%2F%2Fwww.shop.example%2Fcart", **IMAGE)
    assert (found.site, found.confidence) == ("shop.example", "medium")
    assert found.candidates == ("shop.example", "news.example")


def test_a_frame_over_plain_http_is_no_page() -> None:
    for agent, priority in ((FIREFOX, {"Priority": "u=4"}), (CHROME, {})):
        visit = Visit(agent)
        html = {"Accept": "text/html,*/*", "Upgrade_Insecure_Requests": "1"}
        page = visit.send("http://old.example/", conn="k1", **html)
        visit.answer(page, "http://old.example/", Content_Type="text/html")
        assert (page.site, page.confidence) == ("old.example", "high")
        frame = visit.send(
            "http://ads.example/f", conn="k2", **html, **priority, Referer="http://old.example/"
        )
        visit.answer(frame, "http://ads.example/f", Content_Type="text/html")
        assert frame.site == "old.example"
        inside = visit.send("http://t.track.example/p", conn="k3", Referer="http://ads.example/")
        assert inside.site == "old.example"


def test_the_web_views_of_two_apps_are_two_clients() -> None:
    machine = Attribution()
    visit = Visit(WEBVIEW, machine)
    visit.open("https://shop.example/", X_Requested_With="com.shop.app")
    visit.open("https://news.example/", X_Requested_With="com.news.app")
    found = visit.send("https://t.track.example/p", **IMAGE, X_Requested_With="com.shop.app")
    assert found.site == "shop.example"
    assert found.client == "127.0.0.1/webview"


def test_apps_are_named_by_what_their_requests_tell() -> None:
    for url, site in {
        "https://ads.example/v1?bundle=com.shop.app&x=1": "app:com.shop.app",
        "https://ads.example/v1?app_id=org.news.reader": "app:org.news.reader",
        "https://ads.example/v1?package_name=com.a.b": "app:com.a.b",
        "https://ads.example/v1?bundle=<script>": "app:okhttp",
        "https://ads.example/v1": "app:okhttp",
    }.items():
        assert Visit("okhttp/4.12.0").send(url).site == site
