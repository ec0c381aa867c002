"""The recording addon, hook by hook: what each message becomes, and that browsing never stops for it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from mitmproxy.http import Headers, HTTPFlow
from mitmproxy.net.http.http1 import assemble
from mitmproxy.test import tflow, tutils

from mouchard.addons.admission import Admission
from mouchard.addons.bodies import STREAM_BYTES, Tee
from mouchard.addons.handover import Handover
from mouchard.addons.messages import Origins
from mouchard.addons.recorder import Recorder
from mouchard.addons.trust import Trust
from mouchard.capture.records import (
    BODY_CAP,
    RESPONSE_BODY_CAP,
    Capture,
    Gap,
    Mark,
    Record,
    Request,
    Response,
    WebSocketFrame,
)
from mouchard.capture.wire import Begin, Decoder

CAPTURE = Capture("cd" * 16, "live", "", 1.0, "test")


class Bench:
    """A recorder whose records can be read back."""

    def __init__(self, streaming: bool = True, **limits: Any) -> None:
        self.handover = Handover(CAPTURE, **limits)
        self.admission = Admission(self.handover)
        self.recorder = Recorder(self.admission, Origins(), Trust(), streaming=streaming)

    @property
    def records(self) -> list[Record]:
        """What is kept for the analyser, in order."""
        frames = Decoder().feed(b"".join(frame for _, frame in self.handover._unacked))
        return [frame for frame in frames if not isinstance(frame, Begin)]

    async def hook(self, name: str, flow: Any) -> None:
        result = getattr(self.recorder, name)(flow)
        if inspect.isawaitable(result):
            await result

    async def request(self, flow: HTTPFlow) -> None:
        await self.hook("requestheaders", flow)
        if callable(flow.request.stream):
            flow.request.stream(flow.request.raw_content or b"")
            flow.request.stream(b"")
            flow.request.raw_content = None
        await self.hook("request", flow)

    async def respond(self, flow: HTTPFlow) -> None:
        await self.hook("responseheaders", flow)
        assert flow.response is not None
        if callable(flow.response.stream) and flow.response.raw_content is not None:
            for at in range(0, len(flow.response.raw_content), 10_000):
                flow.response.stream(flow.response.raw_content[at : at + 10_000])
            flow.response.stream(b"")
            flow.response.raw_content = None
        await self.hook("response", flow)

    async def exchange(self, flow: HTTPFlow) -> tuple[Request, Response]:
        await self.request(flow)
        await self.respond(flow)
        request, response = self.records[-2:]
        assert isinstance(request, Request) and isinstance(response, Response)
        return request, response


@pytest.fixture
def bench() -> Iterator[Bench]:
    yield Bench()


def flow(url: str = "https://shop.example/cart?id=1", **headers: str) -> HTTPFlow:
    found = tflow.tflow(resp=True)
    found.request.url = url
    found.request.headers = Headers(
        [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    )
    if "host" not in headers:
        found.request.headers["Host"] = found.request.host
    return found


async def test_a_request_and_its_answer(bench: Bench) -> None:
    one = flow(User_Agent="x", X_Odd="caf\xe9")
    one.request.method, one.request.raw_content = "POST", b"email=a%40b.example"
    request, response = await bench.exchange(one)
    assert (request.seq, response.seq, response.request) == (1, 2, 1)
    assert (request.method, request.url) == ("POST", "https://shop.example/cart?id=1")
    assert (request.body, request.body_size) == (b"email=a%40b.example", 19)
    assert request.origin.peer == "127.0.0.1" and request.origin.listener == "regular"
    assert request.origin.connection == one.client_conn.id
    assert (response.outcome, response.status) == ("answered", 200)
    assert ("User-Agent", "x") in request.headers
    assert [v.encode("latin-1") for n, v in request.headers if n == "X-Odd"] == ["caf\xe9".encode()]
    assert bench.handover.dropped == bench.admission.failures == 0


@pytest.mark.parametrize(
    ("host_header", "expected"),
    [
        ("shop.example", "https://shop.example/cart?id=1"),
        ("SHOP.example:443", "https://shop.example/cart?id=1"),
        ("shop.example:8443", "https://shop.example:8443/cart?id=1"),
        ("[::1]:8443", "https://[::1]:8443/cart?id=1"),
        ("a@evil.example", "https://192.0.2.7/cart?id=1"),
        ("x\x1b[31m", "https://192.0.2.7/cart?id=1"),
        ("", "https://192.0.2.7/cart?id=1"),
    ],
)
async def test_the_host_is_the_one_the_client_named(bench: Bench, host_header: str, expected: str) -> None:
    one = flow("https://192.0.2.7/cart?id=1", host=host_header)
    request, _ = await bench.exchange(one)
    assert request.url == expected


async def test_the_password_of_the_proxy_is_not_recorded_and_its_user_is(bench: Bench) -> None:
    one = flow(Proxy_Authorization="Basic c2VjcmV0")
    one.metadata["proxyauth"] = ("phone", "secret")
    request, _ = await bench.exchange(one)
    assert request.origin.proxy_user == "phone"
    assert "c2VjcmV0" not in str(request) and "secret" not in str(request)


async def test_our_own_pages_are_not_recorded(bench: Bench) -> None:
    for url in ("https://mouchard.check/", "http://mitm.it/cert/pem"):
        one = flow(url)
        await bench.request(one)
        await bench.respond(one)
    assert bench.records == []


# --- bodies --------------------------------------------------------------------------------------


async def test_a_long_request_body_is_cut_and_its_size_kept(bench: Bench) -> None:
    one = flow()
    one.request.raw_content = bytes(BODY_CAP + 7)
    request, _ = await bench.exchange(one)
    assert (len(request.body), request.body_size) == (BODY_CAP, BODY_CAP + 7)


async def test_a_request_with_trailers_counts_as_cut(bench: Bench) -> None:
    one = flow()
    one.request.raw_content, one.request.trailers = b"abc", Headers(x="1")
    request, _ = await bench.exchange(one)
    assert request.body == b"abc" and request.body_size > 3


async def test_a_large_upload_streams_and_is_recorded_before_its_head_is_forwarded(bench: Bench) -> None:
    one = flow(Content_Length=str(STREAM_BYTES + 1))
    one.request.method = "POST"
    await bench.hook("requestheaders", one)
    tee = one.request.stream
    assert isinstance(tee, Tee)
    tee(bytes(BODY_CAP - 1))
    assert bench.records == []
    tee(b"xy")
    (request,) = bench.records
    assert isinstance(request, Request)
    assert (len(request.body), request.body_size) == (BODY_CAP, STREAM_BYTES + 1)
    await bench.hook("request", one)
    assert len(bench.records) == 1


async def test_an_upload_of_unknown_length_streams_and_its_size_is_exact(bench: Bench) -> None:
    one = flow(Transfer_Encoding="chunked")
    one.request.method, one.request.raw_content = "POST", bytes(BODY_CAP + 100)
    request, _ = await bench.exchange(one)
    assert (len(request.body), request.body_size) == (BODY_CAP, BODY_CAP + 100)


@pytest.mark.parametrize(
    ("kind", "headers", "size", "kept"),
    [
        ("application/json", {"Sec_Fetch_Site": "same-origin"}, 100, 100),
        ("application/ld+json; charset=utf-8", {"Sec_Fetch_Site": "same-site"}, 100, 100),
        ("text/html", {"Sec_Fetch_Site": "none"}, 200_000, RESPONSE_BODY_CAP),
        ("text/html", {}, 100, 100),
        ("text/html", {"Referer": "https://www.shop.example/"}, 100, 100),
        ("application/json", {"Sec_Fetch_Site": "cross-site"}, 100, 0),
        ("application/json", {"Origin": "https://news.example"}, 100, 0),
        ("application/json", {"Origin": "https://[bad"}, 100, 0),
        ("application/json", {}, 100, 0),
        ("video/mp4", {"Sec_Fetch_Site": "same-origin"}, 100, 0),
        ("text/event-stream", {"Sec_Fetch_Site": "same-origin"}, 100, 0),
    ],
)
@pytest.mark.parametrize("streaming", [True, False])
async def test_of_answers_only_first_party_json_and_html_is_kept(
    kind: str, headers: dict[str, str], size: int, kept: int, streaming: bool
) -> None:
    one = flow(**headers)
    assert one.response is not None
    one.response.headers["content-type"] = kind
    one.response.raw_content = bytes(size)
    bench = Bench(streaming)
    _, response = await bench.exchange(one)
    assert (len(response.body), response.body_size) == (kept, size)


async def test_every_answer_streams(bench: Bench) -> None:
    one = flow()
    await bench.request(one)
    await bench.hook("responseheaders", one)
    assert one.response is not None and callable(one.response.stream)


async def test_inside_another_mitmproxy_its_own_options_decide() -> None:
    bench = Bench(streaming=False)
    one = flow(Transfer_Encoding="chunked")
    one.request.method = "POST"
    await bench.request(one)
    await bench.hook("responseheaders", one)
    assert one.response is not None and not one.response.stream and not one.request.stream


# --- how a request ends --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({}, "forwarded"),
        ({"timestamp_start": None}, "failed"),
        ({"error": "connection refused"}, "failed"),
        ({"tls": True, "timestamp_tls_setup": None}, "failed"),
        ({"timestamp_end": 1.0}, "failed"),
    ],
)
async def test_without_an_answer_the_outcome_says_whether_it_was_written(
    bench: Bench, change: dict[str, Any], outcome: str
) -> None:
    one = tflow.tflow(err=True)
    for name, value in change.items():
        setattr(one.server_conn, name, value)
    await bench.request(one)
    await bench.hook("error", one)
    last = bench.records[-1]
    assert isinstance(last, Response) and (last.outcome, last.status, last.request) == (outcome, 0, 1)
    assert last.reason == "error"


async def test_an_answer_that_broke_off_is_an_answer(bench: Bench) -> None:
    one = tflow.tflow(resp=True, err=True)
    await bench.request(one)
    await bench.hook("error", one)
    await bench.hook("response", one)
    assert [type(r).__name__ for r in bench.records] == ["Request", "Response"]
    last = bench.records[-1]
    assert isinstance(last, Response) and (last.outcome, last.status, last.reason) == ("answered", 200, "")


async def test_what_another_addon_answers_never_left(bench: Bench) -> None:
    one = flow()
    one.server_conn.timestamp_start = None
    await bench.request(one)
    await bench.hook("response", one)
    last = bench.records[-1]
    assert isinstance(last, Response) and (last.outcome, last.status) == ("failed", 0)


async def test_a_refused_request_is_recorded_as_tried(bench: Bench) -> None:
    """mitmproxy refuses malformed requests before their `request` hook."""
    one = tflow.tflow(err=True)
    one.server_conn.timestamp_start = None
    await bench.hook("requestheaders", one)
    await bench.hook("error", one)
    request, response = bench.records
    assert isinstance(request, Request)
    assert isinstance(response, Response) and response.outcome == "failed"


async def test_stopping_says_how_what_is_under_way_ended(bench: Bench) -> None:
    under_way = tflow.tflow()
    await bench.request(under_way)
    await bench.recorder.finish(0)
    last = bench.records[-1]
    assert isinstance(last, Response) and (last.outcome, last.reason) == ("forwarded", "the proxy stopped")
    late = tflow.tflow()
    await bench.request(late)
    assert late.error is not None and late.error.msg == late.error.KILLED_MESSAGE
    assert len(bench.records) == 2


# --- WebSocket -----------------------------------------------------------------------------------


async def test_frames_of_the_client_are_numbered_and_complete_in_themselves(bench: Bench) -> None:
    one = tflow.twebsocketflow()
    messages = list(one.websocket.messages)
    one.websocket.messages.clear()
    one.request.headers["host"] = "chat.example"
    await bench.request(one)
    await bench.respond(one)
    for message in messages:
        one.websocket.messages.append(message)
        await bench.hook("websocket_message", one)
        assert one.websocket.messages == [message]  # none is hoarded
    frames = [r for r in bench.records if isinstance(r, WebSocketFrame)]
    sent = [m for m in messages if m.from_client]
    assert [(f.number, f.data, f.size, f.is_text) for f in frames] == [
        (number, m.content, len(m.content), m.is_text) for number, m in enumerate(sent, 1)
    ]
    first = bench.records[0]
    assert isinstance(first, Request) and "chat.example" in first.url
    assert {(f.request, f.url, f.headers) for f in frames} == {(1, first.url, first.headers)}


# --- when it cannot record -----------------------------------------------------------------------


async def test_while_paused_messages_pass_and_are_counted(bench: Bench) -> None:
    before = flow("https://a.example/")
    await bench.request(before)
    bench.admission.pause()
    await bench.respond(before)
    during = flow("https://b.example/")
    await bench.request(during)
    await bench.respond(during)
    bench.admission.resume()
    after, _ = await bench.exchange(flow("https://c.example/"))
    gap = bench.records[1]
    assert isinstance(gap, Gap) and gap.reason == "paused"
    assert gap.hosts == (("a.example", 1), ("b.example", 1))
    assert (gap.seq, after.seq) == (4, 5)  # the two that passed have numbers too


async def test_a_stalled_recorder_lets_browsing_go_on_and_counts(bench: Bench) -> None:
    bench = Bench(limit=1, stall_seconds=0)
    first = flow("https://a.example/")
    await bench.request(first)
    await bench.respond(first)
    second = flow("https://b.example/")
    await bench.request(second)
    await bench.respond(second)
    assert [r.seq for r in bench.records] == [1]
    assert bench.handover.dropped == 2  # the first answer and the second request; not its answer
    bench.handover._acknowledged(1)
    gap = bench.records[0]
    assert isinstance(gap, Gap) and gap.hosts == (("a.example", 1), ("b.example", 1))


async def test_frames_of_a_handshake_that_went_unrecorded_keep_its_number() -> None:
    bench = Bench()
    one = tflow.twebsocketflow()
    bench.admission.pause()
    await bench.request(one)
    bench.admission.resume()
    one.websocket.messages[:] = [m for m in one.websocket.messages if m.from_client][:1]
    await bench.hook("websocket_message", one)
    frame = bench.records[-1]
    assert isinstance(frame, WebSocketFrame) and (frame.request, frame.number) == (1, 1)


async def test_a_fault_of_ours_is_counted_and_the_flow_goes_on(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    one = flow()
    one.request.timestamp_start = "secret"  # type: ignore[assignment]
    await bench.request(one)
    await bench.respond(one)
    assert bench.admission.failures == 1 and one.error is None
    (gap,) = bench.records
    assert isinstance(gap, Gap) and gap.hosts == (("shop.example", 1),) and gap.reason == "recorder failed"
    assert "secret" not in caplog.text and "could not be recorded" in caplog.text


@pytest.mark.parametrize(
    "name", ["requestheaders", "request", "responseheaders", "response", "error", "websocket_message"]
)
async def test_no_hook_raises_whatever_it_is_given(bench: Bench, name: str) -> None:
    await bench.hook(name, object())
    assert bench.admission.failures == 1


def test_what_is_recorded_leaves_the_request_as_it_was() -> None:
    one = tflow.tflow(req=tutils.treq(content=b"abc"))
    before = assemble.assemble_request(one.request)
    Bench().recorder.requestheaders(one)
    assert assemble.assemble_request(one.request) == before


async def test_a_mark_is_numbered_among_the_messages(bench: Bench) -> None:
    await bench.exchange(flow())
    seq = bench.recorder.mark("shop.example", "127.0.0.1/firefox", "refused", "key", False)
    mark = bench.records[-1]
    assert seq == 3 and isinstance(mark, Mark)
    assert (mark.seq, mark.site, mark.client, mark.phase) == (
        3, "shop.example", "127.0.0.1/firefox", "refused",
    )  # fmt: skip
