"""Judging a bundle again: what was found has to be found again, by the same rules from the same bytes."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from mouchard.capture.records import Mark
from mouchard.detect.detector import host_and_path
from mouchard.detect.vendors import bundled, simple
from mouchard.evidence import manifest, private
from mouchard.evidence.archive import Archive
from mouchard.evidence.private import Unsealed
from mouchard.evidence.verify import Checked, Opening
from mouchard.judge import Judge
from mouchard.language import _, mark
from mouchard.model import Company
from mouchard.phases import phase_at
from mouchard.store.leaves import leaf, of_record, root

_NO_RAW = mark("the exact bytes are not in the bundle")
_RULES = mark("judged by other rules than those in force here")
_GONE = mark("the exact bytes were not kept any more")
_LEARNED = mark("learned from the rest of the capture")
_WHOSE = mark("whose data it was is not known here (--identity)")
_HIDDEN = mark("company or party rest on values that are hidden")
_TIMES = mark("exact times are not in the bundle, so phases cannot be judged again")
_RULE_VALUES = mark("rules that rest on hidden values")
_FORMAT = mark("fields that a format or a value tells, not the host")


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
        judged = self._judge.again(self._site, (one.record for one in raw if self._is_sealed(one)))
        again = {
            f.id: [f.id, f.type, f.proof, f.location, f.field, f.level, " ".join(f.chain)]
            for one in judged
            for f in one.findings
        }
        there = {one.message.id for one in judged}
        for request, facts in expected.items():
            for id, known in facts.items():
                self._compare(id, known, about[id], again.get(id), request in there)
        if self._same_rules:
            extra = sorted(again.keys() - about.keys())
            self._done.differ += [
                _("{id} is found now, and is not in the bundle").format(id=id) for id in extra
            ]
        found = sorted(again.values())
        self._done.equal = sha256(json.dumps(found).encode()).hexdigest() == digest

    def _compare(
        self, id: str, known: list[str], line: Mapping[str, Any], now: list[str] | None, there: bool
    ) -> None:
        if now == known:
            self._done.same += 1
        elif not there:
            self._done.unchecked[_GONE] += 1
        elif line["basis"] == "learned" or line["proof"] == "sync":
            self._done.unchecked[_LEARNED] += 1
        elif line["proof"] == "identity" and not self._judge.identity:
            self._done.unchecked[_WHOSE] += 1
        elif not self._same_rules:
            self._done.unchecked[_RULES] += 1
        else:
            self._done.differ.append(_("{id} is not found again").format(id=id))

    def _is_sealed(self, one: Unsealed) -> bool:
        """The raw bytes are those that the chain has a commitment of."""
        record = one.record
        opened = self._opened.get((record.capture, record.seq))
        raw = [leaf(one.salts.get(name, b""), name, value) for name, value in of_record(record).named()]
        if opened is not None and root(raw) == opened.raw:
            return True
        place = f"{record.capture}/{record.seq}"
        self._done.differ.append(_("the exact bytes of {place} are not those recorded").format(place=place))
        return False


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
            self._done.unchecked[_HIDDEN] += 1

    def _phase(self, entry: Mapping[str, Any]) -> None:
        request, phase = entry["_request"], entry["pageref"]
        if not self._marks and not self._hidden_marks:
            told = _("{request}: phase {phase} without any mark")
            self._count(phase == "none", told.format(request=request, phase=phase))
        elif request not in self._times or self._hidden_marks:
            self._done.unchecked[_TIMES] += 1
        else:
            place = (self._times[request], self._seqs[request])
            clients = {mark.client for mark in self._marks}
            found = {phase_at(self._marks, self._site, client, *place) for client in clients}
            told = _("{request}: phase {phase}, but the marks say {others}")
            others = _(" or ").join(sorted(found))
            self._count(phase in found, told.format(request=request, phase=phase, others=others))

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
                self._done.unchecked[_RULE_VALUES] += 1

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
            self._done.unchecked[_FORMAT] += 1

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
