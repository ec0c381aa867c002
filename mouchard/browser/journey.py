"""Two guided visits in fresh profiles: before → refuse, and before → accept → withdraw."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from mouchard.browser.banner import Choice
from mouchard.browser.browser import Browser
from mouchard.browser.devtools import DevToolsError
from mouchard.browser.notes import Notes, Source
from mouchard.browser.pages import Pages
from mouchard.browser.watch import DWELL, HOW, Watch
from mouchard.capture.records import Phase
from mouchard.classify.site import site_of
from mouchard.errors import MouchardError
from mouchard.phases import UNSETTLED

VISITS: tuple[tuple[Phase, ...], ...] = (("refused",), ("accepted", "withdrawn"))
ASKED: Mapping[Phase, str] = {
    "refused": "refuse on the banner",
    "accepted": "accept on the banner",
    "withdrawn": "withdraw your consent (often under “Cookies” at the foot of the page)",
}
BUTTONS: Mapping[Phase, tuple[Choice, ...]] = {
    "refused": ("refuse",), "accepted": ("accept",), "withdrawn": ("withdraw", "refuse"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of one visit."""

    site: str
    clean: bool | None
    """Whether the profile held no cookie before the first page; None where nobody could look."""
    phases: tuple[tuple[Phase, Source], ...]


class BrokenOff(MouchardError):
    """A visit ended before its last phase."""


@dataclass(frozen=True, slots=True)
class Guide:
    """What a journey needs of its surroundings."""

    start: Callable[[str], Browser]
    """Starts a browser with a fresh profile, on its check page and then on this address, if any."""
    notes: Callable[[str], Notes]
    """Notes for a browser of this User-Agent; empty where it is not known."""
    pressed: Callable[[], Awaitable[None]]
    """Waits until the person presses Enter."""
    tell: Callable[[str], None]
    watched: bool = True
    """Whether the browser lets us watch it through its DevTools."""
    by_itself: bool = False
    """Makes the clicks too, with the browser's own mouse."""


async def travel(url: str, guide: Guide) -> list[Visit]:
    """Both visits, one after the other. BrokenOff where the browser is closed before the end."""
    visits: list[Visit] = []
    site = site_of(urlsplit(url).hostname or "")
    for number, phases in enumerate(VISITS, 1):
        guide.tell(f"visit {number} of {len(VISITS)}, in a fresh profile: before, {', '.join(phases)}")
        way = _Watched(guide) if guide.watched else _Blind(guide)
        visits.append(await way.visit(url, site, phases))
        site = visits[-1].site
    return visits


class _Watched:
    """A visit whose clicks, pictures and stored data DevTools tell."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    async def visit(self, url: str, site: str, phases: tuple[Phase, ...]) -> Visit:
        opened = await asyncio.to_thread(self._guide.start, "")
        try:
            assert opened.pipe is not None
            try:
                pages = await Pages.open(opened.pipe)
            except DevToolsError:
                await asyncio.to_thread(opened.prove)  # it ended at once, and this says what may be missing
                raise
            watch = Watch(pages, self._guide.notes(pages.user_agent))
            listening = asyncio.create_task(watch.listen())
            try:
                await asyncio.to_thread(opened.prove)
                return await self._lead(watch, url, site, phases)
            except DevToolsError as error:
                if pages.closed:
                    raise _broken_off() from error
                raise
            finally:
                listening.cancel()
                await pages.close()
        finally:
            await asyncio.to_thread(opened.close)

    async def _lead(self, watch: Watch, url: str, site: str, phases: tuple[Phase, ...]) -> Visit:
        pages, tell = watch.pages, self._guide.tell
        clean = not await pages.cookies()
        tell("it began clean: no cookie was there" if clean else "it did not begin clean: cookies were there")
        await watch.mark(site, "before", "browser")
        await pages.go(url)
        await asyncio.sleep(DWELL)
        site = watch.site or site
        await watch.notes.keep(pages, site, "before")
        made: list[tuple[Phase, Source]] = []
        for phase in phases:
            source = await self._choice(watch, site, phase)
            tell(f"{phase}: {HOW[source]}; the page is loaded again to see what it does now")
            made.append((phase, source))
            pause = DWELL if source == "browser" else UNSETTLED + 1
            await asyncio.sleep(pause)
            await pages.reload()
            await asyncio.sleep(pause)
            await watch.notes.keep(pages, site, phase)
        return Visit(site, clean, tuple(made))

    async def _choice(self, watch: Watch, site: str, phase: Phase) -> Source:
        """Wait for the person's choice, seen or told."""
        self._guide.tell(f"now {ASKED[phase]}, in the browser; if nothing happens here, press Enter after it")
        if self._guide.by_itself:
            await self._click(watch.pages, phase)
        entered = asyncio.ensure_future(self._guide.pressed())
        gone = asyncio.create_task(watch.pages.gone())
        try:
            while True:
                made = asyncio.create_task(watch.made.get())
                await asyncio.wait([made, entered, gone], return_when=asyncio.FIRST_COMPLETED)
                if made.done():
                    choice = made.result()
                    if (choice.site, choice.phase) == (site, phase):
                        return choice.source
                    self._guide.tell(f"that was seen as {choice.phase} on {choice.site}")
                    continue
                made.cancel()
                if gone.done():
                    raise _broken_off()
                await watch.mark(site, phase, "key")
                return "key"
        finally:
            entered.cancel()
            gone.cancel()

    async def _click(self, pages: Pages, phase: Phase) -> None:
        for choice in BUTTONS[phase]:
            if await pages.press(choice):
                return
        raise BrokenOff(f"no button for {phase} was found on the page")


class _Blind:
    """A visit in a browser without DevTools: only the person knows what was chosen, and when."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide

    async def visit(self, url: str, site: str, phases: tuple[Phase, ...]) -> Visit:
        tell = self._guide.tell
        tell("clicks, pictures and stored data are not measured in this browser")
        notes = self._guide.notes("")
        await notes.mark(site, "before", "key")
        opened = await asyncio.to_thread(self._guide.start, url)
        try:
            await asyncio.to_thread(opened.prove)
            for phase in phases:
                tell(f"now {ASKED[phase]}, in the browser, and press Enter at the same moment")
                await self._until_pressed(opened)
                await notes.mark(site, phase, "key")
                tell(f"{phase}: {HOW['key']}; wait {UNSETTLED:.0f} s, load the page again, then press Enter")
                await self._until_pressed(opened)
        finally:
            await asyncio.to_thread(opened.close)
        return Visit(site, None, tuple((phase, "key") for phase in phases))

    async def _until_pressed(self, opened: Browser) -> None:
        entered = asyncio.ensure_future(self._guide.pressed())
        try:
            while not entered.done():
                if not opened.running:
                    raise _broken_off()
                await asyncio.wait([entered], timeout=0.2)
        finally:
            entered.cancel()


def _broken_off() -> BrokenOff:
    return BrokenOff("the browser was closed before the visit was over", "what was seen so far is recorded")
