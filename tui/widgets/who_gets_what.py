"""Who gets what: site → recipient → data types → count → last seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.text import Text

from mouchard import words
from mouchard.language import _, mark, plural
from mouchard.store.rows import Flow, MarkRow
from mouchard.tui import text
from mouchard.tui.outline import ContactsLine, Line, SiteLine, outline
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette, palette
from mouchard.tui.widgets.table import Column, Table

COLUMNS = (
    Column(mark("Site / who gets it"), 24, share=3),
    Column(mark("Data about you"), 21, share=4),
    Column(mark("Level"), 13),
    Column("#", 4, right=True, from_width=70),
    Column(mark("Last"), 10, right=True, from_width=79),
)

ORDERS = {
    "level": mark("the most serious first"),
    "findings": mark("the most leaks first"),
    "last": mark("the latest first"),
}


class WhoGetsWhat(Table[Line]):
    """The overview's table; sites fold, mere contacts are one line until unfolded."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(COLUMNS, lambda line: line.key, self._cells, id=id)
        self._flows: tuple[Flow, ...] = ()
        self._toggled: set[str] = set()
        self._choices: dict[str, str] = {}
        self._now = 0.0
        self._order = "level"

    def tell(self, flows: Iterable[Flow], now: float, marks: Iterable[MarkRow] = ()) -> None:
        """Replaces the flows; `now` decides which times are shown as dates, `marks` are the choices made."""
        self._flows, self._now = tuple(flows), now
        self._choices = {mark.site: mark.phase for mark in marks}
        self.show(outline(self._flows, self._toggled, self._order))

    def fold(self, closed: bool) -> None:
        """Folds or unfolds the selected line; folding a recipient folds its site."""
        line = self.row
        if line is None:
            return
        target = line
        if closed and not (isinstance(line, SiteLine | ContactsLine) and line.open):
            target = next(
                (found for found in reversed(self.rows[: self.cursor]) if _parent(found, line)), line
            )
        if isinstance(target, SiteLine | ContactsLine) and target.open == closed:
            self.toggle(target)

    def toggle(self, line: SiteLine | ContactsLine) -> None:
        """Opens a closed line, closes an open one, and puts the cursor on it."""
        self._toggled ^= {line.key}
        self.select(line.key)
        self.show(outline(self._flows, self._toggled, self._order))

    def reorder(self) -> str:
        """Takes the next order, and says it in English words for `_`."""
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self.show(outline(self._flows, self._toggled, self._order))
        return ORDERS[self._order]

    @property
    def colours(self) -> Palette:
        return palette(self.app.current_theme.dark)

    def _cells(self, line: Line, widths: Sequence[int]) -> Sequence[Text]:
        colours = self.colours
        name, data, *_rest = widths
        if isinstance(line, SiteLine):
            sign = "▾ " if line.open else "▸ "
            got = len(line.leaks)
            said = plural("{n} company", "{n} companies", got) if got else _("contacts only")
            if choice := self._choices.get(line.site):
                said += " · " + _(words.PHASES[choice])
            return (
                cell(sign + text.site(line.site), "bold", name),
                cell(said, colours.dim, data),
                Text() if line.open else text.level(line.level, colours),
                Text(text.count(line.findings), f"bold {'' if line.findings else colours.dim}"),
                Text(text.clock(line.last, self._now), colours.dim),
            )
        if isinstance(line, ContactsLine):
            sign = "▾ " if line.open else "▸ "
            said = plural("{n} only contacted", "{n} only contacted", len(line.flows))
            names = ", ".join(flow.recipient for flow in line.flows[:20])
            return (
                cell("  " + sign + said, colours.dim, name),
                cell("" if line.open else names, colours.dim, data),
                text.level("L0", colours),
                Text(),
                Text(text.clock(max(flow.last for flow in line.flows), self._now), colours.dim),
            )
        flow = line.flow
        quiet = colours.dim if not flow.findings else ""
        indent = "      " if line.contact else "    "
        who = (cell if flow.company else text.host)(flow.recipient, quiet, name - len(indent))
        return (
            Text(indent, end="").append_text(who),
            cell(text.types(flow.types), quiet, data),
            text.level(flow.level, colours),
            Text(text.count(flow.findings) if flow.findings else "", quiet),
            Text(text.clock(flow.last, self._now), colours.dim),
        )


def _parent(candidate: Line, line: Line) -> bool:
    if isinstance(candidate, ContactsLine):
        return getattr(line, "contact", False)
    return isinstance(candidate, SiteLine)
