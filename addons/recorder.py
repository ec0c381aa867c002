"""The one recording addon: copies each message as it passes and hands it over. It decides nothing."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Literal
from weakref import WeakKeyDictionary, WeakSet

from mitmproxy import http
from mitmproxy.connection import Client

from mouchard.addons import messages
from mouchard.addons.admission import Admission, guarded
from mouchard.addons.bodies import Tee, announced_size, response_cap, streams_request
from mouchard.addons.devices import Devices
from mouchard.addons.trust import Trust
from mouchard.capture.records import (
    BODY_CAP,
    Mark,
    Outcome,
    Phase,
    Request,
    Response,
    WebSocketFrame,
)

_REASON_CAP = 300


@dataclass(slots=True)
class _Trace:
    """What is remembered of a flow between its hooks."""

    host: str
    seq: int = 0
    recorded: bool = False
    ended: bool = False
    upload: Tee | None = None
    download: Tee | None = None
    cap: int = 0
    handshake: Request | None = None
    frames: int = 0


class Recorder:
    """Hooks that turn what passes into records.

    A request is handed over before it is forwarded, its response when it has ended. Where the buffer
    is full a hook awaits room; else hooks are synchronous. `streaming` lets every answer through as it
    comes; without it mitmproxy's own options decide, so that its tools still show bodies.
    """

    def __init__(
        self,
        admission: Admission,
        origins: messages.Origins,
        trust: Trust,
        devices: Devices | None = None,
        *,
        streaming: bool = True,
    ) -> None:
        self.admission = admission
        self._handover = admission.handover
        self._capture = admission.handover.capture.id
        self._origins = origins
        self._trust = trust
        self._devices = devices or Devices()
        self._streaming = streaming
        self._closing = False
        self._traces: WeakKeyDictionary[http.HTTPFlow, _Trace] = WeakKeyDictionary()
        self._heard: WeakSet[Client] = WeakSet()
        self._in_flight = 0
        self._idle = asyncio.Event()

    # --- commands --------------------------------------------------------------------------------

    def mark(
        self, site: str, client: str, phase: Phase, source: Literal["key", "cmp", "browser"], undo: bool
    ) -> int:
        """Number a phase mark in the sequence of the messages; returns its number."""
        seq = self._handover.next_seq
        self._handover.put(Mark(self._capture, seq, time.time(), site, client, phase, source, undo))
        return seq

    async def finish(self, grace: float) -> None:
        """Refuse new requests, give those under way `grace` seconds, and say how the rest ended."""
        self._closing = True
        try:
            async with asyncio.timeout(grace):
                while self._in_flight:
                    self._idle.clear()
                    await self._idle.wait()
        except TimeoutError:
            pass
        for flow, trace in list(self._traces.items()):
            if not trace.seq:  # its body was not whole yet
                self._never_whole(flow, trace)
            if trace.recorded and not trace.ended:
                self._end(flow, trace, "the proxy stopped")

    # --- HTTP ------------------------------------------------------------------------------------

    @guarded
    def http_connect(self, flow: http.HTTPFlow) -> None:
        self._origins.of(flow.client_conn, flow)  # only here is the name given to the proxy

    @guarded
    def requestheaders(self, flow: http.HTTPFlow) -> None:
        if self._closing:
            flow.kill()
            return
        host = messages.host(flow.request)
        if host in messages.OWN_HOSTS or messages.OWN in flow.metadata:
            return
        if not self._devices.records(flow.client_conn):
            return
        trace = self._traces[flow] = _Trace(host)
        if messages.is_crooked(flow.request):
            flow.kill()
            return
        if self._streaming and streams_request(flow.request):
            trace.upload = Tee(BODY_CAP, functools.partial(self._upload_head, flow, trace))
            flow.request.stream = trace.upload

    @guarded
    def request(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        trace = self._traces.get(flow)
        if trace is None or trace.seq:
            return None
        return self.admission.admit(
            functools.partial(self._record_request, flow, trace),
            trace.host,
            functools.partial(setattr, trace, "seq"),
        )

    @guarded
    def responseheaders(self, flow: http.HTTPFlow) -> None:
        trace = self._traces.get(flow)
        if trace is None or flow.response is None or not self._streaming or flow.response.status_code == 101:
            return
        trace.cap = response_cap(flow)
        trace.download = Tee(trace.cap)
        flow.response.stream = trace.download

    @guarded
    def response(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        return self._ended(flow, "")

    @guarded
    def error(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        trace = self._traces.get(flow)
        if trace is not None and not trace.seq:  # refused, or given up before it was whole: never sent
            self._never_whole(flow, trace)
        return self._ended(flow, flow.error.msg if flow.error else "")

    @guarded
    def websocket_message(self, flow: http.HTTPFlow) -> Awaitable[None] | None:
        trace = self._traces.get(flow)
        if trace is None or flow.websocket is None:
            return None
        message = flow.websocket.messages[-1]
        if self._streaming:
            del flow.websocket.messages[:-1]  # else they are all kept until the socket closes
        if not message.from_client or message.injected or not self._devices.records(flow.client_conn):
            return None
        trace.frames += 1
        frame = functools.partial(
            self._record_frame, flow, trace, trace.frames, message.timestamp, message.is_text, message.content
        )
        return self.admission.admit(frame, trace.host)

    def _upload_head(self, flow: http.HTTPFlow, trace: _Trace) -> None:
        """The head of a streamed body is whole and its size announced: record before that part is sent."""
        if announced_size(flow.request) is not None and not trace.seq and not self._handover.full:
            self.request(flow)

    def _never_whole(self, flow: http.HTTPFlow, trace: _Trace) -> None:
        self.admission.admit_now(
            functools.partial(self._record_request, flow, trace),
            trace.host,
            functools.partial(setattr, trace, "seq"),
        )

    def _record_request(self, flow: http.HTTPFlow, trace: _Trace) -> None:
        request = flow.request
        announced = announced_size(request) or 0
        if trace.upload is not None:
            body, size = trace.upload.head, max(trace.upload.size, announced)
        elif request.raw_content is not None:
            body, size = request.raw_content[:BODY_CAP], len(request.raw_content)
        else:
            body, size = b"", announced
        if request.trailers:  # not kept: the message counts as cut
            size += sum(len(name) + len(value) for name, value in request.trailers.fields)
        client = flow.client_conn
        origin = self._origins.of(client, flow)
        if client not in self._heard:
            self._heard.add(client)
            if client.sni and client.tls_established:
                self._trust.accepted(messages.place(origin), client.sni)
        record = Request(
            self._capture, self._handover.next_seq, request.timestamp_start, origin, request.method,
            messages.url(request), request.http_version, messages.headers(request), body, size,
        )  # fmt: skip
        self._handover.put(record)
        trace.seq, trace.recorded = record.seq, True
        self._in_flight += 1
        if messages.field(request, b"upgrade").lower() == "websocket":
            trace.handshake = record

    def _ended(self, flow: http.HTTPFlow, reason: str) -> Awaitable[None] | None:
        trace = self._traces.get(flow)
        if trace is None or trace.ended or not trace.recorded:
            return None
        return self.admission.admit(
            functools.partial(self._end, flow, trace, reason),
            trace.host,
            lambda _: self._close_trace(trace),
        )

    def _end(self, flow: http.HTTPFlow, trace: _Trace, reason: str) -> None:
        self._close_trace(trace)
        response = flow.response
        outcome: Outcome
        if response is not None and messages.reached(flow):
            outcome, reason = "answered", ""
        elif response is not None:
            outcome, reason = "failed", "answered before it left"
        else:
            outcome = "forwarded" if messages.reached(flow) else "failed"
        self._handover.put(self._response(flow, trace, outcome, reason[:_REASON_CAP]))

    def _response(self, flow: http.HTTPFlow, trace: _Trace, outcome: Outcome, reason: str) -> Response:
        now, seq, response = time.time(), self._handover.next_seq, flow.response
        if outcome != "answered" or response is None:
            return Response(self._capture, seq, now, trace.seq, outcome, 0, (), b"", 0, reason, 0.0)
        body, size = self._answer(flow, response, trace)
        return Response(
            self._capture, seq, now, trace.seq, outcome, response.status_code, messages.headers(response),
            body, size, reason, response.timestamp_start or 0.0,
        )  # fmt: skip

    def _answer(self, flow: http.HTTPFlow, response: http.Response, trace: _Trace) -> tuple[bytes, int]:
        if response.raw_content is not None:
            cap = trace.cap or response_cap(flow)
            return response.raw_content[:cap], len(response.raw_content)
        if trace.download is not None:
            return trace.download.head, trace.download.size
        return b"", announced_size(response) or 0

    def _close_trace(self, trace: _Trace) -> None:
        if not trace.ended:
            trace.ended = True
            self._in_flight -= 1
            self._idle.set()

    def _record_frame(
        self, flow: http.HTTPFlow, trace: _Trace, number: int, moment: float, is_text: bool, data: bytes
    ) -> None:
        handshake = trace.handshake
        self._handover.put(
            WebSocketFrame(
                self._capture, self._handover.next_seq, moment, trace.seq, number,
                self._origins.of(flow.client_conn, flow),
                handshake.url if handshake else messages.url(flow.request),
                handshake.headers if handshake else messages.headers(flow.request),
                is_text, data[:BODY_CAP], len(data),
            )
        )  # fmt: skip
