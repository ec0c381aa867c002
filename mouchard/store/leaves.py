"""What the chain has of one record: named values, each under a salt that only the local key gives.

A leaf is SHA-256(salt ‖ name ‖ 0 ‖ value). No leaf can be guessed, and one can be shown without the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from operator import itemgetter
from struct import unpack
from typing import Literal, NamedTuple, TypeAlias

from mouchard.capture.records import Headers, Record, Request, Response, Snapshot, WebSocketFrame
from mouchard.keys import SALT, Keys
from mouchard.store.captured import COLUMNS, Row, Value

Side: TypeAlias = Literal["row", "raw"]
Way: TypeAlias = Literal[1, 2]
"""How the salts of a record were made: 1, one by one from their names; 2, in a row, by their place."""

WAY: Way = 2
"""How they are made now. Databases may hold links of both."""

_json = json.JSONEncoder().encode
_ALONE = frozenset({"time", "method", "url", "host", "fields", "outcome", "status", "date"})
"""Columns with a leaf of their own; the others share one."""
_ANSWER = (b"answer\0",)


class Leaves(NamedTuple):
    """One side of a record: the stored (masked) row, or the raw bytes."""

    side: Side
    heads: tuple[bytes, ...]
    """What stands before each value: its name and a NUL."""
    values: list[bytes]

    @property
    def names(self) -> list[str]:
        """The name of each value: `url`, `header/3/referer`, `body`..."""
        return [head[:-1].decode("utf-8", "surrogatepass") for head in self.heads]

    def named(self) -> Iterator[tuple[str, bytes]]:
        """Each value with its name."""
        return zip(self.names, self.values, strict=True)

    def salts(self, keys: Keys, way: Way, capture: str, seq: int) -> Sequence[bytes]:
        """The salt of each value."""
        if way == 1:
            salt = keys.salts(capture, seq)
            return [salt(f"{self.side}/{name}") for name in self.names]
        count = len(self.heads)
        return unpack(f"{SALT}s" * count, keys.row_of_salts(capture, seq, self.side, count))

    def digests(self, keys: Keys, way: Way, capture: str, seq: int) -> list[bytes]:
        """The leaf of each value."""
        salts = self.salts(keys, way, capture, seq)
        return [
            sha256(salt + head + value).digest()
            for salt, head, value in zip(salts, self.heads, self.values, strict=True)
        ]

    def root(self, keys: Keys, way: Way, capture: str, seq: int) -> bytes:
        """The digest of all leaves."""
        return root(self.digests(keys, way, capture, seq))


def root(leaves: Sequence[bytes]) -> bytes:
    """The digest of leaves in their order."""
    return sha256(b"".join(leaves)).digest()


def leaf(salt: bytes, name: str, value: bytes) -> bytes:
    """The digest of one named value under its salt."""
    return sha256(salt + _head(name) + value).digest()


def of_row(capture: str, row: Row) -> Leaves:
    """The stored row."""
    heads, alone, rest = _SPLIT[row.table]
    values = [f"{capture}/{row.seq}/{row.table}".encode()]
    values += [_bytes(row.values[at]) for at in alone]
    values.append(_json(rest(row.values)).encode())
    return Leaves("row", heads, values)


def of_record(record: Record | None) -> Leaves:
    """The raw record, if it has content."""
    match record:
        case Request():
            first = [_bytes(record.method), _bytes(record.url)]
            return _message(("method", "url"), first, record.headers, "body", record.body)
        case WebSocketFrame():
            return _message(("url",), [_bytes(record.url)], record.headers, "data", record.data)
        case Response():
            # never kept, so that no part of it is ever shown alone: one leaf, in any way
            told = _json((record.status, record.headers)).encode() + b"\n" + record.body
            return Leaves("raw", _ANSWER, [told])
        case Snapshot() if record.digest:
            return of_picture(record.digest)
        case _:
            return Leaves("raw", (), [])


def of_picture(digest: bytes) -> Leaves:
    """The raw side of a picture of which this is the SHA-256."""
    return Leaves("raw", (b"picture\0",), [digest])


def _message(
    names: tuple[str, ...], first: list[bytes], headers: Headers, last: str, content: bytes
) -> Leaves:
    heads = _heads(names, tuple([name for name, _ in headers]), last)
    values = [value.encode("utf-8", "surrogatepass") for _, value in headers]
    return Leaves("raw", heads, [*first, *values, content])


@lru_cache(256)  # browsers and servers send nearly always the same
def _heads(first: tuple[str, ...], headers: tuple[str, ...], last: str) -> tuple[bytes, ...]:
    places = [f"header/{place}/{name.lower()}" for place, name in enumerate(headers)]
    return tuple(map(_head, (*first, *places, last)))


def _head(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass") + b"\0"


def _bytes(value: Value) -> bytes:
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else repr(value).encode()


def _split(columns: tuple[str, ...]) -> tuple[tuple[bytes, ...], list[int], itemgetter[tuple[Value, ...]]]:
    alone = [name for name in columns if name in _ALONE]
    rest = [at for at, name in enumerate(columns) if name not in _ALONE]
    return (
        tuple(map(_head, ("place", *alone, "rest"))),
        [columns.index(name) for name in alone],
        itemgetter(*rest),
    )


_SPLIT = {table: _split(columns) for table, columns in COLUMNS.items()}
