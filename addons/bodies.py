"""Which bodies are kept, and how: copied while they stream, never more than the cap."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from mitmproxy import http

from mouchard.addons.messages import field, host
from mouchard.capture.records import RESPONSE_BODY_CAP

STREAM_BYTES = 5 * 1024 * 1024
"""Request bodies from this size on are forwarded as they come."""


class Tee:
    """Counts a body that streams through and keeps its head; `filled` is called once, when the head is full
    and before its last part is let through."""

    __slots__ = ("_cap", "_filled", "_kept", "_parts", "size")

    def __init__(self, cap: int, filled: Callable[[], None] | None = None) -> None:
        self.size = 0
        """Bytes seen so far."""
        self._cap = cap
        self._kept = 0
        self._parts: list[bytes] = []
        self._filled = filled

    def __call__(self, data: bytes) -> bytes:
        self.size += len(data)
        if data and self._kept < self._cap:
            part = data[: self._cap - self._kept]
            self._parts.append(part)
            self._kept += len(part)
            if self._kept == self._cap and self._filled is not None:
                self._filled()
        return data

    @property
    def head(self) -> bytes:
        """The first bytes of the body, at most the cap."""
        return b"".join(self._parts)


def announced_size(message: http.Message) -> int | None:
    """Bytes announced in Content-Length; None where there is none or it is no number."""
    value = field(message, b"content-length")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def streams_request(request: http.Request) -> bool:
    """Whether a request body is forwarded as it comes: a large one, or one of unknown length."""
    size = announced_size(request)
    if size is not None:
        return size > STREAM_BYTES
    if field(request, b"transfer-encoding"):
        return True
    return request.method not in ("GET", "HEAD", "OPTIONS") and (request.is_http2 or request.is_http3)


def response_cap(flow: http.HTTPFlow) -> int:
    """Bytes to keep of this answer: first-party JSON and HTML only, nothing of any other."""
    assert flow.response is not None
    kind = field(flow.response, b"content-type").partition(";")[0].strip().lower()
    if kind != "text/html" and kind != "application/json" and not kind.endswith("+json"):
        return 0
    return RESPONSE_BODY_CAP if _first_party(flow.request, kind) else 0


def _first_party(request: http.Request, kind: str) -> bool:
    """A cheap test that errs on the side of keeping; the analyser judges again."""
    fetch = field(request, b"sec-fetch-site")
    if fetch:
        return fetch in ("same-origin", "same-site", "none")
    source = field(request, b"origin") or field(request, b"referer")
    if not source:
        return kind == "text/html"
    try:
        return _related(urlsplit(source).hostname or "", host(request))
    except ValueError:
        return False


def _related(one: str, other: str) -> bool:
    """`a.shop.example` and `b.shop.example`; also where the common end is a public suffix of two labels."""
    if one == other:
        return True
    if one.replace(".", "").isdigit() or ":" in one:
        return False
    ends = one.split(".")[-2:], other.split(".")[-2:]
    return ends[0] == ends[1] and len(ends[0]) == 2
