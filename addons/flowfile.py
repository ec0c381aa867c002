"""mitmproxy flow files as records, in the order in which they would have come live."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import math
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from mitmproxy import exceptions, flow, http, tcp, udp
from mitmproxy.io import FlowReader

from mouchard import __version__
from mouchard.addons import messages
from mouchard.addons.bodies import announced_size, response_cap
from mouchard.addons.trust import says_distrust
from mouchard.capture.records import (
    BODY_CAP,
    Capture,
    Outcome,
    Record,
    Request,
    Response,
    Sealed,
    WebSocketFrame,
)
from mouchard.errors import BadInput

_REASON_CAP = 300


@dataclasses.dataclass(frozen=True, slots=True)
class _Draft:
    """A record without its numbers: `flow` says to which request it belongs."""

    time: float
    flow: int
    order: int
    record: Record


def read(path: Path) -> tuple[Capture, Iterator[Record]]:
    """The capture and its records. BadInput where the file is damaged or none of mitmproxy's, saying how
    much of it can be read."""
    try:
        with path.open("rb") as file:
            capture_id = hashlib.file_digest(file, "sha256").hexdigest()[:32]
        with _Bounded(path) as file:
            if file.peek(1).startswith((b"{", b"\xef\xbb\xbf{")):
                raise BadInput(f"{path} is JSON, not a mitmproxy flow file", "name a HAR file FILE.har")
            drafts = _drafts(path, file, capture_id)
    except OSError as error:
        raise BadInput(
            f"cannot read {path}: {error.strerror}", "check the path, and that you may read it"
        ) from None
    drafts.sort(key=lambda draft: (draft.time, draft.flow, draft.order))
    started = drafts[0].time if drafts else 0.0
    tool = f"mitmproxy flow file, read by Mouchard {__version__}"
    return Capture(capture_id, "flow", path.name, started, tool), _numbered(drafts)


class _Bounded(io.BufferedReader):
    """A file that never makes room for more than it holds, whatever length it announces."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path))
        self._size = os.fstat(self.fileno()).st_size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(-1 if size is None or size < 0 else min(size, self._size))


def _drafts(path: Path, file: _Bounded, capture: str) -> list[_Draft]:
    drafts: list[_Draft] = []
    count = 0
    try:
        for found in FlowReader(file).stream():
            drafts += _of_flow(found, count, capture)
            count += 1
    except Exception as error:  # a foreign file makes mitmproxy raise anything
        if not count:
            why = str(error) if isinstance(error, exceptions.FlowReadException) else ""
            hint = why if "version" in why else "record one with `mitmdump -w FILE`"
            raise BadInput(f"{path} is not a mitmproxy flow file", hint) from None
        readable = "the first flow is" if count == 1 else f"the first {count} flows are"
        raise BadInput(
            f"{path} is damaged: {readable} readable, what follows is not",
            f"`mitmdump -nr {path} -w WHOLE` keeps what is readable",
        ) from None
    return drafts


def _of_flow(found: flow.Flow, index: int, capture: str) -> Iterator[_Draft]:
    if isinstance(found, http.HTTPFlow):
        if found.request.method != "CONNECT" and messages.host(found.request) not in messages.OWN_HOSTS:
            yield from _of_http(found, index, capture)
    elif isinstance(found, (tcp.TCPFlow, udp.UDPFlow)):
        yield _sealed(found, index, capture)


def _of_http(found: http.HTTPFlow, index: int, capture: str) -> Iterator[_Draft]:
    request = found.request
    began = _time(request.timestamp_start)
    content = request.raw_content
    body = (content or b"")[:BODY_CAP]
    size = len(content) if content is not None else announced_size(request) or 0
    auth = found.metadata.get("proxyauth")
    origin = messages.origin(found.client_conn, str(auth[0]) if auth else "", "flow")
    url, headers = messages.url(request), messages.headers(request)
    first = Request(capture, 0, began, origin, request.method, url, request.http_version, headers, body, size)
    yield _Draft(began, index, 0, first)
    end, last = _ending(found, capture, began)
    yield _Draft(end, index, 1, last)
    sent = [m for m in found.websocket.messages if m.from_client] if found.websocket else []
    for number, message in enumerate(sent, 1):
        moment = max(end, _time(message.timestamp))
        data = message.content[:BODY_CAP]
        frame = WebSocketFrame(
            capture, 0, moment, 0, number, origin, url, headers, message.is_text, data, len(message.content)
        )
        yield _Draft(moment, index, 1 + number, frame)


def _ending(found: http.HTTPFlow, capture: str, began: float) -> tuple[float, Response]:
    response = found.response
    if response is None:
        error = found.error
        end = max(began, _time(error.timestamp) if error else began)
        outcome: Outcome = "forwarded" if messages.reached(found) else "failed"
        reason = error.msg[:_REASON_CAP] if error else "no answer in the file"
        return end, Response(capture, 0, end, 0, outcome, 0, (), b"", 0, reason, 0.0)
    end = max(began, _time(response.timestamp_end))
    content = response.raw_content
    body = (content or b"")[: response_cap(found)]
    size = len(content) if content is not None else announced_size(response) or 0
    headers = messages.headers(response)
    first_byte = _time(response.timestamp_start)
    record = Response(
        capture, 0, end, 0, "answered", response.status_code, headers, body, size, "", first_byte
    )
    return end, record


def _sealed(found: tcp.TCPFlow | udp.UDPFlow, index: int, capture: str) -> _Draft:
    client, address = found.client_conn, found.server_conn.address
    host, port = (client.sni or address[0], address[1]) if address else (client.sni or "", 0)
    error = (client.error or "").partition(": ")[0]
    reason: Literal["distrusted", "failed", "not-tls"] = "not-tls"
    if client.tls and not client.tls_established:
        reason = "distrusted" if says_distrust(error) else "failed"
    began = _time(client.timestamp_start)
    origin = messages.origin(client, "", "flow")
    detail = (error or client.transport_protocol)[:_REASON_CAP]
    return _Draft(began, index, 0, Sealed(capture, 0, began, origin, host, port, reason, detail))


def _numbered(drafts: list[_Draft]) -> Iterator[Record]:
    requests: dict[int, int] = {}
    for seq, draft in enumerate(drafts, 1):
        record = draft.record
        if isinstance(record, Request):
            requests[draft.flow] = seq
        if isinstance(record, (Response, WebSocketFrame)):
            yield dataclasses.replace(record, seq=seq, request=requests[draft.flow])
        else:
            yield dataclasses.replace(record, seq=seq)


def _time(value: float | None) -> float:
    return float(value) if value is not None and math.isfinite(value) else 0.0
