"""Raw records, sealed: every third-party message for 30 minutes, 7 days with a finding, longer if pinned."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from mouchard.capture import wire
from mouchard.capture.records import Gap, Mark, Record, Request, Response, Sealed, Snapshot, WebSocketFrame
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store.filterlang import Query

RING = 30 * 60.0
KEEP = 7 * 86400.0
_KINDS = (Request, Response, WebSocketFrame, Sealed, Mark, Gap, Snapshot)


def seal(keys: Keys, record: Record) -> bytes | None:
    """The record, sealed for its place in the capture; None where it is too long to be kept."""
    try:
        return keys.seal(wire.encode(record), _place(record.capture, record.seq))
    except wire.WireError:
        return None


def find(connection: sqlite3.Connection, keys: Keys, capture: str, seq: int) -> Record | None:
    """The raw record while it is kept. BadInput where the seal is broken."""
    found = connection.execute(
        "SELECT sealed FROM evidence WHERE seq = ? AND capture = (SELECT id FROM captures WHERE capture = ?)",
        (seq, capture),
    ).fetchone()
    if found is None:
        return None
    record = wire.decode(keys.open(found[0], _place(capture, seq)))
    assert isinstance(record, _KINDS)  # nothing else is ever sealed
    return record


def read(connection: sqlite3.Connection, keys: Keys, capture: str, seq: int) -> Record:
    """The raw record; BadInput where it is not kept."""
    record = find(connection, keys, capture, seq)
    if record is None:
        hint = "raw bytes stay 30 minutes, 7 days with a finding, and longer under `mouchard hold`"
        raise BadInput(f"the raw bytes of {capture}/{seq} are not kept any more", hint)
    return record


def extend(connection: sqlite3.Connection, messages: Sequence[int], until: float) -> None:
    """Keep the sealed bytes of these messages (rowids) at least until then."""
    connection.executemany(
        """UPDATE evidence SET expires = max(expires, ?)
           WHERE (capture, seq) = (SELECT capture, seq FROM messages WHERE id = ?)""",
        [(until, message) for message in messages],
    )


def pin(connection: sqlite3.Connection, query: Query, reason: str) -> int:
    """Keep the sealed bytes of the chosen messages until unpinned (empty reason); how many there are."""
    condition, parameters = query.where("requests")
    return connection.execute(
        "UPDATE evidence SET pinned = ? WHERE (capture, seq) IN (SELECT m.capture, m.seq FROM messages m "
        f"LEFT JOIN judgements j ON j.message = m.id WHERE {condition})",
        (reason, *parameters),
    ).rowcount


def expire(connection: sqlite3.Connection, now: float) -> int:
    """Delete what is past its time and not pinned; how many."""
    return connection.execute("DELETE FROM evidence WHERE pinned = '' AND expires <= ?", (now,)).rowcount


def _place(capture: str, seq: int) -> bytes:
    return f"{capture}/{seq}".encode()
