"""What all screens share: the key bar at the bottom, and the colours of the theme."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar, cast

from textual.screen import Screen

from mouchard.tui.theme import Palette, palette
from mouchard.tui.widgets.key_bar import KeyBar

if TYPE_CHECKING:
    from mouchard.store.read import Reader
    from mouchard.tui.app import LiveView
    from mouchard.tui.feed import Snapshot

T = TypeVar("T")


class View(Screen[None]):
    """A full screen of the live view."""

    AUTO_FOCUS = ""  # each screen says itself what the keys go to; never a box that takes letters

    @property
    def live(self) -> LiveView:
        """The app, with its feed and its recorder."""
        return cast("LiveView", self.app)

    @property
    def colours(self) -> Palette:
        return palette(self.app.current_theme.dark)

    async def ask(self, question: Callable[[Reader], T]) -> T:
        """The answer of the feed; ends the worker where the screen was left meanwhile."""
        answer = await self.live.feed.ask(question)
        self.stay()
        return answer

    @property
    def stands(self) -> bool:
        """True while all parts of the screen are there; on its way out they go one by one."""
        return bool(self.children) and self.display  # whatever is on its way out displays nothing

    def stay(self) -> None:
        """Ends the worker where the screen was left while it waited."""
        if not self.stands:
            raise asyncio.CancelledError

    def tell(self, snapshot: Snapshot) -> object:
        """Takes in that the database changed; a screen that shows nothing of it has nothing to do."""

    def redraw(self) -> None:
        """Draws everything again: after a resize, or in other colours."""
        for bar in self.query(KeyBar):
            bar.draw(self.colours)

    def redraw_standing(self) -> None:
        """The same, unless the screen was left meanwhile: what waits for a refresh may outlive it."""
        if self.stands:
            self.redraw()

    def on_mount(self) -> None:
        self.call_after_refresh(self.redraw_standing)

    def on_resize(self) -> None:
        self.call_after_refresh(self.redraw_standing)

    def on_screen_resume(self) -> None:
        self.redraw_standing()
