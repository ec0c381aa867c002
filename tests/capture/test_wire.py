"""The frames: everything comes back as it was, and nothing foreign gets through."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mouchard.capture.records import (
    BODY_CAP,
    Capture,
    Gap,
    Mark,
    Origin,
    Outcome,
    Phase,
    Request,
    Response,
    Sealed,
    Snapshot,
    SnapshotKind,
    WebSocketFrame,
)
from mouchard.capture.wire import MAX_FRAME, Ack, Begin, Decoder, End, Frame, WireError, decode, encode

any_text = st.text(st.characters(exclude_categories=()), max_size=40)  # lone surrogates included
latin = st.text(st.characters(max_codepoint=255), max_size=40)
number = st.integers(0, 2**63 - 1)
time = st.floats(allow_nan=False)
headers = st.lists(st.tuples(latin, latin), max_size=6).map(tuple)
origin = st.builds(Origin, any_text, any_text, any_text, any_text)
body = st.binary(max_size=300)
frames: st.SearchStrategy[Frame] = st.one_of(
    st.builds(
        Request, any_text, number, time, origin, any_text, any_text, any_text, headers, body, number
    ),
    st.builds(
        Response, any_text, number, time, number, st.sampled_from(get_args(Outcome)), st.integers(-1, 999),
        headers, body, number, any_text, time,
    ),
    st.builds(
        WebSocketFrame, any_text, number, time, number, number, origin, any_text, headers,
        st.booleans(), body, number,
    ),
    st.builds(
        Sealed, any_text, number, time, origin, any_text, st.integers(0, 65535),
        st.sampled_from(["distrusted", "failed", "passed", "never-open", "not-tls"]), any_text,
    ),
    st.builds(
        Mark, any_text, number, time, any_text, any_text, st.sampled_from(get_args(Phase)),
        st.sampled_from(["key", "cmp", "browser"]), st.booleans(),
    ),
    st.builds(Gap, any_text, number, time, time, any_text,
              st.lists(st.tuples(any_text, number), max_size=5).map(tuple)),
    st.builds(
        Snapshot, any_text, number, time, any_text, any_text, st.sampled_from(get_args(Phase)),
        st.sampled_from(get_args(SnapshotKind)), any_text, number, any_text, body,
    ),
    st.builds(Ack, number),
    st.builds(End, number),
    st.builds(Begin, st.builds(
        Capture, any_text, st.sampled_from(["live", "har", "flow"]), any_text, time, any_text)),
)  # fmt: skip


@given(frames)
def test_every_frame_comes_back_as_it_was(frame: Frame) -> None:
    assert decode(encode(frame)) == frame


@given(st.lists(frames, max_size=6), st.integers(1, 97))
def test_frames_come_in_order_however_the_stream_is_cut(sent: list[Frame], step: int) -> None:
    stream = b"".join(map(encode, sent))
    decoder = Decoder()
    received = [f for at in range(0, len(stream), step) for f in decoder.feed(stream[at : at + step])]
    assert received == sent


@given(st.binary(max_size=200))
def test_foreign_bytes_raise_one_error(data: bytes) -> None:
    with pytest.raises(WireError):
        decode(data)


@settings(max_examples=400)
@given(frames, st.data())
def test_a_damaged_frame_is_refused_or_read_never_worse(frame: Frame, data: st.DataObject) -> None:
    damaged = bytearray(encode(frame))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        again = decode(bytes(damaged))
    except WireError as error:
        assert str(error)
    else:
        assert isinstance(again, get_args(Frame))


@pytest.mark.parametrize("kind", [1, 3, 4, 5, 7, 99])
def test_a_frame_under_another_kinds_number_is_refused(kind: int) -> None:
    begin = bytearray(encode(Begin(Capture("", "live", "", 0.0, ""))))
    begin[4] = kind
    with pytest.raises(WireError):
        decode(bytes(begin))


@pytest.mark.parametrize("cut", [0, 3, 4, 20, -1])
def test_half_a_frame_is_awaited_not_refused(cut: int) -> None:
    data = encode(Ack(7))
    decoder = Decoder()
    assert decoder.feed(data[:cut]) == []
    assert decoder.feed(data[cut:]) == [Ack(7)]


def test_a_frame_that_announces_too_much_is_refused_at_once() -> None:
    with pytest.raises(WireError, match="bytes"):
        Decoder().feed((MAX_FRAME + 1).to_bytes(4, "big") + bytes(40))


def request(url: str = "https://shop.example/", body: bytes = b"", size: int = 0) -> Request:
    origin = Origin("192.0.2.1", "regular", "", "c1")
    return Request("0" * 32, 1, 1.5, origin, "POST", url, "HTTP/2.0", (("a", "b"),), body, size)


def test_the_longest_body_fits() -> None:
    longest = request(body=bytes(BODY_CAP), size=BODY_CAP)
    assert decode(encode(longest)) == longest


@pytest.mark.parametrize("frame", [request(url="x" * MAX_FRAME), request(size=2**63), Ack(-1)])
def test_what_does_not_fit_is_refused_when_written(frame: Frame) -> None:
    with pytest.raises(WireError):
        encode(frame)
