"""The chain from its first link to its last, the records of one site opened: what a bundle is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mouchard.capture.records import Record
from mouchard.keys import Keys
from mouchard.store import chain, evidence, leaves
from mouchard.store.captured import COLUMNS, Row
from mouchard.store.connection import Closing, open_to_read
from mouchard.store.ruleset import Ruleset, of_site

_OF_SITE = """
CREATE TEMP TABLE opened AS
SELECT m.capture, m.seq FROM messages m JOIN judgements j ON j.message = m.id WHERE j.site = :site
UNION SELECT r.capture, r.seq FROM responses r JOIN messages m ON m.capture = r.capture AND m.seq = r.request
  JOIN judgements j ON j.message = m.id WHERE j.site = :site
UNION SELECT capture, seq FROM marks WHERE site = :site
UNION SELECT capture, seq FROM snapshots WHERE site = :site"""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One named value of a record with its salt, and the digest that the chain has of it."""

    name: str
    value: bytes
    salt: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A record of the site with all its leaves."""

    capture: str
    row: Row
    leaves: tuple[Leaf, ...]
    raw_root: bytes
    picture_salt: bytes = b""
    """Of a picture's digest, which is its whole raw side."""

    def value(self, column: str) -> str | int | float:
        """What the row holds in a column."""
        return self.row.values[COLUMNS[self.row.table].index(column)]


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain; `opened` only for the records of the site."""

    n: int
    commitment: bytes
    head: bytes
    purged: bool
    opened: Opened | None


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw record that is still kept, with its leaves."""

    record: Record
    leaves: tuple[Leaf, ...]


class Opener(Closing):
    """Reads the chain for a bundle; a context manager. BadInput where there is no database."""

    def __init__(self, path: Path, keys: Keys, site: str) -> None:
        self._keys, self._site = keys, site
        self._connection = open_to_read(path)
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self._connection.execute("BEGIN")  # one moment for all that is read
        self._connection.execute(_OF_SITE, {"site": site})
        self._connection.execute("CREATE UNIQUE INDEX temp.opened_place ON opened (capture, seq)")

    def links(self) -> Iterator[Link]:
        """Every link in order."""
        sql = """SELECT n, c.capture, l.seq, kind, raw, commitment, head, purged, salts, o.seq IS NOT NULL
                 FROM chain l JOIN captures c ON c.id = l.capture
                 LEFT JOIN opened o ON o.capture = l.capture AND o.seq = l.seq ORDER BY n"""
        for n, capture, seq, kind, raw, commitment, head, purged, way, ours in self._connection.execute(sql):
            opened = self._open(capture, seq, kind, raw, way) if ours and purged is None else None
            yield Link(n, commitment, head, purged is not None, opened)

    def raw(self) -> Iterator[Raw]:
        """The raw records of the site that are still kept, in order. BadInput where a seal is broken."""
        sql = """SELECT c.capture, e.seq, l.salts FROM evidence e JOIN captures c ON c.id = e.capture
                 JOIN opened o ON o.capture = e.capture AND o.seq = e.seq
                 JOIN chain l ON l.capture = e.capture AND l.seq = e.seq ORDER BY e.capture, e.seq"""
        for capture, seq, way in self._connection.execute(sql):
            record = evidence.read(self._connection, self._keys, capture, seq)
            yield Raw(record, self._leaves(capture, seq, leaves.of_record(record), way))

    def until(self) -> tuple[int, float]:
        """How many raw records of the site are kept, and when the first expires (infinite: pinned)."""
        sql = """SELECT count(*), min(CASE pinned WHEN '' THEN expires END) FROM evidence e
                 JOIN opened o ON o.capture = e.capture AND o.seq = e.seq"""
        count, first = self._connection.execute(sql).fetchone()
        return count, float("inf") if first is None else first

    def rulesets(self) -> tuple[Ruleset, ...]:
        """The rules by which the site was judged."""
        return of_site(self._connection, self._site)

    def _open(self, capture: str, seq: int, kind: str, raw: bytes, way: leaves.Way) -> Opened | None:
        row = chain.stored(self._connection, capture, seq, kind)
        if row is None:
            return None
        salt = b""
        if kind == "snapshots":
            (salt,) = leaves.of_picture(b"").salts(self._keys, way, capture, seq)
        shown = self._leaves(capture, seq, leaves.of_row(capture, row), way)
        return Opened(capture, row, shown, raw, salt)

    def _leaves(self, capture: str, seq: int, of: leaves.Leaves, way: leaves.Way) -> tuple[Leaf, ...]:
        salts = of.salts(self._keys, way, capture, seq)
        digests = of.digests(self._keys, way, capture, seq)
        return tuple(map(Leaf, of.names, of.values, salts, digests))
