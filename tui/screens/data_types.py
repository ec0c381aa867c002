"""The data types: which kinds of data left, and who got one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text

from mouchard import words
from mouchard.language import _, mark, plural
from mouchard.store.filterlang import EVERYTHING
from mouchard.store.read import Reader
from mouchard.store.rows import Flow, GroupRow
from mouchard.tui import text
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.sheet import Page, Sheet
from mouchard.tui.text import cell
from mouchard.tui.widgets.table import Column


class DataTypes(Sheet[None, GroupRow]):
    """Every kind of data that left."""

    COLUMNS: ClassVar = (
        Column(mark("Data about you"), 18, share=1),
        Column(mark("Who gets it"), 20, share=4),
        Column(mark("Level"), 13),
        Column(mark("Sites"), 5, right=True),
        Column("#", 4, right=True),
    )

    def read(self, reader: Reader) -> Page[None, GroupRow]:
        return Page(None, reader.groups(self.live.filter_query, "type"))

    def about(self, page: Page[None, GroupRow]) -> Text:
        said = Text.assemble((_("Data types"), "bold"), "   ")
        return said.append(plural("{n} kind of data left", "{n} kinds of data left", len(page.rows)))

    def key(self, row: GroupRow) -> str:
        return row.name

    def cells(self, row: GroupRow, widths: Sequence[int]) -> Sequence[Text]:
        return (
            cell(_(words.short(row.name)), "bold", widths[0]),
            cell(", ".join(row.companies), "", widths[1]),
            text.level(row.level, self.colours),
            Text(text.count(row.sites)),
            Text(text.count(row.findings)),
        )

    def open(self, row: GroupRow) -> None:
        self.app.push_screen(DataTypeView(row.name))


class DataTypeView(Sheet[None, Flow]):
    """One kind of data: why it matters, and each way it took."""

    COLUMNS: ClassVar = (
        Column(mark("Site"), 16, share=1),
        Column(mark("Who gets it"), 16, share=1),
        Column(mark("How"), 12, share=1, from_width=79),
        Column(mark("Level"), 13),
        Column("#", 4, right=True),
        Column(mark("Last"), 10, right=True, from_width=100),
    )

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind
        self._query = EVERYTHING.and_("type", kind)

    def read(self, reader: Reader) -> Page[None, Flow]:
        return Page(None, [flow for kind, flow in reader.split(EVERYTHING, "type") if kind == self.kind])

    def about(self, page: Page[None, Flow]) -> Text:
        said = Text.assemble((_(words.short(self.kind)), "bold"), "   ")
        got = len({flow.recipient for flow in page.rows})
        said.append(plural("{n} company got it", "{n} companies got it", got))
        said.append("\n" + _(words.why(self.kind)))
        if any("hashed" in flow.forms for flow in page.rows):
            said.append("\n" + _(words.HASHED_WHY), self.colours.dim)
        return said

    def key(self, row: Flow) -> str:
        return f"{row.site}\x1f{row.recipient}"

    def cells(self, row: Flow, widths: Sequence[int]) -> Sequence[Text]:
        return (
            cell(text.site(row.site), "", widths[0]),
            (cell if row.company else text.host)(row.recipient, "", widths[1]),
            cell(", ".join(_(words.FORMS[form]) for form in row.forms), "", widths[2]),
            text.level(row.level, self.colours),
            Text(text.count(row.findings)),
            Text(text.clock(row.last, self.live.now()), self.colours.dim),
        )

    def open(self, row: Flow) -> None:
        query = self._query.and_("company", row.recipient)
        if row.site:
            query = query.and_("site", row.site)
        self.app.push_screen(Findings(query, f"{text.site(row.site)} → {row.recipient}", row))

    def site(self, row: Flow | None) -> str:
        return row.site if row else ""
