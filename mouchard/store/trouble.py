"""Why a database takes or gives nothing, in words."""

from __future__ import annotations

import sqlite3

DAMAGED = "database damaged"

_WORDS = {
    sqlite3.SQLITE_FULL: "disk full",
    sqlite3.SQLITE_IOERR: "disk error",
    sqlite3.SQLITE_BUSY: "database locked",
    sqlite3.SQLITE_LOCKED: "database locked",
    sqlite3.SQLITE_READONLY: "database not writable",
    sqlite3.SQLITE_CANTOPEN: "database not writable",
    sqlite3.SQLITE_PROTOCOL: "database locked",
    sqlite3.SQLITE_NOMEM: "out of memory",
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
}


def trouble_of(error: Exception) -> str:
    """In words, what the disk or the file refuses; empty for a fault of our own or of the data."""
    if isinstance(error, sqlite3.Error):
        return _WORDS.get(int(getattr(error, "sqlite_errorcode", 0)) & 0xFF, "")
    return "disk error" if isinstance(error, OSError) else ""


def prospect(words: str) -> str:
    """What a person is told to expect of a trouble."""
    if words == DAMAGED:
        return "browsing goes on, what is new waits in memory; end the capture and see `mouchard doctor`"
    return "trying again, nothing is lost yet"
