"""All clients of one device together: they carry its id before an `@` in their key."""

from __future__ import annotations

import sqlite3

from mouchard.store import filterlang, purge

_OF = "substr({}, 1, length(?)) = ?"
_CAPTURED = ("sealed", "marks", "snapshots")


def rename(connection: sqlite3.Connection, device: str, name: str) -> None:
    """`Chrome on phone` becomes `Chrome on NAME`, inside the caller's transaction."""
    for key, old in _clients(connection, device):
        new = f"{old.partition(' on ')[0]} on {name}"
        connection.execute("UPDATE clients SET name = ? WHERE key = ?", (new, key))


def known_as(connection: sqlite3.Connection, device: str) -> str:
    """What its other clients are called after it: the name of the device, or empty."""
    for _, name in _clients(connection, device):
        return str(name.partition(" on ")[2])
    return ""


def forget(connection: sqlite3.Connection, device: str, now: float) -> int:
    """Delete its messages and all else recorded of it, inside the caller's transaction; how many messages."""
    gone = 0
    for key, _ in _clients(connection, device):
        gone += purge.purge(connection, filterlang.parse(f"client:{key}"), now)
    own = (f"{device}@", f"{device}@")
    for table in _CAPTURED:
        chosen = _OF.format("client")
        connection.execute(
            f"""UPDATE chain SET purged = ? WHERE purged IS NULL
                AND (capture, seq) IN (SELECT capture, seq FROM {table} WHERE {chosen})""",
            (now, *own),
        )
        connection.execute(f"DELETE FROM {table} WHERE {chosen}", own)
    connection.execute(f"DELETE FROM clients WHERE {_OF.format('key')}", own)
    return gone


def _clients(connection: sqlite3.Connection, device: str) -> list[tuple[str, str]]:
    sql = f"SELECT key, name FROM clients WHERE {_OF.format('key')}"
    return connection.execute(sql, (f"{device}@", f"{device}@")).fetchall()
