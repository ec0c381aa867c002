"""A database or bundle judged by the rules in force, whatever it was judged by, as far as bytes are kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from mouchard.analysis import host_of
from mouchard.capture.records import Request, WebSocketFrame
from mouchard.compare.measured import CONTACT, Leak, Measured, add_finding, whole, word
from mouchard.errors import BadInput
from mouchard.evidence import private
from mouchard.evidence.archive import Archive
from mouchard.judge import Judge, Rejudged
from mouchard.model import message
from mouchard.report.content import PHASES, everywhere, of_site, recipient_of
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
        return kept and _rests_on_no_list(row.finding.basis, row.finding.proof, self._judge)

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
            _add(self._found, self._site, one, rows[one.message.id].phase)


def of_bundle(path: Path, judge: Judge, passphrase: str) -> Measured:
    """A bundle with exact bytes, judged alike. BadInput where they are not there, or the passphrase is wrong.

    What its holder did not keep is named in `unknown`. Whether the bundle holds is for `verify`.
    """
    found = Measured(str(path), rulesets=frozenset((judge.ruleset.id,)))
    with Archive(path) as archive:
        raw = [one.record for one in private.unseal(archive.read("private.enc"), passphrase)]
        kept = {message(record).id for record in raw}
        try:
            site = str(archive.json("manifest.json")["visit"]["site"])
            phases: dict[str, str] = {}
            for entry in archive.json("redacted.har")["log"]["entries"]:
                phase = phases[str(entry["_request"])] = word(entry["pageref"], PHASES)
                found.phases[site].add(phase)
                if entry["_party"] not in ("first", "unknown") and entry["_request"] not in kept:
                    host = str(entry["request"]["url"]).partition("://")[2].partition("/")[0]
                    known = None if entry["_party"] == "relay" else judge.classifier.company(host)
                    name = known.name if known else host
                    found.unknown.add((site, name, phase))
                    found.add(Leak(site, name, CONTACT, phase), "L0")
            for line in archive.json("report/report.json")["findings"]:
                if str(line["request"]) in kept and _rests_on_no_list(line["basis"], line["proof"], judge):
                    add_finding(found, site, line)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadInput(f"{archive.name} is damaged", "`mouchard verify` says where") from error
    for one in judge.again(site, raw):
        _add(found, site, one, phases.get(one.message.id.partition(".")[0], "none"))
    found.phases[site].discard("unsettled")
    found.rejudged = len(raw)
    return found


def _add(found: Measured, site: str, one: Rejudged, phase: str) -> None:
    verdict, host = one.verdict, host_of(one.message.url)
    name = verdict.company.name if verdict.company and verdict.party != "relay" else host
    if verdict.party not in ("first", "unknown"):
        found.add(Leak(site, name, CONTACT, phase), "L0", one.message.capture)
    for finding in one.findings:
        found.add(Leak(site, name, finding.type, phase), finding.level, one.message.capture)


def _rests_on_no_list(basis: str, proof: str, judge: Judge) -> bool:
    """True for what the rest of the capture tells, or an identity that is not known here."""
    return basis == "learned" or proof == "sync" or (proof == "identity" and not judge.identity)
