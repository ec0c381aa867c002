"""Opening a database: private, checked, never overwriting what is not ours."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from mouchard.errors import BadInput
from mouchard.store.schema import APPLICATION_ID, APPLIED, SET, STEPS, migrations

_HEADER = b"SQLite format 3\0"


class Closing:
    """Whoever keeps a connection: a context manager that closes it at its end."""

    _connection: sqlite3.Connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection. May be called twice."""
        self._connection.close()


def open_to_write(path: Path) -> sqlite3.Connection:
    """A connection in autocommit mode to a database of the current schema, made 0600 if absent.

    BadInput where the file is damaged, of another program, or of a newer Mouchard; it is left as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_header(path)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        os.chmod(path, 0o600)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}", "choose another place with --db") from error
    connection = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=False)
    with _closed_if_useless(connection, path):
        behind = _check(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        if behind:
            from sqlite_utils import Database  # takes 30 ms to load, and most databases are up to date

            migrations().apply(Database(connection, execute_plugins=False))
    return connection


def open_to_read(path: Path) -> sqlite3.Connection:
    """A read-only connection. BadInput where there is no usable database."""
    if not path.is_file():
        raise BadInput(
            f"no capture yet: {path} does not exist", "start with `mouchard run` or `mouchard demo`"
        )
    _check_header(path)
    connection = _reading(path)
    with _closed_if_useless(connection, path):
        if _check(connection, path):
            raise BadInput(
                f"{path} is empty or of an older Mouchard", "any capture or scan into it brings it up to date"
            )
    return connection


def _reading(path: Path) -> sqlite3.Connection:
    """A connection that sees what is there, also on a disk that is read-only itself."""
    where = f"file:{quote(str(path.resolve()))}?mode=ro"
    connection = sqlite3.connect(where, uri=True, isolation_level=None, timeout=5.0, check_same_thread=False)
    with _closed_if_useless(connection, path):
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            return connection
        except sqlite3.OperationalError as error:  # a read-only disk has no place for the memory of the log
            if "locked" in str(error):
                raise
    connection.close()
    return sqlite3.connect(f"{where}&immutable=1", uri=True, isolation_level=None, check_same_thread=False)


@contextmanager
def _closed_if_useless(connection: sqlite3.Connection, path: Path) -> Iterator[None]:
    """Closes the connection where the file turns out to be of no use; BadInput where it is damaged."""
    try:
        yield
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            raise _damaged(path, error) from error
        raise


def _check_header(path: Path) -> None:
    try:
        with path.open("rb") as file:
            start = file.read(len(_HEADER))
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}", "choose another place with --db") from error
    if start and start != _HEADER:
        raise BadInput(
            f"{path} is not a database", "choose another place with --db; the file was left as it is"
        )


def _check(connection: sqlite3.Connection, path: Path) -> bool:
    """True where migrations are missing. BadInput for another program's file or a newer schema."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    applied: set[str] = set()
    if APPLIED in tables:
        sql = f"SELECT name FROM {APPLIED} WHERE migration_set = ?"
        applied = {name for (name,) in connection.execute(sql, (SET,))}
    elif tables:
        raise BadInput(f"{path} is the database of another program", "choose another place with --db")
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if tables and application not in (0, APPLICATION_ID):
        raise BadInput(f"{path} is the database of another program", "choose another place with --db")
    if newer := sorted(applied - STEPS.keys()):
        raise BadInput(
            f"{path} was written by a newer Mouchard ({newer[-1]})", "update Mouchard, or choose another --db"
        )
    return applied != STEPS.keys()


def _damaged(path: Path, error: Exception) -> BadInput:
    return BadInput(
        f"{path} is damaged ({error})", "it was left as it is; choose another --db, or put a backup back"
    )
