"""Every recorded message, one line each, however many there are; it follows the tail while one is at it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from typing import ClassVar, TypeAlias, overload

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from mouchard.language import _, mark, plural
from mouchard.store.filterlang import Query
from mouchard.store.rows import RequestRow
from mouchard.tui import keys, story, text
from mouchard.tui.screens.base import View
from mouchard.tui.screens.findings import Findings
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
        """Where this row is, or the next one where it is gone."""
        return min(bisect_left(self.ids, rowid), max(len(self.ids) - 1, 0))

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


class Events(View):
    """The tail of the capture; going up stops following, End goes on."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("events")

    def __init__(self) -> None:
        super().__init__()
        self._stream = Stream()
        self._query: Query | None = None
        self._seen = 0

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
        """True while the cursor is on the last row."""
        return self.table.cursor >= self._seen - 1

    @work(exclusive=True)
    async def tell(self, *_snapshot: object) -> None:
        """Reads what came since, all of it when the filter changed."""
        query = self.live.filter_query
        if query != self._query:
            self._query, self._stream, self._seen = query, Stream(), 0
        stream = self._stream
        last = stream.ids[-1] if len(stream) else 0
        try:
            fresh = await self.live.feed.ask(lambda reader: reader.request_ids(query, last))
        except Exception as error:  # the status line of the overview tells it; the list stays as it was
            self.log.error(f"events: {error}")
            return
        following, at = self.following, self.table.cursor
        pending = [rowid for rowid in list(stream.rows)[-200:] if stream.rows[rowid].outcome == "pending"]
        for rowid in pending:  # answered since, perhaps
            del stream.rows[rowid]
        stream.ids.extend(fresh)
        if following:
            self._seen = len(stream)
        self.table.follow(stream, len(stream) - 1 if following else at)
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        query = self._query
        said = Text.assemble((_("Events"), "bold"), "   ")
        said.append(plural("{n} message", "{n} messages", len(self._stream)), self.colours.dim)
        if query is not None and query.terms:
            said.append_text(cell(f"   / {query}", self.colours.key))
        if new := len(self._stream) - self._seen:
            said.append("   " + plural("{n} new: End", "{n} new: End", new), f"{self.colours.warn} bold")
        self.query_one("#heading", Static).update(said)
        self.table.refresh()
        self.call_after_refresh(self._fill)

    @work(exclusive=True, group="detail")
    async def _fill(self) -> None:
        stream = self._stream
        if ids := stream.missing():
            try:
                stream.keep(await self.live.feed.ask(lambda reader: reader.requests_by_id(ids)))
            except Exception as error:  # told by the status line of the overview
                self.log.error(f"events: {error}")
                return
            self.table.refresh()

    def on_table_moved(self, event: Table.Moved) -> None:
        event.stop()
        if self.table.cursor >= len(self._stream) - 1:
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
