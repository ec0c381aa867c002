"""The companies: all that were met, and what one of them can put together about the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text

from mouchard import words
from mouchard.language import _, mark, plural
from mouchard.store.filterlang import EVERYTHING
from mouchard.store.read import Reader
from mouchard.store.rows import CompanyRow, Flow
from mouchard.tui import story, text
from mouchard.tui.linkage import Tie, links
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.sheet import Page, Sheet
from mouchard.tui.text import cell, padded
from mouchard.tui.widgets.table import Column

READ = 2000
"""Findings read to see which values come back, the newest."""


class Recipients(Sheet[None, CompanyRow]):
    """Every company that was reached, over all sites."""

    COLUMNS: ClassVar = (
        Column(mark("Who gets it"), 20, share=2),
        Column(mark("Data about you"), 20, share=4),
        Column(mark("Level"), 13),
        Column(mark("Sites"), 5, right=True),
        Column("#", 4, right=True),
        Column(mark("Last"), 10, right=True, from_width=79),
    )

    def read(self, reader: Reader) -> Page[None, CompanyRow]:
        return Page(None, reader.companies(self.live.filter_query))

    def about(self, page: Page[None, CompanyRow]) -> Text:
        got = sum(1 for row in page.rows if row.findings)
        said = Text.assemble((_("Recipients"), "bold"), "   ")
        said.append(plural("{n} company got data about you", "{n} companies got data about you", got))
        rest = plural("{n} only contacted", "{n} only contacted", len(page.rows) - got)
        return said.append(", " + rest, self.colours.dim)

    def key(self, row: CompanyRow) -> str:
        return row.recipient

    def cells(self, row: CompanyRow, widths: Sequence[int]) -> Sequence[Text]:
        quiet = "" if row.findings else self.colours.dim
        return (
            (cell if row.company else text.host)(row.recipient, quiet, widths[0]),
            cell(", ".join(_(words.short(kind)) for kind in row.types if kind), quiet, widths[1]),
            text.level(row.level, self.colours),
            Text(text.count(len(row.sites)), quiet),
            Text(text.count(row.findings) if row.findings else "", quiet),
            Text(text.clock(row.last, self.live.now()), self.colours.dim),
        )

    def open(self, row: CompanyRow) -> None:
        self.app.push_screen(RecipientView(row.recipient))


class RecipientView(Sheet[tuple[CompanyRow | None, tuple[Tie, ...], bool], Flow]):
    """One company: which values let it recognise the person, and what comes from which site."""

    COLUMNS: ClassVar = (
        Column(mark("Site"), 18, share=2),
        Column(mark("Data about you"), 18, share=4),
        Column(mark("Level"), 13),
        Column(mark("Devices"), 9, right=True, from_width=70),
        Column("#", 4, right=True),
        Column(mark("Last"), 10, right=True, from_width=79),
    )

    def __init__(self, recipient: str) -> None:
        """`recipient` is a company, or a host where no company is known."""
        super().__init__()
        self.recipient = recipient
        self._query = EVERYTHING.and_("company", recipient) if recipient else EVERYTHING

    def read(self, reader: Reader) -> Page[tuple[CompanyRow | None, tuple[Tie, ...], bool], Flow]:
        mine = (row for row in reader.companies(self._query) if row.recipient == self.recipient)
        flows = [flow for flow in reader.flows(self._query) if flow.recipient == self.recipient]
        rows = [
            row for row in reader.findings(self._query, READ + 1) if story.company_of(row) == self.recipient
        ]
        return Page((next(mine, None), links(rows[:READ]), len(rows) > READ), flows)

    def about(self, page: Page[tuple[CompanyRow | None, tuple[Tie, ...], bool], Flow]) -> Text:
        known, found, more = page.about
        colours = self.colours
        said = Text(end="")
        if page.rows:
            said.append_text(cell(story.recipient(page.rows[0]), "bold", limit=120))
        else:
            said.append_text(cell(self.recipient, "bold", limit=120))
        if known and known.company and known.company.source:
            source = f"   {known.company.source.partition(' (')[0]} {known.company.as_of}"
            said.append_text(cell(source, colours.dim, limit=80))
        if known:
            said.append("\n" + _("Hosts:") + " ", colours.dim)
            said.append_text(cell(", ".join(known.hosts), colours.dim, limit=120))
        said.append("\n" + _("What it can put together about you"), f"bold {colours.key}")
        if not found:
            return said.append(
                "\n  " + _("No value that comes back was recognised; it sees your IP address.")
            )
        for link in found[:7]:
            said.append("\n" + ("═ " if link.joins else "─ "), colours.warn if link.joins else colours.dim)
            said.append_text(padded(_(words.short(link.type)), 18, "bold"))
            said.append_text(cell(f"  {link.value}  ", colours.strong, limit=40))
            said.append(plural("{n} site", "{n} sites", len(link.sites)) + ", ")
            said.append(plural("{n} device", "{n} devices", len(link.devices)))
            if link.joins:
                names = ", ".join(text.site(site) for site in link.sites)
                said.append_text(cell(f": {names}", colours.dim, limit=200))
        joined = {site for link in found if link.joins for site in link.sites}
        if len(joined) > 1:
            said.append("\n" + plural(
                "The same value comes from {n} site: the visits there can be joined to one person.",
                "The same values come from {n} sites: the visits there can be joined to one person.",
                len(joined),
            ))  # fmt: skip
        if more:
            said.append("\n" + _("the newest {n} findings").format(n=READ), colours.dim)
        return said

    def key(self, row: Flow) -> str:
        return row.site

    def cells(self, row: Flow, widths: Sequence[int]) -> Sequence[Text]:
        quiet = "" if row.findings else self.colours.dim
        return (
            cell(text.site(row.site), quiet, widths[0]),
            cell(text.types(row.types), quiet, widths[1]),
            text.level(row.level, self.colours),
            Text(text.count(len(row.clients)), quiet),
            Text(text.count(row.findings) if row.findings else "", quiet),
            Text(text.clock(row.last, self.live.now()), self.colours.dim),
        )

    def open(self, row: Flow) -> None:
        query = self._query.and_("site", row.site) if row.site else self._query
        self.app.push_screen(Findings(query, f"{text.site(row.site)} → {row.recipient}", row))

    def site(self, row: Flow | None) -> str:
        return row.site if row else ""
