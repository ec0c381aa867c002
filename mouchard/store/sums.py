"""The sums behind overview, sites and companies: from the rollups where they can answer, else counted."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mouchard.capture.records import Phase
from mouchard.grade import Form
from mouchard.model import LEVELS, Company, Level, Party
from mouchard.store import rollup
from mouchard.store.filterlang import Query
from mouchard.store.rows import CompanyRow, Flow, SiteRow, Totals

_FORMS: tuple[Form, ...] = ("clear", "encoded", "hashed", "masked")
_PARTIES: tuple[Party, ...] = ("relay", "third", "same-company", "first", "unknown")
_PHASES: tuple[Phase, ...] = ("none", "before", "unsettled", "accepted", "refused", "withdrawn")
_END = """CASE r.type WHEN '' THEN (SELECT {}(time) FROM judgements j
    WHERE j.site = r.site AND j.recipient = r.recipient AND j.party = r.party
    AND j.phase = r.phase AND j.client = r.client) END"""
OTHERS: frozenset[Party] = frozenset({"third", "relay", "same-company", "unknown"})
"""Parties that are not the site itself."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the rollups; times are 0 where no contact is counted."""

    site: str
    recipient: str
    party: Party
    type: str
    form: str
    phase: str
    client: str
    count: int
    level: int
    first: float
    last: float


@dataclass(slots=True)
class Sum:
    """Cells put together."""

    messages: int = 0
    findings: int = 0
    level: int = 0
    first: float = 0.0
    last: float = 0.0
    types: dict[str, list[int]] = field(default_factory=dict)
    """Data type → [highest level, findings]."""
    forms: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    phases: set[str] = field(default_factory=set)
    clients: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)

    def add(self, cell: Cell) -> None:
        """Put a cell in."""
        if cell.type:
            self.findings += cell.count
            severity = self.types.setdefault(cell.type, [0, 0])
            severity[0], severity[1] = max(severity[0], cell.level), severity[1] + cell.count
            self.forms.add(cell.form)
        else:
            self.messages += cell.count
        self.level = max(self.level, cell.level)
        if cell.first:
            self.first = min(self.first, cell.first) if self.first else cell.first
            self.last = max(self.last, cell.last)
        self.parties.add(cell.party)
        self.phases.add(cell.phase)
        self.clients.add(cell.client)
        self.sites.add(cell.site)
        if cell.party in OTHERS:
            self.others.add(cell.recipient)

    @property
    def by_severity(self) -> tuple[tuple[str, int], ...]:
        """Data types with their findings, most severe first."""
        order = sorted(self.types.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
        return tuple((name, count) for name, (_, count) in order)

    @property
    def severity(self) -> Level:
        """The highest level."""
        return LEVELS[self.level]


class Sums:
    """The sums of one database, through a connection that somebody else closes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def flows(self, query: Query) -> list[Flow]:
        """See `Reader.flows`."""
        sums: dict[tuple[str, str], Sum] = defaultdict(Sum)
        for cell in self._cells(query):
            sums[cell.site, cell.recipient].add(cell)
        companies = self._companies()
        flows = [
            Flow(
                site, recipient, companies.get(recipient), _first(_PARTIES, total.parties), total.by_severity,
                _ordered(_FORMS, total.forms), total.messages, total.findings, total.severity, total.first,
                total.last,
                tuple(sorted(total.clients)), _ordered(_PHASES, total.phases),
            )
            for (site, recipient), total in sums.items()
            if total.findings or total.parties != {"first"}
        ]  # fmt: skip
        return sorted(
            flows, key=lambda f: (-LEVELS.index(f.level), -f.findings, -f.messages, f.site, f.recipient)
        )

    def sites(self, query: Query) -> list[SiteRow]:
        """See `Reader.sites`."""
        sums: dict[str, Sum] = defaultdict(Sum)
        for cell in self._cells(query):
            sums[cell.site].add(cell)
        sealed = self._sealed()
        rows = [
            SiteRow(
                site, total.messages, len(total.others), total.findings, tuple(name for name,
                _ in total.by_severity),
                total.severity, sealed.get(site, 0), total.first, total.last,
            )
            for site, total in sums.items()
        ]  # fmt: skip
        return sorted(
            rows, key=lambda row: (-LEVELS.index(row.level), -row.findings, -row.companies, row.site)
        )

    def companies(self, query: Query) -> list[CompanyRow]:
        """See `Reader.companies`."""
        sums: dict[str, Sum] = defaultdict(Sum)
        for cell in self._cells(query):
            if cell.party in OTHERS:
                sums[cell.recipient].add(cell)
        companies = self._companies()
        hosts = self._hosts()
        rows = [
            CompanyRow(
                recipient, companies.get(recipient), tuple(hosts.get(recipient, ())),
                tuple(sorted(total.sites)), total.messages, total.findings, tuple(name for name,
                _ in total.by_severity), total.severity,
                total.last,
            )
            for recipient, total in sums.items()
        ]  # fmt: skip
        return sorted(rows, key=lambda r: (-LEVELS.index(r.level), -r.findings, -len(r.sites), r.recipient))

    def totals(self, query: Query) -> Totals:
        """See `Reader.totals`."""
        total = Sum()
        for cell in self._cells(query, times=False):
            total.add(cell)
        if query.terms:
            condition, parameters = query.where("requests")
            from_where = f"FROM messages m LEFT JOIN judgements j ON j.message = m.id WHERE {condition}"
            messages, last = self._one(
                f"SELECT count(*), coalesce(max(m.time), 0.0) {from_where}", parameters
            )
        else:
            messages, last = self._one(
                "SELECT (SELECT count(*) FROM messages), coalesce((SELECT max(time) FROM messages), 0.0)"
            )
        condition, parameters = query.where("judgements")
        (partial,) = self._one(
            f"""SELECT count(*) FROM judgements j LEFT JOIN messages m ON m.id = j.message
                WHERE j.partial <> '' AND {condition}""",
            parameters,
        )
        sealed, failures, gaps = self._one(
            """SELECT (SELECT count(*) FROM sealed), (SELECT count(*) FROM failures),
               (SELECT coalesce(sum(json_extract(value, '$[1]')), 0) FROM gaps, json_each(gaps.hosts))"""
        )
        return Totals(
            messages=messages, findings=total.findings, sites=len(total.sites - {""}),
            companies=len(total.others),
            clients=len(total.clients), sealed=sealed, gaps=gaps, failures=failures, partial=partial,
            level=total.severity, last=last,
        )  # fmt: skip

    def _cells(self, query: Query, *, times: bool = True) -> list[Cell]:
        if query.rolled_up:
            condition, parameters = query.where("rollups")
            ends = f"{_END.format('min')}, {_END.format('max')}" if times else "0.0, 0.0"
            sql = f"SELECT r.*, {ends} FROM rollups r WHERE {condition}"
        else:
            sql, parameters = rollup.count(query, times=True)
        cells = []
        for (
            site,
            recipient,
            party,
            kind,
            form,
            phase,
            client,
            count,
            _,
            l1,
            l2,
            l3,
            l4,
            first,
            last,
        ) in self._connection.execute(sql, parameters).fetchall():
            level = 4 if l4 else 3 if l3 else 2 if l2 else 1 if l1 else 0
            between = (first or 0.0, last or 0.0)
            cells.append(Cell(site, recipient, party, kind, form, phase, client, count, level, *between))
        return cells

    def _companies(self) -> Mapping[str, Company]:
        """Company facts by name, the latest written last."""
        sql = "SELECT name, country, category, source, as_of FROM companies ORDER BY id"
        return {row[0]: Company(*row) for row in self._connection.execute(sql)}

    def _hosts(self) -> Mapping[str, list[str]]:
        """Hosts of each recipient: one step in the index for each pair, not one for each message."""
        sql = """SELECT host, recipient FROM judgements WHERE (host, recipient) > (?, ?)
                 ORDER BY host, recipient LIMIT 1"""
        hosts: dict[str, list[str]] = defaultdict(list)
        pair = ("", "")
        while found := self._connection.execute(sql, pair).fetchone():
            pair = found
            hosts[found[1]].append(found[0])
        return hosts

    def _sealed(self) -> Mapping[str, int]:
        """Connections not read, for every domain above their host."""
        counts: dict[str, int] = defaultdict(int)
        for host, count in self._connection.execute("SELECT host, count(*) FROM sealed GROUP BY host"):
            labels = host.split(".")
            for place in range(len(labels)):
                counts[".".join(labels[place:])] += count
        return counts

    def _one(self, sql: str, parameters: tuple[str | int | float, ...] = ()) -> tuple[int, ...]:
        row: tuple[int, ...] = self._connection.execute(sql, parameters).fetchone()
        return row


def _ordered(order: Iterable[str], chosen: set[str]) -> tuple[str, ...]:
    return tuple(word for word in order if word in chosen)


def _first(order: tuple[Party, ...], chosen: set[str]) -> Party:
    return next(party for party in order if party in chosen)
