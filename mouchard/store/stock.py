"""How much is kept, of which sites and from when: what a person looks at before deleting some of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mouchard.store.connection import Closing, open_to_read
from mouchard.store.filterlang import EVERYTHING, Query


@dataclass(frozen=True, slots=True)
class Holding:
    """What is kept of one site; `site` is empty for messages that belong to none."""

    site: str
    messages: int
    findings: int
    first: float
    last: float


class Stock(Closing):
    """A read-only look at how much a database holds; a context manager. BadInput as for `Reader`."""

    def __init__(self, path: Path) -> None:
        self._connection = open_to_read(path)

    def holdings(self, query: Query = EVERYTHING) -> tuple[Holding, ...]:
        """What the filter chooses, site by site, most messages first."""
        condition, parameters = query.where("requests")
        sql = f"""SELECT coalesce(j.site, '') AS at, count(*),
                  sum((SELECT count(*) FROM findings g WHERE g.message = m.id)), min(m.time), max(m.time)
                  FROM messages m LEFT JOIN judgements j ON j.message = m.id WHERE {condition}
                  GROUP BY at ORDER BY 2 DESC, 1"""
        return tuple(Holding(*row) for row in self._connection.execute(sql, parameters))

    def size(self) -> int:
        """Bytes of the database that hold something."""
        pages, free, page = (
            int(self._connection.execute(f"PRAGMA {word}").fetchone()[0])
            for word in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * page

    def excess(self, cap: int) -> Query | None:
        """The oldest messages that have to go for `cap` bytes to suffice, taking all as equally long.

        None where it suffices already, or no message is left.
        """
        size = self.size()
        (messages,) = self._connection.execute("SELECT count(*) FROM messages").fetchone()
        if size <= cap or not messages:
            return None
        share = -(-messages * (size - cap) // size)  # rounded up
        sql = "SELECT time FROM messages ORDER BY time LIMIT 1 OFFSET ?"
        (last,) = self._connection.execute(sql, (min(share, messages) - 1,)).fetchone()
        until = datetime.fromtimestamp(last + 0.001, UTC)  # a filter's moment is exact to the microsecond
        return Query().and_("since", until.isoformat(), negated=True)
