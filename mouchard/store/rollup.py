"""Counts per site, recipient, data type, form, phase and client, kept by difference.

Contacts have type and form ''. Levels are counted one by one, so that the highest falls out when a
judgement is taken back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from mouchard.store.conditions import Sql
from mouchard.store.filterlang import EVERYTHING, Query

Key: TypeAlias = tuple[str, str, str, str, str, str, str]
"""site, recipient, party, type, form, phase, client"""

_COUNTS = "count(*) AS n, " + ", ".join(f"sum({{level}} = {level}) AS l{level}" for level in range(5))
_CONTACTS = _COUNTS.replace("{level}", "j.level")
_FOUND = _COUNTS.replace("{level}", "f.level")
_TIMES = ", min(j.time) AS first, max(j.time) AS last"
_CELL = "j.site, j.recipient, j.party, f.type, f.form, j.phase, j.client"
_FINDINGS = "findings f JOIN judgements j ON j.message = f.message LEFT JOIN messages m ON m.id = f.message"


@dataclass(slots=True)
class Difference:
    """What a transaction adds to the counts and takes away."""

    cells: dict[Key, list[int]] = field(default_factory=dict)

    def message(
        self,
        place: tuple[str, str, str, str, str],
        level: int,
        found: Iterable[tuple[str, str, int]],
        sign: int,
    ) -> None:
        """One judged message at (site, recipient, party, phase, client); `found` are (type, form, level)."""
        site, recipient, party, phase, client = place
        self._add((site, recipient, party, "", "", phase, client), level, sign)
        for kind, form, severity in found:
            self._add((site, recipient, party, kind, form, phase, client), severity, sign)

    def apply(self, connection: sqlite3.Connection) -> None:
        """Change the counts; cells that reach zero go."""
        changed = [(key, counts) for key, counts in self.cells.items() if any(counts)]
        connection.executemany(
            """INSERT INTO rollups VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)
               ON CONFLICT DO UPDATE SET n = n + excluded.n, l0 = l0 + excluded.l0, l1 = l1 + excluded.l1,
               l2 = l2 + excluded.l2, l3 = l3 + excluded.l3, l4 = l4 + excluded.l4""",
            [(*key, *counts) for key, counts in changed],
        )
        if any(counts[0] < 0 for _, counts in changed):
            connection.execute("DELETE FROM rollups WHERE n = 0")

    def _add(self, key: Key, level: int, sign: int) -> None:
        counts = self.cells.setdefault(key, [0, 0, 0, 0, 0, 0])
        counts[0] += sign
        counts[1 + level] += sign


def count(query: Query = EVERYTHING, *, times: bool = False) -> Sql:
    """SELECT that counts the cells from the judgements themselves; with `times`, first and last are added."""
    contacts, contact_parameters = query.where("judgements")
    found, finding_parameters = query.where("findings")
    last = _TIMES if times else ""
    sql = f"""
      SELECT j.site, j.recipient, j.party, '' AS type, '' AS form, j.phase, j.client, {_CONTACTS}{last}
      FROM judgements j LEFT JOIN messages m ON m.id = j.message WHERE {contacts}
      GROUP BY j.site, j.recipient, j.party, j.phase, j.client
      UNION ALL
      SELECT {_CELL}, {_FOUND}{last} FROM {_FINDINGS} WHERE {found} GROUP BY {_CELL}"""
    return sql, (*contact_parameters, *finding_parameters)


def count_persons(query: Query) -> Sql:
    """SELECT that counts the findings as `count` does, for each person apart."""
    found, parameters = query.where("findings")
    sql = f"""SELECT {_CELL}, f.person, {_FOUND}{_TIMES} FROM {_FINDINGS} WHERE {found}
              GROUP BY {_CELL}, f.person"""
    return sql, parameters


def rebuild(connection: sqlite3.Connection) -> None:
    """Count everything anew, inside the caller's transaction."""
    connection.execute("DELETE FROM rollups")
    sql, parameters = count()
    connection.execute(f"INSERT INTO rollups {sql}", parameters)
