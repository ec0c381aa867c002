"""Who gets what: site → recipient → data types → count → last seen."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mouchard import words
from mouchard.language import _, mark, plural
from mouchard.tui import text
from mouchard.tui.feed import Snapshot
from mouchard.tui.grouping import TITLES, shown
from mouchard.tui.outline import ContactsLine, GroupLine, Line, outline
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette, palette
from mouchard.tui.widgets.table import Column, Table

COLUMNS = (
    Column(TITLES["site"], 24, share=3),
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
        self._snapshot: Snapshot | None = None
        self._toggled: set[str] = set()
        self._choices: dict[str, str] = {}
        self._now = 0.0
        self._order = "level"

    def tell(self, snapshot: Snapshot) -> None:
        """Replaces the lines; the moment of the picture decides which times are shown as dates."""
        self._snapshot, self._now = snapshot, snapshot.taken
        self._choices = {mark.site: mark.phase for mark in snapshot.marks}
        self.entitle(TITLES[snapshot.by], mark("From") if snapshot.by == "type" else COLUMNS[1].label)
        self._lay_out()

    def _lay_out(self) -> None:
        if self._snapshot:
            self.show(outline(self._snapshot.parts, self._snapshot.by, self._toggled, self._order))

    def fold(self, closed: bool) -> None:
        """Folds or unfolds the selected line; folding a recipient folds its site."""
        line = self.row
        if line is None:
            return
        target = line
        if closed and not (isinstance(line, GroupLine | ContactsLine) and line.open):
            target = next(
                (found for found in reversed(self.rows[: self.cursor]) if _parent(found, line)), line
            )
        if isinstance(target, GroupLine | ContactsLine) and target.open == closed:
            self.toggle(target)

    def toggle(self, line: GroupLine | ContactsLine) -> None:
        """Opens a closed line, closes an open one, and puts the cursor on it."""
        self._toggled ^= {line.key}
        self.select(line.key)
        self._lay_out()

    def reorder(self) -> str:
        """Takes the next order, and says it in English words for `_`."""
        names = list(ORDERS)
        self._order = names[(names.index(self._order) + 1) % len(names)]
        self._lay_out()
        return ORDERS[self._order]

    @property
    def colours(self) -> Palette:
        return palette(self.app.current_theme.dark)

    def _cells(self, line: Line, widths: Sequence[int]) -> Sequence[Text]:
        colours = self.colours
        name, data, *_rest = widths
        if isinstance(line, GroupLine):
            sign = "▾ " if line.open else "▸ "
            said = self._extent(line)
            if choice := self._choices.get(line.site):
                said += " · " + _(words.PHASES[choice])
            called = shown(line.by, line.name, self._snapshot.devices if self._snapshot else {})
            return (
                cell(sign + called, "bold", name),
                cell(said, colours.dim, data),
                Text() if line.open else text.level(line.level, colours),
                Text(text.count(line.findings), f"bold {'' if line.findings else colours.dim}"),
                Text(text.clock(line.last, self._now), colours.dim),
            )
        if isinstance(line, ContactsLine):
            sign = "▾ " if line.open else "▸ "
            said = (
                plural("contacted from {n} site", "contacted from {n} sites", len(line.flows))
                if line.by == "company"
                else plural("{n} only contacted", "{n} only contacted", len(line.flows))
            )
            names = ", ".join(
                text.site(flow.site) if line.by == "company" else flow.recipient for flow in line.flows[:20]
            )
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
        if line.by == "company":
            who = cell(text.site(flow.site), quiet, name - len(indent))
        else:
            who = (cell if flow.company else text.host)(flow.recipient, quiet, name - len(indent))
        sites = ", ".join(text.site(way.site) for way in line.ways[:20])
        what = sites if line.by == "type" else text.types(flow.types)
        return (
            Text(indent, end="").append_text(who),
            cell(what, quiet, data),
            text.level(flow.level, colours),
            Text(text.count(flow.findings) if flow.findings else "", quiet),
            Text(text.clock(flow.last, self._now), colours.dim),
        )

    def _extent(self, line: GroupLine) -> str:
        """How many companies got something from a site; of a company, from how many sites; else both."""
        leaks = line.leaks
        if not leaks:
            return _("contacts only")
        companies = plural("{n} company", "{n} companies", len({flow.recipient for flow in leaks}))
        sites = plural("{n} site", "{n} sites", len({flow.site for flow in leaks}))
        if line.by in ("site", "company"):
            return companies if line.by == "site" else sites
        return f"{sites}, {companies}"


def _parent(candidate: Line, line: Line) -> bool:
    if isinstance(candidate, ContactsLine):
        return getattr(line, "contact", False)
    return isinstance(candidate, GroupLine)
