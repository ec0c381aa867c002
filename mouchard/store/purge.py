"""Purging: the content goes, the commitments stay as tombstones, so that the chain still verifies."""

from __future__ import annotations

import sqlite3

from mouchard.store import rollup
from mouchard.store.filterlang import Query


def purge(connection: sqlite3.Connection, query: Query, now: float) -> int:
    """Delete the chosen messages inside the caller's transaction; how many."""
    condition, parameters = query.where("requests", now)
    connection.execute("CREATE TEMP TABLE gone (id INTEGER PRIMARY KEY, capture INTEGER, seq INTEGER)")
    try:
        connection.execute(
            "INSERT INTO gone SELECT m.id, m.capture, m.seq FROM messages m "
            f"LEFT JOIN judgements j ON j.message = m.id WHERE {condition}",
            parameters,
        )
        (count,) = connection.execute("SELECT count(*) FROM gone").fetchone()
        _entomb(connection, "(capture, seq) IN (SELECT capture, seq FROM gone)", now)
        answers = "(capture, request) IN (SELECT capture, seq FROM gone)"
        _entomb(connection, f"(capture, seq) IN (SELECT capture, seq FROM responses WHERE {answers})", now)
        connection.execute(f"DELETE FROM responses WHERE {answers}")
        for table in ("evidence", "failures", "corrections"):
            connection.execute(f"DELETE FROM {table} WHERE (capture, seq) IN (SELECT capture, seq FROM gone)")
        connection.execute("DELETE FROM messages WHERE id IN (SELECT id FROM gone)")
        if not query.terms:
            captured = "responses sealed marks gaps snapshots evidence failures corrections clients"
            for table in captured.split():
                connection.execute(f"DELETE FROM {table}")
            _entomb(connection, "1", now)
        rollup.rebuild(connection)
        for table in ("companies", "rules"):
            used = "SELECT company FROM judgements WHERE company IS NOT NULL" if table == "companies" else (
                "SELECT rule FROM matches"
            )  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE id NOT IN ({used})")
    finally:
        connection.execute("DROP TABLE gone")
    return int(count)


def _entomb(connection: sqlite3.Connection, condition: str, now: float) -> None:
    connection.execute(f"UPDATE chain SET purged = ? WHERE purged IS NULL AND {condition}", (now,))
