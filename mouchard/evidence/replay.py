"""Judging a bundle again: what was found has to be found again, by the same rules from the same bytes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from mouchard.attribute import sighting
from mouchard.capture.records import Mark
from mouchard.detect import Observer
from mouchard.detect.detector import host_and_path
from mouchard.detect.learning import Sent
from mouchard.detect.vendors import bundled, simple
from mouchard.evidence import manifest, private
from mouchard.evidence.archive import Archive
from mouchard.evidence.private import Unsealed
from mouchard.evidence.verify import Checked, Opening
from mouchard.extract import extract
from mouchard.grade import grade
from mouchard.judge import Judge
from mouchard.model import Attributed, Company, message
from mouchard.phases import phase_at
from mouchard.store import chain

_NO_RAW = "the exact bytes are not in the bundle"
_RULES = "judged by other rules than those in force here"


@dataclass(slots=True)
class Replayed:
    """What came out."""

    same: int = 0
    differ: list[str] = field(default_factory=list)
    unchecked: Counter[str] = field(default_factory=Counter)
    """What could not be judged again, by reason."""
    equal: bool = False
    """The digest of all findings is that of the manifest."""


def replay(archive: Archive, checked: Checked, judge: Judge, passphrase: str = "") -> Replayed:
    """Judge again. BadInput where the private part cannot be opened."""
    findings = archive.json("report/report.json")["findings"]
    entries = archive.json("redacted.har")["log"]["entries"]
    page = archive.json("manifest.json")
    same_rules = {known["id"] for known in page["rules"]["judged_by"]} == {judge.ruleset.id}
    done = Replayed()
    _Masked(done, checked, judge, same_rules).all(entries, findings)
    if passphrase:
        raw = private.unseal(archive.read("private.enc"), passphrase)
        _Raw(done, checked, judge, same_rules).all(raw, findings, page["findings"]["digest"])
    else:
        weaker = sum(line["proof"] != "field" for line in findings)
        done.unchecked[_NO_RAW] += weaker
    done.unchecked = +done.unchecked
    return done


class _Raw:
    """Exact bytes: everything is detected again."""

    def __init__(self, done: Replayed, checked: Checked, judge: Judge, same_rules: bool) -> None:
        self._done, self._judge, self._same_rules = done, judge, same_rules
        self._site = checked.site
        self._opened = {(one.capture, one.seq): one for one in checked.opened}

    def all(self, raw: list[Unsealed], findings: list[dict[str, Any]], digest: str) -> None:
        expected: dict[str, dict[str, list[str]]] = defaultdict(dict)
        about = {line["id"]: line for line in findings}
        for line in findings:
            expected[line["request"]][line["id"]] = manifest.fact(line)
        again: dict[str, list[str]] = {}
        observer = Observer(self._judge.analysis().detector, self._owner)
        sent = []
        for one in raw:
            if self._is_sealed(one):
                told = message(one.record)
                client = sighting(one.record, lambda url: "").client
                at = Attributed(told.seq, self._site, "high", "", client)
                verdict = self._judge.classifier.classify(told, self._site)
                extraction = extract(told)
                observer.request(told, extraction, verdict, at)
                sent.append((told, extraction, verdict, at))
        for told, extraction, verdict, at in sent:
            hits = observer.hits(Sent(told, extraction, verdict, at))
            graded = grade(hits, verdict, told, self._judge.keys.token)
            again |= {
                f.id: [f.id, f.type, f.proof, f.location, f.field, f.level, " ".join(f.chain)]
                for f in graded.findings
            }
        there = {told.id for told, *_ in sent}
        for request, facts in expected.items():
            for id, known in facts.items():
                self._compare(id, known, about[id], again.get(id), request in there)
        if self._same_rules:
            extra = sorted(again.keys() - about.keys())
            self._done.differ += [f"{id} is found now, and is not in the bundle" for id in extra]
        found = sorted(again.values())
        self._done.equal = sha256(json.dumps(found).encode()).hexdigest() == digest

    def _compare(
        self, id: str, known: list[str], line: Mapping[str, Any], now: list[str] | None, there: bool
    ) -> None:
        if now == known:
            self._done.same += 1
        elif not there:
            self._done.unchecked["the exact bytes were not kept any more"] += 1
        elif line["basis"] == "learned" or line["proof"] == "sync":
            self._done.unchecked["learned from the rest of the capture"] += 1
        elif line["proof"] == "identity" and not self._judge.identity:
            self._done.unchecked["whose data it was is not known here (--identity)"] += 1
        elif not self._same_rules:
            self._done.unchecked[_RULES] += 1
        else:
            self._done.differ.append(f"{id} is not found again")

    def _is_sealed(self, one: Unsealed) -> bool:
        """The raw bytes are those that the chain has a commitment of."""
        record = one.record
        opened = self._opened.get((record.capture, record.seq))
        leaves = [
            chain.leaf(one.salts.get(name, b""), name, value) for name, value in chain.raw_leaves(record)
        ]
        if opened is not None and sha256(b"".join(leaves)).digest() == opened.raw:
            return True
        self._done.differ.append(f"the exact bytes of {record.capture}/{record.seq} are not those recorded")
        return False

    def _owner(self, host: str) -> str:
        company = self._judge.classifier.company(host)
        return company.name if company else host


class _Masked:
    """Masked rows: rules, company, party, phase and documented fields, as far as a masked URL tells."""

    def __init__(self, done: Replayed, checked: Checked, judge: Judge, same_rules: bool) -> None:
        self._done, self._judge, self._same_rules = done, judge, same_rules
        self._site = checked.site
        self._marks = [mark for one in checked.opened if (mark := _mark(one))]
        self._hidden_marks = any(one.kind == "marks" for one in checked.opened) and not self._marks
        self._times = {
            one.request: float(one.values["time"]) for one in checked.opened if "time" in one.values
        }
        self._seqs = {one.request: one.seq for one in checked.opened if one.kind == "messages"}

    def all(self, entries: list[dict[str, Any]], findings: list[dict[str, Any]]) -> None:
        for entry in entries:
            self._verdict(entry)
            self._phase(entry)
        for line in findings:
            self._rules(line)
            if line["proof"] == "field":
                self._field(line)

    def _verdict(self, entry: Mapping[str, Any]) -> None:
        asked = entry["request"]
        now = self._judge.classifier.verdict(
            asked["url"], f"https://{self._site}/", entry["_type"], asked["method"]
        )
        company = (now.company or Company("")).name
        if (company, now.party) == (entry["_company"], entry["_party"]):
            self._done.same += 1
        elif not self._same_rules:
            self._done.unchecked[_RULES] += 1
        else:  # a format recognised by its values, a page told by its headers
            self._done.unchecked["company or party rest on values that are hidden"] += 1

    def _phase(self, entry: Mapping[str, Any]) -> None:
        request, phase = entry["_request"], entry["pageref"]
        if not self._marks and not self._hidden_marks:
            self._count(phase == "none", f"{request}: phase {phase} without any mark")
        elif request not in self._times or self._hidden_marks:
            self._done.unchecked["exact times are not in the bundle, so phases cannot be judged again"] += 1
        else:
            place = (self._times[request], self._seqs[request])
            clients = {mark.client for mark in self._marks}
            found = {phase_at(self._marks, self._site, client, *place) for client in clients}
            self._count(
                phase in found, f"{request}: phase {phase}, but the marks say {' or '.join(sorted(found))}"
            )

    def _rules(self, line: Mapping[str, Any]) -> None:
        if not line["tracker"]:
            return
        now = self._judge.classifier.verdict(line["url"], f"https://{self._site}/", "other", line["method"])
        known = {(match.list, match.rule) for match in now.matches}
        for rule in line["tracker"]:
            if (rule["list"], rule["rule"]) in known:
                self._done.same += 1
            elif not self._same_rules:
                self._done.unchecked[_RULES] += 1
            else:
                self._done.unchecked["rules that rest on hidden values"] += 1

    def _field(self, line: Mapping[str, Any]) -> None:
        vendors = bundled().of_host(*host_and_path(line["url"]))
        said = {
            found.type.partition(":")[0].rstrip("?")
            for vendor in vendors
            if (found := vendor.of_field(simple(line["field"])))
        }
        if line["type"] in said:
            self._done.same += 1
        else:
            self._done.unchecked["fields that a format or a value tells, not the host"] += 1

    def _count(self, same: bool, why: str) -> None:
        if same:
            self._done.same += 1
        else:
            self._done.differ.append(why)


def _mark(one: Opening) -> Mark | None:
    if one.kind != "marks" or not {"time", "rest"} <= one.values.keys():
        return None
    site, client, phase, source, undo = json.loads(one.values["rest"])
    return Mark(one.capture, one.seq, float(one.values["time"]), site, client, phase, source, bool(undo))
