"""Every recorded message, one line each, however many there are; it follows the tail while one is at it."""

from __future__ import annotations

import time
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar, TypeAlias, overload

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from mouchard.language import _, mark, plural
from mouchard.store.filterlang import EVERYTHING, Query
from mouchard.store.rows import RequestRow
from mouchard.tui import keys, story, text
from mouchard.tui.screens.base import View
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.groups import Groups
from mouchard.tui.text import cell
from mouchard.tui.widgets.key_bar import KeyBar
from mouchard.tui.widgets.table import Column, Table

KEPT = 2000
"""Rows kept in memory around what was looked at."""

AROUND = 60
"""Rows read before and after a row that came into view."""

Row: TypeAlias = RequestRow | int
"""A message, or its rowid while it is being read."""

COLUMNS = (
    Column(mark("Time"), 10),
    Column("", 3),
    Column(mark("Site"), 16, share=2),
    Column(mark("Who gets it"), 16, share=2),
    Column(mark("Request"), 20, share=3),
    Column(mark("Outcome"), 16, from_width=110),
)


class Stream(Sequence[Row]):
    """All rowids, and the rows of those last looked at."""

    def __init__(self) -> None:
        self.ids = array("q")
        self.rows: OrderedDict[int, RequestRow] = OrderedDict()
        self.wanted: set[int] = set()

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self.ids)))]
        rowid = self.ids[index]
        if rowid not in self.rows:
            self.wanted.add(index % len(self.ids))
            return rowid
        return self.rows[rowid]

    def place(self, rowid: int) -> int:
        """Where this row is, the first place where it is gone."""
        try:
            return self.ids.index(rowid)
        except ValueError:
            return 0

    def missing(self) -> list[int]:
        """Rowids to be read now: those asked for, and some around them."""
        near = {
            place
            for wanted in self.wanted
            for place in range(max(wanted - AROUND, 0), min(wanted + AROUND, len(self.ids)))
        }
        self.wanted.clear()
        return [self.ids[place] for place in sorted(near) if self.ids[place] not in self.rows][:480]

    def keep(self, rows: Sequence[RequestRow]) -> None:
        """Remembers rows, forgets the oldest beyond `KEPT`."""
        for row in rows:
            self.rows[row.rowid] = row
        while len(self.rows) > KEPT:
            self.rows.popitem(last=False)


class EventTable(Table[Row]):
    """Rows by their rowid: finding one's place among a million takes no search."""

    def follow(self, stream: Stream, at: int) -> None:
        """Shows the stream with the cursor on this place."""
        self._rows, self._moved_by_hand = stream, True
        self.virtual_size = self.virtual_size.with_height(len(stream) + 1)
        self._go(at)


ORDERS = {
    "tail": mark("as they come"),
    "latest": mark("the latest first"),
    "level": mark("the most serious first"),
}

SPARE = 8
"""What takes long is read again only after this many times what reading it took."""


class Events(View):
    """The tail of the capture; going up stops following, End goes on."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("events")

    def __init__(self, narrowed: Query = EVERYTHING, called: str = "") -> None:
        """`narrowed` comes on top of the filter; `called` says in words what it leaves."""
        super().__init__()
        self._narrowed = narrowed
        self._called = called
        self._stream = Stream()
        self._read: tuple[Query, str] | None = None
        self._order = "tail"
        self._seen = 0
        self._not_before = 0.0
        self._wanting = False

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        yield EventTable(COLUMNS, lambda row: str(_rowid(row)), self._cells, id="events")
        yield KeyBar("table", "events")

    def on_mount(self) -> None:
        super().on_mount()
        self.table.focus()
        self.tell()

    @property
    def table(self) -> EventTable:
        return self.query_one(EventTable)

    @property
    def following(self) -> bool:
        """True while the cursor is on the newest row, which is the last one or the first."""
        return self.table.cursor >= self._seen - 1 if self._order == "tail" else self.table.cursor == 0

    @work(exclusive=True)
    async def tell(self, *_snapshot: object) -> None:
        """Reads what came since, all of it when filter or order changed."""
        query, order = Query((*self.live.filter_query.terms, *self._narrowed.terms)), self._order
        anew = (query, order) != self._read
        began = time.monotonic()
        if order == "level" and not anew and began < self._not_before:
            return
        stream = Stream() if anew else self._stream
        newest = max(stream.ids[:1] + stream.ids[-1:], default=0)
        try:
            if order == "level":
                fresh = await self.ask(lambda reader: reader.request_ids_by_level(query))
            else:
                fresh = await self.ask(lambda reader: reader.request_ids(query, newest))
        except Exception as error:  # the status line of the overview tells it; the list stays as it was
            self.log.error(f"events: {error}")
            return
        self._not_before = began + (SPARE + 1) * (time.monotonic() - began)
        self._take(stream, fresh, anew)
        self._read = (query, order)
        self.redraw()

    def _take(self, stream: Stream, fresh: array[int], anew: bool) -> None:
        """Puts what was read into the list; the cursor follows the newest row, or stays on its own."""
        following, row = anew or self.following, self.table.row
        for rowid in [rowid for rowid in list(stream.rows)[-200:] if stream.rows[rowid].outcome == "pending"]:
            del stream.rows[rowid]  # answered since, perhaps
        match self._order:
            case "tail":
                stream.ids.extend(fresh)
            case "latest":
                fresh.reverse()
                stream.ids = fresh + stream.ids
            case _:
                stream.ids = fresh
        self._stream = stream
        if following:
            self._seen = len(stream)
            self.table.follow(stream, len(stream) - 1 if self._order == "tail" else 0)
        elif self._order == "tail" or row is None:
            self.table.follow(stream, self.table.cursor)
        else:
            self.table.follow(stream, stream.place(_rowid(row)))

    def redraw(self) -> None:
        super().redraw()
        said = Text.assemble((_("Events"), "bold"), "   ")
        if self._called:
            said.append_text(cell(self._called, "bold", limit=80)).append("   ")
        said.append(plural("{n} message", "{n} messages", len(self._stream)), self.colours.dim)
        said.append("   " + _(ORDERS[self._order]), self.colours.dim)
        if (query := self.live.filter_query).terms:
            said.append_text(cell(f"   / {query}", self.colours.key))
        if new := len(self._stream) - self._seen:
            end = plural("{n} new: End", "{n} new: End", new)
            said.append(
                "   " + (end if self._order == "tail" else plural("{n} new: Home", "{n} new: Home", new)),
                f"{self.colours.warn} bold",
            )
        self.query_one("#heading", Static).update(said)
        self.table.refresh()

    def _want(self) -> None:
        """A row came into view that has not been read: reads all such rows once the picture is drawn."""
        if not self._wanting:
            self._wanting = True
            self.call_later(self._fill)

    @work(exclusive=True, group="detail")
    async def _fill(self) -> None:
        self._wanting = False
        stream = self._stream
        if ids := stream.missing():
            try:
                stream.keep(await self.ask(lambda reader: reader.requests_by_id(ids)))
            except Exception as error:  # told by the status line of the overview
                self.log.error(f"events: {error}")
                return
            self.table.refresh()

    def on_table_moved(self, event: Table.Moved) -> None:
        event.stop()
        newest = len(self._stream) - 1 if self._order == "tail" else 0
        if self.table.cursor == newest:
            self._seen = len(self._stream)
        self.redraw()

    def on_table_opened(self, event: Table.Opened) -> None:
        event.stop()
        row = self.table.row
        if isinstance(row, RequestRow):
            who = f"{text.site(row.site)} → {row.company or row.host}"
            self.app.push_screen(Findings(self._narrow(row), who))

    def _narrow(self, row: RequestRow) -> Query:
        query = Query().and_("host", row.host)
        return query.and_("site", row.site) if row.site else query

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_sort(self) -> None:
        """As they come, the latest first, the most serious first."""
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self.tell()

    def action_group(self) -> None:
        self.app.push_screen(Groups())

    def action_copy(self) -> None:
        row = self.table.row
        if isinstance(row, RequestRow):
            self.live.copy(f"{row.method} {row.url} {row.request}")

    def action_export(self) -> None:
        row = self.table.row
        self.live.export(row.site if isinstance(row, RequestRow) else "")

    def _cells(self, row: Row, widths: Sequence[int]) -> Sequence[Text]:
        colours = self.colours
        if isinstance(row, int):
            self._want()
            return (Text("…", colours.dim), *(Text() for _width in widths[1:]))
        quiet = colours.dim if row.level == "L0" else ""
        return (
            Text(text.clock(row.time, self.live.now()), colours.dim),
            Text(text.SHAPES[row.level], colours.levels[row.level]),
            cell(text.site(row.site), quiet, widths[2]),
            (cell if row.company else text.host)(row.company or row.host, quiet, widths[3]),
            cell(f"{row.method} {row.url.partition('://')[2] or row.url}", colours.dim, widths[4] or 1),
            cell(story.outcome(row.outcome), colours.dim, widths[5] or 1),
        )


def _rowid(row: Row) -> int:
    return row if isinstance(row, int) else row.rowid
