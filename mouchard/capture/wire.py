"""Frames: the records on their way from the proxy to the analyser, and sealed as evidence.

One frame, big-endian: `u32 length` of what follows, `u8 kind`, `u8 form` (version and codec of the
texts), `u64 seq`, `f64 time`, `u16 numbers`, `u32 texts`, `u32 body`, then the numbers (`i64` or
`f64`, by kind), the length of each text in characters (`u32`), all texts joined, and the body.
Texts are latin-1 where they can be, else UTF-8 with surrogates: every string comes back as it was.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar, get_args

from mouchard.capture.records import (
    Capture,
    Gap,
    Headers,
    Mark,
    Origin,
    Outcome,
    Phase,
    Record,
    Request,
    Response,
    Sealed,
    Snapshot,
    SnapshotKind,
    WebSocketFrame,
)

MAX_FRAME = 1024 * 1024
"""Bytes of the longest frame that is written or read."""


class WireError(ValueError):
    """A frame that is not ours: damaged, foreign, or too long."""


@dataclass(frozen=True, slots=True)
class Ack:
    """All records up to and including this number are committed."""

    seq: int


@dataclass(frozen=True, slots=True)
class Begin:
    """The records that follow belong to this capture; sent first on every new channel."""

    capture: Capture


@dataclass(frozen=True, slots=True)
class End:
    """The proxy stops cleanly; `seq` is the last number it gave, 0 for none."""

    seq: int


Frame: TypeAlias = Record | Ack | Begin | End

_LATIN, _UTF8 = 0x10, 0x11  # high nibble: version of the format
_HEAD = struct.Struct(">IBBQdHII")
_LENGTH = struct.Struct(">I")
_LEAD = _HEAD.size
_Word = TypeVar("_Word", bound=str)
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
_PHASES: tuple[Phase, ...] = get_args(Phase)
_SOURCES: tuple[Literal["key", "cmp", "browser"], ...] = ("key", "cmp", "browser")
_REASONS: tuple[Literal["distrusted", "failed", "passed", "never-open", "not-tls"], ...] = (
    "distrusted", "failed", "passed", "never-open", "not-tls",
)  # fmt: skip
_CAPTURES: tuple[Literal["live", "har", "flow"], ...] = ("live", "har", "flow")
_SNAPSHOTS: tuple[SnapshotKind, ...] = get_args(SnapshotKind)
(_REQUEST, _RESPONSE, _WEBSOCKET, _SEALED, _MARK, _GAP, _SNAPSHOT) = range(1, 8)
(_ACK, _BEGIN, _END) = range(16, 19)
_NUMBERS = {
    _REQUEST: struct.Struct(">q"),  # body_size
    _RESPONSE: struct.Struct(">Qqqd"),  # request, status, body_size, began
    _WEBSOCKET: struct.Struct(">QQ?q"),  # request, number, is_text, size
    _SEALED: struct.Struct(">q"),  # port
    _MARK: struct.Struct(">?"),  # undo
    _GAP: struct.Struct(">d"),  # until
    _SNAPSHOT: struct.Struct(">q"),  # size
    _ACK: struct.Struct(""),
    _BEGIN: struct.Struct(">d"),  # started
    _END: struct.Struct(""),
}


def encode(frame: Frame) -> bytes:
    """The frame as bytes. Raises WireError if it is longer than MAX_FRAME or a number does not fit."""
    kind, seq, time, numbers, texts, body = _parts(frame)
    joined = "".join(texts)
    form = _LATIN
    try:
        text = joined.encode("latin-1")
    except UnicodeEncodeError:
        form, text = _UTF8, joined.encode("utf-8", "surrogatepass")
    shape = _NUMBERS[kind]
    count = len(texts)
    length = _LEAD - 4 + shape.size + 4 * count + len(text) + len(body)
    if length + 4 > MAX_FRAME:
        raise WireError(f"a frame of {length} bytes is too long")
    try:
        return b"".join((
            _HEAD.pack(length, kind, form, seq, time, shape.size, count, len(body)),
            shape.pack(*numbers),
            struct.pack(f">{count}I", *map(len, texts)),
            text,
            body,
        ))  # fmt: skip
    except struct.error as error:
        raise WireError(f"a number does not fit its frame: {error}") from None


def decode(data: bytes) -> Frame:
    """The one frame that these bytes hold. Raises WireError if they hold anything else."""
    frames = Decoder().feed(data)
    if len(frames) != 1 or len(data) != _LENGTH.unpack_from(data)[0] + 4:
        raise WireError("not exactly one frame")
    return frames[0]


class Decoder:
    """Cuts a stream of bytes into frames; holds at most one unfinished frame of MAX_FRAME bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that these bytes complete, in order. Raises WireError for a malformed one."""
        buffer = self._buffer
        buffer += data
        frames: list[Frame] = []
        start = 0
        while len(buffer) - start >= _LEAD:
            (length,) = _LENGTH.unpack_from(buffer, start)
            if not _LEAD - 4 <= length <= MAX_FRAME - 4:
                raise WireError(f"a frame of {length} bytes")
            end = start + 4 + length
            if len(buffer) < end:
                break
            frames.append(_frame(bytes(buffer[start:end])))
            start = end
        del buffer[:start]
        return frames


def _parts(frame: Frame) -> tuple[int, int, float, Sequence[float], list[str], bytes]:
    match frame:
        case Request():
            texts = [frame.capture, *_origin(frame.origin), frame.method, frame.url, frame.http_version]
            texts += [text for pair in frame.headers for text in pair]
            return _REQUEST, frame.seq, frame.time, (frame.body_size,), texts, frame.body
        case Response():
            texts = [frame.capture, frame.outcome, frame.reason]
            texts += [text for pair in frame.headers for text in pair]
            numbers = (frame.request, frame.status, frame.body_size, frame.began)
            return _RESPONSE, frame.seq, frame.time, numbers, texts, frame.body
        case WebSocketFrame():
            texts = [frame.capture, *_origin(frame.origin), frame.url]
            texts += [text for pair in frame.headers for text in pair]
            numbers = (frame.request, frame.number, frame.is_text, frame.size)
            return _WEBSOCKET, frame.seq, frame.time, numbers, texts, frame.data
        case Sealed():
            texts = [frame.capture, *_origin(frame.origin), frame.host, frame.reason, frame.detail]
            return _SEALED, frame.seq, frame.time, (frame.port,), texts, b""
        case Mark():
            texts = [frame.capture, frame.site, frame.client, frame.phase, frame.source]
            return _MARK, frame.seq, frame.time, (frame.undo,), texts, b""
        case Gap():
            texts = [frame.capture, frame.reason]
            texts += [text for host, count in frame.hosts for text in (host, str(count))]
            return _GAP, frame.seq, frame.time, (frame.until,), texts, b""
        case Snapshot():
            texts = [frame.capture, frame.site, frame.client, frame.phase, frame.kind, frame.name]
            return _SNAPSHOT, frame.seq, frame.time, (frame.size,), [*texts, frame.content], frame.digest
        case Ack():
            return _ACK, frame.seq, 0.0, (), [], b""
        case End():
            return _END, frame.seq, 0.0, (), [], b""
        case Begin():
            it = frame.capture
            return _BEGIN, 0, 0.0, (it.started,), [it.id, it.source, it.name, it.tool], b""


def _origin(origin: Origin) -> tuple[str, str, str, str]:
    return origin.peer, origin.listener, origin.proxy_user, origin.connection


def _origin_in(texts: list[str]) -> Origin:
    peer, listener, proxy_user, connection = texts[1:5]
    return Origin(peer, listener, proxy_user, connection)


def _frame(data: bytes) -> Frame:
    try:
        _, kind, form, seq, time, size, count, body_size = _HEAD.unpack_from(data)
        shape = _NUMBERS[kind]
        lengths_at = _LEAD + shape.size
        texts_at = lengths_at + 4 * count
        body_at = len(data) - body_size
        if size != shape.size or body_at < texts_at:
            raise WireError("lengths that contradict each other")
        numbers = shape.unpack_from(data, _LEAD)
        lengths = struct.unpack_from(f">{count}I", data, lengths_at)
        texts = _texts(data[texts_at:body_at], form, lengths)
        return _build(kind, seq, time, numbers, texts, data[body_at:])
    except (struct.error, LookupError, ValueError, OverflowError, StopIteration) as error:
        raise WireError(f"not a frame: {error}") from None


def _texts(data: bytes, form: int, lengths: Sequence[int]) -> list[str]:
    if form == _LATIN:
        joined = data.decode("latin-1")
    elif form == _UTF8:
        joined = data.decode("utf-8", "surrogatepass")
    else:
        raise WireError("an unknown form of frame")
    if sum(lengths) != len(joined):
        raise WireError("texts of another length")
    texts, start = [], 0
    for length in lengths:
        texts.append(joined[start : start + length])
        start += length
    return texts


def _build(kind: int, seq: int, time: float, n: tuple[float, ...], t: list[str], body: bytes) -> Frame:
    if kind == _REQUEST:
        return Request(t[0], seq, time, _origin_in(t), t[5], t[6], t[7], _pairs(t[8:]), body, int(n[0]))
    if kind == _RESPONSE:
        return Response(
            t[0], seq, time, int(n[0]), _one_of(_OUTCOMES, t[1]), int(n[1]),
            _pairs(t[3:]), body, int(n[2]), t[2], n[3],
        )  # fmt: skip
    if kind == _WEBSOCKET:
        return WebSocketFrame(
            t[0], seq, time, int(n[0]), int(n[1]), _origin_in(t), t[5],
            _pairs(t[6:]), bool(n[2]), body, int(n[3]),
        )  # fmt: skip
    if kind == _SNAPSHOT:
        _check_count(t, 7)
        phase, what = _one_of(_PHASES, t[3]), _one_of(_SNAPSHOTS, t[4])
        return Snapshot(t[0], seq, time, t[1], t[2], phase, what, t[5], int(n[0]), t[6], body)
    if body:
        raise WireError("a body where none belongs")
    if kind == _GAP:
        hosts = tuple((host, int(count)) for host, count in _pairs(t[2:]))
        return Gap(t[0], seq, time, n[0], t[1], hosts)
    _check_count(t, {_SEALED: 8, _MARK: 5, _BEGIN: 4}.get(kind, 0))
    if kind == _SEALED:
        reason = _one_of(_REASONS, t[6])
        return Sealed(t[0], seq, time, _origin_in(t), t[5], int(n[0]), reason, t[7])
    if kind == _MARK:
        phase, source = _one_of(_PHASES, t[3]), _one_of(_SOURCES, t[4])
        return Mark(t[0], seq, time, t[1], t[2], phase, source, bool(n[0]))
    if kind == _BEGIN:
        return Begin(Capture(t[0], _one_of(_CAPTURES, t[1]), t[2], n[0], t[3]))
    return Ack(seq) if kind == _ACK else End(seq)


def _pairs(texts: list[str]) -> Headers:
    return tuple(zip(texts[::2], texts[1::2], strict=True))


def _one_of(words: Sequence[_Word], word: str) -> _Word:
    return next(known for known in words if known == word)


def _check_count(texts: list[str], count: int) -> None:
    if len(texts) != count:
        raise WireError("texts of another kind of frame")


__all__ = ["MAX_FRAME", "Ack", "Begin", "Decoder", "End", "Frame", "WireError", "decode", "encode"]
