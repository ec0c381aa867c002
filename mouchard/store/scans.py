"""Which files were scanned to their end, and which could not be read."""

from __future__ import annotations

import time
from pathlib import Path

from mouchard.store.connection import Closing, open_to_write


class Scans(Closing):
    """Notes of scans; for whoever holds the `Writer` of the same database. A context manager."""

    def __init__(self, path: Path) -> None:
        self._connection = open_to_write(path)

    def finished(self, setup: str) -> frozenset[str]:
        """The captures that were scanned to their end by the same rules, for the same people."""
        sql = "SELECT c.capture FROM scans s JOIN captures c ON c.id = s.capture WHERE s.setup = ?"
        return frozenset(capture for (capture,) in self._connection.execute(sql, (setup,)))

    def finish(self, capture: str, setup: str, file: str) -> None:
        """Note a capture as scanned to its end; if its file could not be read before, it can now."""
        self._connection.execute(
            "INSERT OR REPLACE INTO scans SELECT id, ?, ? FROM captures WHERE capture = ?",
            (setup, time.time(), capture),
        )
        self._connection.execute("DELETE FROM unread WHERE file = ?", (_plain(file),))

    def unread(self, file: str, reason: str) -> None:
        """Note a file that could not be read."""
        row = (_plain(file), _plain(reason), time.time())
        self._connection.execute("INSERT OR REPLACE INTO unread VALUES (?, ?, ?)", row)


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
