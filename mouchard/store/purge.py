"""Purging: the content goes, the commitments stay as tombstones, so that the chain still verifies."""

from __future__ import annotations

import sqlite3

from mouchard.store import rollup
from mouchard.store.filterlang import Query

Picture = tuple[str, str]
"""Capture and file name."""

_BESIDE = {
    "sealed": frozenset({"since", "client"}),
    "gaps": frozenset({"since"}),
    "snapshots": frozenset({"since", "client", "site"}),
    "marks": frozenset({"since", "client", "site"}),
}
"""What is recorded beside messages, and the words of a filter that speak of it too."""

_OF_CLIENT = ("messages", "judgements", "sealed", "snapshots")
_IN_USE = """EXISTS (SELECT 1 FROM judgements i JOIN messages m ON m.id = i.message
    WHERE i.site = j.site AND j.client IN ('', i.client) AND m.capture = j.capture)"""


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
            captured = "responses sealed marks gaps snapshots evidence failures corrections clients unread"
            for table in captured.split():
                connection.execute(f"DELETE FROM {table}")
            _entomb(connection, "1", now)
        else:
            _beside(connection, query, now)
        rollup.rebuild(connection)
        for table in ("companies", "rules"):
            used = "SELECT company FROM judgements WHERE company IS NOT NULL" if table == "companies" else (
                "SELECT rule FROM matches"
            )  # fmt: skip
            connection.execute(f"DELETE FROM {table} WHERE id NOT IN ({used})")
    finally:
        connection.execute("DROP TABLE gone")
    return int(count)


def all_pictures(connection: sqlite3.Connection) -> frozenset[Picture]:
    """The pictures that the database knows."""
    sql = """SELECT c.capture, s.name FROM snapshots s JOIN captures c ON c.id = s.capture
             WHERE s.kind IN ('viewport', 'page')"""
    return frozenset(connection.execute(sql))


def _beside(connection: sqlite3.Connection, query: Query, now: float) -> None:
    """What was recorded beside the chosen messages, where the filter speaks of it.

    A mark stays as long as a message remains whose phase it gives.
    """
    words = {term.key for term in query.terms}
    condition, parameters = query.where("judgements", now)
    for table, known in _BESIDE.items():
        if not words <= known:
            continue
        needed = f"AND NOT {_IN_USE}" if table == "marks" else ""
        rows = f"SELECT j.id FROM {table} j WHERE {condition} {needed}"
        places = f"SELECT capture, seq FROM {table} WHERE id IN ({rows})"
        _entomb(connection, f"(capture, seq) IN ({places})", now, parameters)
        connection.execute(f"DELETE FROM evidence WHERE (capture, seq) IN ({places})", parameters)
        connection.execute(f"DELETE FROM {table} WHERE id IN ({rows})", parameters)
    if words <= {"since", "client"}:
        present = " UNION ".join(f"SELECT client FROM {table}" for table in _OF_CLIENT)
        connection.execute(f"DELETE FROM clients WHERE key NOT IN ({present})")


def _entomb(
    connection: sqlite3.Connection, condition: str, now: float, more: tuple[str | int | float, ...] = ()
) -> None:
    connection.execute(f"UPDATE chain SET purged = ? WHERE purged IS NULL AND ({condition})", (now, *more))
