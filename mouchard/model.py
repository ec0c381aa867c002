"""The frozen types that pass between the stages: capture, extract, classify, detect, attribute, grade.

Plain personal values live in `Node` and `Hit` only, in memory; a `Finding` holds the masked value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias

from mouchard.capture.records import Headers, Phase, Request, WebSocketFrame

DataType: TypeAlias = str
"""One of `DATA_TYPES`."""

DATA_TYPES: tuple[DataType, ...] = tuple(
    """email phone first_name last_name name username password dob gender street city zip country
    loyalty_card nir iban payment_card mac bssid ssid gps ad_id device_id user_id ip page_url search
    product purchase message topic fingerprint session_recording contact_file id_sync""".split()
)

Party: TypeAlias = Literal["first", "third", "same-company", "relay", "unknown"]
Proof: TypeAlias = Literal["identity", "field", "shape", "sync"]
Basis: TypeAlias = Literal["", "declared", "learned", "invented"]
Confidence: TypeAlias = Literal["high", "medium", "low"]
Grade: TypeAlias = Literal["A", "B", "C", "D", "P", ""]
Level: TypeAlias = Literal["L0", "L1", "L2", "L3", "L4"]
LEVELS: tuple[Level, ...] = ("L0", "L1", "L2", "L3", "L4")


@dataclass(frozen=True, slots=True)
class Message:
    """What the stages read: one request, or one WebSocket frame with its handshake's URL and headers."""

    capture: str
    seq: int
    kind: Literal["http", "ws"]
    time: float
    method: str
    url: str
    headers: Headers
    body: bytes
    cut: bool
    """True where the body on the wire was longer than what was kept."""
    request: int
    """seq of the HTTP request: its own for http, the handshake's for a frame."""
    number: int = 0
    """Number of the frame in its socket; 0 for http."""
    is_text: bool = True

    @property
    def id(self) -> str:
        """`<capture>/<seq>`, or `<capture>/<handshake seq>.<frame>`."""
        frame = f".{self.number}" if self.number else ""
        return f"{self.capture}/{self.request}{frame}"

    def header(self, name: str) -> str:
        """First value of a header, by lower-case name, or empty."""
        for key, value in self.headers:
            if key.lower() == name:
                return value
        return ""


def message(record: Request | WebSocketFrame) -> Message:
    """The record as the stages read it."""
    if isinstance(record, Request):
        return Message(
            record.capture, record.seq, "http", record.time, record.method, record.url, record.headers,
            record.body, record.body_size > len(record.body), record.seq,
        )  # fmt: skip
    return Message(
        record.capture, record.seq, "ws", record.time, "GET", record.url, record.headers, record.data,
        record.size > len(record.data), record.request, record.number, record.is_text,
    )  # fmt: skip


# --- extract ---------------------------------------------------------------------------------


class Node(NamedTuple):
    """One value found in a message, with the way that leads to it. A tuple, for there are so many of them."""

    location: str
    """`host path query fragment header cookie body websocket`."""
    field: str
    """Path inside the location: `ud[em]`, `context.user.email`, `batch[].traits.email`, `Referer`."""
    key: str
    """The innermost name, for rules that go by key."""
    chain: tuple[str, ...]
    """Decoding steps, from the wire inwards."""
    value: str | bytes


@dataclass(frozen=True, slots=True)
class Extraction:
    """Every node of a message, outermost first; the same message always gives the same nodes."""

    nodes: tuple[Node, ...]
    keys: frozenset[str]
    """The names of the nodes in lower case."""
    partial: tuple[str, ...] = ()
    """Why something was left unread (`depth`, `nodes`, `inflated`, `body`...); empty when whole."""


# --- classify --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Match:
    """One rule of one list that matched: the evidence that a host is a known tracker."""

    list: str
    version: str
    rule: str
    line: int
    section: str
    grade: Grade
    exception: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """A dated, sourced fact: who is behind a host. Unknown parts are empty."""

    name: str
    country: str = ""
    """Seat, ISO 3166 alpha-2."""
    category: str = ""
    source: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who a message goes to, and what the lists say of it."""

    type: str
    """Request type in ABP's words: `script image xmlhttprequest ...`."""
    party: Party
    company: Company | None
    matches: tuple[Match, ...]
    match: bool
    """What a blocker would decide: a blocking rule stands and no exception undoes it."""

    @property
    def grade(self) -> Grade:
        """Best grade of the standing blocking rules: A, B, P, C, D or empty."""
        if not self.match:
            return ""
        grades = {found.grade for found in self.matches if not found.exception}
        return next((g for g in ("A", "B", "P", "C", "D") if g in grades), "")

    @property
    def is_tracker(self) -> bool:
        """A known tracker: C and D rules say too little to name one."""
        return self.grade in ("A", "B", "P")


# --- detect ----------------------------------------------------------------------------------


class Hit(NamedTuple):
    """One piece of information about the person in one place of one message; plain, in memory only. A tuple,
    as nodes are: made in a fifth of the time."""

    type: DataType
    proof: Proof
    location: str
    field: str
    chain: tuple[str, ...]
    value: str
    """The plain value (identity), or the value on the wire (field, shape, sync)."""
    masked: str
    basis: Basis = ""
    person: str = ""
    normalisation: str = ""
    note: str = ""
    """In plain words, what the vendor's documentation or the shape says; may be empty."""
    word: str = ""
    """For `topic`: `subject:matched word`, e.g. `health:diabète`."""


# --- attribute -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attributed:
    """Which site a message belongs to, how sure that is, and why."""

    seq: int
    site: str
    """Registrable domain; `app:NAME` where there is no page; `browser` for the browser's own traffic;
    empty when it cannot be known."""
    confidence: Confidence
    why: str
    client: str
    """Client key: one device and browser."""
    page: str = ""
    """URL of the page where it is known; in memory only."""
    candidates: tuple[str, ...] = ()


# --- grade and record ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak in one place of one message, as it is stored and shown: the value is masked."""

    id: str
    type: DataType
    proof: Proof
    basis: Basis
    person: str
    location: str
    field: str
    chain: tuple[str, ...]
    normalisation: str
    value: str
    value_token: str
    level: Level
    level_ground: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent state that travelled with the message; empty strings where none did."""

    tcf: str = ""
    gcs: str = ""
    us: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """All that is concluded of one message. Replaced whole by the next revision."""

    message: Message
    attributed: Attributed
    verdict: Verdict
    findings: tuple[Finding, ...]
    level: Level
    field_paths: tuple[str, ...]
    """`location.field` of every top node: what the capture layer keeps of headers, cookies and body."""
    masked_url: str
    partial: tuple[str, ...] = ()
    consent: Consent = field(default_factory=Consent)


__all__ = [
    "DATA_TYPES", "LEVELS", "Attributed", "Basis", "Company", "Confidence", "Consent", "DataType",
    "Extraction", "Finding", "Grade", "Hit", "Judgement", "Level", "Match", "Message", "Node", "Party",
    "Phase", "Proof", "Verdict", "message",
]  # fmt: skip
