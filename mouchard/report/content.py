"""What a report says of one site, gathered once from the database; every renderer reads this."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Literal

from mouchard.capture.records import Capture, Phase
from mouchard.errors import BadInput
from mouchard.grade import Form, form
from mouchard.model import Level
from mouchard.printable import printable
from mouchard.report.axes import counts_for
from mouchard.report.contacts import FirstContact, Firsts
from mouchard.report.reason import own
from mouchard.store.filterlang import Query
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow, Flow, GapRow, MarkRow, RequestRow, SealedRow, SnapshotRow
from mouchard.store.ruleset import Ruleset
from mouchard.store.terms import Term

AROUND = 60.0
"""Seconds before and after a visit in which what was sealed may belong to it."""
PHASES: tuple[Phase, ...] = ("none", "before", "accepted", "refused", "withdrawn", "unsettled")
Verb = Literal["sent", "tried", "appears", "may", "exposed"]
"""How surely a value left: see `verb`."""


@dataclass(frozen=True, slots=True)
class Card:
    """One kind of leak: the same data type, in the same field, to the same recipient."""

    number: int
    """Evidence number in this report, from 1."""
    recipient: str
    rows: tuple[FindingRow, ...]
    """Every time it happened, oldest first."""

    @property
    def example(self) -> FindingRow:
        """The first time it happened."""
        return self.rows[0]

    @property
    def level(self) -> Level:
        """The highest level among its findings."""
        return max(row.finding.level for row in self.rows)

    @property
    def form(self) -> Form:
        """How the value travelled the first time."""
        return form(self.example.finding.chain, self.example.finding.normalisation)

    @property
    def forms(self) -> frozenset[Form]:
        """Every way in which it travelled."""
        return frozenset(form(row.finding.chain, row.finding.normalisation) for row in self.rows)

    @property
    def verb(self) -> Verb:
        """The strongest thing that can be said of it."""
        found = {verb(row) for row in self.rows}
        return next(v for v in ("exposed", "sent", "appears", "may", "tried") if v in found)


@dataclass(frozen=True, slots=True)
class SiteReport:
    """All that is known of one site."""

    site: str
    first: float
    last: float
    messages: int
    recipients: tuple[Flow, ...]
    """Other companies first, by level."""
    cards: tuple[Card, ...]
    sealed: tuple[SealedRow, ...]
    gaps: tuple[GapRow, ...]
    marks: tuple[MarkRow, ...]
    captures: tuple[Capture, ...]
    phases: tuple[tuple[Phase, tuple[Flow, ...]], ...]
    """For each phase that was measured, in the order a visit has them, who got what in it."""
    partial: int
    """Findings in messages of which a part was left unread."""
    snapshots: tuple[SnapshotRow, ...] = ()
    """What a watched browser showed and kept; never part of what is shared."""
    contacts: tuple[FirstContact, ...] = ()
    """Who was contacted how soon in each phase; empty where times are rounded."""
    rules: tuple[Ruleset, ...] = ()
    """By which it was judged."""
    shared: bool = False
    """True where it is made to be handed on: times are rounded, devices and pictures left out."""

    @property
    def others(self) -> tuple[Flow, ...]:
        """Recipients that are not the site itself."""
        return tuple(flow for flow in self.recipients if flow.party != "first")

    @property
    def companies(self) -> tuple[Flow, ...]:
        """The others without relays, which are hosts of the site and no companies of their own."""
        return tuple(flow for flow in self.others if flow.party != "relay")

    @property
    def relays(self) -> tuple[Flow, ...]:
        """Hosts of the site that speak a tracker's format."""
        return tuple(flow for flow in self.recipients if flow.party == "relay")

    @property
    def level(self) -> Level:
        """The highest level of any finding."""
        return max((card.level for card in self.cards), default="L0")

    @property
    def kept(self) -> tuple[int, float]:
        """Findings whose exact bytes are kept, and when the first goes (infinite: all are pinned)."""
        until = [row.raw_until for card in self.cards for row in card.rows if row.raw_until]
        return len(until), min(until, default=0.0)

    @property
    def types(self) -> tuple[str, ...]:
        """Data types that left, most severe first."""
        levels: dict[str, Level] = {}
        for card in self.cards:
            kind = card.example.finding.type
            levels[kind] = max(levels.get(kind, "L0"), card.level)
        return tuple(sorted(levels, key=lambda kind: (-int(levels[kind][1]), kind)))


def verb(row: FindingRow) -> Verb:
    """`sent` only for a value of the person that left the machine; weaker proofs get weaker words."""
    left = row.outcome.startswith("answered") or row.outcome == "forwarded"
    if not left:
        return "tried"
    if row.party == "first":
        return "exposed"
    return (
        "sent"
        if row.finding.proof in ("identity", "sync")
        else "appears"
        if row.finding.proof == "field"
        else "may"
    )


def gather(reader: Reader, site: str, client: str = "") -> SiteReport:
    """The content of a report. BadInput where the site was never seen."""
    query = of_site(site, client)
    seen = next((row for row in reader.sites(query) if row.site == site), None)
    if seen is None:
        known = ", ".join(printable(row.site) for row in reader.sites()[:8]) or "none yet"
        raise BadInput(f"nothing was recorded on {printable(site)}", f"recorded sites: {known}")
    marks = [mark for mark in reader.marks() if mark.site == site]
    visit = _Visit(Firsts(marks))
    for request in reader.requests(query):
        if request.site == site:
            visit.add(request)
    relays, captures = visit.relays, visit.captures
    rows = [
        replace(row, site_why=own(row.site_why))
        for row in reader.findings(query, newest_first=False)
        if row.site == site
    ]
    return SiteReport(
        site=site,
        first=seen.first,
        last=seen.last,
        messages=seen.messages,
        recipients=tuple(sorted(_flows(reader, query, site, relays), key=_rank)),
        cards=cards(rows),
        sealed=tuple(visit.sealed(reader)),
        gaps=tuple(visit.gaps(reader)),
        marks=tuple(mark for mark in marks if mark.capture in captures),
        snapshots=tuple(row for row in reader.snapshots(site) if row.capture in captures),
        captures=tuple(c for c in reader.captures() if c.id in captures),
        phases=tuple(_phases(reader, query, site, relays)),
        partial=sum(bool(row.partial) for row in rows),
        contacts=visit.firsts.found(),
        rules=reader.rulesets(site),
    )


def of_site(site: str, client: str = "") -> Query:
    """The filter for one site, whatever characters its name holds, and one client if named."""
    return Query((Term("site", site), *([Term("client", client)] if client else [])))


@dataclass(slots=True)
class _Visit:
    """What the requests of a site tell when read once, one after the other."""

    firsts: Firsts
    captures: set[str] = field(default_factory=set)
    clients: set[str] = field(default_factory=set)
    """Clients, and the devices they run on."""
    hosts: set[str] = field(default_factory=set)
    relayed: dict[str, set[str]] = field(default_factory=dict)
    """Company → the hosts of the site itself that speak its format."""
    first: float = math.inf
    last: float = -math.inf

    def add(self, row: RequestRow) -> None:
        """Take one request in."""
        self.firsts.add(row)
        self.captures.add(row.request.partition("/")[0])
        self.clients |= {row.client, row.client.partition("/")[0]}
        self.hosts.add(row.host)
        self.first, self.last = min(self.first, row.time), max(self.last, row.time)
        if row.party == "relay":
            self.relayed.setdefault(row.company or row.host, set()).add(row.host)

    @property
    def relays(self) -> dict[str, str]:
        """Company → its relays as one name."""
        return {company: ", ".join(sorted(hosts)) for company, hosts in self.relayed.items()}

    def near(self, first: float, last: float) -> bool:
        """True for what happened during the visit, or shortly before or after."""
        return self.first - AROUND <= last and first <= self.last + AROUND

    def sealed(self, reader: Reader) -> Iterator[SealedRow]:
        """Connections of its clients that were not read. What was sealed by choice belongs to other sites."""
        for row in reader.sealed():
            known = not row.client or row.client in self.clients
            if known and row.reason != "never-open" and self.near(row.last, row.last):
                yield row

    def gaps(self, reader: Reader) -> Iterator[GapRow]:
        """Messages that passed unrecorded meanwhile; only hosts that the site is known to call are named."""
        for gap in reader.gaps():
            if gap.capture in self.captures and self.near(gap.time, gap.until):
                yield gap if gap.host in self.hosts else replace(gap, host="")


def _flows(reader: Reader, query: Query, site: str, relays: Mapping[str, str]) -> Iterator[Flow]:
    """Who gets what; a relay stands apart, by its host: nobody saw what it passes on to the company."""
    for flow in reader.flows(query.and_("party", "relay", negated=True)):
        if flow.site == site:
            yield flow
    for flow in reader.flows(query.and_("party", "relay")):
        if flow.site == site:
            yield replace(flow, recipient=relays.get(flow.recipient, flow.recipient))


def _phases(
    reader: Reader, query: Query, site: str, relays: Mapping[str, str]
) -> Iterator[tuple[Phase, tuple[Flow, ...]]]:
    for phase in PHASES:
        flows = tuple(_flows(reader, query.and_("phase", phase), site, relays))
        if flows:
            yield phase, flows


def recipient_of(row: FindingRow) -> str:
    """The company, or the host where none is known, and the host of a relay."""
    return row.company.name if row.company and row.party != "relay" else row.host


def stands_for(flow: Flow) -> list[str]:
    """The recipients of cards that a line stands for: several hosts may relay to one company."""
    return flow.recipient.split(", ") if flow.party == "relay" else [flow.recipient]


def everywhere(reader: Reader) -> Sequence[str]:
    """Sites that have something to report, in the order of the alphabet."""
    return sorted(row.site for row in reader.sites(Query()) if row.site and row.site != "browser")


def _rank(flow: Flow) -> tuple[bool, int, int, str]:
    return (flow.party == "first", -int(flow.level[1]), -flow.findings, flow.recipient)


def cards(rows: Sequence[FindingRow]) -> tuple[Card, ...]:
    """One card for the same data type, in the same field, to the same recipient. The highest level first, and
    of these what left after a refusal, then what left before any choice."""

    def kind(row: FindingRow) -> tuple[str, ...]:
        """A value of the person keeps a card of its own; a page or product seen in a field is one of many."""
        finding = row.finding
        value = finding.value if finding.proof == "identity" else ""
        return (recipient_of(row), finding.type, finding.location, finding.field, finding.proof, value)

    grouped = [
        tuple(group) for _, group in groupby(sorted(rows, key=lambda r: (kind(r), r.time, r.rowid)), key=kind)
    ]
    grouped.sort(key=lambda g: (-max(int(r.finding.level[1]) for r in g), min(map(_against, g)), kind(g[0])))
    return tuple(Card(number, recipient_of(group[0]), group) for number, group in enumerate(grouped, 1))


def _against(row: FindingRow) -> int:
    """How much a finding goes against a choice: 0 most."""
    if counts_for(row, "refused") or counts_for(row, "withdrawn"):
        return 0
    return 1 if counts_for(row, "before") else 2
