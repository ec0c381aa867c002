"""A measurement as a set of leaks: who gets what in which phase. From a database or any file of ours."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from mouchard.errors import BadInput
from mouchard.evidence.archive import Archive
from mouchard.language import _, plural
from mouchard.model import DATA_TYPES, LEVELS, Level
from mouchard.printable import printable
from mouchard.report.content import AROUND, PHASES, everywhere, of_site, recipient_of
from mouchard.store.read import Reader
from mouchard.store.rows import RequestRow

BASELINE = "mouchard baseline 1"
CONTACT = ""


class Leak(NamedTuple):
    """Who gets what in which phase; an empty type is the mere contact."""

    site: str
    recipient: str
    type: str
    phase: str


@dataclass(slots=True)
class Measured:
    """What one measurement saw."""

    name: str
    levels: dict[Leak, Level] = field(default_factory=dict)
    captures: dict[Leak, set[str]] = field(default_factory=lambda: defaultdict(set))
    """In which captures each was seen; empty where the source does not say."""
    phases: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Site → phases that were measured."""
    rulesets: frozenset[str] = frozenset()
    """By which rules; empty where the source does not say."""
    runs: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Site → its captures; empty where the source does not say."""
    missing: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Site → what of it was not measured, in words."""
    unknown: set[tuple[str, str, str]] = field(default_factory=set)
    """(site, recipient, phase) of which nothing can be said: judged by other rules, and not kept."""
    rejudged: int = 0
    """Messages that were judged again by the rules in force."""

    @property
    def sites(self) -> list[str]:
        """The sites, in the order of the alphabet."""
        return sorted(self.phases)

    def add(self, leak: Leak, level: Level, capture: str = "") -> None:
        """One more sighting."""
        self.levels[leak] = max(self.levels.get(leak, "L0"), level)
        self.phases[leak.site].add(leak.phase)
        if capture:
            self.captures[leak].add(capture)


def is_database(path: Path) -> bool:
    """True for a database, false for any file of ours."""
    return _start(path).startswith(b"SQLite format 3")


def holds_raw(path: Path) -> bool:
    """True for a bundle with exact bytes in it, under a passphrase."""
    if not _start(path).startswith(b"PK"):
        return False
    with Archive(path) as archive:
        return "private.enc" in archive.names


def read(path: Path, sites: Collection[str] = ()) -> Measured:
    """A database, a report.json, a bundle or a baseline; only these sites, if any are named. BadInput."""
    start = _start(path)
    if start.startswith(b"SQLite format 3"):
        return of_database(path, sites)
    if start.startswith(b"PK"):
        with Archive(path) as archive:
            found = _of_bundle(archive)
    else:
        found = _of_json(path)
    if sites:
        found.levels = {leak: level for leak, level in found.levels.items() if leak.site in sites}
        for site in set(found.phases) - set(sites):
            del found.phases[site]
    return found


def of_database(path: Path, sites: Collection[str] = ()) -> Measured:
    """Everything recorded of these sites, or of all."""
    found = Measured(str(path))
    rules: set[str] = set()
    with Reader(path) as reader:
        for site in sites or everywhere(reader):
            _add_site(found, reader, site)
            rules.update(known.id for known in reader.rulesets(site))
    found.rulesets = frozenset(rules)
    return found


def baseline(found: Measured) -> str:
    """A measurement as a small file for git; no value, no time, no device in it."""
    lines = [{**leak._asdict(), "level": level} for leak, level in sorted(found.levels.items())]
    page = {
        "format": BASELINE,
        "rulesets": sorted(found.rulesets),
        "phases": {site: sorted(phases) for site, phases in sorted(found.phases.items())},
        "leaks": lines,
    }
    head, tail = json.dumps({**page, "leaks": []}, ensure_ascii=False, indent=1).split('"leaks": []')
    rows = ",\n  ".join(json.dumps(line, ensure_ascii=False) for line in lines)
    return f'{head}"leaks": [\n  {rows}\n ]{tail}\n' if lines else f'{head}"leaks": []{tail}\n'


def _start(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError as error:
        raise BadInput(
            f"cannot read {path}: {error.strerror}", "give a database, a report.json, a bundle or a baseline"
        ) from error


def whole(found: Measured, reader: Reader, site: str, rows: Iterable[RequestRow]) -> None:
    """Note from its requests which phases and captures of a site there are, and what is missing of it."""
    captures, pages, hosts = found.runs[site], set(), set()
    first, last = math.inf, -math.inf
    for asked in rows:
        capture = asked.request.partition("/")[0]
        captures.add(capture)
        hosts.add(asked.host)
        first, last = min(first, asked.time), max(last, asked.time)
        found.phases[site].add(asked.phase)
        left = asked.outcome.startswith("answered")
        if asked.party == "first" and asked.type == "document" and left:
            pages.add(capture)
    missing = found.missing[site]
    if not captures:
        missing.append(_("nothing was recorded"))
    elif not pages:
        missing.append(_("the page itself was not seen"))
    elif captures - pages:
        told = _("the page itself was not seen in {n} of {all} captures")
        missing.append(told.format(n=len(captures - pages), all=len(captures)))
    lost = sum(gap.count for gap in reader.gaps() if gap.capture in captures)
    if lost:
        missing.append(plural("{n} message passed unrecorded", "{n} messages passed unrecorded", lost))
    if failures := reader.totals().failures:
        told = plural("{n} message could not be judged", "{n} messages could not be judged", failures)
        missing.append(told)
    near = (row for row in reader.sealed() if first - AROUND <= row.last <= last + AROUND)
    if closed := sorted({row.host for row in near if row.host in hosts}):
        told = _("connections stayed sealed: {hosts}")
        missing.append(told.format(hosts=", ".join(map(printable, closed[:5]))))


def _add_site(found: Measured, reader: Reader, site: str) -> None:
    query = of_site(site)

    def rows() -> Iterator[RequestRow]:
        for asked in reader.requests(query):
            if asked.site == site:
                yield asked
                if asked.party not in ("first", "unknown"):
                    name = asked.host if asked.party == "relay" else asked.company or asked.host
                    capture = asked.request.partition("/")[0]
                    found.add(Leak(site, name, CONTACT, asked.phase), "L0", capture)

    whole(found, reader, site, rows())
    for row in reader.findings(query, newest_first=False):
        if row.site == site:
            leak = Leak(site, recipient_of(row), row.finding.type, row.phase)
            found.add(leak, row.finding.level, row.request.partition("/")[0])
    found.phases[site].discard("unsettled")


def _of_bundle(archive: Archive) -> Measured:
    page = archive.json("manifest.json")
    found = Measured(archive.name)
    try:
        _add_report(found, archive.json("report/report.json"))
        site = str(page["visit"]["site"])
        for entry in archive.json("redacted.har")["log"]["entries"]:
            phase = word(entry["pageref"], PHASES)
            found.phases[site].add(phase)
            if entry["_party"] not in ("first", "unknown"):
                host = str(entry["request"]["url"]).partition("://")[2].partition("/")[0]
                name = host if entry["_party"] == "relay" else str(entry["_company"] or host)
                found.add(Leak(site, name, CONTACT, phase), "L0")
        found.rulesets = frozenset(str(known["id"]) for known in page["rules"]["judged_by"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(f"{archive.name} is damaged", "`mouchard verify` says where") from error
    return found


def _of_json(path: Path) -> Measured:
    try:
        page = json.loads(path.read_bytes())
        found = Measured(str(path))
        if page.get("format") == BASELINE:
            for line in page["leaks"]:
                level = word(line["level"], LEVELS)
                kind = word(line["type"], (*DATA_TYPES, CONTACT))
                leak = Leak(str(line["site"]), str(line["recipient"]), kind, word(line["phase"], PHASES))
                found.add(leak, level)  # type: ignore[arg-type]
            for site, phases in page["phases"].items():
                found.phases[site] |= {word(phase, PHASES) for phase in phases}
            found.rulesets = frozenset(map(str, page["rulesets"]))
        else:
            _add_report(found, page)
        return found
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        hint = "a database, a report.json, a bundle of `evidence`, or a file of `check --write-baseline`"
        raise BadInput(f"{path} holds no measurement", hint) from error


def _add_report(found: Measured, page: Mapping[str, Any]) -> None:
    site = str(page["site"])
    found.rulesets = frozenset(str(known["id"]) for known in page.get("rules", ()))
    found.phases[site] |= {word(mark["phase"], PHASES) for mark in page["marks"]}
    if found.phases[site]:
        found.phases[site].add("before")
    else:
        found.phases[site].add("none")
        for flow in page["recipients"]:
            if flow["party"] not in ("first", "unknown"):
                found.add(Leak(site, str(flow["recipient"]), CONTACT, "none"), "L0")
    for line in page["findings"]:
        add_finding(found, site, line)
    found.phases[site].discard("unsettled")


def add_finding(found: Measured, site: str, line: Mapping[str, Any]) -> None:
    """A finding as a report has it; KeyError, TypeError or ValueError where it is none."""
    named = line["party"] != "relay" and line["recipient"]["company"]
    recipient = str(named or line["host"])
    level, kind = word(line["level"], LEVELS), word(line["type"], DATA_TYPES)
    leak = Leak(site, recipient, kind, word(line["phase"], PHASES))
    found.add(leak, level, line["request"].partition("/")[0])  # type: ignore[arg-type]


def word(text: object, words: Collection[str]) -> str:
    """The text, if it is one of these words; ValueError otherwise."""
    if text not in words:
        raise ValueError(f"{printable(str(text), 40)} is no such word")
    return str(text)
