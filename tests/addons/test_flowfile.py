"""Flow files: the same records in the same order as live, and no traceback for what is none."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mitmproxy import flow, tcp
from mitmproxy.http import HTTPFlow
from mitmproxy.io import FlowWriter
from mitmproxy.test import tflow

from mouchard.addons import flowfile
from mouchard.capture.records import BODY_CAP, Capture, Request, Response, Sealed, WebSocketFrame
from mouchard.errors import BadInput


def written(path: Path, flows: Iterable[flow.Flow]) -> Path:
    with path.open("wb") as file:
        for one in flows:
            FlowWriter(file).add(one)
    return path


def http(began: float, ended: float, host: str = "shop.example", **kind: bool) -> HTTPFlow:
    found = tflow.tflow(**{"resp": True, **kind})
    found.request.host, found.request.port, found.request.scheme = host, 443, "https"
    found.request.timestamp_start = began
    if found.response:
        found.response.timestamp_end = ended
    return found


def test_the_capture_is_named_after_the_file(tmp_path: Path) -> None:
    path = written(tmp_path / "x.flow", [http(10, 11)])
    capture, records = flowfile.read(path)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:32]
    assert isinstance(capture, Capture)
    assert (capture.id, capture.source, capture.name, capture.started) == (digest, "flow", "x.flow", 10.0)
    assert {r.capture for r in records} == {digest}


def test_records_come_in_the_order_of_the_wire(tmp_path: Path) -> None:
    """The file holds flows in the order in which they ended."""
    inner, outer = http(11, 12, "cdn.example"), http(10, 13)
    _, records = flowfile.read(written(tmp_path / "x.flow", [inner, outer]))
    found = list(records)
    assert [(type(r).__name__, r.seq, r.time) for r in found] == [
        ("Request", 1, 10.0),
        ("Request", 2, 11.0),
        ("Response", 3, 12.0),
        ("Response", 4, 13.0),
    ]
    assert [r.request for r in found if isinstance(r, Response)] == [2, 1]
    assert isinstance(found[0], Request) and found[0].url == "https://shop.example/path"
    assert found[0].origin.listener == "flow"


def test_equal_times_keep_a_request_before_its_response(tmp_path: Path) -> None:
    _, records = flowfile.read(written(tmp_path / "x.flow", [http(0, 0), http(0, 0)]))
    assert [type(r).__name__ for r in records] == ["Request", "Response"] * 2


def test_websocket_messages_of_the_client_are_numbered(tmp_path: Path) -> None:
    socket = tflow.twebsocketflow()
    _, records = flowfile.read(written(tmp_path / "x.flow", [socket]))
    found = list(records)
    assert [type(r).__name__ for r in found] == ["Request", "Response", "WebSocketFrame", "WebSocketFrame"]
    frames = [r for r in found if isinstance(r, WebSocketFrame)]
    sent = [m for m in socket.websocket.messages if m.from_client] if socket.websocket else []
    assert [(f.request, f.number, f.data, f.is_text) for f in frames] == [
        (1, number, message.content, message.is_text) for number, message in enumerate(sent, 1)
    ]


@pytest.mark.parametrize(("server_stood", "outcome"), [(True, "forwarded"), (False, "failed")])
def test_without_an_answer_the_outcome_tells_whether_it_left(
    tmp_path: Path, server_stood: bool, outcome: str
) -> None:
    broken = tflow.tflow(err=True)
    if not server_stood:
        broken.server_conn.timestamp_start = None
    _, records = flowfile.read(written(tmp_path / "x.flow", [broken]))
    last = list(records)[-1]
    assert isinstance(last, Response) and (last.outcome, last.status) == (outcome, 0) and last.reason


def unread(host: str, error: str) -> tcp.TCPFlow:
    """A connection in TLS that could not be read."""
    flow = tflow.ttcpflow()
    flow.client_conn.tls = True
    flow.client_conn.timestamp_tls_setup = None
    flow.client_conn.sni = host
    flow.client_conn.error = error
    return flow


def test_what_could_not_be_read_is_sealed(tmp_path: Path) -> None:
    pinned = unread(
        "bank.example",
        "The client does not trust the proxy's certificate for bank.example (tlsv1 alert unknown ca)",
    )
    left = unread(
        "shop.example",
        "The client disconnected during the handshake. If this happens consistently for shop.example, "
        "this may indicate that the client does not trust the proxy's certificate.",
    )
    plain = tflow.ttcpflow()
    plain.client_conn.tls = False
    plain.client_conn.sni = None
    _, records = flowfile.read(written(tmp_path / "x.flow", [pinned, left, plain]))
    found = [r for r in records if isinstance(r, Sealed)]
    assert sorted((r.host, r.reason) for r in found) == [
        ("address", "not-tls"),
        ("bank.example", "distrusted"),
        ("shop.example", "failed"),
    ]


def test_long_bodies_are_cut_and_their_size_kept(tmp_path: Path) -> None:
    long = http(1, 2)
    long.request.content = bytes(BODY_CAP + 5)
    _, records = flowfile.read(written(tmp_path / "x.flow", [long]))
    first = next(records)
    assert isinstance(first, Request) and (len(first.body), first.body_size) == (BODY_CAP, BODY_CAP + 5)


def test_our_own_pages_and_tunnels_are_left_out(tmp_path: Path) -> None:
    check, tunnel = http(1, 2, "mouchard.check"), http(1, 2)
    check.request.headers["host"] = "mouchard.check"
    tunnel.request.method = "CONNECT"
    assert list(flowfile.read(written(tmp_path / "x.flow", [check, tunnel]))[1]) == []


def test_a_truncated_file_says_how_much_is_readable(tmp_path: Path) -> None:
    path = written(tmp_path / "x.flow", [http(1, 2), http(3, 4), http(5, 6)])
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(BadInput, match="the first 2 flows are readable"):
        flowfile.read(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", None),
        (b'{"log": {}}', "JSON"),
        (b"GIF89a", "not a mitmproxy flow file"),
        (b"99999999999:x,", "not a mitmproxy flow file"),
        (b"4:true!", "not a mitmproxy flow file"),
        (b"0:}", "not a mitmproxy flow file"),
        (b"[" * 5000, "not a mitmproxy flow file"),
    ],
)
def test_a_foreign_file_is_named(tmp_path: Path, content: bytes, says: str | None) -> None:
    path = tmp_path / "x.flow"
    path.write_bytes(content)
    if says is None:
        assert list(flowfile.read(path)[1]) == []
    else:
        with pytest.raises(BadInput, match=says):
            flowfile.read(path)


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read"):
        flowfile.read(tmp_path / "none.flow")


@functools.cache
def sample() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return written(Path(folder) / "x", [http(1, 2), tflow.twebsocketflow()]).read_bytes()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_raises_one_error_or_is_read(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "x.flow"
    damaged = bytearray(sample())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(damaged)
    try:
        records = list(flowfile.read(path)[1])
    except BadInput as error:
        assert error.message
    else:
        assert [r.seq for r in records] == list(range(1, len(records) + 1))
