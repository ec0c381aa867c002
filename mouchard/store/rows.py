"""What the views read: frozen rows, already masked, one type per question a person asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mouchard.capture.records import Phase, SnapshotKind
from mouchard.model import Company, Confidence, Consent, Finding, Grade, Level, Match, Party


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One finding with all that surrounds it: a line of `mouchard leaks --format jsonl`."""

    rowid: int
    """Grows with time of recording; the handle for paging and for following the tail."""
    finding: Finding
    request: str
    """`<capture>/<seq>`"""
    revision: int
    time: float
    client: str
    client_name: str
    site: str
    site_confidence: Confidence
    site_why: str
    method: str
    url: str
    """Masked."""
    url_token: str
    host: str
    party: Party
    outcome: str
    """`answered 200`, `forwarded`, `failed`, or `pending` while nothing is known."""
    company: Company | None
    tracker: tuple[Match, ...]
    phase: Phase
    consent: Consent
    partial: tuple[str, ...]
    raw_until: float = 0.0
    """When the sealed bytes expire: 0 where none are kept, infinite where pinned."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One recorded message: a line of `mouchard requests --format jsonl`."""

    rowid: int
    request: str
    time: float
    client: str
    client_name: str
    method: str
    url: str
    host: str
    status: int
    outcome: str
    site: str
    site_confidence: Confidence
    site_why: str
    party: Party
    company: str
    is_tracker: bool
    tracker_grade: Grade
    type: str
    level: Level
    phase: Phase


@dataclass(frozen=True, slots=True)
class Flow:
    """Who gets what: one site and one recipient, summed. The line of the overview."""

    site: str
    recipient: str
    """Company name, or the host where no company is known."""
    company: Company | None
    party: Party
    types: tuple[tuple[str, int], ...]
    """Data types with their number of findings, most severe first."""
    forms: tuple[str, ...]
    """How the values travelled: `clear`, `encoded`, `hashed`, `masked`."""
    messages: int
    findings: int
    level: Level
    first: float
    last: float
    clients: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One site or app: a line of `mouchard sites`."""

    site: str
    messages: int
    companies: int
    findings: int
    types: tuple[str, ...]
    level: Level
    sealed: int
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class CompanyRow:
    """One recipient over all sites: a line of `mouchard companies`."""

    recipient: str
    company: Company | None
    hosts: tuple[str, ...]
    sites: tuple[str, ...]
    messages: int
    findings: int
    types: tuple[str, ...]
    level: Level
    last: float


@dataclass(frozen=True, slots=True)
class GroupRow:
    """All that goes under one site, recipient, data type, client or person."""

    name: str
    messages: int
    """0 for data types and persons, of which only findings are counted."""
    findings: int
    level: Level
    last: float
    sites: int
    companies: tuple[str, ...]
    """Recipients, those of most findings first."""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """Connections to one host that were not read."""

    host: str
    company: str
    client: str
    reason: str
    count: int
    last: float


@dataclass(frozen=True, slots=True)
class GapRow:
    """Messages that passed unrecorded."""

    capture: str
    time: float
    until: float
    reason: str
    host: str
    count: int


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A standing phase mark."""

    capture: str
    seq: int
    time: float
    site: str
    client: str
    phase: Phase
    source: str


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """What the browser showed or kept for a site at one moment."""

    capture: str
    seq: int
    time: float
    site: str
    client: str
    phase: Phase
    kind: SnapshotKind
    name: str
    """File of the picture (see `store.pictures`), or host whose storage it is."""
    size: int
    items: tuple[Mapping[str, str | int | float | bool | None], ...]
    """Cookies: `name domain lifetime http_only secure token`; stored data: `key size`."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One device and browser, or app."""

    key: str
    name: str
    first: float
    last: float
    messages: int


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures of the status line."""

    messages: int
    findings: int
    sites: int
    companies: int
    clients: int
    sealed: int
    """Connections that were not read."""
    gaps: int
    """Messages that passed unrecorded."""
    failures: int
    partial: int
    level: Level
    last: float


def outcome(word: str | None, status: int | None) -> str:
    """How a request ended, in the words of the glossary; `pending` while nothing is known."""
    return f"answered {status}" if word == "answered" else word or "pending"
