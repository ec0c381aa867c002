"""The lines that leave the program: a finding, a request, a site, a company, as JSON, CSV or a table."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TextIO, TypeAlias

from mouchard.model import Company, Consent, Match
from mouchard.printable import printable
from mouchard.store.rows import CompanyRow, FindingRow, RequestRow, SiteRow, outcome

Format: TypeAlias = Literal["table", "jsonl", "csv"]
Line: TypeAlias = dict[str, Any]

FINDING_COLUMNS = (
    "time",
    "site",
    "site_confidence",
    "recipient",
    "type",
    "value",
    "place",
    "chain",
    "level",
    "phase",
    "outcome",
)
REQUEST_COLUMNS = (
    "time", "site", "site_confidence", "company", "method", "host", "type", "level", "outcome", "url",
)  # fmt: skip
SITE_COLUMNS = ("site", "level", "findings", "companies", "messages", "types", "sealed", "last")
COMPANY_COLUMNS = (
    "company",
    "level",
    "findings",
    "sites",
    "types",
    "messages",
    "country",
    "category",
    "last",
)

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_WIDEST = 60
_LONGEST = 32_000
"""Characters a spreadsheet takes in a cell."""


def iso(moment: float) -> str:
    """Seconds since the epoch as ISO 8601, UTC, milliseconds, `Z`; empty for a time out of all calendars."""
    try:
        text = datetime.fromtimestamp(math.floor(moment * 1000 + 0.5) / 1000, UTC).isoformat(
            timespec="milliseconds"
        )
    except (ValueError, OverflowError, OSError):
        return ""
    return text.replace("+00:00", "Z")


def finding_json(row: FindingRow) -> Line:
    """A finding, field by field as the documentation has it."""
    found = row.finding
    return {
        "id": found.id,
        "request": row.request,
        "revision": row.revision,
        "time": iso(row.time),
        "client": row.client,
        "person": found.person,
        "site": row.site,
        "site_confidence": row.site_confidence,
        "site_why": row.site_why,
        "method": row.method,
        "url": row.url,
        "url_token": row.url_token,
        "host": row.host,
        "party": row.party,
        "outcome": row.outcome,
        "recipient": company_facts(row.company),
        "tracker": [match_json(match) for match in row.tracker],
        "type": found.type,
        "proof": found.proof,
        "basis": found.basis,
        "location": found.location,
        "field": found.field,
        "chain": list(found.chain),
        "normalisation": found.normalisation,
        "value": found.value,
        "value_token": found.value_token,
        "level": found.level,
        "level_ground": found.level_ground,
        "phase": row.phase,
        "consent": _consent(row.consent),
        "partial": bool(row.partial),
    }


def _consent(said: Consent) -> Line:
    """The consent that travelled in the message; the string of the US only where there is one."""
    told = {"tcf": said.tcf, "gcs": said.gcs}
    return {**told, "us": said.us} if said.us else told


def request_json(row: RequestRow) -> Line:
    """A request, field by field as the documentation has it."""
    return {
        "request": row.request,
        "time": iso(row.time),
        "client": row.client,
        "method": row.method,
        "url": row.url,
        "host": row.host,
        "status": row.status,
        "outcome": row.outcome,
        "site": row.site,
        "site_confidence": row.site_confidence,
        "site_why": row.site_why,
        "party": row.party,
        "company": row.company,
        "is_tracker": row.is_tracker,
        "tracker_grade": row.tracker_grade,
        "type": row.type,
        "level": row.level,
        "phase": row.phase,
    }


def site_json(row: SiteRow) -> Line:
    """A site, and how much it gives away."""
    return {
        "site": row.site,
        "level": row.level,
        "findings": row.findings,
        "companies": row.companies,
        "messages": row.messages,
        "types": list(row.types),
        "sealed": row.sealed,
        "first": iso(row.first),
        "last": iso(row.last),
    }


def company_json(row: CompanyRow) -> Line:
    """A recipient, and what it got from where; `company` is the host where no company is known."""
    facts = company_facts(row.company)
    return {
        "company": row.recipient,
        "country": facts["country"],
        "category": facts["category"],
        "source": facts["source"],
        "as_of": facts["as_of"],
        "level": row.level,
        "findings": row.findings,
        "sites": list(row.sites),
        "hosts": list(row.hosts),
        "types": list(row.types),
        "messages": row.messages,
        "last": iso(row.last),
    }


def match_json(match: Match) -> Line:
    """One rule of one list that matched."""
    return {
        "list": match.list,
        "version": match.version,
        "rule": match.rule,
        "line": match.line,
        "section": match.section,
        "grade": match.grade,
        "exception": match.exception,
    }


def write(
    stream: TextIO, format: Format | str, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]
) -> None:
    """Print the rows: `jsonl` whole, `csv` and `table` in the given columns. ValueError for others."""
    writers: Mapping[str, Callable[[TextIO, Iterable[Mapping[str, Any]], Sequence[str]], None]] = {
        "jsonl": _jsonl,
        "csv": _csv,
        "table": _table,
    }
    if format not in writers:
        raise ValueError(f"unknown format {format!r}")
    writers[format](stream, rows, columns)


def _jsonl(stream: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def _csv(stream: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    out = csv.writer(stream, lineterminator="\n")
    out.writerow(columns)
    for row in rows:
        out.writerow([_no_formula(printable(_cell(row, column), _LONGEST)) for column in columns])


def _table(stream: TextIO, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    cells = [[printable(_cell(row, column), _WIDEST) for column in columns] for row in rows]
    if not cells:
        return
    if stream.isatty():
        _rich_table(stream, cells, columns)
        return
    lines = [list(columns), *cells]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    for line in lines:
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        stream.write(text.rstrip() + "\n")


def _rich_table(stream: TextIO, cells: Iterable[Sequence[str]], columns: Sequence[str]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True, overflow="ellipsis")
    for line in cells:
        table.add_row(*map(Text, line))
    Console(file=stream, width=max(shutil.get_terminal_size().columns, 40)).print(table)


def _cell(row: Mapping[str, Any], column: str) -> str:
    """A cell as text: lists joined, companies by name, `place` as `location.field`."""
    if column == "place":
        return f"{row['location']}.{row['field']}" if row.get("field") else str(row["location"])
    value = row.get(column, "")
    if column == "recipient":
        return str(value.get("company") or row.get("host", "")) if isinstance(value, Mapping) else str(value)
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return " > ".join(map(str, value)) if column == "chain" else " ".join(map(str, value))
    return "" if value is None else str(value)


def _no_formula(cell: str) -> str:
    """A quote before what a spreadsheet would compute."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def company_facts(company: Company | None) -> Line:
    company = company or Company("")
    return {
        "company": company.name,
        "country": company.country,
        "category": company.category,
        "source": company.source,
        "as_of": company.as_of,
    }


__all__ = [
    "COMPANY_COLUMNS", "FINDING_COLUMNS", "REQUEST_COLUMNS", "SITE_COLUMNS", "Format", "company_facts",
    "company_json",
    "finding_json", "iso", "match_json", "outcome", "request_json", "site_json", "write",
]  # fmt: skip
