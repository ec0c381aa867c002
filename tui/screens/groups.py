"""The events put together: how much there is of each site, company, data type, device or person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import BindingType

from mouchard.language import _, mark, plural
from mouchard.store.filterlang import EVERYTHING
from mouchard.store.read import Reader
from mouchard.store.rows import GroupRow
from mouchard.tui import keys, text
from mouchard.tui.grouping import NAMES, SAID, Group, after, narrowed, shown
from mouchard.tui.screens.sheet import Page, Sheet
from mouchard.tui.text import cell
from mouchard.tui.widgets.key_bar import KeyBar
from mouchard.tui.widgets.table import Column


class Groups(Sheet[Mapping[str, str], GroupRow]):
    """One line a group; Enter shows its events, the same key again groups by something else."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("sheet") + keys.bindings("groups")
    COLUMNS: ClassVar = (
        Column("", 24, share=1),
        Column(mark("Messages"), 9, right=True),
        Column("#", 6, right=True),
        Column(mark("Level"), 13),
        Column(mark("Last"), 10, right=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self.by: Group = "site"

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(KeyBar).places = ("table", "sheet", "groups")

    def read(self, reader: Reader) -> Page[Mapping[str, str], GroupRow]:
        devices = {row.key: row.name for row in reader.clients()}
        return Page(devices, reader.groups(self.live.filter_query, self.by))

    def about(self, page: Page[Mapping[str, str], GroupRow]) -> Text:
        said = Text.assemble((_("Events"), "bold"), "   ", (_(SAID[self.by]), "bold"), "   ")
        return said.append(plural("{n} line", "{n} lines", len(page.rows)), self.colours.dim)

    def key(self, row: GroupRow) -> str:
        return f"{self.by}\x1f{row.name}"

    def cells(self, row: GroupRow, widths: Sequence[int]) -> Sequence[Text]:
        quiet = "" if row.findings else self.colours.dim
        return (
            cell(self._called(row), quiet, widths[0]),
            Text(text.count(row.messages) if row.messages else "", quiet),
            Text(text.count(row.findings) if row.findings else "", quiet),
            text.level(row.level, self.colours),
            Text(text.clock(row.last, self.live.now()), self.colours.dim),
        )

    def redraw(self) -> None:
        self.table.entitle(NAMES[self.by])
        super().redraw()

    def _called(self, row: GroupRow) -> str:
        return shown(self.by, row.name, self.page.about if self.page else {})

    def open(self, row: GroupRow) -> None:
        from mouchard.tui.screens.events import Events  # which opens this screen

        self.app.push_screen(Events(narrowed(EVERYTHING, self.by, row.name), self._called(row)))

    def site(self, row: GroupRow | None) -> str:
        return row.name if row and self.by == "site" else ""

    def action_group(self) -> None:
        self.by = after(self.by)
        self.tell()
