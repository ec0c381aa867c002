"""The sites and apps: all of them, and what left one of them, phase by phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text

from mouchard import words
from mouchard.language import _, mark, plural
from mouchard.store.filterlang import EVERYTHING
from mouchard.store.read import Reader
from mouchard.store.rows import Flow, SiteRow
from mouchard.tui import choices, text
from mouchard.tui.choices import PHASES, Phases
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.sheet import Page, Sheet
from mouchard.tui.text import cell, padded
from mouchard.tui.widgets.table import Column


class Sites(Sheet[None, SiteRow]):
    """Every site and app."""

    COLUMNS: ClassVar = (
        Column(mark("Site"), 20, share=2),
        Column(mark("Data about you"), 20, share=4),
        Column(mark("Level"), 13),
        Column(mark("Companies"), 11, right=True, from_width=79),
        Column("#", 4, right=True),
        Column(mark("Last"), 10, right=True, from_width=90),
    )

    def read(self, reader: Reader) -> Page[None, SiteRow]:
        return Page(None, reader.sites(self.live.filter_query))

    def about(self, page: Page[None, SiteRow]) -> Text:
        leaking = sum(1 for row in page.rows if row.findings)
        said = Text.assemble((_("Sites"), "bold"), "   ")
        said.append(plural("data about you left {n} site", "data about you left {n} sites", leaking))
        quiet = len(page.rows) - leaking
        more = plural("nothing recognised on {n} more", "nothing recognised on {n} more", quiet)
        return said.append(", " + more, self.colours.dim)

    def key(self, row: SiteRow) -> str:
        return row.site

    def cells(self, row: SiteRow, widths: Sequence[int]) -> Sequence[Text]:
        quiet = "" if row.findings else self.colours.dim
        return (
            cell(text.site(row.site), quiet, widths[0]),
            cell(", ".join(_(words.short(kind)) for kind in row.types if kind), quiet, widths[1]),
            text.level(row.level, self.colours),
            Text(text.count(row.companies), quiet),
            Text(text.count(row.findings) if row.findings else "", quiet),
            Text(text.clock(row.last, self.live.now()), self.colours.dim),
        )

    def open(self, row: SiteRow) -> None:
        self.app.push_screen(SiteView(row.site))

    def site(self, row: SiteRow | None) -> str:
        return row.site if row else ""


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """What stands over the companies of a site."""

    row: SiteRow | None
    phases: Phases


class SiteView(Sheet[SiteFacts, Flow]):
    """One site: which data left it, to whom, before and after each choice."""

    COLUMNS: ClassVar = (
        Column(mark("Who gets it"), 20, share=2),
        Column(mark("Data about you"), 18, share=4),
        Column(mark("Level"), 13),
        Column(mark("Messages"), 8, right=True, from_width=79),
        Column("#", 4, right=True),
        Column(mark("before"), 8, right=True, from_width=120),
        Column(mark("accepted"), 8, right=True, from_width=120),
        Column(mark("refused"), 8, right=True, from_width=120),
        Column(mark("withdrawn"), 9, right=True, from_width=120),
    )

    def __init__(self, site: str) -> None:
        super().__init__()
        self.name_of_site = site
        self._query = EVERYTHING.and_("site", site) if site else EVERYTHING
        self._by_phase: dict[tuple[str, str], int] = {}

    def read(self, reader: Reader) -> Page[SiteFacts, Flow]:
        mine = [row for row in reader.sites(self._query) if row.site == self.name_of_site]
        flows = [flow for flow in reader.flows(self._query) if flow.site == self.name_of_site]
        phases = choices.read(reader, self._query, self.name_of_site)
        return Page(SiteFacts(mine[0] if mine else None, phases), flows)

    def about(self, page: Page[SiteFacts, Flow]) -> Text:
        facts, colours = page.about, self.colours
        self._by_phase = {
            (phase, flow.recipient): flow.findings for phase, flows in facts.phases for flow in flows
        }
        said = Text.assemble(cell(text.site(self.name_of_site), "bold"), "   ")
        if facts.row:
            row = facts.row
            said.append(plural("{n} message", "{n} messages", row.messages) + "  ")
            said.append(plural("{n} company", "{n} companies", row.companies) + "  ")
            said.append(plural("{n} leak", "{n} leaks", row.findings) + "  ", "bold")
            sealed = plural("{n} connection not read", "{n} connections not read", row.sealed)
            said.append(sealed, colours.dim)
        said.append("\n" + _("Data about you that left this site"), f"bold {colours.key}")
        kinds: dict[str, list[str]] = {}
        for flow in page.rows:
            for kind, _number in flow.types:
                kinds.setdefault(kind, []).append(flow.recipient)
        for kind, recipients in list(kinds.items())[:6]:
            said.append("\n  ")
            said.append_text(padded(_(words.short(kind)), 18, "bold"))
            said.append_text(cell("  " + ", ".join(recipients), limit=70))
        if not kinds:
            said.append("\n  " + _("No data of yours was recognised in what left this site."))
        if facts.phases:
            said.append_text(choices.told(facts.phases, colours))
        if not facts.phases:
            said.append("\n" + _("No choice marked: m notes what you chose on the banner."), colours.dim)
        return said

    def key(self, row: Flow) -> str:
        return row.recipient

    def cells(self, row: Flow, widths: Sequence[int]) -> Sequence[Text]:
        quiet = "" if row.findings else self.colours.dim
        seen = {phase for phase, _flows in self.page.about.phases} if self.page else set()
        return (
            (cell if row.company else text.host)(row.recipient, quiet, widths[0]),
            cell(text.types(row.types), quiet, widths[1]),
            text.level(row.level, self.colours),
            Text(text.count(row.messages), quiet),
            Text(text.count(row.findings) if row.findings else "", quiet),
            *(
                Text(
                    text.count(self._by_phase.get((phase, row.recipient), 0)) if phase in seen else "", quiet
                )
                for phase in PHASES
            ),
        )

    def open(self, row: Flow) -> None:
        query = self._query.and_("company", row.recipient)
        self.app.push_screen(Findings(query, f"{text.site(row.site)} → {row.recipient}", row))

    def site(self, row: Flow | None) -> str:
        return self.name_of_site
