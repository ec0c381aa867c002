"""Who they are and where: dated, sourced facts side by side, never merged into a flag."""

from __future__ import annotations

from collections.abc import Iterator

from mouchard import words
from mouchard.classify.companies import Jurisdiction, jurisdictions
from mouchard.language import _, mark
from mouchard.report.content import SiteReport
from mouchard.report.document import Block, Section, Table, Text
from mouchard.report.notes import seat_source
from mouchard.report.places import country
from mouchard.store.rows import Flow

TOOLS = (
    mark("EU-US Data Privacy Framework"),
    mark("standard contractual clauses"),
    mark("binding corporate rules"),
)
"""Transfer tools as the bundled table names them; `_(tool)` gives each in the language in use."""

NEEDED = frozenset({"payment", "cdn", "consent", "security"})
"""What a company does that the law may exempt from a choice."""

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)


def recipients(report: SiteReport) -> Section:
    """A table of the companies behind the hosts."""
    title = _("Who they are, where")
    known = {flow.company.name: flow for flow in report.companies if flow.company}
    blocks: list[Block] = []
    if known:
        heads = (
            _("Company"),
            _("What it does"),
            _("Party"),
            _("Seat"),
            _("Entity in the EU"),
            _("Transfers, as the company states"),
            _("Sources and dates"),
        )
        rows = tuple(
            _row(name, flow) for name, flow in sorted(known.items(), key=lambda pair: pair[0].casefold())
        )
        blocks.append(Table(heads, rows, _("Companies")))
        blocks.append(
            Text(
                _("Each fact stands alone, with its source and date. The seat says whose law the company"
                  " answers to first, not where the data rests. What a company states of transfers is its own"
                  " word. The first hop was not measured: nobody was asked in which country an address lies.")
            )
        )  # fmt: skip
    if needed := sorted(
        name for name, flow in known.items() if flow.company and flow.company.category in NEEDED
    ):
        blocks.append(
            Text(
                _("Payment, delivery of content, consent and security may be needed for what the person asked"
                  " of the site, and exempt from a choice; the site has to say so: {names}.").format(
                    names=", ".join(needed)
                )
            )
        )  # fmt: skip
    if unknown := sorted(flow.recipient for flow in report.others if not flow.company):
        names = ", ".join(name for name in unknown[:60])
        blocks.append(Text(_("No company is known behind: {hosts}.").format(hosts=names)))
    if not blocks:
        blocks.append(Text(_("No other company was contacted.")))
    return Section("recipients", title, tuple(blocks))


def _row(name: str, flow: Flow) -> tuple[str, ...]:
    company = flow.company
    assert company is not None
    answers = jurisdictions().get(name)
    return (
        name,
        _(company.category) or _("unknown"),
        _(words.PARTIES[flow.party]),
        country(company.country) or _("unknown"),
        _entity(answers),
        _transfer(company.country, answers),
        _("; ").join(_sources(flow, answers)) or _("unknown"),
    )


def _entity(answers: Jurisdiction | None) -> str:
    if answers is None or not answers.eu_entity:
        return _("unknown")
    where = country(answers.eu_country)
    return f"{answers.eu_entity} ({where})" if where else answers.eu_entity


def _transfer(seat: str, answers: Jurisdiction | None) -> str:
    if answers is not None and answers.transfer:
        return _("; ").join(_(tool) for tool in answers.transfer.split("; "))
    return _("no transfer tool needed for this seat (EEA)") if seat in EEA else _("unknown")


def _sources(flow: Flow, answers: Jurisdiction | None) -> Iterator[str]:
    company = flow.company
    assert company is not None
    if company.source:
        yield _("seat: {source}, {date}").format(
            source=seat_source(company.source), date=company.as_of or "–"
        )
    if answers is not None:
        yield _("entity and transfers: {source}, {date}").format(source=answers.source, date=answers.as_of)
