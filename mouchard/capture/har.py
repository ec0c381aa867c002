"""HAR files as records, in the order of their times. Source: HAR 1.2 and Chromium's `_webSocketMessages`."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec

from mouchard.capture.records import (
    BODY_CAP,
    RESPONSE_BODY_CAP,
    Capture,
    Headers,
    Origin,
    Record,
    Request,
    Response,
    WebSocketFrame,
)
from mouchard.errors import BadInput

Json = Any

_LARGEST = 2.0**53
"""Numbers beyond it are none: JSON does not tell them exactly, and no size, time or status is so large."""


def read(path: Path) -> tuple[Capture, Iterator[Record]]:
    """The capture and its records. BadInput where the file is no HAR; a broken entry is skipped.

    Entries are read one by one as their turn comes: of a large file, memory holds little but the text.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"cannot read {path}: {error.strerror}", "check the path, and that you may read it"
        ) from error
    try:
        log = _log(raw.removeprefix(BOM_UTF8))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadInput(
            f"{path} is not a HAR file", "export it again from the browser: Network › Save all as HAR"
        ) from error
    name = hashlib.sha256(raw).hexdigest()[:32]
    events = sorted(_events(log.entries), key=itemgetter(0, 1))
    started = events[0][0] if events else 0.0
    maker = log.creator if isinstance(log.creator, dict) else {}
    tool = f"{maker.get('name', 'unknown')} {maker.get('version', '')}".strip() if maker else "unknown"
    return Capture(name, "har", path.name, started, tool), _records(name, log.entries, events)


class _Log(msgspec.Struct):
    """What a file holds; its entries as they are written."""

    entries: list[msgspec.Raw]
    creator: Json = None


class _File(msgspec.Struct):
    log: _Log


class _Address(msgspec.Struct):
    url: Json
    method: Json


class _Outline(msgspec.Struct):
    """What of an entry says when its records came."""

    request: _Address
    began: Json = msgspec.field(name="startedDateTime")
    time: Json = 0
    frames: Json = msgspec.field(name="_webSocketMessages", default=None)


class _Asked(msgspec.Struct):
    request: dict[str, Json]


class _Answered(msgspec.Struct):
    response: Json = None


_Read = TypeVar("_Read")
_outline = msgspec.json.Decoder(_Outline).decode
_asked = msgspec.json.Decoder(_Asked).decode
_answered = msgspec.json.Decoder(_Answered).decode


def _log(data: bytes) -> _Log:
    data.decode()  # entries are checked one by one later; a file that is no text is none of ours
    try:
        return msgspec.json.decode(data, type=_File).log
    except msgspec.DecodeError:
        log = json.loads(data)["log"]
        return _Log([msgspec.Raw(json.dumps(entry)) for entry in log["entries"]], log.get("creator"))


def _read(entry: msgspec.Raw, decode: Callable[[msgspec.Raw], _Read], part: type[_Read]) -> _Read:
    """A part of one entry. Tools write more than JSON has, which `json` takes: NaN, halves of characters."""
    try:
        return decode(entry)
    except msgspec.DecodeError:
        return msgspec.convert(json.loads(bytes(entry)), part)


_Event = tuple[float, int, str, int, Json]
"""(time, order in file, kind, entry, frame)"""


def _events(entries: list[msgspec.Raw]) -> Iterator[_Event]:
    for index, entry in enumerate(entries):
        try:
            outline = _read(entry, _outline, _Outline)
            began = _time(outline.began)
        except (ValueError, RecursionError):
            continue
        yield began, index * 4, "request", index, None
        for frame in _list(outline.frames):
            if isinstance(frame, dict) and frame.get("type") == "send":
                sent = max(began, _number_of(frame.get("time"), began))
                yield sent, index * 4 + 1, "frame", index, frame
        ended = began + max(0.0, _number_of(outline.time, 0.0)) / 1000
        yield ended, index * 4 + 2, "response", index, None


def _records(name: str, entries: list[msgspec.Raw], events: list[_Event]) -> Iterator[Record]:
    numbers: dict[int, int] = {}
    frames: dict[int, int] = {}
    for seq, (time, _, kind, index, frame) in enumerate(events, 1):
        entry = entries[index]
        if kind == "request":
            numbers[index] = seq
            yield _request(name, seq, time, _read(entry, _asked, _Asked).request)
        elif kind == "response":
            yield _response(name, seq, time, numbers[index], _read(entry, _answered, _Answered).response)
        else:
            frames[index] = frames.get(index, 0) + 1
            request = _read(entry, _asked, _Asked).request
            yield _frame(name, seq, time, numbers[index], frames[index], request, frame)


def _request(name: str, seq: int, time: float, request: Json) -> Request:
    headers = _headers(request.get("headers"))
    declared = max(int(_number_of(request.get("bodySize"), 0)), _declared(headers))
    body, whole = _request_body(request, declared)
    size = max(len(body) + (not whole), declared)
    return Request(
        name, seq, time, _ORIGIN, str(request["method"]), str(request["url"]),
        str(request.get("httpVersion") or ""), headers, body[:BODY_CAP], size,
    )  # fmt: skip


def _request_body(request: Json, declared: int) -> tuple[bytes, bool]:
    """The body as sent, of `declared` bytes if that is known, and whether it is whole.

    Our own files keep binary bodies in `_body_b64`; browsers write text or parameters.
    """
    sent = request.get("postData")
    if not isinstance(sent, dict):
        return b"", True
    kept = sent.get("_body_b64")
    if isinstance(kept, str):
        return _base64(kept), True
    text = sent.get("text")
    if isinstance(text, str) and text:
        if sent.get("encoding") == "base64":
            return _base64(text), True
        return _bytes_of(text, declared), "\ufffd" not in text  # written for bytes that are no text
    pairs = [
        (str(p.get("name", "")), str(p.get("value", "")))
        for p in _list(sent.get("params"))
        if isinstance(p, dict)
    ]
    return urlencode(pairs, errors="replace").encode(), True


def _bytes_of(text: str, declared: int) -> bytes:
    """The bytes of a text: UTF-8, or latin-1 where only that has the declared size (mitmproxy), or where no
    size is told and control characters stand that no text has (Firefox)."""
    data = _utf8(text)
    if len(text) == declared != len(data) or (not declared and _NO_TEXT.search(text)):
        with suppress(UnicodeEncodeError):
            return text.encode("latin-1")
    return data


def _utf8(text: str) -> bytes:
    """The bytes of a text; those that were no text, as mitmproxy writes them, as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # half of a character
        return text.encode("utf-8", "replace")


_NO_TEXT = re.compile("[\x80-\x9f]")


def _response(name: str, seq: int, time: float, request: int, response: Json) -> Response:
    response = response if isinstance(response, dict) else {}
    status = int(_number_of(response.get("status"), 0))
    content = response.get("content")
    content = content if isinstance(content, dict) else {}
    text = content.get("text")
    body = b""
    if isinstance(text, str):
        body = _base64(text) if content.get("encoding") == "base64" else _utf8(text)
    return Response(
        capture=name,
        seq=seq,
        time=time,
        request=request,
        outcome="answered" if 100 <= status < 600 else "failed",
        status=status if 100 <= status < 600 else 0,
        headers=_headers(response.get("headers")),
        body=body[:RESPONSE_BODY_CAP],
        body_size=max(len(body), int(_number_of(content.get("size"), 0))),
        reason=str(response.get("_error") or ""),
        began=time,
    )


def _frame(
    name: str, seq: int, time: float, request: int, number: int, asked: Json, frame: Json
) -> WebSocketFrame:
    text = frame.get("opcode", 1) == 1
    data = str(frame.get("data", ""))
    raw = _utf8(data) if text else _base64(data)
    return WebSocketFrame(
        name, seq, time, request, number, _ORIGIN, str(asked["url"]),
        _headers(asked.get("headers")), text, raw[:BODY_CAP], len(raw),
    )  # fmt: skip


_ORIGIN = Origin("har", "har", "", "")
"""HAR says nothing of the device; `connection` only partly (a port, not unique), so it is no evidence."""


def _headers(given: Json) -> Headers:
    try:  # as browsers write them: this takes half as long
        headers = [(h["name"], h["value"]) for h in given if not h["name"].startswith(":")]
        if "".join([value for _, value in headers]).isascii():
            return tuple(headers)
    except (KeyError, TypeError, AttributeError):
        pass
    pairs = [(str(h.get("name", "")), str(h.get("value", ""))) for h in _list(given) if isinstance(h, dict)]
    return tuple(
        (name, value if value.isascii() else value.encode("utf-8", "replace").decode("latin-1"))
        for name, value in pairs
        if not name.startswith(":")
    )


def _declared(headers: Headers) -> int:
    for name, value in headers:
        if len(name) == 14 and name.lower() == "content-length":
            return int(value) if value.isdecimal() and len(value) < 16 else 0
    return 0


def _time(text: Json) -> float:
    moment = datetime.fromisoformat(str(text))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number_of(value: Json, default: float) -> float:
    """The number, or the default for what is none: JSON may say `NaN`, `1e999`, `1e30` or `true`."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return default
    return float(value) if -_LARGEST <= value <= _LARGEST else default


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""
