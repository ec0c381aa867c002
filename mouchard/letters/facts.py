"""What a letter may state: findings on a site that is certain, that left, and whom they reached."""

from __future__ import annotations

from dataclasses import dataclass

from mouchard.errors import BadInput
from mouchard.printable import printable
from mouchard.report import content
from mouchard.report.content import Card, Verb, verb
from mouchard.store.filterlang import Query
from mouchard.store.read import Reader
from mouchard.store.terms import Term

SAID: tuple[Verb, ...] = ("sent", "exposed", "appears", "may")
"""What a letter speaks of, surest first; what never left is no matter for one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The recorded ground of a letter to one addressee."""

    target: str
    """A site's domain, or a company as it is named on screen."""
    is_site: bool
    sites: tuple[str, ...]
    first: float
    last: float
    contacted: tuple[str, ...]
    """Other companies or hosts that the site made the browser contact."""
    cards: tuple[Card, ...]

    def said(self, verb: Verb) -> tuple[Card, ...]:
        """The findings that one verb holds for."""
        return tuple(card for card in self.cards if card.verb == verb)


def gather(reader: Reader, target: str, client: str = "") -> Facts:
    """The facts for a letter to a recorded site or company; BadInput for a name never recorded."""
    clients = (Term("client", client),) if client else ()
    site = next((row for row in reader.sites(Query(clients)) if row.site == target), None)
    if site is not None:
        query = Query((Term("site", target), *clients))
        flows = [flow for flow in reader.flows(query) if flow.site == target and flow.party != "first"]
        contacted = tuple(sorted({flow.recipient for flow in flows}))
        return Facts(target, True, (target,), site.first, site.last, contacted, _cards(reader, query, target))
    companies = reader.companies(Query(clients))
    company = next((row for row in companies if row.recipient.casefold() == target.casefold()), None)
    if company is None:
        some = ", ".join(printable(row.recipient) for row in companies[:8]) or "none yet"
        raise BadInput(f"neither a site nor a company of this name was recorded: {printable(target)}",
                       f"companies: {some}; `mouchard sites` lists the sites")  # fmt: skip
    name = company.recipient
    query = Query((Term("company", name), *clients))
    flows = [flow for flow in reader.flows(query) if flow.recipient == name and flow.party != "first"]
    first = min((flow.first for flow in flows), default=company.last)
    cards = _cards(reader, query, company=name)
    return Facts(name, False, company.sites, first, company.last, (), cards)


def _cards(reader: Reader, query: Query, site: str = "", company: str = "") -> tuple[Card, ...]:
    rows = [
        row
        for row in reader.findings(query, newest_first=False)
        if row.site_confidence == "high"
        and verb(row) in SAID
        and (row.site == site if site else content.recipient_of(row) == company and row.party != "first")
    ]
    return content.cards(rows)
