"""Our own HAR files: whole ones are read back to the same bytes, whatever the bytes."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from mouchard.capture import har
from mouchard.capture.records import Request, WebSocketFrame
from mouchard.report import harfile
from tests.store.build import frame, request


def again(*records: Request | WebSocketFrame) -> list[Request | WebSocketFrame]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.har")
        path.write_text(harfile.whole(records, {f"{records[0].capture}/{records[0].seq}": 204}))
        return [one for one in har.read(path)[1] if isinstance(one, Request | WebSocketFrame)]


@given(
    st.binary(max_size=400),
    st.integers(0, 9),
    st.text(st.characters(codec="latin-1", exclude_categories=["C"])),
)
def test_a_request_is_read_back(body: bytes, cut: int, value: str) -> None:
    sent = replace(
        request(1, body=body, method="POST", headers=(("X-A", value.encode().decode("latin-1")),)),
        body_size=len(body) + (cut if body else 0),
    )
    (read,) = again(sent)
    names = ("method", "url", "http_version", "headers", "body", "body_size", "time")
    assert [getattr(read, name) for name in names] == [getattr(sent, name) for name in names]


@given(st.lists(st.tuples(st.binary(max_size=60), st.booleans()), min_size=1, max_size=4))
def test_frames_are_read_back(sent: list[tuple[bytes, bool]]) -> None:
    handshake = request(1, "wss://live.tracker.example/socket")
    frames = [
        replace(frame(n + 1, 1, n, data=data), is_text=text and data.isascii(), url=handshake.url)
        for n, (data, text) in enumerate(sent, 1)
    ]
    _, *read = again(handshake, *frames)
    assert [(one.data, one.is_text) for one in read] == [(one.data, one.is_text) for one in frames]  # type: ignore[union-attr]
