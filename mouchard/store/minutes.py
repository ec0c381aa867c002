"""Findings by minute, for the time line: what was counted once is not read again."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping


class Minutes:
    """The counts of one database; what was deleted since stays counted until its minute is left behind."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._counts: Counter[int] = Counter()
        self._last = 0
        self._from: float | None = None

    def since(self, after: float) -> Mapping[int, int]:
        """Findings by minute (epoch seconds // 60) of the messages since that time."""
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM findings").fetchone()
        if self._from is None or after < self._from or last < self._last:
            self._counts.clear()
            sql = """SELECT CAST(m.time / 60 AS INTEGER), count(*) FROM messages m
                     CROSS JOIN findings f ON f.message = m.id WHERE m.time >= ? AND f.id <= ?
                     GROUP BY 1"""
            told = self._connection.execute(sql, (after, last))
        else:
            sql = """SELECT CAST(j.time / 60 AS INTEGER), count(*) FROM findings f
                     JOIN judgements j ON j.message = f.message WHERE f.id > ? AND f.id <= ? GROUP BY 1"""
            told = self._connection.execute(sql, (self._last, last))
        self._counts.update(dict(told))
        self._last, self._from = last, after
        for minute in [minute for minute in self._counts if minute < int(after // 60)]:
            del self._counts[minute]
        return dict(self._counts)
