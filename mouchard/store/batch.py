"""The records of one capture within one transaction: rows, chain, seals and clients."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from mouchard.attribute.facts import Answer, Event, Sighting, answer, sighting
from mouchard.capture.records import Gap, Mark, Record, Request, Response, Sealed, Snapshot, WebSocketFrame
from mouchard.keys import Keys
from mouchard.model import Judgement
from mouchard.store import chain, evidence
from mouchard.store import device as of_device
from mouchard.store.captured import (
    COLUMNS,
    Row,
    clean,
    gap_row,
    mark_row,
    message_row,
    moment,
    response_row,
    sealed_row,
    snapshot_row,
)  # fmt: skip
from mouchard.store.judged import Conclusion
from mouchard.store.leaves import WAY

_URLS = 4096
"""URLs remembered in memory, so that a relative Location can be followed."""
_Times: TypeAlias = tuple[Sighting, float, float]
"""A client's last message, and the times of its first and last."""
_Told: TypeAlias = tuple[Record, Judgement | None, Event | None]
_BROWSERS = {"samsung": "Samsung Internet", "webview": "Web view", "app": "App"}


class Found(NamedTuple):
    """A message in the database."""

    rowid: int
    judged: bool


class Batch:
    """Collects new records with `add`, writes them with `insert`, then seals what deserves it."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        keys: Keys,
        name: str,
        capture: int,
        urls: OrderedDict[tuple[str, int], str],
    ) -> None:
        self.marks: list[Mark] = []
        self._connection, self._keys, self._name, self._capture, self._urls = (
            connection,
            keys,
            name,
            capture,
            urls,
        )
        self._records: list[_Told] = []
        self._new: dict[int, int] = {}
        self._unsealed: dict[int, Record] = {}

    def add(self, record: Record, judgement: Judgement | None, facts: Event | None) -> None:
        """A record with the judgement of its own message, where there is one yet, and its facts."""
        self._records.append((record, judgement, facts))

    def insert(self) -> None:
        """Write the records that are not there yet, in order."""
        records = self._fresh()
        if not records:
            return
        (next_id,) = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM messages").fetchone()
        last = self._connection.execute("SELECT n, head FROM chain ORDER BY n DESC LIMIT 1").fetchone()
        n, head = last or (0, chain.GENESIS)
        rows: dict[str, list[tuple[object, ...]]] = {table: [] for table in COLUMNS}
        links: list[tuple[object, ...]] = []
        clients: dict[str, _Times] = {}
        for record, judgement, facts in records:
            row = self._row(record, judgement, facts, clients)
            link = chain.commit(self._keys, self._name, row, record, head)
            n, head = n + 1, link.head
            links.append((n, self._capture, row.seq, row.table, link.raw, link.commitment, link.head, WAY))
            if row.table == "messages":
                rows[row.table].append((next_id, self._capture, row.seq, *row.values))
                self._new[row.seq], self._unsealed[row.seq] = next_id, record
                next_id += 1
            else:
                rows[row.table].append((None, self._capture, row.seq, *row.values))
        for table, values in rows.items():
            names = f"id, capture, seq, {', '.join(COLUMNS[table])}"
            places = ", ".join("?" * (3 + len(COLUMNS[table])))
            self._connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)
        self._connection.executemany(
            """INSERT INTO chain (n, capture, seq, kind, raw, commitment, head, salts)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            links,
        )
        self._meet(clients)

    def message(self, seq: int) -> Found | None:
        """A message of this capture; None where there is none, as after a purge."""
        if seq in self._new:
            return Found(self._new[seq], False)
        found = self._connection.execute(
            """SELECT m.id, j.message IS NOT NULL FROM messages m LEFT JOIN judgements j ON j.message = m.id
               WHERE m.capture = ? AND m.seq = ?""",
            (self._capture, seq),
        ).fetchone()
        return None if found is None else Found(found[0], bool(found[1]))

    def seal(self, concluded: Sequence[Conclusion], now: float, ring: float, keep: float) -> None:
        """Seal the new messages that went to others, or hold a finding, or could not be judged."""
        sealed: list[tuple[object, ...]] = []
        later: list[int] = []
        for conclusion in concluded:
            judgement = conclusion.judgement
            found = bool(judgement.findings)
            record = self._unsealed.pop(judgement.message.seq, None)
            if record is None:
                later += [conclusion.message] if found else []
            elif found or judgement.verdict.party != "first":
                sealed += self._sealed(record, now + (keep if found else ring))
        for record in self._unsealed.values():
            sealed += self._sealed(record, now + keep)
        sql = "INSERT INTO evidence (capture, seq, expires, pinned, sealed) VALUES (?, ?, ?, '', ?)"
        self._connection.executemany(sql, sealed)
        evidence.extend(self._connection, later, now + keep)

    def _sealed(self, record: Record, expires: float) -> list[tuple[object, ...]]:
        sealed = evidence.seal(self._keys, record)
        return [] if sealed is None else [(self._capture, record.seq, expires, sealed)]

    def _fresh(self) -> list[_Told]:
        """The records without a link in the chain, each once."""
        if not self._records:
            return []
        seqs = [record.seq for record, *_ in self._records]
        sql = "SELECT seq FROM chain WHERE capture = ? AND seq BETWEEN ? AND ?"
        known = {seq for (seq,) in self._connection.execute(sql, (self._capture, min(seqs), max(seqs)))}
        fresh = []
        for told in self._records:
            if told[0].seq not in known:
                known.add(told[0].seq)
                fresh.append(told)
        return fresh

    def _row(
        self, record: Record, judgement: Judgement | None, facts: Event | None, clients: dict[str, _Times]
    ) -> Row:
        match record:
            case Request() | WebSocketFrame():
                seen = facts if isinstance(facts, Sighting) else sighting(record, self._token)
                at = moment(record.time)
                _, first, last = clients.get(seen.client, (seen, at, at))
                clients[seen.client] = (seen, min(first, at), max(last, at))
                self._urls[self._name, record.seq] = record.url
                if len(self._urls) > _URLS:
                    self._urls.popitem(last=False)
                url, fields = (judgement.masked_url, judgement.field_paths) if judgement else (None, None)
                return message_row(record, seen, url, fields)
            case Response():
                if isinstance(facts, Answer):
                    return response_row(record, facts)
                asked = self._urls.get((self._name, record.request), "")
                return response_row(record, answer(record, asked, self._token, jars=False))
            case Sealed():
                return sealed_row(record)
            case Mark():
                self.marks.append(record)
                return mark_row(record)
            case Gap():
                return gap_row(record)
            case Snapshot():
                return snapshot_row(record)

    def _token(self, url: str) -> str:
        return self._keys.token("url", url.partition("#")[0])

    def _meet(self, clients: dict[str, _Times]) -> None:
        """Note each client with the times of its first and last message."""
        self._connection.executemany(
            """INSERT INTO clients VALUES (?, ?, ?, ?)
               ON CONFLICT DO UPDATE SET first = min(first, excluded.first),
               last = max(last, excluded.last)""",
            [clean((key, self._called(seen), first, last)) for key, (seen, first, last) in clients.items()],
        )

    def _called(self, seen: Sighting) -> str:
        owner, at, _ = seen.client.partition("@")
        return _client_name(seen, of_device.known_as(self._connection, owner) if at else "")


def _client_name(seen: Sighting, owner: str) -> str:
    """`Firefox on this machine`, `App on alice@10.0.0.2`, `Chrome on phone`; `owner`: its name so far."""
    device, tunnel, _ = seen.client.rpartition("/")[0].partition("#")
    place = "this machine" if device in ("127.0.0.1", "::1") else device
    if tunnel:  # all tunnels have one address inside
        place = place.partition("@")[0]
    place = owner or place
    name = _BROWSERS.get(seen.family, seen.family.capitalize())
    return f"{name} on {place}" if place else name
