"""The live view: one feed, one recorder, a stack of screens."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal

from textual import work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen

from mouchard import paths
from mouchard.errors import MouchardError
from mouchard.language import _
from mouchard.store.filterlang import EVERYTHING, Query
from mouchard.tui import commands, keys, palette, recorder, text, theme
from mouchard.tui.driver import Driver
from mouchard.tui.feed import Feed, FeedChanged, Snapshot, take
from mouchard.tui.grouping import Group
from mouchard.tui.recorder import Recorder
from mouchard.tui.screens.base import View
from mouchard.tui.screens.data_types import DataTypes
from mouchard.tui.screens.dialogs import Choice, Confirm
from mouchard.tui.screens.events import Events
from mouchard.tui.screens.help import Help
from mouchard.tui.screens.overview import Overview
from mouchard.tui.screens.recipients import Recipients, RecipientView
from mouchard.tui.screens.sites import Sites, SiteView

POLL = 0.5
"""Seconds between two looks at `PRAGMA data_version` (5 µs each)."""

STATUS_EVERY = 4
"""Polls between two questions to the capture."""

SHARE = 8
"""A picture is read again only after this many times what reading it took: at most a ninth of a core."""


class LiveView(App[None]):
    """`python -m mouchard.tui`: reads the database, never writes it."""

    CSS_PATH = "app.tcss"
    TITLE = "Mouchard"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (20, "-short"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("everywhere")

    def __init__(self, feed: Feed, socket: Path | None = None, *, stops_capture: bool = False) -> None:
        """`socket` is the control socket; quitting ends the capture where `stops_capture`."""
        super().__init__(driver_class=Driver)
        self.feed = feed
        self.socket = socket or paths.control_socket(feed.path)
        self.stops_capture = stops_capture
        self.recorder = Recorder()
        self.filter_query = EVERYTHING
        self.grouping: Group = "site"
        self.trouble = ""
        """Why the database cannot be read; empty while it can."""
        self._snapshot: Snapshot | None = None
        self._read: tuple[int, Query, Group] | None = None
        self._not_before = 0.0
        self._polls = 0
        self._busy = False
        for known in theme.THEMES:
            self.register_theme(known)
        self.theme = theme.preferred(os.environ.get("COLORFGBG", "")).name

    def on_mount(self) -> None:
        if not self.is_headless:
            for number in (signal.SIGTERM, signal.SIGHUP):  # leave the terminal as it was found
                asyncio.get_running_loop().add_signal_handler(number, self._end, 128 + number)
        self.push_screen(Overview())
        self.set_interval(POLL, self.poll)
        self.poll()

    def _end(self, code: int) -> None:
        self.exit(return_code=code)

    def now(self) -> float:
        """The moment of the picture on the screen, in seconds since the epoch."""
        return self._snapshot.taken if self._snapshot else time.time()

    # --- the feed ----------------------------------------------------------------------------------

    def poll(self) -> None:
        """Looks whether there is anything new, unless the last look is still under way."""
        if not self._busy:
            self._busy = True
            self._look()

    def refresh_now(self) -> None:
        """Reads the picture again at the next moment, changed or not."""
        self._read, self._not_before = None, 0.0
        self.poll()

    @work(group="feed")
    async def _look(self) -> None:
        try:
            if self._polls % STATUS_EVERY == 0:
                await self._ask_recorder()
            self._polls += 1
            await self._read_picture()
            self._trouble("")
            if self._read and self._read[1:] != self._wanted:  # asked for something else meanwhile
                self.call_later(self.poll)
        except Exception as error:  # a locked, moved or broken database: say so and try again
            self._trouble(getattr(error, "message", str(error)) or type(error).__name__)
        finally:
            self._busy = False

    async def _ask_recorder(self) -> None:
        now = await recorder.ask(self.socket)
        if now != self.recorder:
            self.recorder = now
            self._redraw()

    @property
    def _wanted(self) -> tuple[Query, Group]:
        return self.filter_query, self.grouping

    async def _read_picture(self) -> None:
        query, by = self._wanted
        if time.monotonic() < self._not_before and self._read and self._read[1:] == (query, by):
            return
        version = await self.feed.ask(lambda reader: reader.data_version())
        if self._read == (version, query, by):
            return
        began = time.monotonic()
        snapshot = await self.feed.ask(lambda reader: take(reader, query, by))
        self._read = (version, query, by)
        self._not_before = time.monotonic() + SHARE * (time.monotonic() - began)
        self.post_message(FeedChanged(snapshot))

    def _trouble(self, what: str) -> None:
        if what != self.trouble:
            self.trouble = what
            self._redraw()

    def on_feed_changed(self, event: FeedChanged) -> None:
        self._snapshot = event.snapshot
        for screen in self.screen_stack:
            if isinstance(screen, View) and screen.stands:
                screen.tell(event.snapshot)

    def _redraw(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, View):
                screen.redraw_standing()

    # --- what screens ask for --------------------------------------------------------------------

    def apply_filter(self, query: Query) -> None:
        """Shows what this filter lets through, at once."""
        if query != self.filter_query:
            self.filter_query = query
            self.poll()

    def group(self, by: Group) -> None:
        """Puts the lines of the overview under something else, at once."""
        if by != self.grouping:
            self.grouping = by
            self.poll()

    def say(self, what: str, severity: Literal["information", "warning", "error"] = "information") -> None:
        """A toast; the words may come from anywhere."""
        self.notify(text.cell(what).plain, severity=severity, timeout=6, markup=False)

    def copy(self, what: str) -> None:
        """Puts masked words on the clipboard."""
        self.copy_to_clipboard(text.cell(what, limit=1000).plain)
        self.say(_("Copied, masked."))

    @work(group="choice", exclusive=True)
    async def choose(self, site: str, client: str = "") -> None:
        """Asks what was chosen on the consent banner of a site, and tells the capture."""
        if not site or site == "browser":
            self.say(_("Select a site."))
            return
        if not self.recorder.running:
            self.say(_("Nothing is being captured: a choice can only be marked while it happens."), "warning")
            return
        marks = self._snapshot.marks if self._snapshot else ()
        standing = [mark.phase for mark in marks if mark.site == site and client in ("", mark.client)]
        answer = await self.push_screen_wait(Choice(site, standing[-1] if standing else ""))
        if not answer:
            return
        question: dict[str, object] = {"do": "phase", "site": site, "client": client}
        question |= {"phase": standing[-1], "undo": True} if answer == "undo" else {"phase": answer}
        if await self._tell(question):
            self.say(_("Noted for {site}.").format(site=text.site(site)))

    @work(group="pause", exclusive=True)
    async def pause(self) -> None:
        """Stops recording, or goes on; the proxy passes everything meanwhile."""
        if not self.recorder.running:
            self.say(_("Nothing is being captured."), "warning")
        elif await self._tell({"do": "resume" if self.recorder.paused else "pause"}):
            await self._ask_recorder()

    async def _tell(self, question: dict[str, object]) -> bool:
        try:
            await recorder.tell(self.socket, question)
        except MouchardError as error:
            self.say(f"{error.message}. {error.hint}" if error.hint else error.message, "error")
            return False
        return True

    def demo(self) -> None:
        """Lends the terminal to the demonstration, which has a database and a live view of its own."""
        commands.borrow(self, "demo")

    @work(group="commands")
    async def identity(self, *arguments: str) -> None:
        """Lends the terminal to `mouchard identity …`; a running capture takes in what changed."""
        if commands.borrow(self, "identity", *arguments) and self.recorder.running:
            await self._tell({"do": "identity"})

    def phone(self) -> None:
        """Shows how a phone is connected to the running capture."""
        from mouchard.tui.screens.phone import Phone  # here and below: what the first picture can do without

        if self.recorder.running:
            self.push_screen(Phone())
        else:
            self.say(_("Start a capture for it: mouchard run --phone"), "warning")

    def browse(self) -> None:
        """Opens a browser on the running capture, or on one that lasts as long as the browser."""
        self._start(_("The browser is starting."), "browse", "--db", str(self.feed.path))

    @work(group="commands")
    async def _start(self, said: str, *arguments: str) -> None:
        self.say(said)
        ended = await commands.run(*arguments)
        if ended.code:
            self.say(
                ended.said.replace("\n", "  ") or _("It stopped with code {n}.").format(n=ended.code), "error"
            )
        elif ended.said:
            self.say(ended.said.splitlines()[-1])

    def export(self, site: str) -> None:
        """Offers to write the report of a site, into the folder where Mouchard was started."""
        from mouchard.tui.screens.export import Export

        if not site or site == "browser":
            self.say(_("Select a site."))
        else:
            self.push_screen(Export(self.feed.path, site, Path.cwd() / "mouchard-report"))

    def visit_site(self, site: str) -> None:
        """Shows one site."""
        self.push_screen(SiteView(site))

    def visit_company(self, recipient: str) -> None:
        """Shows what one company can put together."""
        self.push_screen(RecipientView(recipient))

    # --- keys ------------------------------------------------------------------------------------

    def action_help(self) -> None:
        if isinstance(self.screen, Help):
            self.pop_screen()
        elif isinstance(self.screen, View):
            self.push_screen(Help())

    def action_view(self, number: int) -> None:
        """Goes back to the overview, and from there to another view."""
        if not isinstance(self.screen, View):
            return
        while not isinstance(self.screen, Overview):
            self.pop_screen()
        if number > 1:
            self.push_screen((Sites, Recipients, DataTypes, Events)[number - 2]())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        return palette.commands(self, screen)

    def action_theme(self) -> None:
        dark = self.current_theme.dark
        self.theme = (theme.LIGHT if dark else theme.DARK).name
        self._redraw()

    @work(group="leave", exclusive=True)
    async def action_leave(self) -> None:
        """Quits; where that ends a capture, only after a yes."""
        if isinstance(self.screen, Confirm):
            return
        stops = self.stops_capture and self.recorder.running
        if not stops or await self.push_screen_wait(
            Confirm(_("Quitting stops the capture. Quit?"), _("quit"))
        ):
            self.exit(return_code=0)
