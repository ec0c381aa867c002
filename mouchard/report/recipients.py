"""Who they are and where: dated, sourced facts side by side, never merged into a flag."""

from __future__ import annotations

from mouchard import words
from mouchard.language import _
from mouchard.report.content import SiteReport
from mouchard.report.document import Block, Section, Table, Text
from mouchard.store.rows import Flow


def recipients(report: SiteReport) -> Section:
    """A table of the companies behind the hosts."""
    title = _("Who they are, where")
    known = {flow.company.name: flow for flow in report.others if flow.company}
    blocks: list[Block] = []
    if known:
        heads = (_("Company"), _("Seat"), _("What it does"), _("Party"), _("Source of these facts"))
        rows = tuple(
            _row(name, flow) for name, flow in sorted(known.items(), key=lambda pair: pair[0].casefold())
        )
        blocks.append(Table(heads, rows, _("Companies")))
        blocks.append(
            Text(_("The seat says whose law the company answers to first, not where the data rests."))
        )
    if unknown := sorted(flow.recipient for flow in report.others if not flow.company):
        names = ", ".join(name for name in unknown[:60])
        blocks.append(Text(_("No company is known behind: {hosts}.").format(hosts=names)))
    if not blocks:
        blocks.append(Text(_("No other company was contacted.")))
    return Section("recipients", title, tuple(blocks))


def _row(name: str, flow: Flow) -> tuple[str, ...]:
    company = flow.company
    assert company is not None
    source = f"{company.source}, {company.as_of}" if company.as_of else company.source
    return (
        name,
        company.country or _("unknown"),
        company.category or _("unknown"),
        _(words.PARTIES[flow.party]),
        source or _("unknown"),
    )
