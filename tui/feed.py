"""What the database says now. One thread owns the read-only connection; screens ask it questions."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from textual.message import Message

from mouchard.store.filterlang import Query
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow, Flow, GapRow, MarkRow, SealedRow, Totals
from mouchard.tui.grouping import Group, parts

T = TypeVar("T")

MINUTES = 30
"""Length of the time line."""

FLOWS_MAX = 2000
"""Flows shown at once; beyond, the screen says so and asks for a narrower filter."""

LATEST = 6
"""Findings in the running list of a tall screen."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole picture of the overview at one moment."""

    totals: Totals
    """Of everything recorded."""
    by: Group
    parts: tuple[tuple[str, Flow], ...]
    """Who got what of what the filter lets through, each flow with the name of its group."""
    more: bool
    """True where there were more than `FLOWS_MAX` flows."""
    latest: tuple[FindingRow, ...]
    sealed: tuple[SealedRow, ...]
    gaps: tuple[GapRow, ...]
    marks: tuple[MarkRow, ...]
    per_minute: Mapping[int, int]
    """Findings by minute (epoch seconds // 60) of the last half hour."""
    devices: Mapping[str, str]
    """What each device is called."""
    taken: float
    """Seconds since the epoch."""

    @property
    def flows(self) -> tuple[Flow, ...]:
        return tuple(flow for _name, flow in self.parts)


class FeedChanged(Message):
    """There is a new picture; a newer one replaces it in the queue."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, FeedChanged)


def take(reader: Reader, query: Query, by: Group = "site") -> Snapshot:
    """Reads the whole picture; runs in the thread of the feed."""
    now = time.time()
    told = parts(reader, query, by, FLOWS_MAX + 1)
    return Snapshot(
        totals=reader.totals(),
        by=by,
        parts=tuple(told[:FLOWS_MAX]),
        more=len(told) > FLOWS_MAX,
        latest=tuple(reader.findings(query, LATEST)),
        sealed=tuple(reader.sealed()),
        gaps=tuple(reader.gaps()),
        marks=tuple(reader.marks()),
        per_minute=reader.per_minute(now - 60 * MINUTES),
        devices={row.key: row.name for row in reader.clients()},
        taken=now,
    )


class Feed:
    """Answers questions about the database, one at a time, off the screen's own thread."""

    def __init__(self, path: Path) -> None:
        """Opens the database; BadInput where there is none or it cannot be read."""
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feed")
        self._reader = self._thread.submit(Reader, path).result()

    async def ask(self, question: Callable[[Reader], T]) -> T:
        """The answer to a question that reads; it runs in the thread that owns the connection."""
        return await asyncio.wrap_future(self._thread.submit(question, self._reader))

    def close(self) -> None:
        """Waits for the question under way, then closes the connection."""
        self._thread.submit(self._reader.close)
        self._thread.shutdown()
