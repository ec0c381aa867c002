"""A page on its way: when it has arrived, and when it has fallen silent."""

from __future__ import annotations

import asyncio
from contextlib import suppress

ARRIVES_WITHIN = 60.0
"""Seconds that a document gets to be read to its end, its own scripts included."""

QUIET_WITHIN = 15.0
"""Seconds after which a page that has arrived counts as settled, even if it never falls silent."""


class Arrival:
    """The page that is awaited in one frame; `settled` returns once it is there and silent."""

    def __init__(self, before: str) -> None:
        self.cut = False
        """Whether something was broken off on its way, as a change of the machine's network does."""
        self._left = before
        self._shown: set[str] = set()
        self._reached = {"DOMContentLoaded": asyncio.Event(), "networkIdle": asyncio.Event()}

    def show(self, loader: str) -> None:
        """The document of this loader has taken the place of what the frame showed."""
        if loader != self._left:
            self._shown.add(loader)

    def hear(self, loader: str, name: str) -> None:
        """How far a document is. The one that is left goes on telling, and so does the empty one that a
        browser makes ready for the next: only what is shown counts."""
        if loader in self._shown and name in self._reached:
            self._reached[name].set()

    async def settled(self) -> None:
        """Wait until the page has arrived and then fallen silent, or as long as either may take."""
        for name, seconds in (("DOMContentLoaded", ARRIVES_WITHIN), ("networkIdle", QUIET_WITHIN)):
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._reached[name].wait()
