"""HAR files as records."""

from __future__ import annotations

import base64
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from mouchard.capture import har
from mouchard.capture.records import BODY_CAP, Request, Response, WebSocketFrame
from mouchard.errors import BadInput


def entry(
    url: str = "https://t.example/c?a=1", at: str = "2026-11-21T10:00:00.000Z", **more: Any
) -> dict[str, Any]:
    request = {
        "method": "GET",
        "url": url,
        "httpVersion": "h2",
        "headers": [{"name": "Referer", "value": "https://s.example/"}],
    }
    request |= more.pop("request", {})
    response = {"status": 200, "headers": [], "content": {"size": 0}} | more.pop("response", {})
    return {"startedDateTime": at, "time": 50, "request": request, "response": response} | more


def write(tmp_path: Path, *entries: Any) -> Path:
    path = tmp_path / "a.har"
    path.write_text(
        json.dumps(
            {"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": entries}}
        )
    )
    return path


def test_requests_and_answers_in_the_order_of_time(tmp_path: Path) -> None:
    path = write(
        tmp_path, entry("https://b.example/", "2026-11-21T10:00:00.020Z"), entry("https://a.example/")
    )
    capture, records = har.read(path)
    found = list(records)
    assert [r.seq for r in found] == [1, 2, 3, 4]
    assert [r.url for r in found if isinstance(r, Request)] == ["https://a.example/", "https://b.example/"]
    assert [r.request for r in found if isinstance(r, Response)] == [1, 2]
    assert len(capture.id) == 32
    assert har.read(path)[0] == capture


@pytest.mark.parametrize(
    ("post", "body"),
    [
        ({"text": "a=é"}, "a=é".encode()),
        ({"text": base64.b64encode(b"\x00\xff").decode(), "encoding": "base64"}, b"\x00\xff"),
        ({"_body_b64": base64.b64encode(b"\x1f\x8b").decode(), "text": "ignored"}, b"\x1f\x8b"),
        ({"text": "\x1f\x8b\x08\x00\xff"}, b"\x1f\x8b\x08\x00\xff"),
        ({"text": "caf\xe9"}, "caf\xe9".encode()),
        ({"params": [{"name": "a", "value": "b c"}]}, b"a=b+c"),
        ({}, b""),
        ("not an object", b""),
    ],
)
def test_bodies(tmp_path: Path, post: Any, body: bytes) -> None:
    _, records = har.read(write(tmp_path, entry(request={"postData": post})))
    first = next(records)
    assert isinstance(first, Request)
    assert first.body == body


@pytest.mark.parametrize("size_in", ["bodySize", "Content-Length"])
def test_bytes_spelt_as_latin1_come_back_by_their_size(tmp_path: Path, size_in: str) -> None:
    body = b"\x1f\x8b\x08\x00\xff\xfe\xe9"
    size: dict[str, Any] = {"bodySize": len(body)}
    if size_in == "Content-Length":
        size = {"headers": [{"name": "Content-Length", "value": str(len(body))}]}
    _, records = har.read(
        write(tmp_path, entry(request={**size, "postData": {"text": body.decode("latin-1")}}))
    )
    first = next(records)
    assert isinstance(first, Request)
    assert (first.body, first.body_size) == (body, len(body))


def test_a_body_whose_bytes_were_replaced_is_known_to_be_cut(tmp_path: Path) -> None:
    text = b"\x1f\x8b\x08".decode("utf-8", "replace")
    _, records = har.read(write(tmp_path, entry(request={"bodySize": 3, "postData": {"text": text}})))
    first = next(records)
    assert isinstance(first, Request)
    assert first.body_size > len(first.body)


def test_a_body_the_browser_left_out_is_known_to_be_cut(tmp_path: Path) -> None:
    _, records = har.read(write(tmp_path, entry(request={"bodySize": 900})))
    first = next(records)
    assert isinstance(first, Request)
    assert (first.body, first.body_size) == (b"", 900)


def test_large_bodies_are_capped(tmp_path: Path) -> None:
    _, records = har.read(write(tmp_path, entry(request={"postData": {"text": "x" * (BODY_CAP + 9)}})))
    first = next(records)
    assert isinstance(first, Request)
    assert (len(first.body), first.body_size) == (BODY_CAP, BODY_CAP + 9)


def test_socket_messages_sent_by_the_client(tmp_path: Path) -> None:
    messages = [
        {"type": "send", "time": 1795255200.01, "opcode": 1, "data": "hello"},
        {"type": "receive", "time": 1795255200.02, "opcode": 1, "data": "no"},
        {"type": "send", "time": 1795255200.03, "opcode": 2, "data": base64.b64encode(b"\x01").decode()},
    ]
    _, records = har.read(write(tmp_path, entry("wss://w.example/", _webSocketMessages=messages)))
    frames = [r for r in records if isinstance(r, WebSocketFrame)]
    assert [(f.number, f.is_text, f.data) for f in frames] == [(1, True, b"hello"), (2, False, b"\x01")]
    assert {f.request for f in frames} == {1}


def test_half_characters_are_read_wherever_they_stand(tmp_path: Path) -> None:
    half = "a\udfffb"
    told = entry(
        "wss://w.example/",
        request={"postData": {"params": [{"name": half, "value": half}]}},
        response={"content": {"text": half}},
        _webSocketMessages=[{"type": "send", "time": 1795255200.01, "opcode": 1, "data": half}],
    )
    _, records = har.read(write(tmp_path, told))
    asked, frame, answered = sorted(records, key=lambda record: type(record).__name__ != "Request")
    assert isinstance(asked, Request) and asked.body == b"a%3Fb=a%3Fb"
    assert {
        type(one).__name__: getattr(one, "data", getattr(one, "body", b"")) for one in (frame, answered)
    } == {
        "WebSocketFrame": b"a?b",
        "Response": b"a?b",
    }


def test_nothing_answered(tmp_path: Path) -> None:
    _, records = har.read(write(tmp_path, entry(response={"status": 0, "_error": "net::ERR_FAILED"})))
    last = list(records)[-1]
    assert isinstance(last, Response)
    assert (last.outcome, last.status, last.reason) == ("failed", 0, "net::ERR_FAILED")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"log": []}', '{"log": {"entries": 3}}', '{"a":' * 5000])
def test_what_is_no_har_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.har"
    path.write_text(text)
    with pytest.raises(BadInput, match="not a HAR file"):
        har.read(path)


def test_an_absent_file(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot read"):
        har.read(tmp_path / "none.har")


def test_broken_entries_are_skipped_and_odd_ones_survive(tmp_path: Path) -> None:
    odd = entry(
        request={"headers": "x", "bodySize": "big", "postData": None},
        response={"status": "200", "content": 5},
    )
    path = write(
        tmp_path,
        {},
        {"startedDateTime": "soon"},
        odd,
        "text",
        entry(_webSocketMessages=[1, {"type": "send"}]),
    )
    _, records = har.read(path)
    assert sum(isinstance(r, Request) for r in records) == 2


@pytest.mark.parametrize(
    "status", ["NaN", "Infinity", "-Infinity", "1e999", "1e19", "1" + "0" * 400, "true", '"200"']
)
def test_numbers_that_are_none_count_as_nothing(tmp_path: Path, status: str) -> None:
    """JSON readers let pass what is no number of a browser; a whole file must not fail for it."""
    path = write(tmp_path, entry(response={"status": 12345678, "content": {"size": 12345678}}))
    path.write_text(path.read_text().replace("12345678", status))
    _, records = har.read(path)
    last = list(records)[-1]
    assert isinstance(last, Response)
    assert (last.outcome, last.status, last.body_size) == ("failed", 0, 0)


@pytest.mark.parametrize(
    ("given", "headers"),
    [
        (
            [{"name": "Accept", "value": "*/*"}, {"name": "Host", "value": "a"}],
            (("Accept", "*/*"), ("Host", "a")),
        ),
        ([{"name": ":method", "value": "GET"}, {"name": "A", "value": "b"}], (("A", "b"),)),
        ([{"name": "A", "value": "é"}], (("A", "é".encode().decode("latin-1")),)),
        ([{"name": "A", "value": "\ud800"}], (("A", "?"),)),
        (
            [{"name": "A", "value": "b"}, {"name": 5, "value": None}, {}],
            (("A", "b"), ("5", "None"), ("", "")),
        ),
        ([{"name": ["A"], "value": "b"}], (("['A']", "b"),)),
        ([{"name": "A", "value": ["b"]}], (("A", "['b']"),)),
        ([7, None, "x", ["name"], {"name": "A", "value": "b"}], (("A", "b"),)),
        ("text", ()),
        (None, ()),
        ({"name": "A"}, ()),
    ],
)
def test_headers_of_any_shape(tmp_path: Path, given: Any, headers: tuple[tuple[str, str], ...]) -> None:
    _, records = har.read(write(tmp_path, entry(request={"headers": given})))
    first = next(records)
    assert isinstance(first, Request)
    assert first.headers == headers


def test_entries_are_read_when_their_turn_comes(tmp_path: Path) -> None:
    fields = [{"name": f"x-{i}", "value": "y"} for i in range(100)]
    path = write(
        tmp_path, *[entry(f"https://t.example/{i}", request={"headers": fields}) for i in range(3000)]
    )
    list(har.read(path)[1])
    tracemalloc.start()
    try:
        _, records = har.read(path)
        assert sum(isinstance(record, Request) for record in records) == 3000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 3 * path.stat().st_size


def test_a_file_beyond_json_is_read_whole(tmp_path: Path) -> None:
    """mitmproxy writes bytes that are no text as halves of characters; others write `NaN`."""
    socket = {"type": "send", "opcode": 1, "data": "\udcff", "time": 1_795_255_200}
    path = write(
        tmp_path,
        entry(request={"postData": {"text": "a=\udce9"}, "url": "https://a.example/"}),
        entry("https://b.example/", time=12345678, _webSocketMessages=[socket]),
    )
    path.write_text("\ufeff" + path.read_text().replace("12345678", "NaN"))
    _, records = har.read(path)
    found = list(records)
    assert [r.url for r in found if isinstance(r, Request)] == ["https://a.example/", "https://b.example/"]
    assert [r.body for r in found if isinstance(r, Request)] == [b"a=\xe9", b""]
    assert [r.data for r in found if isinstance(r, WebSocketFrame)] == [b"\xff"]
    assert [r.time for r in found if isinstance(r, Response)] == [1_795_255_200.0, 1_795_255_200.05]


@pytest.mark.parametrize("seconds", [-60, 0, 0.02, 60])
def test_a_frame_belongs_to_its_request_whenever_it_says_it_came(tmp_path: Path, seconds: float) -> None:
    sent = {"type": "send", "opcode": 1, "data": "a", "time": 1_795_255_200 + seconds}
    _, records = har.read(write(tmp_path, entry(_webSocketMessages=[sent, sent])))
    found = list(records)
    asked = next(r for r in found if isinstance(r, Request))
    frames = [r for r in found if isinstance(r, WebSocketFrame)]
    assert [(f.request, f.number) for f in frames] == [(asked.seq, 1), (asked.seq, 2)]
    assert asked.seq < frames[0].seq < frames[1].seq


@pytest.mark.parametrize("creator", [None, [], ["a"], "a", 1, {"name": 5}])
def test_who_wrote_it_may_be_said_in_any_shape(tmp_path: Path, creator: Any) -> None:
    path = tmp_path / "a.har"
    path.write_text(json.dumps({"log": {"creator": creator, "entries": [entry()]}}))
    capture, records = har.read(path)
    assert capture.tool in ("unknown", "5")
    assert len(list(records)) == 2
