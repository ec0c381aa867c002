"""Which sites the person has put right. They outlast every judgement; only purging the message ends them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from mouchard.errors import BadInput


@dataclass(frozen=True, slots=True)
class Place:
    """A recorded message, as far as correcting it goes."""

    message: int
    """Rowid."""
    capture: str
    seq: int
    time: float
    kind: str
    method: str
    url: str
    """Masked."""
    client: str
    site: str
    """The site it is held to belong to now."""


def place(connection: sqlite3.Connection, request: str) -> Place:
    """The message `<capture>/<seq>[.frame]`; BadInput where there is none."""
    capture, _, rest = request.partition("/")
    seq, _, number = rest.partition(".")
    row = None
    if seq.isascii() and seq.isdigit() and (number or "0").isascii() and (number or "0").isdigit():
        row = connection.execute(
            """SELECT m.id, c.capture, m.seq, m.time, m.kind, m.method, m.url, m.client, j.site
               FROM messages m JOIN captures c ON c.id = m.capture JOIN judgements j ON j.message = m.id
               WHERE c.capture = ? AND m.request = ? AND m.number = ?""",
            (capture, int(seq[:18]), int(number[:18] or 0)),
        ).fetchone()
    if row is None:
        raise BadInput(f"no request {request!r}", "`mouchard requests --format jsonl` prints the ids")
    return Place(*row)


def note(connection: sqlite3.Connection, capture: str, seq: int, site: str, now: float) -> None:
    """Keep that this message belongs to the site."""
    connection.execute(
        """INSERT INTO corrections SELECT id, ?, ?, ? FROM captures WHERE capture = ?
           ON CONFLICT DO UPDATE SET site = excluded.site, time = excluded.time""",
        (seq, site, now, capture),
    )


def of(connection: sqlite3.Connection, capture: str) -> Mapping[int, str]:
    """seq → site of the messages of a capture that the person has put right."""
    sql = "SELECT seq, site FROM corrections WHERE capture = (SELECT id FROM captures WHERE capture = ?)"
    return dict(connection.execute(sql, (capture,)).fetchall())
