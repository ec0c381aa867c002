"""Frames, HAR files and control lines: what is malformed is refused in words, never with a crash."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from mouchard.capture import har, wire
from mouchard.capture.records import Request, Response, WebSocketFrame
from mouchard.errors import BadInput
from mouchard.supervisor.control import ControlServer
from tests.fuzz.conftest import FUZZ, broken, data, json_values, text
from tests.store.build import CAPTURE, frame, gap, mark, request, response, sealed

FRAMES = [
    request(1, body=b"a=1"), response(2, 1), frame(3, 1, 1), sealed(4), gap(5), mark(6, "refused"),
    wire.Ack(7), wire.End(8),
]  # fmt: skip


@FUZZ
@given(st.sampled_from(FRAMES).flatmap(lambda whole: broken(wire.encode(whole))), st.integers(1, 64))
@example(b"\xff" * 64, 1)
@example(b"\0" * 64, 3)
def test_frames(stream: bytes, cut: int) -> None:
    """A stream in any cuts gives the same frames, each of which can be written again, or WireError."""

    def read(size: int) -> list[wire.Frame] | None:
        decoder, frames = wire.Decoder(), []
        try:
            for start in range(0, len(stream), size):
                frames += decoder.feed(stream[start : start + size])
        except wire.WireError:
            return None
        return frames

    frames = read(len(stream) or 1)
    assert repr(read(cut)) == repr(frames)
    for found in frames or ():
        assert repr(wire.decode(wire.encode(found))) == repr(found)


@FUZZ
@given(data)
def test_noise_is_no_frame(noise: bytes) -> None:
    """Bytes that nobody wrote as a frame are held back or refused."""
    try:
        assert wire.Decoder().feed(noise) == []
    except wire.WireError as error:
        assert str(error)


_HEADERS = st.one_of(st.lists(st.fixed_dictionaries({"name": text, "value": text}), max_size=3), json_values)
_WORDS = st.one_of(text, json_values)
_ENTRY = st.fixed_dictionaries(
    {
        "startedDateTime": st.one_of(st.just("2026-11-21T10:00:00.000Z"), _WORDS),
        "request": st.one_of(
            json_values,
            st.fixed_dictionaries(
                {"method": _WORDS, "url": st.one_of(text.map("https://t.example/".__add__), _WORDS)},
                optional={
                    "headers": _HEADERS, "bodySize": _WORDS, "httpVersion": _WORDS,
                    "postData": st.one_of(
                        json_values, st.fixed_dictionaries({"text": _WORDS, "encoding": _WORDS})
                    ),
                },
            ),
        ),
    },
    optional={
        "time": _WORDS,
        "response": st.one_of(
            json_values,
            st.fixed_dictionaries({"status": _WORDS, "headers": _HEADERS}, optional={"content": _WORDS}),
        ),
        "_webSocketMessages": st.one_of(
            json_values,
            st.lists(st.fixed_dictionaries({"type": _WORDS, "time": _WORDS, "data": _WORDS})),
        ),
    },
)  # fmt: skip
_HAR = st.one_of(
    json_values,
    st.fixed_dictionaries({"log": json_values}),
    st.fixed_dictionaries({
        "log": st.fixed_dictionaries({"entries": st.lists(st.one_of(_ENTRY, json_values), max_size=3)})
    }),
)  # fmt: skip


@FUZZ
@given(st.one_of(data, _HAR.map(lambda whole: json.dumps(whole).encode())))
def test_har(content: bytes) -> None:
    """Any file gives records numbered without a hole that fit into frames, or BadInput."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.har"
        path.write_bytes(content)
        try:
            capture, records = har.read(path)
            found = list(records)
        except BadInput as error:
            assert error.message
            return
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    for record in found:
        assert record.capture == capture.id
        assert isinstance(record, Request | Response | WebSocketFrame)
        assert isinstance(wire.decode(wire.encode(record)), type(record))


async def _answers(path: Path, lines: list[bytes]) -> list[Any]:
    async def heard(request: dict[str, Any]) -> dict[str, Any]:
        if "do" not in request:
            raise BadInput("nothing asked")
        return {"heard": len(request)}

    server = ControlServer(path, heard)
    await server.open()
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
        answers = []
        for line in lines:
            writer.write(line + b"\n")
            answers.append(json.loads(await asyncio.wait_for(reader.readline(), 60)))
        writer.close()
        return answers
    finally:
        await server.close()


_LINES = st.one_of(
    data.map(lambda noise: noise.replace(b"\n", b"")),
    json_values.map(lambda value: json.dumps(value).encode()),
    st.fixed_dictionaries({"do": json_values}, optional={"filter": json_values}).map(
        lambda value: json.dumps(value).encode()
    ),
)


@settings(FUZZ, max_examples=25)
@given(st.lists(_LINES, min_size=1, max_size=5))
def test_control_lines(lines: list[bytes]) -> None:
    """Each line gets one answer: done, or why not; the talk goes on."""
    with TemporaryDirectory() as folder:
        answers = asyncio.run(_answers(Path(folder) / "c.sock", lines))
    assert len(answers) == len(lines)
    assert all(answer["ok"] is True or answer["error"] for answer in answers)


def test_the_frames_are_of_this_capture() -> None:
    """What is broken above is whole to begin with."""
    assert [wire.decode(wire.encode(whole)) for whole in FRAMES] == FRAMES
    assert getattr(FRAMES[0], "capture") == CAPTURE  # noqa: B009
