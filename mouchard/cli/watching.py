"""The running capture, as a watched browser needs it: marks and pictures go there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mouchard import paths
from mouchard.browser.notes import Notes, client_of
from mouchard.browser.pages import Pages
from mouchard.browser.watch import Made, Watch
from mouchard.keys import Keys
from mouchard.store.read import Reader
from mouchard.supervisor import client


@dataclass(frozen=True, slots=True)
class Place:
    """Where the traffic of a browser is captured."""

    proxy: str
    """`host:port`"""
    db: Path
    control: Path
    capture: str
    tell: Callable[[str], None]

    def notes(self, user_agent: str, family: str = "") -> Notes:
        """Notes for a browser of this User-Agent, or of this family where nothing better is known."""
        key = client_of(self.proxy, user_agent or f"Mozilla/5.0 {family.capitalize()}/1")
        return Notes(
            lambda question: client.request(self.control, question),
            self.capture,
            Keys.load(paths.sealing_key()),
            key,
        )

    async def watch(self, pipe: socket.socket) -> None:
        """Mark what is clicked on banners, until the browser is gone."""
        pages = await Pages.open(pipe)
        watch = Watch(pages, self.notes(pages.user_agent))
        others = asyncio.create_task(self._pass_on(watch))
        try:
            await watch.keep(self.tell)
        finally:
            others.cancel()
            await pages.close()

    async def _pass_on(self, watch: Watch) -> None:
        """Tell the watch of marks made elsewhere: in the live view, with `mouchard phase`, on the wire."""
        known = len(self._marks())
        while True:
            await asyncio.sleep(1.0)
            marks = await asyncio.to_thread(self._marks)
            for made in marks[known:]:
                watch.hear(made)
            known = len(marks)

    def _marks(self) -> list[Made]:
        if not self.db.exists():
            return []
        with Reader(self.db) as reader:
            rows = reader.marks()
        return [
            Made(row.site, row.phase, row.source)  # type: ignore[arg-type]
            for row in rows
            if row.capture == self.capture and row.source != "browser"
        ]
