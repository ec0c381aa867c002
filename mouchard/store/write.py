"""The one writer of a database."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from mouchard.attribute.facts import Answer, Sighting
from mouchard.capture.records import Capture, Record
from mouchard.keys import Keys
from mouchard.model import Judgement
from mouchard.store.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of the capture and what was concluded on its arrival, also of earlier messages."""

    record: Record
    judgements: tuple[Judgement, ...] = ()


class Writer:
    """Commits records and judgements; holds `<db>.lock`. DatabaseBusy while another one does."""

    def __init__(
        self,
        path: Path,
        keys: Keys,
        ruleset: Ruleset,
        *,
        ring: float = 1800.0,
        keep: float = 7 * 86400.0,
        clock: Callable[[], float] = time.time,
    ) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def begin(self, capture: Capture) -> None:
        """Make the capture known; nothing where it is."""

    def commit(self, entries: Sequence[Entry]) -> None:
        """Write all in one transaction. What is already there with the same content is left alone."""

    def last_seq(self, capture: str) -> int:
        """Highest seq committed for the capture, 0 where there is none."""
        return 0

    def fail(self, capture: str, seq: int, stage: str, reason: str) -> None:
        """Note a message that could not be judged."""

    def rephase(self, site: str, client: str) -> None:
        """Recompute the phases of a site and client (empty: all clients) from the standing marks."""

    def recent(self, capture: str, since: float) -> Iterator[Sighting | Answer]:
        """What attribution saw since that time (epoch seconds), in order."""
        return iter(())

    def pin(self, messages: Collection[str], reason: str) -> int:
        """Keep the sealed bytes of these messages (`<capture>/<seq>`) until unpinned; how many were there."""
        return 0

    def expire(self, now: float | None = None) -> int:
        """Delete sealed bytes past their time; how many."""
        return 0

    def checkpoint(self) -> None:
        """Bring the write-ahead log into the database file; call when idle."""

    def close(self) -> None:
        """Checkpoint, release the lock. May be called twice."""
