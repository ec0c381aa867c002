"""The chain over the capture layer: what was recorded cannot be changed, dropped or put in between unseen.

Each record has two roots, one over the stored (masked) row, one over the raw record. A root is the
SHA-256 of its leaves; a leaf is SHA-256(salt ‖ name ‖ 0 ‖ value) with a salt that only the local key
gives, so that no leaf can be guessed, and one leaf can be shown without the others. The raw root stays
when the raw bytes expire; a purged record leaves its commitment. It proves that nothing changed since
recording, not that a server sent it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal, TypeAlias

from mouchard.capture.records import Headers, Record, Request, Response, Snapshot, WebSocketFrame
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store import evidence
from mouchard.store.captured import COLUMNS, Row, Value

Leaves: TypeAlias = Sequence[tuple[str, bytes]]
Side: TypeAlias = Literal["row", "raw"]
Salt: TypeAlias = Callable[[str], bytes]

GENESIS = bytes(32)
_json = json.JSONEncoder().encode
_ALONE = frozenset({"time", "method", "url", "host", "fields", "outcome", "status", "date"})
"""Columns with a leaf of their own; the others share one."""
_SPLIT = {
    table: (
        [(name, at) for at, name in enumerate(columns) if name in _ALONE],
        [at for at, name in enumerate(columns) if name not in _ALONE],
    )
    for table, columns in COLUMNS.items()
}


@dataclass(frozen=True, slots=True)
class Commitment:
    """What the chain keeps of one record."""

    raw: bytes
    commitment: bytes
    head: bytes


@dataclass(frozen=True, slots=True)
class Reveal:
    """One value of one record with all that is needed to check it, and nothing else of the record."""

    capture: str
    seq: int
    side: Side
    name: str
    value: bytes
    salt: bytes
    leaves: tuple[bytes, ...]
    other: bytes
    """Root of the other side."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where the chain does not hold."""

    n: int
    place: str
    """`<capture>/<seq>`, or empty."""
    why: str


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of reading the whole chain."""

    records: int
    purged: int
    raw: int
    """Records whose raw bytes are still kept and were compared too."""
    head: str
    """Hex; publish or time-stamp it to fix everything before it."""
    broken: tuple[Broken, ...]


def commit(keys: Keys, capture: str, row: Row, record: Record | None, head: bytes) -> Commitment:
    """The next link behind `head`."""
    salt = keys.salts(capture, row.seq)
    raw = _root(salt, "raw", raw_leaves(record) if record is not None else ())
    return _link(_root(salt, "row", row_leaves(capture, row)), raw, head)


def row_leaves(capture: str, row: Row) -> list[tuple[str, bytes]]:
    """The stored row as named bytes."""
    leaves = [("place", f"{capture}/{row.seq}/{row.table}".encode())]
    alone, rest = _SPLIT[row.table]
    leaves += [(name, _bytes(row.values[at])) for name, at in alone]
    leaves.append(("rest", _json([row.values[at] for at in rest]).encode()))
    return leaves


def raw_leaves(record: Record) -> list[tuple[str, bytes]]:
    """The raw record as named bytes (`url`, `header/3/referer`, `body`...), if it has content."""
    match record:
        case Request():
            leaves = [("method", _bytes(record.method)), ("url", _bytes(record.url))]
            return [*leaves, *_headers(record.headers), ("body", record.body)]
        case WebSocketFrame():
            return [("url", _bytes(record.url)), *_headers(record.headers), ("data", record.data)]
        case Response():
            return [("status", _bytes(record.status)), *_headers(record.headers), ("body", record.body)]
        case Snapshot():
            return [("picture", record.digest)] if record.digest else []
        case _:
            return []


def reveal(
    connection: sqlite3.Connection, keys: Keys, capture: str, seq: int, side: Side, name: str
) -> Reveal:
    """One leaf of a record, ready to be shown. BadInput where it is no longer, or never was, there."""
    found = connection.execute(
        "SELECT kind, raw FROM chain WHERE seq = ? AND capture = (SELECT id FROM captures WHERE capture = ?)",
        (seq, capture),
    ).fetchone()
    row = stored(connection, capture, seq, found[0]) if found else None
    if row is None:
        raise BadInput(f"no record {capture}/{seq}", "it may have been purged")
    masked = row_leaves(capture, row)
    leaves = masked
    if side == "raw":
        leaves = raw_leaves(evidence.read(connection, keys, capture, seq))
    salt = keys.salts(capture, seq)
    other = found[1] if side == "row" else _root(salt, "row", masked)
    for known, value in leaves:
        if known == name:
            hashes = tuple(_leaves(salt, side, leaves))
            return Reveal(capture, seq, side, name, value, salt(f"{side}/{name}"), hashes, other)
    raise BadInput(
        f"record {capture}/{seq} has no {name}", f"it has: {' '.join(known for known, _ in leaves)}"
    )


def proves(shown: Reveal, commitment: bytes) -> bool:
    """True where the value belongs to the record with this commitment. Needs no key."""
    if leaf(shown.salt, shown.name, shown.value) not in shown.leaves:
        return False
    root = sha256(b"".join(shown.leaves)).digest()
    pair = (root, shown.other) if shown.side == "row" else (shown.other, root)
    return sha256(b"".join(pair)).digest() == commitment


def verify(connection: sqlite3.Connection, keys: Keys | None) -> Verification:
    """Read the whole chain. Without the key only the order of the commitments can be checked."""
    broken: list[Broken] = []
    head, last, purged, raw_checked = GENESIS, 0, 0, 0
    sql = """SELECT n, c.capture, seq, kind, raw, commitment, head, purged
             FROM chain JOIN captures c ON c.id = chain.capture ORDER BY n"""
    for n, capture, seq, kind, raw, commitment, stored_head, gone in connection.execute(sql):
        place = f"{capture}/{seq}"
        if n != last + 1:
            broken.append(Broken(n, place, f"{n - last - 1} records before this one are missing"))
        last = n
        if sha256(head + commitment).digest() != stored_head:
            broken.append(Broken(n, place, "the order of records was changed"))
        head = stored_head
        purged += gone is not None
        if keys is None or gone is not None:
            continue
        row = stored(connection, capture, seq, kind)
        if row is None:
            broken.append(Broken(n, place, "the record is missing"))
            continue
        salt = keys.salts(capture, seq)
        if _link(_root(salt, "row", row_leaves(capture, row)), raw, head).commitment != commitment:
            broken.append(Broken(n, place, "the record was changed"))
        try:
            kept = evidence.find(connection, keys, capture, seq)
        except BadInput as error:
            broken.append(Broken(n, place, error.message))
            continue
        raw_checked += kept is not None
        if kept is not None and _root(salt, "raw", raw_leaves(kept)) != raw:
            broken.append(Broken(n, place, "the sealed bytes were changed"))
    broken += [Broken(0, place, "not in the chain") for place in _unchained(connection)]
    return Verification(last, purged, raw_checked, head.hex(), tuple(broken))


def holds_picture(connection: sqlite3.Connection, keys: Keys, capture: str, seq: int, data: bytes) -> bool:
    """True where the picture is the one whose digest the chain was given."""
    found = connection.execute(
        "SELECT raw FROM chain WHERE seq = ? AND capture = (SELECT id FROM captures WHERE capture = ?)",
        (seq, capture),
    ).fetchone()
    picture = [("picture", sha256(data).digest())]
    return found is not None and bool(found[0] == _root(keys.salts(capture, seq), "raw", picture))


def stored(connection: sqlite3.Connection, capture: str, seq: int, table: str) -> Row | None:
    """The row of a record, or None where it is gone."""
    if table not in COLUMNS:
        return None
    values = connection.execute(
        f"SELECT {', '.join(COLUMNS[table])} FROM {table} "
        "WHERE seq = ? AND capture = (SELECT id FROM captures WHERE capture = ?)",
        (seq, capture),
    ).fetchone()
    return None if values is None else Row(table, seq, tuple(values))


def _unchained(connection: sqlite3.Connection) -> Iterator[str]:
    for table in COLUMNS:
        sql = f"""SELECT c.capture || '/' || t.seq FROM {table} t JOIN captures c ON c.id = t.capture
                  WHERE (t.capture, t.seq) NOT IN (SELECT capture, seq FROM chain)"""
        yield from (place for (place,) in connection.execute(sql).fetchall())


def _link(row_root: bytes, raw_root: bytes, head: bytes) -> Commitment:
    commitment = sha256(row_root + raw_root).digest()
    return Commitment(raw_root, commitment, sha256(head + commitment).digest())


def _root(salt: Salt, side: Side, leaves: Leaves) -> bytes:
    return sha256(b"".join(_leaves(salt, side, leaves))).digest()


def _leaves(salt: Salt, side: Side, leaves: Leaves) -> list[bytes]:
    return [leaf(salt(f"{side}/{name}"), name, value) for name, value in leaves]


def leaf(salt: bytes, name: str, value: bytes) -> bytes:
    """The digest of one named value under its salt."""
    return sha256(b"%b%b\0%b" % (salt, name.encode("utf-8", "surrogatepass"), value)).digest()


def _headers(headers: Headers) -> Iterator[tuple[str, bytes]]:
    for place, (name, value) in enumerate(headers):
        yield f"header/{place}/{name.lower()}", value.encode("utf-8", "surrogatepass")


def _bytes(value: Value) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else repr(value).encode()
