"""A database judged by the rules in force, whatever rules it was recorded under, as far as bytes are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from mouchard.capture.records import Request, WebSocketFrame
from mouchard.compare.measured import CONTACT, Leak, Measured, whole
from mouchard.errors import BadInput
from mouchard.judge import Judge
from mouchard.report.content import everywhere, of_site, recipient_of
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow, RequestRow
from mouchard.store.stale import stale


def of_database(path: Path, judge: Judge, sites: tuple[str, ...] = ()) -> Measured:
    """Everything recorded of these sites, or of all, judged alike. What was judged by other rules and is no
    longer kept is named in `unknown`: nothing can be said of it."""
    found = Measured(str(path), rulesets=frozenset((judge.ruleset.id,)))
    with Reader(path) as reader:
        for site in sites or everywhere(reader):
            _Site(found, reader, judge, site, stale(path, site, judge.ruleset.id)).add()
    return found


class _Site:
    """One site while it is judged again."""

    def __init__(
        self, found: Measured, reader: Reader, judge: Judge, site: str, others: Mapping[str, bool]
    ) -> None:
        self._found, self._reader, self._judge, self._site = found, reader, judge, site
        self._others = others

    def add(self) -> None:
        again: dict[str, RequestRow] = {}

        def rows() -> Iterator[RequestRow]:
            for row in self._reader.requests(of_site(self._site)):
                if row.site == self._site:
                    yield row
                    if self._others.get(row.request):
                        again[row.request] = row
                    else:
                        self._contact(row)

        whole(self._found, self._reader, self._site, rows())
        self._found.phases[self._site].discard("unsettled")
        for row in self._reader.findings(of_site(self._site), newest_first=False):
            if row.site == self._site and self._stands(row):
                leak = Leak(self._site, recipient_of(row), row.finding.type, row.phase)
                self._found.add(leak, row.finding.level, row.request.partition("/")[0])
        for _capture, requests in groupby(again, key=lambda request: request.partition("/")[0]):
            self._rejudge({request: again[request] for request in requests})

    def _contact(self, row: RequestRow) -> None:
        """That a company was reached stands under any rules; its name is that of the rules in force."""
        if row.party in ("first", "unknown"):
            return
        name = row.host if row.party == "relay" else row.company or row.host
        if row.request in self._others:
            known = None if row.party == "relay" else self._judge.classifier.company(row.host)
            name = known.name if known else name
            self._found.unknown.add((self._site, name, row.phase))
        self._found.add(Leak(self._site, name, CONTACT, row.phase), "L0", row.request.partition("/")[0])

    def _stands(self, row: FindingRow) -> bool:
        """A finding of the rules in force, or one that rests on no list but on the rest of the capture."""
        kept = self._others.get(row.request)
        if kept is None:
            return True
        learned = row.finding.basis == "learned" or row.finding.proof == "sync"
        return kept and (learned or (row.finding.proof == "identity" and not self._judge.identity))

    def _rejudge(self, rows: Mapping[str, RequestRow]) -> None:
        records = []
        for request, row in rows.items():
            try:
                record = self._reader.raw(request, self._judge.keys)
            except BadInput:  # sealed on another machine
                self._contact(row)
                continue
            assert isinstance(record, Request | WebSocketFrame)
            records.append(record)
        self._found.rejudged += len(records)
        for one in self._judge.again(self._site, records):
            row, verdict = rows[one.message.id], one.verdict
            named = verdict.company is not None and verdict.party != "relay"
            name = verdict.company.name if named and verdict.company else row.host
            if verdict.party not in ("first", "unknown"):
                self._found.add(Leak(self._site, name, CONTACT, row.phase), "L0", one.message.capture)
            for finding in one.findings:
                leak = Leak(self._site, name, finding.type, row.phase)
                self._found.add(leak, finding.level, one.message.capture)
