"""Whether a database is whole, for `doctor`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from mouchard.store.connection import open_to_read


def problems(path: Path, limit: int = 5) -> list[str]:
    """What SQLite finds wrong in the file, at most `limit` lines; empty when it is whole.

    BadInput where it is no database of ours.
    """
    with closing(open_to_read(path)) as connection:
        try:
            lines = [str(line) for (line,) in connection.execute(f"PRAGMA integrity_check({limit:d})")]
        except sqlite3.DatabaseError as error:
            return [str(error)]
        orphans = [
            f"{table} row {row} refers to a missing {parent}"
            for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(limit)
        ]
    return [line for line in lines if line != "ok"] + orphans
