"""The running capture, as a watched browser needs it: marks and pictures go there."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mouchard import paths
from mouchard.browser.notes import Notes, client_of
from mouchard.browser.pages import Pages
from mouchard.browser.watch import Watch
from mouchard.keys import Keys
from mouchard.supervisor import client


@dataclass(frozen=True, slots=True)
class Place:
    """Where the traffic of a browser is captured."""

    proxy: str
    """`host:port`"""
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
        try:
            await Watch(pages, self.notes(pages.user_agent)).keep(self.tell)
        finally:
            await pages.close()
