"""Named views: one text of SQL each, the same on SQLite and on Parquet. Also the tables they stand on.

`views/tables/*.sql` say what an exported table holds; SQLite sees them as temporary views, Parquet as files.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from mouchard.store.connection import Closing, open_to_read

TABLES = ("captures", "requests", "findings", "lists", "not_measured")
"""What an export holds."""
BY_MESSAGE = ("requests", "findings")
"""Tables with a line for each message, which are read in batches."""
NAMES = (
    "who_gets_what", "companies_by_sites", "phase_diff", "same_identifier", "list_coverage", "not_measured",
)  # fmt: skip
"""The questions that have a name."""

Row: TypeAlias = tuple[Any, ...]

_PAGE = 8_192


@dataclass(frozen=True, slots=True)
class Answer:
    """Lines under their columns; read it once, while its source is open."""

    columns: tuple[str, ...]
    pages: Iterator[list[Row]]

    @property
    def rows(self) -> Iterator[Row]:
        """Line by line."""
        return chain.from_iterable(self.pages)


class Source(Protocol):
    """Where a view can be asked: a database, or a folder of Parquet files."""

    def ask(self, sql: str, **parameters: int | str) -> Answer:
        """The result of one text of SQL over `TABLES`."""


@cache
def text(name: str) -> str:
    """The SQL of a view (`who_gets_what`, `public/companies`, `tables/requests`)."""
    return (files("mouchard.store") / "views" / f"{name}.sql").read_text(encoding="utf-8")


def purpose(name: str) -> str:
    """What a view answers, in its own first line."""
    return text(name).splitlines()[0].removeprefix("-- ")


class Tables(Closing):
    """A database as the exported tables; a read-only context manager. BadInput as for `Reader`."""

    def __init__(self, path: Path) -> None:
        self._connection = open_to_read(path)
        for name in TABLES:
            self._connection.execute(f"CREATE TEMP VIEW {name} AS {text(f'tables/{name}')}")

    def ask(self, sql: str, **parameters: int | str) -> Answer:
        """The result of one text of SQL over `TABLES`."""
        return _answer(self._connection.execute(sql, parameters))

    def freeze(self) -> None:
        """From here on, see the database as it is now."""
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT 1 FROM main.captures LIMIT 1").fetchone()

    def first(self) -> str:
        """The oldest capture, by which a database is known again; empty where there is none."""
        found = self._connection.execute("SELECT capture FROM main.captures ORDER BY id LIMIT 1").fetchone()
        return str(found[0]) if found else ""

    def head(self) -> str:
        """The end of the chain, hex: it fixes all that was recorded before."""
        sql = "SELECT lower(hex(head)) FROM main.chain ORDER BY n DESC LIMIT 1"
        found = self._connection.execute(sql).fetchone()
        return str(found[0]) if found else ""

    def last(self) -> int:
        """The highest number of a message."""
        (last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM main.messages").fetchone()
        return int(last)

    def state(self, first: int, last: int) -> tuple[int, ...]:
        """Figures that change whenever a message of this stretch comes, goes or is judged anew."""
        sql = """SELECT count(*), coalesce(sum(m.id), 0), coalesce(sum(j.revision), 0),
                   (SELECT count(*) FROM main.messages a JOIN main.responses r ON r.capture = a.capture
                    AND r.request = a.request WHERE a.id BETWEEN :first AND :last)
                 FROM main.messages m LEFT JOIN main.judgements j ON j.message = m.id
                 WHERE m.id BETWEEN :first AND :last"""
        return tuple(self._connection.execute(sql, {"first": first, "last": last}).fetchone())

    def table(self, name: str, first: int = 0, last: int = 0) -> Answer:
        """A table; of those with a line for each message only this stretch."""
        if name not in BY_MESSAGE:
            return self.ask(f"SELECT * FROM temp.{name}")
        sql = f"SELECT * FROM temp.{name} WHERE message BETWEEN :first AND :last"
        return self.ask(sql, first=first, last=last)


def _answer(cursor: sqlite3.Cursor) -> Answer:
    columns = tuple(str(column[0]) for column in cursor.description)
    return Answer(columns, pages(cursor))


def pages(cursor: Any) -> Iterator[list[Row]]:
    """What a cursor gives, some lines at a time."""
    while page := cursor.fetchmany(_PAGE):
        yield page
