"""What is judged and not yet committed, and the way into the database when it is full, locked or picky."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from mouchard.analysis import Analysis
from mouchard.attribute.facts import Event
from mouchard.capture.records import Capture, Gap
from mouchard.correct import correct
from mouchard.errors import BadInput
from mouchard.failure import failure_of
from mouchard.store.filterlang import Query
from mouchard.store.trouble import trouble_of
from mouchard.store.write import Entry, Writer

BATCH_RECORDS = 200
BATCH_SECONDS = 0.1
BATCH_BYTES = 4 * 1024 * 1024


class Ledger:
    """Batches of judged records on their way to one transaction each; nothing leaves before COMMIT."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._beginning: Capture | None = None
        self._batch: list[Entry] = []
        self._bytes = 0
        self._since = 0.0
        self.committed = 0
        """seq of the last record that is safe on disk."""

    def __len__(self) -> int:
        return len(self._batch)

    @property
    def messages(self) -> int:
        """Messages that the batch speaks of: a gap stands for as many as it counts."""
        gaps = [judged.record for judged in self._batch if isinstance(judged.record, Gap)]
        return len(self._batch) - len(gaps) + sum(count for gap in gaps for _, count in gap.hosts)

    def begin(self, capture: Capture) -> None:
        """Write this capture from now on; it appears in the database with its first record."""
        self._beginning = capture

    def last_seq(self, capture: str) -> int:
        """seq of the last record of the capture on disk, 0 for none."""
        self.committed = self._writer.last_seq(capture)
        return self.committed

    def recent(self, capture: str, since: float) -> Iterator[Event]:
        """What attribution saw of the capture since that time, epoch seconds."""
        return self._writer.recent(capture, since)

    def add(self, judged: Entry) -> None:
        """Put a record in the batch."""
        if not self._batch:
            self._since = time.monotonic()
        self._batch.append(judged)
        self._bytes += len(getattr(judged.record, "body", b"")) + len(getattr(judged.record, "data", b""))

    @property
    def due(self) -> bool:
        """True when the batch is large or old enough to be committed."""
        return bool(self._batch) and (
            len(self._batch) >= BATCH_RECORDS
            or self._bytes >= BATCH_BYTES
            or time.monotonic() - self._since >= BATCH_SECONDS
        )

    @property
    def wait(self) -> float:
        """Seconds until the batch is old enough."""
        return max(0.0, self._since + BATCH_SECONDS - time.monotonic())

    def commit(self) -> Sequence[Entry]:
        """Write the batch in one transaction and give it back.

        Raises what `trouble_of` has words for, with the batch kept; a record that the database itself
        refuses is written without judgement, or noted as a failure alone.
        """
        batch = self._batch
        if not batch:
            return ()
        if self._beginning:
            self._writer.begin(self._beginning)
            self._beginning = None
        try:
            self._writer.commit(batch)
        except Exception as error:
            if trouble_of(error):
                raise
            batch = [self._singly(judged) for judged in batch]
        self._batch, self._bytes = [], 0
        self.committed = max(self.committed, batch[-1].record.seq)
        return batch

    def _singly(self, judged: Entry) -> Entry:
        error = self._try(judged)
        if error is None:
            return judged
        why = failure_of(error)
        bare = Entry(judged.record, failure=why)
        if self._try(bare) is not None:
            self._writer.fail(judged.record.capture, judged.record.seq, why)
        return bare

    def _try(self, judged: Entry) -> Exception | None:
        try:
            self._writer.commit([judged])
        except Exception as error:
            if trouble_of(error):
                raise
            return error
        return None

    def purge(self, query: Query) -> int:
        """Delete the chosen messages for good; how many. BadInput while the database takes nothing."""
        try:
            return self._writer.purge(query)
        except sqlite3.DatabaseError as error:
            raise BadInput(f"nothing can be deleted now: {error}", "try again later") from error

    def pin(self, query: Query, reason: str) -> int:
        """Keep the sealed bytes of the chosen messages until unpinned (empty reason); how many."""
        try:
            return self._writer.pin(query, reason)
        except sqlite3.DatabaseError as error:
            raise BadInput(f"nothing can be held now: {error}", "try again later") from error

    def corrections(self, capture: str) -> Mapping[int, str]:
        """seq → site of the messages that the person has put right."""
        return self._writer.corrected(capture)

    def correct(self, analysis: Analysis, request: str, site: str) -> tuple[str, str]:
        """Put right which site a message belongs to: the site it was held for, and the new one."""
        try:
            return correct(self._writer, analysis, request, site)
        except sqlite3.DatabaseError as error:
            raise BadInput(f"nothing can be corrected now: {error}", "try again later") from error

    def forget_device(self, device: str) -> int:
        """Delete all that was recorded of a device; how many messages. BadInput as for `purge`."""
        try:
            return self._writer.purge_device(device)
        except sqlite3.DatabaseError as error:
            raise BadInput(f"nothing can be deleted now: {error}", "try again later") from error

    def name_device(self, device: str, name: str) -> None:
        """Call its browsers and apps after it, if that can be written now."""
        with suppress(sqlite3.Error):
            self._writer.name_device(device, name)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the database, if it can be done now."""
        with suppress(sqlite3.Error):
            self._writer.checkpoint()

    def close(self) -> None:
        """Checkpoint and let the database go."""
        with suppress(sqlite3.Error):
            self._writer.close()
