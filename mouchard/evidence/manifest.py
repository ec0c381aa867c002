"""The first page of a bundle: what made it, by which rules, what it holds and what that proves."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from statistics import median
from typing import Any

from mouchard import __version__, formats
from mouchard.classify.rulelist import ListInfo
from mouchard.report.content import SiteReport
from mouchard.store.opened import Opened
from mouchard.store.ruleset import Ruleset

FORMAT = "mouchard evidence 1"
PROVES = (
    "Nothing in it was changed since its holder's machine recorded it. It does not prove that a server sent"
    " or received it; a signature or time stamp says who vouches for it, and since when it exists."
)


def machine(share: bool) -> dict[str, str]:
    """What it was made with; to share, nothing that tells one machine from another."""
    try:
        proxy = version("mitmproxy")
    except PackageNotFoundError:
        proxy = "none"
    system = platform.system() if share else f"{platform.system()} {platform.release()} {platform.machine()}"
    return {
        "tool": f"mouchard {__version__}",
        "python": platform.python_version(),
        "mitmproxy": proxy,
        "os": system,
    }


def rules(judged_by: Iterable[Ruleset], in_force: str, lists: Iterable[ListInfo]) -> dict[str, Any]:
    """The rules by which the site was judged, and the lists in force when the bundle was made."""
    return {
        "judged_by": [
            {
                "id": known.id,
                "code": known.code,
                "lists": [{"name": name, "version": version} for name, version in known.lists],
            }
            for known in judged_by
        ],
        "in_force": {
            "id": in_force,
            "lists": [
                {"name": info.name, "version": info.version, "sha256": info.sha256, "rules": info.rules}
                for info in lists
            ],
        },
    }


def visit(told: SiteReport) -> dict[str, Any]:
    """Captures and phases with their sources; `told` is redacted already."""
    return {
        "site": told.site,
        "first": formats.iso(told.first),
        "last": formats.iso(told.last),
        "requests": told.messages,
        "captures": [
            {"id": c.id, "source": c.source, "started": formats.iso(c.started), "tool": c.tool}
            for c in told.captures
        ],
        "phases": [
            {"phase": mark.phase, "time": formats.iso(mark.time), "source": mark.source}
            for mark in told.marks
        ],
        "unrecorded": sum(gap.count for gap in told.gaps),
    }


def findings(lines: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """How many, and a digest of what was found where; of names only, nothing personal goes into it."""
    facts = sorted(fact(line) for line in lines)
    return {"count": len(facts), "digest": sha256(json.dumps(facts).encode()).hexdigest()}


def fact(line: Mapping[str, Any]) -> list[str]:
    """A finding without its value: what a replay has to find again."""
    names = ("id", "type", "proof", "location", "field", "level")
    return [*(str(line[name]) for name in names), " ".join(line["chain"])]


def clock_offset(records: Iterable[Opened]) -> float | None:
    """Seconds by which this machine's clock was ahead of the servers' `Date`, the middle of all answers."""
    ahead = []
    for opened in records:
        if opened.row.table == "responses" and opened.value("date"):
            try:
                said = parsedate_to_datetime(str(opened.value("date"))).astimezone(UTC).timestamp()
            except (ValueError, TypeError, OverflowError):
                continue
            ahead.append(float(opened.value("time")) - said - 0.5)  # a Date is cut to whole seconds
    return round(median(ahead), 1) if ahead else None
