"""The cells behind every sum: kept by the rollups, or the same counted from the judgements themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import starmap
from typing import NamedTuple

from mouchard.model import Party
from mouchard.store import rollup
from mouchard.store.filterlang import Query

OTHERS: frozenset[Party] = frozenset({"third", "relay", "same-company", "unknown"})
"""Parties that are not the site itself."""

_LEVEL = "CASE WHEN l4 THEN 4 WHEN l3 THEN 3 WHEN l2 THEN 2 WHEN l1 THEN 1 ELSE 0 END"
_COUNTED = "site, recipient, party, type, form, phase, client, n"
_END = """CASE r.type WHEN '' THEN (SELECT {}(time) FROM judgements j
    WHERE j.site = r.site AND j.recipient = r.recipient AND j.party = r.party
    AND j.phase = r.phase AND j.client = r.client) END"""


class Cell(NamedTuple):
    """What one site sent one recipient of one data type; type and form are empty for the contacts."""

    site: str
    recipient: str
    party: Party
    type: str
    form: str
    phase: str
    client: str
    number: int
    level: int
    first: float | None = None
    """None where no contact is counted."""
    last: float | None = None
    person: str = ""


class Figures(NamedTuple):
    """The cells put together to one line."""

    findings: int
    sites: int
    companies: int
    clients: int
    level: int


def cells(
    connection: sqlite3.Connection, query: Query, *, times: bool = True, most: int | None = None
) -> Iterator[Cell]:
    """The cells that the filter lets through; `most` may leave out those of the least serious flows."""
    if not query.rolled_up:
        sql, parameters = rollup.count(query, times=True)
        counted = f"SELECT {_COUNTED}, {_LEVEL}, first, last FROM ({sql})"
        return starmap(Cell, connection.execute(counted, parameters))
    condition, parameters = query.where("rollups")
    source = "rollups r"
    if most is not None:
        source = f"({_worst(condition)}) w CROSS JOIN rollups r USING (site, recipient)"
        parameters = (*parameters, most, *parameters)
    ends = f", {_END.format('min')}, {_END.format('max')}" if times else ""
    sql = f"SELECT {_COUNTED}, {_LEVEL}{ends} FROM {source} WHERE {condition}"
    return starmap(Cell, connection.execute(sql, parameters))


def of_persons(connection: sqlite3.Connection, query: Query) -> Iterator[Cell]:
    """The findings that the filter lets through, counted for each person they are about."""
    sql, parameters = rollup.count_persons(query)
    counted = f"SELECT {_COUNTED}, {_LEVEL}, first, last, person FROM ({sql})"
    return starmap(Cell, connection.execute(counted, parameters))


def figures(connection: sqlite3.Connection, query: Query) -> Figures:
    """The cells that the filter lets through, counted together."""
    if query.rolled_up:
        condition, parameters = query.where("rollups")
        source = f"rollups r WHERE {condition}"
    else:
        sql, parameters = rollup.count(query)
        source = f"({sql})"
    others = ", ".join(f"'{party}'" for party in sorted(OTHERS))
    sql = f"""SELECT coalesce(sum(n) FILTER (WHERE type <> ''), 0), count(DISTINCT nullif(site, '')),
                count(DISTINCT recipient) FILTER (WHERE party IN ({others})), count(DISTINCT client),
                coalesce(max({_LEVEL}), 0) FROM {source}"""
    return Figures._make(connection.execute(sql, parameters).fetchone())


def _worst(condition: str) -> str:
    """The flows by level, then findings; a site's own hosts are left out unless something was found there."""
    return f"""SELECT site, recipient FROM rollups r WHERE {condition} GROUP BY site, recipient
               HAVING max(type <> '' OR party <> 'first')
               ORDER BY max({_LEVEL}) DESC, sum(n) FILTER (WHERE type <> '') DESC,
                 sum(n) FILTER (WHERE type = '') DESC, site, recipient LIMIT ?"""
