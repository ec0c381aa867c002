"""A visit as HAR 1.2: redacted, with a page for each phase; or whole, for the person's own hands.

The whole one keeps bodies that are no plain ASCII in `_body_b64` too; `mouchard.capture.har` reads it back.
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias

from mouchard import __version__, formats
from mouchard.capture.records import Headers, Phase, Record, Request, WebSocketFrame
from mouchard.report.content import PHASES, SiteReport, verb
from mouchard.store.rows import FindingRow, RequestRow

Json: TypeAlias = dict[str, Any]

_TIMINGS = {"send": -1, "wait": -1, "receive": -1}
_NONE: Json = {"headers": [], "cookies": [], "headersSize": -1, "bodySize": -1}


def redacted(told: SiteReport, rows: Iterable[RequestRow]) -> str:
    """The visit without values. Both arguments have to be redacted already."""
    leaks: dict[str, list[FindingRow]] = defaultdict(list)
    for card in told.cards:
        for row in card.rows:
            leaks[row.request].append(row)
    entries: dict[str, Json] = {}
    began: dict[Phase, str] = {}
    for asked in rows:
        began.setdefault(asked.phase, formats.iso(asked.time))
        handshake = asked.request.partition(".")[0]
        if handshake == asked.request or handshake not in entries:
            entries[handshake] = _entry(asked, leaks[asked.request])
            continue
        entry = entries[handshake]
        frames = entry.setdefault("_webSocketMessages", [])
        frames.append({"type": "send", "time": asked.time, "opcode": 1, "data": ""})
        entry["_leak"] = entry.get("_leak", []) + [_leak(row) for row in leaks[asked.request]]
    pages = [
        {"id": phase, "title": f"{told.site}: {phase}", "startedDateTime": began[phase], "pageTimings": {}}
        for phase in PHASES
        if phase in began
    ]
    return _file(list(entries.values()), pages, "redacted: values, cookies and bodies are left out")


def whole(records: Iterable[Record], answers: Mapping[str, int]) -> str:
    """Requests and frames as they were sent; `answers` are the status codes by request id."""
    entries: dict[tuple[str, int], Json] = {}
    for record in records:
        if isinstance(record, Request):
            status = answers.get(f"{record.capture}/{record.seq}", 0)
            entries[record.capture, record.seq] = _sent(record, status)
        elif isinstance(record, WebSocketFrame):
            place = (record.capture, record.request)
            if place not in entries:
                handshake = Request(
                    record.capture, record.request, record.time, record.origin, "GET", record.url, "HTTP/1.1",
                    record.headers, b"", 0,
                )  # fmt: skip
                entries[place] = _sent(handshake, 101)
            entries[place].setdefault("_webSocketMessages", []).append(_frame(record))
    return _file(list(entries.values()), [], "whole: for the person's own hands")


def _file(entries: list[Json], pages: list[Json], comment: str) -> str:
    creator = {"name": "Mouchard", "version": __version__}
    log = {"version": "1.2", "creator": creator, "comment": comment, "pages": pages, "entries": entries}
    return json.dumps({"log": log}, ensure_ascii=True, indent=1) + "\n"


def _entry(row: RequestRow, leaks: list[FindingRow]) -> Json:
    shown = {leak.finding.field: leak.finding.value for leak in leaks if leak.finding.location == "query"}
    query = row.url.partition("#")[0].partition("?")[2]
    pairs = [parameter.partition("=") for parameter in query.split("&") if parameter]
    entry: Json = {
        "pageref": row.phase,
        "startedDateTime": formats.iso(row.time),
        "time": -1,
        "request": {
            "method": row.method, "url": row.url, "httpVersion": "", **_NONE,
            "queryString": [{"name": name, "value": shown.get(name, value)} for name, _, value in pairs],
        },
        "response": {
            "status": row.status, "statusText": "", "httpVersion": "", **_NONE, "redirectURL": "",
            "content": {"size": -1, "mimeType": ""},
        },
        "cache": {},
        "timings": _TIMINGS,
        "_request": row.request,
        "_outcome": row.outcome,
        "_company": row.company,
        "_party": row.party,
        "_type": row.type,
    }  # fmt: skip
    return entry | ({"_leak": [_leak(leak) for leak in leaks]} if leaks else {})


def _leak(row: FindingRow) -> Json:
    found = row.finding
    return {
        "finding": found.id,
        "type": found.type,
        "verb": verb(row),
        "level": found.level,
        "confidence": row.site_confidence,
        "place": f"{found.location}.{found.field}",
        "chain": list(found.chain),
        "value": found.value,
    }


def _sent(record: Request, status: int) -> Json:
    request: Json = {
        "method": record.method, "url": record.url, "httpVersion": record.http_version, "cookies": [],
        "headers": _headers(record.headers), "queryString": [], "headersSize": -1,
        "bodySize": record.body_size,
    }  # fmt: skip
    if record.body:
        kind = next((value for name, value in record.headers if name.lower() == "content-type"), "")
        request["postData"] = {"mimeType": kind, **_body(record.body)}
    return {
        "startedDateTime": datetime.fromtimestamp(record.time, UTC).isoformat(timespec="microseconds"),
        "time": 0,
        "request": request,
        "response": {
            "status": status, "statusText": "", "httpVersion": "", **_NONE, "redirectURL": "",
            "content": {"size": 0, "mimeType": ""},
        },
        "cache": {},
        "timings": _TIMINGS,
    }  # fmt: skip


def _body(body: bytes) -> Json:
    text = body.decode("utf-8", "replace")
    return {"text": text} if body.isascii() else {"text": text, "_body_b64": _b64(body)}


def _frame(record: WebSocketFrame) -> Json:
    text = record.data.decode("utf-8", "surrogateescape") if record.is_text else _b64(record.data)
    return {"type": "send", "time": record.time, "opcode": 1 if record.is_text else 2, "data": text}


def _headers(headers: Headers) -> list[Json]:
    return [{"name": name, "value": _text(value)} for name, value in headers]


def _text(value: str) -> str:
    """HAR holds text: UTF-8 where the bytes are that."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
