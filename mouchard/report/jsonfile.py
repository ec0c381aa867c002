"""The report as JSON: sorted, without the time of writing, so that two runs give the same bytes."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from mouchard import __version__, formats
from mouchard.report.axes import axes
from mouchard.report.consent import contradictions
from mouchard.report.content import SiteReport
from mouchard.store.rows import Flow

SCHEMA = 1
"""Version of the format; grows when a field changes its meaning."""


def render(report: SiteReport) -> str:
    """The report, as one JSON object."""
    return json.dumps(_content(report), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _content(report: SiteReport) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "tool": f"mouchard {__version__}",
        "site": report.site,
        "first": _time(report.first),
        "last": _time(report.last),
        "requests": report.messages,
        "level": report.level,
        "types": list(report.types),
        "recipients": [
            recipient(flow) | {"company": formats.company_facts(flow.company), "types": dict(flow.types)}
            for flow in report.recipients
        ],
        "findings": [formats.finding_json(row) for card in report.cards for row in card.rows],
        "evidence": [
            {
                "number": card.number,
                "verb": card.verb,
                "axes": asdict(axes(card.example)),
                "findings": [row.finding.id for row in card.rows],
            }
            for card in report.cards
        ],
        "contradictions": [asdict(one) for one in contradictions(report)],
        "exact_bytes": _kept(report),
        "rules": [
            {
                "id": known.id,
                "code": known.code,
                "lists": [{"name": name, "version": version} for name, version in known.lists],
            }
            for known in report.rules
        ],
        "sealed": [{"host": row.host, "reason": row.reason, "count": row.count} for row in report.sealed],
        "gaps": [{"host": gap.host, "reason": gap.reason, "count": gap.count} for gap in report.gaps],
        "marks": [
            {"phase": mark.phase, "time": _time(mark.time), "source": mark.source} for mark in report.marks
        ],
        "device": [
            {
                "phase": row.phase,
                "time": _time(row.time),
                "kind": row.kind,
                "name": row.name,
                "size": row.size,
                "items": [dict(item) for item in row.items],
                "request": f"{row.capture}/{row.seq}",
            }
            for row in report.snapshots
        ],
        "captures": [
            {"id": c.id, "source": c.source, "name": c.name, "tool": c.tool} for c in report.captures
        ],
    }


def recipient(flow: Flow) -> dict[str, Any]:
    """One recipient as a flat line."""
    company = flow.company
    return {
        "recipient": flow.recipient,
        "party": flow.party,
        "country": company.country if company else "",
        "category": company.category if company else "",
        "types": " ".join(kind for kind, _count in flow.types),
        "forms": list(flow.forms),
        "phases": list(flow.phases),
        "requests": flow.messages,
        "findings": flow.findings,
        "level": flow.level,
    }


def _kept(report: SiteReport) -> dict[str, Any]:
    kept, first = report.kept
    return {"findings": kept, "until": "pinned" if math.isinf(first) else _time(first) if kept else ""}


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
