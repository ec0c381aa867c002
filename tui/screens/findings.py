"""The findings of one site or one recipient, the most serious first, then the newest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from mouchard import words
from mouchard.grade import form
from mouchard.language import _, mark, plural
from mouchard.store.filterlang import Query
from mouchard.store.rows import FindingRow, Flow
from mouchard.tui import keys, story, text
from mouchard.tui.screens.base import View
from mouchard.tui.screens.finding import FindingView
from mouchard.tui.text import cell
from mouchard.tui.widgets.key_bar import KeyBar
from mouchard.tui.widgets.table import Column, Table

TIME = Column(mark("Time"), 10)
DATA = Column(mark("Data"), 14, share=1)
VALUE = Column(mark("Value, masked"), 16, share=2)
HOW = Column(mark("How"), 9)
LEVEL = Column(mark("Level"), 13)
WHO = Column(mark("Who gets it"), 10, share=1)
FIELD = Column(mark("Field"), 10, share=2)
CHOICE = Column(mark("Choice"), 12, from_width=100)

MOST = 2000
"""Findings listed at once, the newest; the title says when there are more."""


class Findings(View):
    """A list of findings; Enter opens one."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("findings")

    def __init__(self, query: Query, title: str, flow: Flow | None = None) -> None:
        """`title` may come from the wire; `flow` explains an empty list."""
        super().__init__()
        self._query = query
        self._heading = title
        self._flow = flow
        self._more = False

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        last = FIELD if self._flow else WHO
        columns = (TIME, DATA, VALUE, HOW, LEVEL, last, CHOICE)
        yield Table(columns, lambda row: row.finding.id, self._cells, id="findings")
        yield Static(id="preview", markup=False)
        yield KeyBar("table", "findings")

    def on_mount(self) -> None:
        super().on_mount()
        self._table.focus()
        self.tell()

    @property
    def _table(self) -> Table[FindingRow]:
        return self.query_one(Table)

    @work(exclusive=True)
    async def tell(self, *_snapshot: object) -> None:
        """Reads the list again."""
        try:
            rows = await self.ask(lambda reader: list(reader.findings(self._query, MOST + 1)))
        except Exception as error:  # the status line of the overview tells it; the list stays as it was
            self.log.error(f"findings: {error}")
            return
        self._more = len(rows) > MOST
        self._table.show(sorted(rows[:MOST], key=story.gravity))
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        rows = self._table.rows
        number = plural("{n} finding", "{n} findings", len(rows))
        if self._more:
            number = _("the newest {n} findings").format(n=MOST)
        self.query_one("#heading", Static).update(
            Text.assemble(cell(self._heading, "bold", limit=90), "   ", (number, self.colours.dim))
        )
        self._preview()

    def _preview(self) -> None:
        row = self._table.row
        if row is not None:
            said = Text.assemble(
                cell(story.sentence(row)), "\n", (" ".join(story.why(row)), self.colours.dim)
            )
        else:
            said = Text(
                _("Nothing about you was recognised in what it got.") + "\n" + _(words.WHY["contact"])
            )
        self.query_one("#preview", Static).update(said)

    def on_table_moved(self, event: Table.Moved) -> None:
        event.stop()
        self._preview()

    def on_table_opened(self, event: Table.Opened) -> None:
        event.stop()
        self.app.push_screen(FindingView(tuple(self._table.rows), self._table.cursor))

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_export(self) -> None:
        if row := self._table.row:
            self.live.export(row.site)

    def action_company(self) -> None:
        if row := self._table.row:
            self.live.visit_company(story.company_of(row))

    def action_website(self) -> None:
        if row := self._table.row:
            self.live.visit_site(row.site)

    def action_copy(self) -> None:
        if row := self._table.row:
            self.live.copy(f"{story.sentence(row)} {row.finding.id}")

    def action_choice(self) -> None:
        row = self._table.row
        if row is not None:
            self.live.choose(row.site, row.client)

    def _cells(self, row: FindingRow, widths: Sequence[int]) -> Sequence[Text]:
        colours, found = self.colours, row.finding
        _time, data, value, how, _level, last, choice = widths
        place = f"{found.location}.{found.field}" if self._flow else story.company_of(row)
        return (
            Text(text.clock(row.time, self.live.now()), colours.dim),
            cell(_(words.short(found.type)), "", data),
            cell(found.value, colours.strong, value),
            cell(_(story.SHORT_FORMS[form(found.chain, found.normalisation)]), "", how),
            text.level(found.level, colours),
            cell(place, "", last),
            cell("" if row.phase == "none" else _(words.PHASES[row.phase]), "", choice or 1),
        )
