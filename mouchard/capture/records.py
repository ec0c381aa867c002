"""The records of a capture, as the proxy or a file reader hands them on: copied bytes, no judgement.

Every record has a place `(capture, seq)` in one sequence; seq starts at 1 and has no holes but for
what a gap counts. Times are seconds since the epoch, UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values in the order and spelling of the wire, decoded as latin-1 (lossless)."""


def first_values(headers: Headers) -> dict[str, str]:
    """The first value of each header, by name in lower case."""
    return {name.lower(): value for name, value in reversed(headers)}


Outcome: TypeAlias = Literal["answered", "forwarded", "failed"]
"""`answered`: a response came. `forwarded`: written upstream, no answer. `failed`: never left."""

Phase: TypeAlias = Literal["none", "before", "accepted", "refused", "withdrawn", "unsettled"]

BODY_CAP = 256 * 1024
"""Bytes kept of a request body or a WebSocket frame; the message itself is forwarded whole."""

RESPONSE_BODY_CAP = 64 * 1024
"""Bytes kept of a first-party JSON answer or an HTML head; nothing of any other answer."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a message came from on our side of the proxy."""

    peer: str
    """Address of the device, without port."""
    listener: str
    """The mitmproxy mode that accepted it (`regular`, `wireguard:...@51820`), or `har`, `flow`."""
    proxy_user: str
    """Name given to the proxy by the device, or empty."""
    connection: str
    """Opaque id of the client connection."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request (a WebSocket handshake included), seen before it is forwarded."""

    capture: str
    seq: int
    time: float
    origin: Origin
    method: str
    url: str
    http_version: str
    headers: Headers
    body: bytes
    body_size: int
    """Size on the wire; more than `len(body)` where the body was cut."""


@dataclass(frozen=True, slots=True)
class Response:
    """How a request ended. Sent for every request, also when nothing answered."""

    capture: str
    seq: int
    time: float
    request: int
    """seq of the request it ends."""
    outcome: Outcome
    status: int
    """0 unless answered."""
    headers: Headers
    body: bytes
    body_size: int
    reason: str
    """The error in words where there was no answer, else empty."""
    began: float
    """Time of the first response byte, 0.0 unless answered."""


@dataclass(frozen=True, slots=True)
class WebSocketFrame:
    """One message sent by the client on a WebSocket; complete in itself so that no state is needed."""

    capture: str
    seq: int
    time: float
    request: int
    """seq of the handshake."""
    number: int
    """1 for the first client message of this socket."""
    origin: Origin
    url: str
    headers: Headers
    """Of the handshake."""
    is_text: bool
    data: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """A connection whose content could not be, or by choice was not, read: host only."""

    capture: str
    seq: int
    time: float
    origin: Origin
    host: str
    port: int
    reason: Literal["distrusted", "failed", "passed", "never-open", "not-tls"]
    """`distrusted`: the device refused the certificate; `failed`: TLS broke for another reason;
    `passed`: let through unread after a refusal; `never-open`: by choice; `not-tls`: another protocol."""
    detail: str


@dataclass(frozen=True, slots=True)
class Mark:
    """The person's choice at this point, for one site and one client; numbered like a message."""

    capture: str
    seq: int
    time: float
    site: str
    client: str
    """Client key, or empty for every client."""
    phase: Phase
    source: Literal["key", "cmp", "browser"]
    undo: bool
    """True takes back the last standing mark of this site and client."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Messages that passed unrecorded, counted per host."""

    capture: str
    seq: int
    time: float
    until: float
    reason: str
    hosts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the browser itself showed or kept for one site at one moment; told by DevTools, no message."""

    capture: str
    seq: int
    time: float
    site: str
    client: str
    phase: Phase
    kind: SnapshotKind
    name: str
    """Of the picture's file, or the origin whose storage it is; empty for cookies."""
    size: int
    """Bytes of the picture; number of items else."""
    content: str
    """JSON list of the items, without a single value; empty for a picture."""
    digest: bytes
    """SHA-256 of the picture's file: goes into the chain under a salt, and nowhere else."""


SnapshotKind: TypeAlias = Literal["viewport", "page", "cookies", "local", "session"]
"""`viewport`, `page`: pictures of what was in sight and of the whole page; else what was stored."""

Record: TypeAlias = Request | Response | WebSocketFrame | Sealed | Mark | Gap | Snapshot


@dataclass(frozen=True, slots=True)
class Capture:
    """One run of the proxy, or one scanned file."""

    id: str
    """32 hex digits: random when live, the first 128 bits of the file's SHA-256 when scanned."""
    source: Literal["live", "har", "flow"]
    name: str
    started: float
    tool: str
    """Versions of Mouchard, Python and mitmproxy, in words."""
