"""Every question a view asks, answered read-only from the database.

Each method is one or two short statements; rows come back frozen and masked. Safe to use from one
thread at a time; open one Reader per thread.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from mouchard.attribute.facts import Event
from mouchard.capture.records import Capture, Mark, Record
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.phases import standing_marks
from mouchard.store import chain, evidence
from mouchard.store.captured import recall
from mouchard.store.connection import Closing, open_to_read
from mouchard.store.filterlang import EVERYTHING, Query
from mouchard.store.leaves import Side
from mouchard.store.listing import FOUND, SENT, Listing, telling
from mouchard.store.minutes import Minutes
from mouchard.store.rows import (
    ClientRow,
    CompanyRow,
    FindingRow,
    Flow,
    GapRow,
    GroupRow,
    MarkRow,
    RequestRow,
    SealedRow,
    SiteRow,
    SnapshotRow,
    Totals,
)  # fmt: skip
from mouchard.store.ruleset import Ruleset, of_site
from mouchard.store.sums import Grouping, Split, Sums
from mouchard.store.table import FINDINGS, REQUESTS, finding_row, request_row, snapshot_row


class Reader(Closing):
    """A read-only view of a database that may be written to at the same time; a context manager.

    BadInput where there is no database, or one that is damaged, foreign or of a newer Mouchard.
    """

    def __init__(self, path: Path) -> None:
        self._connection = open_to_read(path)
        self._sums = Sums(self._connection)
        self._findings = Listing(self._connection, FOUND)
        self._requests = Listing(self._connection, SENT)
        self._minutes = Minutes(self._connection)

    def data_version(self) -> int:
        """Changes whenever somebody else has committed."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def totals(self, query: Query = EVERYTHING) -> Totals:
        """The figures of the status line; sealed, gaps and failures are of the whole database."""
        return self._sums.totals(query)

    def flows(self, query: Query = EVERYTHING, limit: int | None = None) -> list[Flow]:
        """Who gets what: one line per site and recipient, highest level first, then most findings.

        A site's own hosts are left out unless something was found there (an exposure over plain http).
        """
        return self._sums.flows(query, limit)[:limit]

    def split(self, query: Query, by: Split) -> list[tuple[str, Flow]]:
        """The flows once for each data type, client or person, which is named before; in the same order.

        By data type and by person only what was found is counted; a person who is not known is ''.
        """
        return self._sums.split(query, by)

    def groups(self, query: Query, by: Grouping) -> list[GroupRow]:
        """How much there is of each site, company, data type, client or person, in no order."""
        return self._sums.groups(query, by)

    def sites(self, query: Query = EVERYTHING) -> list[SiteRow]:
        """Sites and apps, highest level first."""
        return self._sums.sites(query)

    def companies(self, query: Query = EVERYTHING) -> list[CompanyRow]:
        """Recipients over all sites, highest level first; a site's own hosts are left out."""
        return self._sums.companies(query)

    def findings(
        self,
        query: Query = EVERYTHING,
        limit: int | None = None,
        before: int | None = None,
        newest_first: bool = True,
    ) -> Iterator[FindingRow]:
        """Findings in order of recording; `before` is the rowid to continue behind, in reading direction."""
        return self._findings.rows(query, limit, before, newest_first)

    def telling(self, flow: Flow, query: Query = EVERYTHING, limit: int = 20) -> list[FindingRow]:
        """What tells most of a flow: findings of its newest messages that reach its level, newest first."""
        return telling(self._connection, flow, query, limit)

    def finding(self, id: str) -> FindingRow:
        """By its public id, or an unmistakable beginning of it; BadInput where there is none."""
        row = self._connection.execute(f"{FINDINGS} WHERE f.finding = ?", (id,)).fetchone()
        if row is None:
            rows = self._connection.execute(
                f"{FINDINGS} WHERE f.finding >= ? AND f.finding < ? LIMIT 2", (id, id + "\U0010ffff")
            ).fetchall()
            if not id or not rows:
                raise BadInput(f"no finding {id!r}", "`mouchard leaks --format jsonl` prints the ids")
            if len(rows) > 1:
                raise BadInput(f"several findings begin with {id!r}", "give more of the id")
            row = rows[0]
        return finding_row(row)

    def requests(
        self,
        query: Query = EVERYTHING,
        limit: int | None = None,
        before: int | None = None,
        newest_first: bool = False,
    ) -> Iterator[RequestRow]:
        """Recorded messages in order of recording, those not judged included."""
        return self._requests.rows(query, limit, before, newest_first)

    def request_ids(self, query: Query = EVERYTHING, after: int = 0) -> array[int]:
        """Rowids of recorded messages above `after`, ascending, as `array('q')`."""
        return self._requests.numbers(query, after)

    def request_ids_by_level(self, query: Query = EVERYTHING) -> array[int]:
        """Rowids of judged messages, the most serious first, then the newest."""
        return self._requests.by_level(query)

    def requests_by_id(self, ids: Sequence[int]) -> list[RequestRow]:
        """In the order of `ids` (rowids); those that are gone are left out."""
        return self._requests.by_number(ids)

    def per_minute(self, after: float) -> Mapping[int, int]:
        """Findings by minute (epoch seconds // 60) of the messages since that time."""
        return self._minutes.since(after)

    def request(self, id: str) -> RequestRow:
        """By `<capture>/<seq>[.frame]`; BadInput where there is none."""
        capture, _, place = id.partition("/")
        request, _, number = place.partition(".")
        row = None
        if (
            request.isascii()
            and request.isdigit()
            and (number or "0").isascii()
            and (number or "0").isdigit()
        ):
            sql = f"{REQUESTS} WHERE c.capture = ? AND m.request = ? AND m.number = ?"
            row = self._connection.execute(
                sql, (capture, int(request[:18]), int(number[:18] or 0))
            ).fetchone()
        if row is None:
            raise BadInput(f"no request {id!r}", "`mouchard requests --format jsonl` prints the ids")
        return request_row(row)

    def sealed(self) -> list[SealedRow]:
        """Connections that were not read, per host, client and reason; latest first."""
        sql = """SELECT s.host,
                   coalesce((SELECT j.recipient FROM judgements j
                     WHERE j.host = s.host AND j.company IS NOT NULL LIMIT 1), ''),
                   s.client, s.reason, count(*), max(s.time)
                 FROM sealed s GROUP BY s.host, s.client, s.reason ORDER BY max(s.time) DESC"""
        return [SealedRow(*row) for row in self._connection.execute(sql)]

    def gaps(self) -> list[GapRow]:
        """Messages that passed unrecorded, one row per host, in order of time."""
        sql = """SELECT c.capture, time, until, reason, hosts FROM gaps JOIN captures c ON c.id = gaps.capture
                 ORDER BY time, gaps.id"""
        return [
            GapRow(capture, time, until, reason, host, count)
            for capture, time, until, reason, hosts in self._connection.execute(sql)
            for host, count in json.loads(hosts) or [("", 0)]
        ]

    def marks(self) -> list[MarkRow]:
        """The standing phase marks, in order of time; undone ones are left out."""
        sql = """SELECT c.capture, seq, time, site, client, phase, marks.source, undo
                 FROM marks JOIN captures c ON c.id = marks.capture ORDER BY marks.id"""
        groups: dict[tuple[str, str], list[Mark]] = {}
        for capture, seq, time, site, client, phase, source, undo in self._connection.execute(sql):
            mark = Mark(capture, seq, time, site, client, phase, source, bool(undo))
            groups.setdefault((mark.capture, mark.site), []).append(mark)
        rows = {
            (mark.capture, mark.seq): MarkRow(
                mark.capture, mark.seq, mark.time, mark.site, mark.client, mark.phase, mark.source
            )
            for marks in groups.values()
            for client in {mark.client for mark in marks}
            for mark in standing_marks(marks, marks[0].site, client)
        }
        return sorted(rows.values(), key=lambda row: (row.time, row.capture, row.seq))

    def captures(self) -> list[Capture]:
        """Captures and scanned files, in the order they came."""
        sql = "SELECT capture, source, name, started, tool FROM captures ORDER BY id"
        return [Capture(*row) for row in self._connection.execute(sql)]

    def rulesets(self, site: str) -> tuple[Ruleset, ...]:
        """The rules by which the messages of a site were judged."""
        return of_site(self._connection, site)

    def snapshots(self, site: str = "") -> list[SnapshotRow]:
        """What the browser showed and kept (for this site, if given), in order of time."""
        sql = """SELECT c.capture, seq, time, site, client, phase, kind, s.name, size, content
                 FROM snapshots s JOIN captures c ON c.id = s.capture WHERE ? IN ('', site) ORDER BY s.id"""
        return [snapshot_row(row) for row in self._connection.execute(sql, (site,))]

    def clients(self) -> list[ClientRow]:
        """Devices with their browsers and apps, latest first."""
        sql = """SELECT key, name, first, last,
                   (SELECT coalesce(sum(n), 0) FROM rollups WHERE client = key AND type = '')
                 FROM clients ORDER BY last DESC, key"""
        return [ClientRow(*row) for row in self._connection.execute(sql)]

    def recent(self, capture: str, since: float) -> Iterator[Event]:
        """What attribution saw since that time (epoch seconds), in order."""
        return recall(self._connection, capture, since)

    def raw(self, request: str, keys: Keys) -> Record:
        """The raw record of `<capture>/<seq>[.frame]` while it is kept; BadInput when it is not."""
        capture, _, place = request.partition("/")
        number = place.partition(".")[2]
        sql = """SELECT seq FROM messages JOIN captures c ON c.id = messages.capture
                 WHERE c.capture = ? AND request = ? AND number = ?"""
        row = self.request(request)
        parts = (capture, int(place.partition(".")[0]), int(number or 0))
        (seq,) = self._connection.execute(sql, parts).fetchone() or (row.rowid,)
        return evidence.read(self._connection, keys, capture, seq)

    def verify(self, keys: Keys | None) -> chain.Verification:
        """Read the whole chain; without the key only its order."""
        return chain.verify(self._connection, keys)

    def verify_picture(self, row: SnapshotRow, data: bytes, keys: Keys) -> bool:
        """Whether these are the bytes of the picture that was committed to the chain."""
        return chain.holds_picture(self._connection, keys, row.capture, row.seq, data)

    def reveal(self, capture: str, seq: int, keys: Keys, side: Side, name: str) -> chain.Reveal:
        """One value of one record, provable against the chain without the rest."""
        return chain.reveal(self._connection, keys, capture, seq, side, name)
