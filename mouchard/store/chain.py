"""The chain over the capture layer: what was recorded cannot be changed, dropped or put in between unseen.

Each record has two roots, one over the stored (masked) row, one over the raw record; a root is the
SHA-256 of its leaves (see `leaves`). The raw root stays when the raw bytes expire; a purged record
leaves its commitment. It proves that nothing changed since recording, not that a server sent it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from mouchard.capture.records import Record
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store import evidence
from mouchard.store.captured import COLUMNS, Row
from mouchard.store.leaves import WAY, Side, Way, leaf, of_picture, of_record, of_row, root

GENESIS = bytes(32)


class Commitment(NamedTuple):
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
    raw = of_record(record).root(keys, WAY, capture, row.seq)
    return _link(of_row(capture, row).root(keys, WAY, capture, row.seq), raw, head)


def reveal(
    connection: sqlite3.Connection, keys: Keys, capture: str, seq: int, side: Side, name: str
) -> Reveal:
    """One leaf of a record, ready to be shown. BadInput where it is no longer, or never was, there."""
    found = _kept(connection, capture, seq)
    row = stored(connection, capture, seq, found[0]) if found else None
    if found is None or row is None:
        raise BadInput(f"no record {capture}/{seq}", "it may have been purged")
    _, raw, way = found
    leaves = masked = of_row(capture, row)
    if side == "raw":
        leaves = of_record(evidence.read(connection, keys, capture, seq))
    other = raw if side == "row" else masked.root(keys, way, capture, seq)
    salts = leaves.salts(keys, way, capture, seq)
    for (known, value), salt in zip(leaves.named(), salts, strict=True):
        if known == name:
            hashes = tuple(leaves.digests(keys, way, capture, seq))
            return Reveal(capture, seq, side, name, value, salt, hashes, other)
    raise BadInput(f"record {capture}/{seq} has no {name}", f"it has: {' '.join(leaves.names)}")


def proves(shown: Reveal, commitment: bytes) -> bool:
    """True where the value belongs to the record with this commitment. Needs no key."""
    if leaf(shown.salt, shown.name, shown.value) not in shown.leaves:
        return False
    shown_root = root(shown.leaves)
    pair = (shown_root, shown.other) if shown.side == "row" else (shown.other, shown_root)
    return sha256(b"".join(pair)).digest() == commitment


def verify(connection: sqlite3.Connection, keys: Keys | None) -> Verification:
    """Read the whole chain. Without the key only the order of the commitments can be checked."""
    broken: list[Broken] = []
    head, last, purged, raw_checked = GENESIS, 0, 0, 0
    sql = """SELECT n, c.capture, seq, kind, raw, commitment, head, purged, salts
             FROM chain JOIN captures c ON c.id = chain.capture ORDER BY n"""
    for n, capture, seq, kind, raw, commitment, stored_head, gone, way in connection.execute(sql):
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
        row_root = of_row(capture, row).root(keys, way, capture, seq)
        if _link(row_root, raw, head).commitment != commitment:
            broken.append(Broken(n, place, "the record was changed"))
        try:
            kept = evidence.find(connection, keys, capture, seq)
        except BadInput as error:
            broken.append(Broken(n, place, error.message))
            continue
        raw_checked += kept is not None
        if kept is not None and of_record(kept).root(keys, way, capture, seq) != raw:
            broken.append(Broken(n, place, "the sealed bytes were changed"))
    broken += [Broken(0, place, "not in the chain") for place in _unchained(connection)]
    return Verification(last, purged, raw_checked, head.hex(), tuple(broken))


def holds_picture(connection: sqlite3.Connection, keys: Keys, capture: str, seq: int, data: bytes) -> bool:
    """True where the picture is the one whose digest the chain was given."""
    found = _kept(connection, capture, seq)
    picture = of_picture(sha256(data).digest())
    return found is not None and bool(found[1] == picture.root(keys, found[2], capture, seq))


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


def _kept(connection: sqlite3.Connection, capture: str, seq: int) -> tuple[str, bytes, Way] | None:
    """Kind, raw root and way of the salts of a link, where there is one."""
    found: tuple[str, bytes, Way] | None = connection.execute(
        """SELECT kind, raw, salts FROM chain
           WHERE seq = ? AND capture = (SELECT id FROM captures WHERE capture = ?)""",
        (seq, capture),
    ).fetchone()
    return found


def _unchained(connection: sqlite3.Connection) -> Iterator[str]:
    for table in COLUMNS:
        sql = f"""SELECT c.capture || '/' || t.seq FROM {table} t JOIN captures c ON c.id = t.capture
                  WHERE (t.capture, t.seq) NOT IN (SELECT capture, seq FROM chain)"""
        yield from (place for (place,) in connection.execute(sql).fetchall())


def _link(row_root: bytes, raw_root: bytes, head: bytes) -> Commitment:
    commitment = sha256(row_root + raw_root).digest()
    return Commitment(raw_root, commitment, sha256(head + commitment).digest())
