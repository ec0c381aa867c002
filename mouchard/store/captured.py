"""The capture layer's rows: each record as it is stored, without values, companies or judgement."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias, TypeVar

from mouchard.attribute.client import client_key
from mouchard.attribute.facts import Answer, Event, Sighting
from mouchard.capture.records import Gap, Headers, Mark, Request, Response, Sealed, Snapshot, WebSocketFrame
from mouchard.masking.url import mask_host, mask_name, mask_text, mask_url

Value: TypeAlias = str | int | float
Cell = TypeVar("Cell", bound=str | int | float | None)

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "messages": tuple(
        """time kind request number method url url_token host http_version fields size kept
            connection listener client family secure referer origin fetch_site fetch_mode fetch_dest
            purpose accepts_html upgrade app""".split()
    ),
    "responses": tuple(
        """time request began outcome status reason fields date size kept is_html location_token""".split()
    ),
    "sealed": tuple("time client host port reason detail connection listener".split()),
    "marks": tuple("time site client phase source undo".split()),
    "gaps": tuple("time until reason hosts".split()),
    "snapshots": tuple("time site client phase kind name size content".split()),
}
"""Columns of each kind of record behind `id capture seq`, in the order of their values."""

_json = json.JSONEncoder(ensure_ascii=False).encode
_MAX_INT = 2**63 - 1
_YEAR_3000 = 32_503_680_000
_AUTHORITY = re.compile(r"[^/?#]*").match
_TOKEN_WORD = re.compile(r"[a-z-]{0,24}")
_PICTURE = re.compile(r"[a-z0-9-]{1,60}\.png")
_DATE = re.compile(r"[A-Za-z]{3}, \d{2} [A-Za-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT")


class Row(NamedTuple):  # a frozen dataclass takes three times as long to make, and there is one per record
    """One row of the capture layer; `values` go with `COLUMNS[table]`."""

    table: str
    seq: int
    values: tuple[Value, ...]


def message_row(
    record: Request | WebSocketFrame, seen: Sighting, url: str | None, fields: tuple[str, ...] | None
) -> Row:
    """A request or frame. `url` is masked; unjudged, it and the header names are made here."""
    frame = isinstance(record, WebSocketFrame)
    masked = mask_url(record.url) if url is None else url
    names = header_names(record.headers) if fields is None else fields
    size = record.size if isinstance(record, WebSocketFrame) else record.body_size
    kept = len(record.data) if isinstance(record, WebSocketFrame) else len(record.body)
    version = "" if isinstance(record, WebSocketFrame) else record.http_version[:16]
    values = (
        moment(record.time), "ws" if frame else "http", seen.request,
        record.number if isinstance(record, WebSocketFrame) else 0,
        mask_name(seen.method[:40]), masked, seen.url_token, host_of(masked), version,
        _json(names), _size(size), kept, record.origin.connection,
        record.origin.listener,
        seen.client, seen.family, int(seen.secure), mask_host(seen.referer), mask_host(seen.origin),
        _word(seen.fetch_site), _word(seen.fetch_mode), _word(seen.fetch_dest), seen.purpose,
        int(seen.accepts_html), int(seen.upgrade), mask_name(seen.app),
    )  # fmt: skip
    return Row("messages", record.seq, clean(values))


def response_row(record: Response, told: Answer) -> Row:
    """How a request ended; header and cookie names, and of values only the server's date."""
    plain = _without_cookies(tuple([name for name, _ in record.headers]))
    date = next((value for name, value in record.headers if name.lower() == "date"), "")
    values = (
        moment(record.time), record.request, moment(record.began), record.outcome, _size(record.status),
        mask_text(record.reason), plain or _json(header_names(record.headers)),
        date if _DATE.fullmatch(date) else "", _size(record.body_size), len(record.body),
        int(told.is_html), told.location_token,
    )  # fmt: skip
    return Row("responses", record.seq, clean(values))


def sealed_row(record: Sealed) -> Row:
    """A connection that was not read; the client is the device, as no browser can be told."""
    device = client_key(record.origin, "").rpartition("/")[0]
    values = (
        moment(record.time), device, mask_host(record.host), record.port, record.reason,
        mask_text(record.detail),
        record.origin.connection, record.origin.listener,
    )  # fmt: skip
    return Row("sealed", record.seq, clean(values))


def mark_row(record: Mark) -> Row:
    """A phase mark."""
    values = (moment(record.time), record.site, record.client, record.phase, record.source, int(record.undo))
    return Row("marks", record.seq, clean(values))


def gap_row(record: Gap) -> Row:
    """Messages that passed unrecorded."""
    hosts = [(mask_host(host), _size(count)) for host, count in record.hosts]
    values = (
        moment(record.time),
        moment(record.until),
        mask_text(record.reason),
        _json(hosts),
    )
    return Row("gaps", record.seq, clean(values))


def snapshot_row(record: Snapshot) -> Row:
    """What the browser showed or kept; its items bear no values already."""
    name = record.name if _PICTURE.fullmatch(record.name) else mask_host(record.name)
    values = (
        moment(record.time), record.site, record.client, record.phase, record.kind,
        name, _size(record.size), record.content,
    )  # fmt: skip
    return Row("snapshots", record.seq, clean(values))


def recall(connection: sqlite3.Connection, capture: str, since: float) -> Iterator[Event]:
    """What attribution saw since that time (epoch seconds), in the order of the capture."""
    of_capture = "WHERE capture = (SELECT id FROM captures WHERE capture = ?) AND time >= ? ORDER BY seq"
    seen = connection.execute(
        f"""SELECT seq, time, client, family, connection, method, secure, host, url_token, request, referer,
            origin, fetch_site, fetch_mode, fetch_dest, purpose, accepts_html, upgrade,
            app FROM messages {of_capture}""",
        (capture, since),
    ).fetchall()
    told = connection.execute(
        f"SELECT seq, request, time, status, is_html, location_token FROM responses {of_capture}",
        (capture, since),
    ).fetchall()
    events: list[tuple[int, Event]] = []
    for (
        *head,
        secure,
        host,
        token,
        request,
        referer,
        origin,
        fetch,
        mode,
        dest,
        purpose,
        html,
        upgrade,
        app,
    ) in seen:
        rest = (
            host,
            token,
            request,
            referer,
            origin,
            fetch,
            mode,
            dest,
            purpose,
            bool(html),
            bool(upgrade),
            app,
        )
        events.append((head[0], Sighting(*head, bool(secure), *rest)))  # type: ignore[call-arg]
    events += [
        (seq, Answer(request, time, status, bool(html), to)) for seq, request, time, status, html, to in told
    ]
    events.sort(key=lambda event: event[0])
    return (event for _, event in events)


def header_names(headers: Headers) -> tuple[str, ...]:
    """Names of headers and of cookies in them, as field paths."""
    names: dict[str, None] = {}
    for name, value in headers:
        low = name.lower()
        names[f"header.{mask_name(name)}"] = None
        if low in ("cookie", "set-cookie"):
            for cookie in value.split(";") if low == "cookie" else [value]:
                names[f"cookie.{mask_name(cookie.partition('=')[0].strip())}"] = None
    return tuple(names)


@lru_cache(256)  # a server gives nearly always the same
def _without_cookies(names: tuple[str, ...]) -> str:
    """`header_names` of these as JSON; empty where one of them holds cookies, whose names are to be read."""
    if any(name.lower() in ("cookie", "set-cookie") for name in names):
        return ""
    return _json(header_names(tuple((name, "") for name in names)))


def host_of(masked_url: str) -> str:
    """The host of a masked URL, as it is shown."""
    found = _AUTHORITY(masked_url.partition("://")[2])
    authority = found[0].rpartition("@")[2] if found else ""
    if authority.startswith("["):
        return authority.partition("]")[0] + "]"
    return authority.partition(":")[0]


def clean(values: tuple[Cell, ...]) -> tuple[Cell, ...]:
    """The same without lone surrogates, which no database takes."""
    try:
        "".join([value for value in values if isinstance(value, str)]).encode()
        return values
    except UnicodeEncodeError:
        pass
    return tuple(
        value.encode("utf-8", "replace").decode() if isinstance(value, str) else value  # type: ignore[misc]
        for value in values
    )


def moment(value: float) -> float:
    """A time that can be shown anywhere: between 1970 and 3000; 0 for what is none."""
    return float(value) if 0 < value < _YEAR_3000 else 0.0


def _size(value: int) -> int:
    return max(0, min(value, _MAX_INT))


def _word(value: str) -> str:
    return value if _TOKEN_WORD.fullmatch(value) else ""
