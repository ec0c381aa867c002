"""A database for the public: sums only, with what Datasette needs to show it."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mouchard.errors import BadInput
from mouchard.store.named import Row

APPLICATION_ID = 0x4D4F5550
"""`MOUP` in the header of the file."""
_TYPES = {int: "INTEGER", float: "REAL"}

TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "who_gets_what": (
        "Which site sends which data to whom.",
        {
            "recipient": "company, or host where none is known",
            "level": "L1 trace, L2 profile, L3 identity, L4 sensitive",
            "phase": "state of the consent banner: none, before, accepted, refused, withdrawn",
            "clear": "1 where it was seen in clear; likewise encoded and hashed",
            "people": "who contributed, each counted once",
        },
    ),
    "contacts": (
        "Which site contacts whom; a contact alone gives away no more than the IP address.",
        {
            "tracker": "1 where a list names it", "country": "seat of the company",
            "category": "what the company does", "people": "who contributed, each counted once",
        },
    ),
    "sites": (
        "Which sites were measured, and in which phases: what is missing here was not measured.",
        {"before": "1 where that phase was measured", "people": "who contributed, each counted once"},
    ),
    "not_measured": ("What could not be measured, and why.", {}),
    "lists": ("The lists of trackers in force.", {"ruleset": "digest of all that a verdict depends on"}),
    "about": ("What the figures rest on.", {}),
}  # fmt: skip
"""Tables with their description and that of their columns."""
FACETS: Mapping[str, tuple[str, ...]] = {
    "who_gets_what": ("type", "level", "phase", "recipient"),
    "contacts": ("recipient", "category", "phase"),
}
QUERIES: Mapping[str, tuple[str, str]] = {
    "companies": (
        "Companies by the number of sites that contact them",
        """SELECT recipient, max(country) AS country, max(category) AS category, count(DISTINCT site) AS sites
FROM contacts GROUP BY recipient ORDER BY sites DESC, recipient""",
    ),
    "after_refusing": (
        "What is sent although the visitor refused",
        """SELECT site, recipient, type, level, count FROM who_gets_what
WHERE phase = 'refused' AND party <> 'first' ORDER BY level DESC, site, recipient""",
    ),
    "identity": (
        "Who is told who you are",
        """SELECT recipient, type, count(DISTINCT site) AS sites, max(hashed) AS hashed, max(clear) AS clear
FROM who_gets_what WHERE level IN ('L3', 'L4') GROUP BY recipient, type ORDER BY sites DESC, recipient""",
    ),
    "one_site": (
        "All that was seen on one site",
        "SELECT * FROM who_gets_what WHERE site = :site ORDER BY level DESC, recipient, type, phase",
    ),
}
"""Questions that Datasette offers."""


@dataclass(frozen=True, slots=True)
class Table:
    """Lines to publish."""

    name: str
    columns: Sequence[str]
    rows: Iterable[Row]


def write(path: Path, tables: Iterable[Table]) -> tuple[dict[str, int], dict[str, Sequence[str]]]:
    """Write the database, whole or not at all; how many lines each table has, and which columns. BadInput
    where another file is in the way."""
    _refuse_other(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    counts, columns = dict[str, int](), dict[str, Sequence[str]]()
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute("BEGIN")
            for table in tables:
                counts[table.name], columns[table.name] = _fill(connection, table), table.columns
            connection.execute("CREATE INDEX who_gets_what_recipient ON who_gets_what (recipient)")
            connection.execute("COMMIT")
            connection.execute("VACUUM")
        os.replace(draft, path)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}", "choose another -o") from error
    except sqlite3.OperationalError as error:
        raise BadInput(f"cannot write {path}: {error}", "choose another -o") from error
    finally:
        draft.unlink(missing_ok=True)
    return counts, columns


def metadata(name: str, people: str, columns: Mapping[str, Sequence[str]]) -> str:
    """What Datasette reads beside the database of that name (`datasette FILE --metadata THIS`); `columns`
    are those that each table has."""
    tables = {
        table: {
            "description": f"{text} {people}",
            "columns": {column: told for column, told in described.items() if column in columns[table]},
            "facets": list(FACETS.get(table, ())),
        }
        for table, (text, described) in TABLES.items()
    }
    queries = {query: {"title": title, "sql": sql} for query, (title, sql) in QUERIES.items()}
    page = {
        "title": "Who gets what",
        "description": f"Measured with Mouchard. {people} No value, no address and no person is in here.",
        "databases": {name: {"tables": tables, "queries": queries}},
    }
    return json.dumps(page, ensure_ascii=False, indent=1) + "\n"


def _fill(connection: sqlite3.Connection, table: Table) -> int:
    rows = [tuple(row) for row in table.rows]
    kinds = [_kind(row[at] for row in rows) for at in range(len(table.columns))]
    columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(table.columns, kinds, strict=True))
    connection.execute(f"CREATE TABLE {table.name} ({columns}) STRICT")
    places = ", ".join("?" * len(table.columns))
    connection.executemany(f"INSERT INTO {table.name} VALUES ({places})", rows)
    return len(rows)


def _kind(cells: Iterable[Any]) -> str:
    return next((_TYPES.get(type(cell), "TEXT") for cell in cells if cell is not None), "TEXT")


def _refuse_other(path: Path) -> None:
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            head = file.read(72)
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}", "choose another -o") from error
    if head[68:72] != APPLICATION_ID.to_bytes(4, "big"):
        raise BadInput(f"{path} is another file", "choose another -o; it was left as it is")
