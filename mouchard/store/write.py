"""The one writer of a database."""

from __future__ import annotations

import sqlite3
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from mouchard.attribute.facts import Event
from mouchard.capture.records import Capture, Mark, Record
from mouchard.failure import Failure
from mouchard.keys import Keys
from mouchard.masking.url import mask_text
from mouchard.model import Judgement
from mouchard.phases import phase_at
from mouchard.store import corrections, evidence, pictures, purge, rollup
from mouchard.store import device as of_device
from mouchard.store.batch import Batch
from mouchard.store.captured import clean, host_of, moment, recall
from mouchard.store.connection import Closing, open_to_write
from mouchard.store.filterlang import EVERYTHING, Query
from mouchard.store.judged import Conclusion, JudgementLayer
from mouchard.store.lock import Lock
from mouchard.store.ruleset import Ruleset

EXPIRY_EVERY = 60.0
"""Seconds between two looks for sealed bytes past their time."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of the capture and what was concluded on its arrival, also of earlier messages."""

    record: Record
    judgements: tuple[Judgement, ...] = ()
    facts: Event | None = None
    """What attribution reads of it, where that was made already with the key of the writer."""
    failure: Failure | None = None
    """Why it has no judgement, where that is our fault."""


class Writer(Closing):
    """Commits records and judgements; holds `<db>.lock`. DatabaseBusy while another one does.

    `ring` and `keep` are the seconds that sealed raw bytes stay without and with a finding. Failures of
    the disk are `sqlite3.OperationalError`; nothing of that call is written then, and it may be repeated.
    """

    def __init__(
        self,
        path: Path,
        keys: Keys,
        ruleset: Ruleset,
        *,
        ring: float = evidence.RING,
        keep: float = evidence.KEEP,
        clock: Callable[[], float] = time.time,
    ) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = Lock(path)
        try:
            self._connection = open_to_write(path)
        except BaseException:
            self._lock.release()
            raise
        self._judged = JudgementLayer(self._connection, ruleset)
        self._keys, self._ring, self._keep, self._clock = keys, ring, keep, clock
        self._urls: OrderedDict[tuple[str, int], str] = OrderedDict()
        self._next_expiry = 0.0

    def begin(self, capture: Capture) -> None:
        """Make the capture known; nothing where it is."""
        with self._transaction():
            self._connection.execute(
                """INSERT OR IGNORE INTO captures (capture, source, name, started, tool)
                   VALUES (?, ?, ?, ?, ?)""",
                clean((capture.id, capture.source, capture.name, moment(capture.started), capture.tool)),
            )

    def commit(self, entries: Sequence[Entry]) -> None:
        """Write all in one transaction. A record that is already there stays as it is; a judgement that
        differs from the stored one becomes its next revision; one of a purged message is dropped."""
        by_capture: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            by_capture[entry.record.capture].append(entry)
        with self._transaction():
            difference = rollup.Difference()
            for capture, group in by_capture.items():
                self._commit(capture, group, difference)
            difference.apply(self._connection)
            now = self._clock()
            if not 0 < self._next_expiry - now <= EXPIRY_EVERY:  # due, or the clock was set back
                evidence.expire(self._connection, now)
                self._next_expiry = now + EXPIRY_EVERY

    def last_seq(self, capture: str) -> int:
        """Highest seq committed for the capture, 0 where there is none."""
        sql = """SELECT coalesce(max(seq), 0) FROM chain
                 WHERE capture = (SELECT id FROM captures WHERE capture = ?)"""
        (last,) = self._connection.execute(sql, (capture,)).fetchone()
        return int(last)

    def fail(self, capture: str, seq: int, why: Failure) -> None:
        """Note a record that the database refuses altogether."""
        with self._transaction():
            self._note(self._capture(capture), [(seq, why)])

    def rephase(self, site: str, client: str) -> None:
        """Recompute the phases of a site and client (empty: all clients) from the standing marks."""
        with self._transaction():
            difference = rollup.Difference()
            sql = "SELECT DISTINCT capture FROM marks WHERE site = ?"
            for (capture,) in self._connection.execute(sql, (site,)).fetchall():
                self._rephase(capture, site, client, difference)
            difference.apply(self._connection)

    def rebuild_rollups(self) -> None:
        """Count everything anew from the judgements."""
        with self._transaction():
            rollup.rebuild(self._connection)

    def recent(self, capture: str, since: float) -> Iterator[Event]:
        """What attribution saw since that time (epoch seconds), in order."""
        return recall(self._connection, capture, since)

    def corrected(self, capture: str) -> Mapping[int, str]:
        """seq → site of the messages of a capture that the person has put right."""
        return corrections.of(self._connection, capture)

    def place(self, request: str) -> corrections.Place:
        """The judged message `<capture>/<seq>[.frame]`; BadInput where there is none."""
        return corrections.place(self._connection, request)

    def raw(self, capture: str, seq: int) -> Record | None:
        """The raw record while it is kept."""
        return evidence.find(self._connection, self._keys, capture, seq)

    def correct(self, place: corrections.Place, judgement: Judgement, record: Record | None) -> None:
        """Keep the site that the person gave, with what follows from it. Without the raw record its findings
        stay as they were, and so does what the lists say of it."""
        with self._transaction():
            difference = rollup.Difference()
            site = judgement.attributed.site
            corrections.note(self._connection, place.capture, place.seq, site, self._clock())
            if record is None:
                marks = self._marks(self._capture(place.capture)).get(site, [])
                phase = phase_at(marks, site, place.client, place.time, place.seq) if marks else "none"
                moved = Conclusion(place.message, judgement, host_of(place.url), phase)
                self._judged.move(moved, difference)
            else:
                self._commit(place.capture, [Entry(record, (judgement,))], difference)
            difference.apply(self._connection)

    def pin(self, query: Query, reason: str) -> int:
        """Keep the sealed bytes of the chosen messages until unpinned (empty reason); how many there are."""
        with self._transaction():
            return evidence.pin(self._connection, query, reason)

    def expire(self, now: float | None = None) -> int:
        """Delete sealed bytes past their time and not pinned; how many."""
        with self._transaction():
            return evidence.expire(self._connection, self._clock() if now is None else now)

    def purge(self, query: Query = EVERYTHING) -> int:
        """Delete the chosen messages and all that hangs on them; their commitments stay. How many went.
        Marks, pictures, unread connections, gaps and clients go where the words speak of them, or all."""
        gone = self._purged(lambda now: purge.purge(self._connection, query, now))
        if not query.terms:
            pictures.forget(*(name for (name,) in self._connection.execute("SELECT capture FROM captures")))
        return gone

    def purge_device(self, device: str) -> int:
        """Delete all that was recorded of one device, by its id; the number of messages."""
        return self._purged(lambda now: of_device.forget(self._connection, device, now))

    def name_device(self, device: str, name: str) -> None:
        """Call all browsers and apps of a device after it."""
        with self._transaction():
            of_device.rename(self._connection, device, name)

    def compact(self) -> None:
        """Give the room of what was deleted back to the disk, by writing the file anew."""
        self._connection.execute("VACUUM")
        self.checkpoint()

    def checkpoint(self) -> None:
        """Bring the write-ahead log into the database file and empty it, unless a reader is at work."""
        (patience,) = self._connection.execute("PRAGMA busy_timeout").fetchone()
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {patience}")

    def close(self) -> None:
        """Checkpoint, release the lock. May be called twice."""
        try:
            self.expire()
            self.checkpoint()
        except sqlite3.Error:
            pass  # a full disk must not keep the lock; the log is read at the next start
        finally:
            self._connection.close()
            self._lock.release()

    def _purged(self, delete: Callable[[float], int]) -> int:
        before = purge.all_pictures(self._connection)
        with self._transaction():
            gone = delete(self._clock())
            self._judged.forget()
        pictures.discard(before - purge.all_pictures(self._connection))
        self.checkpoint()
        return gone

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            self._judged.forget()
            raise

    def _commit(self, name: str, entries: Sequence[Entry], difference: rollup.Difference) -> None:
        capture = self._capture(name)
        batch = Batch(self._connection, self._keys, name, capture, self._urls)
        latest: dict[int, Judgement] = {}
        for entry in entries:
            own = None
            for judgement in entry.judgements:
                latest[judgement.message.seq] = judgement
                own = judgement if judgement.message.seq == entry.record.seq else own
            batch.add(entry.record, own, entry.facts)
        batch.insert()
        marks = self._marks(capture)
        corrected = corrections.of(self._connection, name)
        new: list[Conclusion] = []
        old: list[Conclusion] = []
        for seq, judgement in latest.items():
            found = batch.message(seq)
            if found is None:
                continue
            stands = corrected.get(seq)
            if found.judged and stands is not None and stands != judgement.attributed.site:
                continue  # the person knows better
            at = judgement.attributed
            standing = marks.get(at.site, [])
            phase = (
                phase_at(standing, at.site, at.client, judgement.message.time, seq) if standing else "none"
            )
            host = host_of(judgement.masked_url)
            (old if found.judged else new).append(Conclusion(found.rowid, judgement, host, phase))
        self._judged.insert(new, difference)
        changed = [conclusion for conclusion in old if self._judged.replace(conclusion, difference)]
        batch.seal(new + changed, self._clock(), self._ring, self._keep)
        for mark in batch.marks:
            self._rephase(capture, mark.site, mark.client, difference)
        self._note(capture, [(entry.record.seq, entry.failure) for entry in entries if entry.failure])

    def _note(self, capture: int, failed: Sequence[tuple[int, Failure]]) -> None:
        rows = [(capture, seq, why.stage, mask_text(why.reason), self._clock()) for seq, why in failed]
        self._connection.executemany("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)", rows)

    def _rephase(self, capture: int, site: str, client: str, difference: rollup.Difference) -> None:
        marks = self._marks(capture).get(site, [])
        sql = """SELECT j.message, m.seq, m.time, j.client, j.phase FROM judgements j
                 JOIN messages m ON m.id = j.message WHERE j.site = ? AND m.capture = ? AND ? IN ('',
                 j.client)"""
        for message, seq, at, of, old in self._connection.execute(sql, (site, capture, client)).fetchall():
            phase = phase_at(marks, site, of, at, seq)
            if phase != old:
                self._judged.rephase(message, phase, difference)

    def _marks(self, capture: int) -> dict[str, list[Mark]]:
        marks: dict[str, list[Mark]] = defaultdict(list)
        sql = "SELECT seq, time, site, client, phase, source, undo FROM marks WHERE capture = ? ORDER BY seq"
        for seq, at, site, client, phase, source, undo in self._connection.execute(sql, (capture,)):
            marks[site].append(Mark("", seq, at, site, client, phase, source, bool(undo)))
        return marks

    def _capture(self, name: str) -> int:
        found = self._connection.execute("SELECT id FROM captures WHERE capture = ?", (name,)).fetchone()
        if found is None:
            raise LookupError(f"capture {name} was not begun")
        return int(found[0])
