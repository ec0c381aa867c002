"""Findings and requests one by one: in order of recording, by number, or the most telling of a flow."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from mouchard.model import LEVELS
from mouchard.store.conditions import Sql, Target
from mouchard.store.filterlang import Query
from mouchard.store.rows import FindingRow, Flow
from mouchard.store.table import FINDINGS, REQUESTS, finding_row, request_row

PAGE = 500
"""Rows fetched at a time, so that a long listing holds no lock on the log."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Kind(Generic[R]):
    """What can be listed."""

    target: Target
    rows: str
    """SELECT of whole rows, the number first."""
    make: Callable[[tuple[Any, ...]], R]
    key: str
    """The number; grows with time of recording."""
    message: str
    numbers: str
    """SELECT of the numbers alone, with what a condition may speak of."""


FOUND = Kind(
    "findings", FINDINGS, finding_row, "f.id", "f.message",
    """SELECT f.id FROM findings f LEFT JOIN judgements j ON j.message = f.message
       LEFT JOIN messages m ON m.id = f.message""",
)  # fmt: skip
SENT = Kind(
    "requests", REQUESTS, request_row, "m.id", "m.id",
    "SELECT m.id FROM messages m LEFT JOIN judgements j ON j.message = m.id",
)  # fmt: skip


class Listing(Generic[R]):
    """All findings or all requests, through a connection that somebody else closes."""

    def __init__(self, connection: sqlite3.Connection, kind: Kind[R]) -> None:
        self._connection = connection
        self._kind = kind

    def rows(self, query: Query, limit: int | None, before: int | None, newest_first: bool) -> Iterator[R]:
        """In order of recording; `before` is the number to continue behind, in reading direction."""
        if _flows(query) is None:
            return self._pages(query, limit, before, newest_first)
        numbers = self.numbers(query)
        if newest_first:
            numbers.reverse()
        if before is not None:
            numbers = array("q", [n for n in numbers if (n < before if newest_first else n > before)])
        return self._chosen(numbers[:limit])

    def numbers(self, query: Query, after: int = 0) -> array[int]:
        """Those above `after`, ascending."""
        return self._numbers(query, after, self._kind.key)

    def by_level(self, query: Query) -> array[int]:
        """The most serious first, then the newest."""
        return self._numbers(query, 0, f"j.level DESC, {self._kind.key} DESC")

    def _numbers(self, query: Query, after: int, order: str) -> array[int]:
        kind = self._kind
        condition, parameters = query.where(kind.target)
        if flows := _flows(query):
            condition = f"{kind.message} IN ({flows[0]}) AND {condition}"
            parameters = (*flows[1], *parameters)
        sql = f"{kind.numbers} WHERE {kind.key} > ? AND {condition} ORDER BY {order}"
        return array("q", [number for (number,) in self._connection.execute(sql, (after, *parameters))])

    def by_number(self, numbers: Sequence[int]) -> list[R]:
        """In the order given; those that are gone are left out."""
        return list(self._chosen(numbers))

    def _chosen(self, numbers: Sequence[int]) -> Iterator[R]:
        for start in range(0, len(numbers), PAGE):
            some = numbers[start : start + PAGE]
            sql = f"{self._kind.rows} WHERE {self._kind.key} IN ({','.join('?' * len(some))})"
            found = {row[0]: row for row in self._connection.execute(sql, tuple(some))}
            yield from (self._kind.make(found[number]) for number in some if number in found)

    def _pages(self, query: Query, limit: int | None, before: int | None, newest_first: bool) -> Iterator[R]:
        """Keyset paging: each page is a statement of its own."""
        kind = self._kind
        condition, parameters = query.where(kind.target)
        beyond, order = ("<", "DESC") if newest_first else (">", "ASC")
        left = limit
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            edge = "" if before is None else f"AND {kind.key} {beyond} ?"
            sql = f"{kind.rows} WHERE {condition} {edge} ORDER BY {kind.key} {order} LIMIT ?"
            bound = () if before is None else (before,)
            rows = self._connection.execute(sql, (*parameters, *bound, size)).fetchall()
            yield from map(kind.make, rows)
            if len(rows) < size:
                return
            before = rows[-1][0]
            left = None if left is None else left - len(rows)


def telling(connection: sqlite3.Connection, flow: Flow, query: Query, limit: int) -> list[FindingRow]:
    """The newest messages of a flow that reach its level, through the index of flows, with their findings."""
    place = (flow.site, flow.recipient)
    cells = connection.execute(
        "SELECT DISTINCT party, phase, client FROM rollups WHERE site = ? AND recipient = ? AND type <> ''",
        place,
    ).fetchall()
    condition, parameters = query.where("judgements")
    sql = f"""SELECT j.time, j.message FROM judgements j
              WHERE j.site = ? AND j.recipient = ? AND j.party = ? AND j.phase = ? AND j.client = ?
              AND j.level >= ? AND {condition} ORDER BY j.time DESC LIMIT ?"""
    level = LEVELS.index(flow.level)
    newest = [
        row for cell in cells for row in connection.execute(sql, (*place, *cell, level, *parameters, limit))
    ]
    messages = [message for _time, message in sorted(newest, reverse=True)[:limit]]
    condition, parameters = query.where("findings")
    sql = (
        f"{FINDINGS} WHERE f.message IN ({','.join('?' * len(messages))}) AND {condition} ORDER BY f.id DESC"
    )
    return [finding_row(row) for row in connection.execute(sql, (*messages, *parameters))]


def _flows(query: Query) -> Sql | None:
    """The messages of the flows that `site:` and `company:` name; None where nothing is named."""
    named = tuple(term for term in query.terms if term.key in ("site", "company") and not term.negated)
    if not named:
        return None
    condition, parameters = Query(named).where("rollups")
    flows = f"SELECT DISTINCT r.site, r.recipient FROM rollups r WHERE {condition}"
    return f"SELECT x.message FROM ({flows}) y CROSS JOIN judgements x USING (site, recipient)", parameters
