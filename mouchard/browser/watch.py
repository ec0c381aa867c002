"""A watched browser: each choice on a banner becomes a mark at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mouchard.browser.banner import Choice
from mouchard.browser.notes import Notes, Source
from mouchard.browser.pages import Pages
from mouchard.capture.records import Phase
from mouchard.classify.site import site_of
from mouchard.errors import MouchardError

DWELL = 2.0
"""Seconds a phase goes on after its page has fallen silent: some trackers wait for that."""


@dataclass(frozen=True, slots=True)
class Made:
    """A choice that was marked."""

    site: str
    phase: Phase
    source: Source


class Watch:
    """Turns clicks into marks; `made` fills up with them."""

    def __init__(self, pages: Pages, notes: Notes) -> None:
        self.pages = pages
        self.notes = notes
        self.made: asyncio.Queue[Made] = asyncio.Queue()
        self._standing: dict[str, Phase] = {}

    @property
    def site(self) -> str:
        """Site of the page that was opened last, or empty."""
        return site_of(self.pages.host)

    async def mark(self, site: str, phase: Phase, source: Source) -> None:
        """Mark a choice that was not seen as a click."""
        self._standing[site] = phase
        await self.notes.mark(site, phase, source)

    async def listen(self) -> None:
        """Mark every choice as it is made, until cancelled."""
        await asyncio.to_thread(site_of, "a.example")  # the first look-up is slow, and a click is urgent
        while True:
            click = await self.pages.clicks.get()
            site = site_of(click.host)
            phase = phase_of(click.choice, self._standing.get(site, "none"))
            if phase == self._standing.get(site):
                continue
            self._standing[site] = phase
            source = await self.notes.mark_click(site, phase, click.time)
            self.made.put_nowait(Made(site, phase, source))

    def hear(self, made: Made) -> None:
        """Take note of a choice that somebody else marked."""
        if self._standing.get(made.site) != made.phase:
            self._standing[made.site] = made.phase
            self.made.put_nowait(made)

    async def keep(self, tell: Callable[[str], None]) -> None:
        """Listen, and keep pictures and stored data of each phase, until the browser is gone."""
        listening = asyncio.create_task(self.listen())
        gone = asyncio.create_task(self.pages.gone())
        try:
            while True:
                made = asyncio.create_task(self.made.get())
                await asyncio.wait([made, gone, listening], return_when=asyncio.FIRST_COMPLETED)
                if not made.done():
                    made.cancel()
                    if listening.done():
                        listening.result()
                    return
                choice = made.result()
                tell(f"{choice.site}: {choice.phase}, {HOW[choice.source]}")
                await asyncio.sleep(DWELL)
                if self.site == choice.site and not self.pages.closed:
                    await self.notes.keep(self.pages, choice.site, choice.phase)
        except MouchardError as error:  # the browser goes on, and so does the capture
            tell(f"the browser is watched no more: {error.message}")
            await gone
        finally:
            listening.cancel()
            gone.cancel()


HOW: Mapping[Source, str] = {
    "browser": "seen as a click in the browser",
    "cmp": "read from the consent string on the wire",
    "key": "known by a key only",
}


def phase_of(choice: Choice, standing: Phase) -> Phase:
    """What a click means after what was chosen before: to refuse what was accepted is to withdraw it."""
    if choice == "accept":
        return "accepted"
    return "withdrawn" if standing in ("accepted", "withdrawn") else "refused"
