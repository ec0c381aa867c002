"""Which message the analysis is on, noted where it outlives the process: so a fatal one is known again."""

from __future__ import annotations

import mmap
import os
import signal
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_NOTE = struct.Struct("<16sQQQ")  # capture, seq in flight, suspect seq, deaths on the suspect
_SEQ = struct.Struct("<Q")

WATCHDOG_SECONDS = 2.0
"""Wall time one message may take before the process is killed."""

DEATHS = 2
"""Deaths on one message after which it is set aside."""


def note_path(db: Path) -> Path:
    """Where the note of the analyser that writes `db` lies."""
    return db.with_name(db.name + ".inflight")


class InFlight:
    """The note: 40 bytes, mode 0600. `suspect` is the message an earlier process died on, or 0."""

    def __init__(self, path: Path) -> None:
        self._path = path
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            os.ftruncate(descriptor, _NOTE.size)
            self._map = mmap.mmap(descriptor, _NOTE.size)
        finally:
            os.close(descriptor)
        self.suspect = 0
        self.deaths = 0

    def begin(self, capture: str) -> None:
        """Learn what an earlier process of this capture died on; notes of other captures are void."""
        wanted = bytes.fromhex(capture)
        known, seq, suspect, deaths = _NOTE.unpack(self._map)
        if known != wanted:
            seq = suspect = deaths = 0
        elif seq:
            suspect, deaths = seq, deaths + 1 if seq == suspect else 1
        self.suspect, self.deaths = suspect, deaths
        _NOTE.pack_into(self._map, 0, wanted, 0, suspect, deaths)

    @property
    def condemned(self) -> int:
        """seq of a message that must not be tried again, or 0."""
        return self.suspect if self.deaths >= DEATHS else 0

    @contextmanager
    def on(self, seq: int) -> Iterator[None]:
        """While the body runs, `seq` is in flight; the kernel kills the process when it takes too long.

        The timer works where Python does not come to act: inside a C function that never returns.
        """
        _SEQ.pack_into(self._map, 16, seq)
        signal.setitimer(signal.ITIMER_REAL, WATCHDOG_SECONDS)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            _SEQ.pack_into(self._map, 16, 0)

    def acquit(self) -> None:
        """The suspect is done with: recorded, or set aside."""
        self.suspect = self.deaths = 0
        known, seq, _, _ = _NOTE.unpack(self._map)
        _NOTE.pack_into(self._map, 0, known, seq, 0, 0)

    def close(self) -> None:
        """Take the note away: this process ended as it should."""
        self._map.close()
        self._path.unlink(missing_ok=True)
