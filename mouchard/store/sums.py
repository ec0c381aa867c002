"""The sums behind overview, sites and companies: from the rollups where they can answer, else counted."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from mouchard.capture.records import Phase
from mouchard.grade import Form
from mouchard.model import LEVELS, Company, Level, Party
from mouchard.store.cells import OTHERS, Cell, cells, figures, of_persons
from mouchard.store.filterlang import Query
from mouchard.store.rows import CompanyRow, Flow, GroupRow, SiteRow, Totals

_FORMS: tuple[Form, ...] = ("clear", "encoded", "hashed", "masked")
_PARTIES: tuple[Party, ...] = ("relay", "third", "same-company", "first", "unknown")
_PHASES: tuple[Phase, ...] = ("none", "before", "unsettled", "accepted", "refused", "withdrawn")
Split: TypeAlias = Literal["type", "client", "person"]
"""What flows can be told apart by, beyond site and recipient."""
Grouping: TypeAlias = Literal["site", "company", "type", "client", "person"]


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
            self.findings += cell.number
            severity = self.types.setdefault(cell.type, [0, 0])
            severity[0], severity[1] = max(severity[0], cell.level), severity[1] + cell.number
            self.forms.add(cell.form)
        else:
            self.messages += cell.number
        self.level = max(self.level, cell.level)
        if cell.first and cell.last:
            self.first = min(self.first, cell.first) if self.first else cell.first
            self.last = max(self.last, cell.last)
        self.parties.add(cell.party)
        self.phases.add(cell.phase)
        self.clients.add(cell.client)
        self.sites.add(cell.site)
        if cell.party in OTHERS:
            self.others.add(cell.recipient)

    def flow(self, site: str, recipient: str, company: Company | None) -> Flow:
        """As the line of the overview."""
        return Flow(
            site, recipient, company, _first(_PARTIES, self.parties), self.by_severity,
            _ordered(_FORMS, self.forms), self.messages, self.findings, self.severity, self.first, self.last,
            tuple(sorted(self.clients)), _ordered(_PHASES, self.phases),
        )  # fmt: skip

    def group(self, name: str, last: float, ways: Counter[tuple[str, str]]) -> GroupRow:
        """As a line of its own; `ways` are site and recipient with the findings between them."""
        companies: Counter[str] = Counter()
        for (_site, recipient), number in ways.items():
            companies[recipient] += number
        first = tuple(recipient for recipient, _number in companies.most_common())
        return GroupRow(name, self.messages, self.findings, self.severity, last, len(self.sites), first)

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

    def flows(self, query: Query, most: int | None = None) -> list[Flow]:
        """See `Reader.flows`."""
        sums: dict[tuple[str, str], Sum] = defaultdict(Sum)
        for cell in cells(self._connection, query, most=most):
            sums[cell.site, cell.recipient].add(cell)
        companies = self._companies()
        flows = [
            total.flow(site, recipient, companies.get(recipient))
            for (site, recipient), total in sums.items()
            if total.findings or total.parties != {"first"}
        ]
        return sorted(flows, key=_severity)

    def split(self, query: Query, by: Split) -> list[tuple[str, Flow]]:
        """See `Reader.split`."""
        sums: dict[tuple[str, str, str], Sum] = defaultdict(Sum)
        contacts: dict[tuple[str, str], Sum] = defaultdict(Sum)
        read = of_persons if by == "person" else cells
        for cell in read(self._connection, query):
            if not cell.type:
                contacts[cell.site, cell.recipient].add(cell)
            if cell.type or by == "client":
                sums[getattr(cell, by), cell.site, cell.recipient].add(cell)
        companies = self._companies()
        flows = []
        for (name, site, recipient), total in sums.items():
            if not total.last and (site, recipient) in contacts:
                told = contacts[site, recipient]
                total.first, total.last = told.first, told.last
            if total.findings or total.parties != {"first"}:
                flows.append((name, total.flow(site, recipient, companies.get(recipient))))
        return sorted(flows, key=lambda pair: _severity(pair[1]))

    def groups(self, query: Query, by: Grouping) -> list[GroupRow]:
        """See `Reader.groups`."""
        column = "recipient" if by == "company" else by
        sums: dict[str, Sum] = defaultdict(Sum)
        last: dict[tuple[str, str], float] = defaultdict(float)
        ways: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        read = of_persons if by == "person" else cells
        for cell in read(self._connection, query):
            way = cell.site, cell.recipient
            if not cell.type:
                last[way] = max(last[way], cell.last or 0.0)
            if cell.type or by != "type":
                name = getattr(cell, column)
                sums[name].add(cell)
                ways[name][way] += cell.number if cell.type else 0
        return [
            total.group(name, total.last or max(last[way] for way in ways[name]), ways[name])
            for name, total in sums.items()
        ]

    def sites(self, query: Query) -> list[SiteRow]:
        """See `Reader.sites`."""
        sums: dict[str, Sum] = defaultdict(Sum)
        for cell in cells(self._connection, query):
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
        for cell in cells(self._connection, query):
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
        told = figures(self._connection, query)
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
            messages=messages, findings=told.findings, sites=told.sites, companies=told.companies,
            clients=told.clients, sealed=sealed, gaps=gaps, failures=failures, partial=partial,
            level=LEVELS[told.level], last=last,
        )  # fmt: skip

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


def _severity(flow: Flow) -> tuple[int, int, int, str, str]:
    return -LEVELS.index(flow.level), -flow.findings, -flow.messages, flow.site, flow.recipient


def _ordered(order: Iterable[str], chosen: set[str]) -> tuple[str, ...]:
    return tuple(word for word in order if word in chosen)


def _first(order: tuple[Party, ...], chosen: set[str]) -> Party:
    return next(party for party in order if party in chosen)
