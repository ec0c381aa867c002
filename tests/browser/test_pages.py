"""A real Chromium watched through its DevTools: clicks, pictures, storage, and nothing for pages to see."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import pytest

from mouchard import browser
from mouchard.browser.devtools import DevToolsError
from mouchard.browser.pages import Pages
from mouchard.demo.server import Answer, Ask, WorldServer
from tests.end_to_end.running import Running, capture

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(180)]

HOST = "www.bannieres.example"
CONSENT = "cdn.consentement-tiers.example"
AUTOMATION = """
const seen = [];
if (navigator.webdriver) seen.push('webdriver');
const known = /cdc_|devtools|banner|playwright|puppeteer/i;
seen.push(...Object.getOwnPropertyNames(window).filter((name) => known.test(name)));
let reads = 0;
class Trap extends Error { get name() { reads++; return 'x'; } }
console.debug(new Trap());
if (reads > 1) seen.push('console');
document.title = seen.join(' ') || 'nothing';
"""


def page(path: str) -> str:
    """The pages of the table below: `button in words`, or one of those with a name."""
    named = {
        "/automation": f"<script>{AUTOMATION}</script>",
        "/kept": """<script>document.cookie = 'compte=abc; max-age=3600; path=/';
            localStorage.setItem('profil', 'x'.repeat(20)); sessionStorage.setItem('s', '1');</script>""",
        "/message": """<style>body { margin: 0 } button { width: 200px; height: 60px }</style>
            <p>Nous et nos partenaires utilisons des cookies.</p>
            <button class="message-button sp_choice_type_13">Continuer sans accepter</button>
            <button class="message-button sp_choice_type_11" title="OK">OK</button>""",
        "/tall": "<div style='height:3000px;background:linear-gradient(red,blue)'></div>",
    }
    return "<!doctype html><meta charset=utf-8><title>page</title>" + named.get(path, "")


class Site:
    """Serves `html` under `/`, the named pages elsewhere."""

    def __init__(self) -> None:
        self.html = ""
        self.asked: list[str] = []

    def answer(self, ask: Ask) -> Answer:
        self.asked.append(ask.url.path)
        text = page(ask.url.path) + (self.html if ask.url.path == "/" else "")
        headers = {"Set-Cookie": "serveur=1; HttpOnly; Secure; Path=/"} if ask.url.path == "/kept" else {}
        return Answer(body=text.encode(), headers=headers)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def running(site: Site, tmp_path: Path) -> Iterator[Running]:
    with (
        WorldServer(site.answer) as world,
        capture(
            tmp_path / "pages.db",
            "--insecure-upstream",
            "--set",
            f"mouchard_resolve=*=127.0.0.1:{world.port}",
        ) as started,
    ):
        yield started


@pytest.fixture
async def pages(running: Running) -> AsyncIterator[Pages]:
    """The pages of a browser that was started in the background of its check page."""
    with browser.start("", running.address, name="chromium", headless=True, watched=True) as opened:
        assert opened.pipe is not None
        watched = await Pages.open(opened.pipe)
        try:
            await asyncio.to_thread(opened.prove)
            yield watched
        finally:
            await watched.close()


async def title(pages: Pages) -> str:
    return str(await pages._in_world(pages._latest, "document.title"))


async def test_a_page_sees_no_sign_of_automation(pages: Pages) -> None:
    await pages.go(f"https://{HOST}/automation")
    assert pages.host == HOST
    assert await title(pages) == "nothing"


async def test_what_stays_on_the_device_is_told(pages: Pages) -> None:
    assert await pages.cookies() == []
    await pages.go(f"https://{HOST}/kept")
    cookies = {cookie.name: cookie for cookie in await pages.cookies()}
    assert set(cookies) == {"compte", "serveur"}
    assert 3500 < (cookies["compte"].lifetime or 0) <= 3600
    assert (cookies["serveur"].lifetime, cookies["serveur"].http_only) == (None, True)
    [stored] = await pages.stored()
    assert (stored.host, stored.local, stored.session) == (
        HOST, ({"key": "profil", "size": 26},), ({"key": "s", "size": 2},),
    )  # fmt: skip


async def test_pictures_of_what_is_in_sight_and_of_the_whole_page(pages: Pages) -> None:
    await pages.go(f"https://{HOST}/tall")
    small, whole = [await pages.picture(whole=which) for which in (False, True)]
    heights = [int.from_bytes(png[20:24], "big") for png in (small, whole)]
    assert all(png.startswith(b"\x89PNG\r\n") for png in (small, whole))
    assert heights[1] >= 3000 > heights[0]


BANNER = "<div style='position:fixed'><p>Ce site utilise des cookies.</p>{}</div>"
CLICKS = [
    (BANNER.format("<button>Tout accepter</button>"), "accept"),
    (BANNER.format("<button>Continuer sans accepter →</button>"), "refuse"),
    (BANNER.format("<a href='#'>Alle <b>ablehnen</b></a>"), "refuse"),
    (BANNER.format("<input type=button value='Reject all'>"), "refuse"),
    (BANNER.format("<button>Gérer mes choix</button>"), ""),
    ("<p>Livraison</p><button>Accepter</button>", ""),
    ("<button id=onetrust-reject-all-handler>X</button>", "refuse"),
    ("<a href='#'>Retirer mon consentement</a>", "withdraw"),
    (
        "<div id=h></div><script>h.attachShadow({mode:'open'}).innerHTML ="
        "'<p>cookies</p><button>Accept all</button>'</script>",
        "accept",
    ),
    (
        "<iframe style='position:fixed;left:0;top:0;border:0' srcdoc='<p>Cookies</p>"
        '<button style="position:fixed;left:0;top:0;width:200px;height:80px">Refuse all</button>\'></iframe>',
        "refuse",
    ),
]


async def test_a_click_means_what_its_button_says(pages: Pages, site: Site) -> None:
    for html, choice in CLICKS:
        heard = await clicked(pages, site, html)
        assert heard == ([choice] if choice else []) + ["accept"], html


async def clicked(pages: Pages, site: Site, html: str) -> list[str]:
    """What is understood of a click on the first button, then one on a button that is always understood."""
    site.html = (
        html + "<button id=onetrust-accept-btn-handler style='position:fixed;right:0;bottom:0'>o</button>"
    )
    await pages.go(f"https://{HOST}/")
    where = (
        "(() => { const find = (root) => { for (const e of "
        "root.querySelectorAll('button,a,input,iframe,#h')) {"
        "if (e.shadowRoot) return find(e.shadowRoot); const b = e.getBoundingClientRect();"
        "return {x: b.left + 8, y: b.top + 8}; } }; return find(document); })()"
    )
    end = await there(
        pages,
        "(() => { const b = document.querySelector('#onetrust-accept-btn-handler').getBoundingClientRect();"
        "return {x: b.left + 5, y: b.top + 5}; })()",
    )
    place = await there(pages, where)
    pressed = 0.0
    for spot in (place, end):
        pressed = time.time()
        for kind in ("mousePressed", "mouseReleased"):
            await pages._devtools.ask(
                "Input.dispatchMouseEvent", pages._latest, type=kind, button="left", clickCount=1, **spot
            )
    heard: list[tuple[float, str]] = []
    async with asyncio.timeout(60):
        while not heard or heard[-1][0] < pressed:
            click = await pages.clicks.get()
            heard.append((click.time, click.choice))
    while not pages.clicks.empty():
        click = pages.clicks.get_nowait()
        heard.append((click.time, click.choice))
    return [choice for _, choice in sorted(heard)]


async def there(pages: Pages, source: str) -> dict[str, float]:
    """Where something is on the page, once it is there."""
    async with asyncio.timeout(60):
        while not (place := await pages._in_world(pages._latest, source)):
            await asyncio.sleep(0)
    return cast(dict[str, float], place)


async def test_a_banner_in_a_frame_of_another_site_is_heard(pages: Pages, site: Site) -> None:
    """As platforms do that ask from a frame of their own: another site, so another process."""
    site.html = (
        f"<iframe id=sp_message_iframe_1 src='https://{CONSENT}/message' style='position:fixed;left:0;"
        "bottom:0;width:100%;height:200px;border:0'></iframe>"
    )
    await pages.go(f"https://{HOST}/")
    [frame] = [session for session, parent in pages._parents.items() if parent]
    assert pages._tab(frame) == pages._latest != frame
    for choice in ("refuse", "accept"):
        assert await pages.press(choice)  # type: ignore[arg-type]
        async with asyncio.timeout(60):
            heard = await pages.clicks.get()
        assert (heard.choice, heard.host) == (choice, HOST)
    assert not await pages.press("withdraw")
    assert pages.clicks.empty()


async def test_a_click_made_by_a_script_is_nobodys_choice(pages: Pages, site: Site) -> None:
    site.html = (
        "<button id=onetrust-reject-all-handler>o</button><button id=onetrust-accept-btn-handler>o</button>"
        "<script>addEventListener('load', () => document.querySelector('button').click())</script>"
    )
    await pages.go(f"https://{HOST}/")
    assert await pages.press("accept")
    async with asyncio.timeout(60):
        assert (await pages.clicks.get()).choice == "accept"
    assert pages.clicks.empty()


async def test_a_page_that_cannot_be_loaded_is_said(pages: Pages, running: Running) -> None:
    assert running.stop() == 0
    with pytest.raises(DevToolsError, match=rf"the page of {HOST} could not be loaded"):
        await pages.go(f"https://{HOST}/")


async def test_a_closed_browser_is_gone(pages: Pages) -> None:
    await pages._devtools.ask("Browser.close")
    async with asyncio.timeout(60):
        await pages.gone()
    assert pages.closed
