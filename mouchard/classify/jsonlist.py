"""Tracker databases published as JSON: Disconnect, Ghostery TrackerDB, DuckDuckGo TDS."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from mouchard.errors import BadInput

JsonKind = Literal["disconnect", "trackerdb", "tds"]
_HOST = re.compile(r"[A-Za-z0-9_.-]+\.[A-Za-z0-9-]+").fullmatch


_NOT_TRACKING = frozenset(["Content"])
"""Disconnect's category of what pages need to work: it says who owns a domain, not that it tracks."""
_TRACKING = frozenset(["advertising", "site_analytics", "pornvertising", "email", "social_media"])
"""Categories of TrackerDB whose domains are trackers; the others are players, comments, hosting."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One domain that a database speaks of."""

    domain: str
    company: str
    category: str
    is_rule: bool
    """Whether the database calls it a tracker, and does not only say who owns it."""


@dataclass(frozen=True, slots=True)
class JsonList:
    """A database, as entries and as further rules in the syntax of Adblock Plus, each with its category."""

    name: str
    version: str
    licence: str
    entries: tuple[Entry, ...]
    filters: tuple[tuple[str, str], ...] = ()

    def as_rules(self) -> str:
        """The database as a list of rules, a section for each category."""
        sections: dict[str, list[str]] = {}
        for entry in self.entries:
            if entry.is_rule:
                sections.setdefault(entry.category, []).append(f"||{entry.domain}^$third-party")
        for rule, category in self.filters:
            sections.setdefault(category, []).append(rule)
        lines = []
        for category, rules in sections.items():
            lines.append(f"! *** {category or 'other'} ***")
            lines.extend(dict.fromkeys(rules))
        return "\n".join(lines)

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """(domain, company, category) of every entry whose owner is named."""
        return ((entry.domain, entry.company, entry.category) for entry in self.entries if entry.company)


def line_of(rule: str, data: bytes) -> int:
    """The line of the database on which what a rule was made of stands; 0 where it cannot be told."""
    body = rule.removeprefix("@@").removesuffix("$third-party")
    written = body[2:-1] if body.startswith("||") and body.endswith("^") else body
    written = written[1:-1] if len(written) > 2 and written[0] == written[-1] == "/" else written
    for text in (json.dumps(written), json.dumps(written, ensure_ascii=False), json.dumps(rule)):
        at = data.find(text.encode())
        if at >= 0:
            return data.count(b"\n", 0, at) + 1
    return 0


def kind_of(data: bytes, path: Path) -> JsonKind:
    """Which database this is. Raises BadInput where it is none of the three."""
    whole = _parse(data, path)
    if isinstance(whole, dict):
        if "patterns" in whole and "organizations" in whole:
            return "trackerdb"
        if "trackers" in whole and "entities" in whole:
            return "tds"
        if "categories" in whole or "entities" in whole:
            return "disconnect"
    raise BadInput(
        f"{path} is JSON, but no tracker list we read", "known: Disconnect, TrackerDB, DuckDuckGo TDS"
    )


def read(data: bytes, kind: str) -> JsonList:
    """The database in these bytes. Raises BadInput where its shape is not the known one."""
    whole = json.loads(data)
    try:
        if kind == "trackerdb":
            return _trackerdb(whole)
        return _tds(whole) if kind == "tds" else _disconnect(whole)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(f"the {kind} list is not in the expected shape ({error})", "fetch it again") from error


def _parse(data: bytes, path: Path) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{path} is not JSON: {error}", "download it again") from error


def _disconnect(whole: dict[str, Any]) -> JsonList:
    entries: list[Entry] = []
    for category, services in whole.get("categories", {}).items():
        for service in services:
            for company, sites in service.items():
                for domains in sites.values():
                    if isinstance(domains, list):
                        entries += _entries(domains, company, category, category not in _NOT_TRACKING)
    for company, owned in whole.get("entities", {}).items():
        entries += _entries([*owned.get("properties", ()), *owned.get("resources", ())], company, "", False)
    name = "Disconnect" if "categories" in whole else "Disconnect entities"
    return JsonList(name, "", "CC BY-NC-SA 4.0", tuple(entries))


def _trackerdb(whole: dict[str, Any]) -> JsonList:
    organizations = whole["organizations"]
    entries: list[Entry] = []
    filters: list[tuple[str, str]] = []
    for pattern in whole["patterns"].values():
        owner = organizations.get(pattern.get("organization") or "", {})
        category = pattern.get("category") or ""
        company = owner.get("name") or pattern.get("name") or ""
        entries += _entries(pattern.get("domains") or (), company, category, category in _TRACKING)
        if category in _TRACKING:
            filters += [(rule, category) for rule in pattern.get("filters") or () if "\n" not in rule]
    return JsonList("Ghostery TrackerDB", "", "CC BY-NC-SA 4.0", tuple(entries), tuple(filters))


def _tds(whole: dict[str, Any]) -> JsonList:
    entries: list[Entry] = []
    filters: list[tuple[str, str]] = []
    for domain, tracker in whole["trackers"].items():
        owner = tracker.get("owner") or {}
        category = next(iter(tracker.get("categories") or ()), "")
        blocked = tracker.get("default") == "block"
        entries += _entries([domain], owner.get("displayName") or owner.get("name") or "", category, blocked)
        for rule in tracker.get("rules") or ():
            expression = rule.get("rule", "")
            if expression and "\n" not in expression:
                prefix = "@@" if rule.get("action") == "ignore" else ""
                filters.append((f"{prefix}/{expression}/$third-party", category))
    for domain, company in whole.get("domains", {}).items():
        name = whole["entities"].get(company, {}).get("displayName") or company
        entries += _entries([domain], name, "", False)
    return JsonList("DuckDuckGo TDS", "", "CC BY-NC-SA 4.0", tuple(entries), tuple(filters))


def _entries(domains: Iterable[str], company: str, category: str, is_rule: bool) -> Iterator[Entry]:
    for domain in domains:
        domain = domain.strip().lower().rstrip(".").removeprefix("*.")
        if _HOST(domain):
            yield Entry(domain, company, category, is_rule)
