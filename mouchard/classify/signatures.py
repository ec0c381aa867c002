"""Trackers recognised by the form of their requests, whatever the host: server-side tagging, own domains."""

from __future__ import annotations

import json
import re
import tomllib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl

from mouchard.classify.pattern import literal
from mouchard.classify.regex import Search, regex
from mouchard.classify.target import Target
from mouchard.model import Match, Message

LIST = "Mouchard signatures"
_BODY_CAP = 65_536
_PLAIN_CAP = 1 << 20
"""Of a body that its sender compressed, and of the bytes read of it."""
_GZIP = b"\x1f\x8b"
_CACHED = 512
"""Longest path remembered, so that the wire cannot fill the memory."""
_FIELDS = 400
_WORDS = re.compile(r"[0-9a-z%]+").findall
_FORM = re.compile(rb"[\w.%\[\]-]{1,64}=").match


@dataclass(frozen=True, slots=True)
class Signature:
    """The form of a tracker's requests: path, parameters, JSON fields, each with the shape of its value."""

    name: str
    company: str
    category: str
    path: Search | None
    part: str
    """A text in lower case that every such path contains."""
    query: Mapping[str, Search]
    any: Mapping[str, Search]
    json: Mapping[tuple[str, ...], Search]
    names: tuple[bytes, ...]
    """Names of the required JSON fields, in quotes: where one is absent, the body need not be parsed."""
    source: str
    as_of: str
    match: Match
    words: frozenset[str]
    """Words of the required parameters: where one is absent from the URL, its query need not be read."""

    def fits(self, params: Mapping[str, str], body: Any) -> bool:
        """Whether a request to its path, with these parameters and this JSON body, has the form."""
        if not all(name in params and shape(params[name]) for name, shape in self.query.items()):
            return False
        if self.any and not any(name in params and shape(params[name]) for name, shape in self.any.items()):
            return False
        return all(shape(value) for names, shape in self.json.items() for value in (_inside(body, names),))

    def reaches(self, path: str, low: str) -> bool:
        """Whether its requests go to such a path, also given in lower case."""
        return self.path is None or (self.part in low and bool(self.path(path)))

    @property
    def fact(self) -> tuple[str, str, str, str]:
        """Company, category, source and date, for the recipient's name."""
        return self.company, self.category, f"{LIST}: {self.name} (see {self.source})", self.as_of


def recognise(target: Target, message: Message | None) -> Signature | None:
    """The tracker whose format this request has, if any."""
    by_url, _ = _table()
    words = target.words
    likely = [found for found in by_url if found.words <= words]
    body = message.body[:_BODY_CAP] if message is not None and message.kind == "http" else b""
    if not likely and not body:
        return None
    path, _, query = target.cased[target.end :].partition("?")
    path = path if path.startswith("/") else "/" + path.partition("/")[2]
    low = path.lower()
    params: dict[str, str] | None = None
    for signature in likely:
        if (query or not signature.query) and signature.reaches(path, low):
            params = params if params is not None else _params(query)
            if signature.fits(params, None):
                return signature
    if not body:
        return None
    start = body.lstrip()[:1]
    packed = body[:2] == _GZIP
    if packed or start in (b"{", b"["):
        if message is None or message.cut:
            return None
        reached = _to_path(path) if len(path) <= _CACHED else _to_path.__wrapped__(path)
        body = _unpacked(message.body) if packed and any(found.path for found in reached) else body
        return _by_json([found for found in reached if all(name in body for name in found.names)], body)
    if _FORM(body):
        params = (_params(query) if params is None else params) | _params(body.decode("utf-8", "replace"))
        forms = (found for found in by_url if found.reaches(path, low))
        return next((found for found in forms if found.fits(params, None)), None)
    return None


@lru_cache(1024)  # the same paths over and over
def _to_path(path: str) -> tuple[Signature, ...]:
    """Those told by a JSON body whose requests go to such a path."""
    _, by_json = _table()
    low = path.lower()
    return tuple(found for found in by_json if found.reaches(path, low))


def _by_json(candidates: Sequence[Signature], body: bytes) -> Signature | None:
    if not candidates:
        return None
    try:
        parsed = _first(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(parsed, list):
        parsed = parsed[0] if parsed else None
    return next((found for found in candidates if found.fits({}, parsed)), None)


def _first(body: bytes) -> Any:
    """The JSON value that a body is, or that its first line is."""
    try:
        return json.loads(body)
    except ValueError:
        return json.loads(body.partition(b"\n")[0])


def _unpacked(body: bytes) -> bytes:
    """What a script compressed with gzip; nothing where it is broken."""
    try:
        return zlib.decompressobj(31).decompress(body[:_PLAIN_CAP], _PLAIN_CAP)
    except zlib.error:
        return b""


def _params(query: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_FIELDS))
    except ValueError:
        return {}


def _inside(body: Any, names: tuple[str, ...]) -> str:
    """The text at a path of names in a JSON value; a NUL, which no shape admits, where there is none."""
    for name in names:
        if isinstance(body, dict) and name in body:
            body = body[name]
        elif isinstance(body, list) and name.isdigit() and int(name) < len(body):
            body = body[int(name)]
        else:
            return "\0"
    return body if isinstance(body, str) else "\0"


@lru_cache(1)
def _table() -> tuple[tuple[Signature, ...], tuple[Signature, ...]]:
    """Those told by parameters, and those told by a JSON body."""
    text = files("mouchard.blocklists").joinpath("signatures.toml").read_text(encoding="utf-8")
    lines = {line: number for number, line in enumerate(text.split("\n"), 1)}
    read = [_read(name, row, lines.get(f'["{name}"]', 0)) for name, row in tomllib.loads(text).items()]
    return tuple(found for found in read if not found.json), tuple(found for found in read if found.json)


def _read(name: str, row: Mapping[str, Any], line: int) -> Signature:
    query, either, body = row.get("query", {}), row.get("any", {}), row.get("json", {})
    parts = [f"path {row['path']}"] if "path" in row else []
    parts += [f"{key}={shape}" for key, shape in query.items()]
    if either:
        parts.append("one of " + " ".join(either))
    parts += [f"body {key}={shape}" for key, shape in body.items()]
    return Signature(
        name=name,
        company=row["company"],
        category=row["category"],
        path=_whole(row["path"]) if "path" in row else None,
        part=literal(f"/{row['path']}/") if "path" in row else "",
        query={key: _whole(shape) for key, shape in query.items()},
        any={key: _whole(shape) for key, shape in either.items()},
        json={tuple(key.split(".")): _whole(shape) for key, shape in body.items()},
        names=tuple(
            {f'"{name}"'.encode(): None for key in body for name in key.split(".") if not name.isdigit()}
        ),
        source=row["source"],
        as_of=row["as_of"],
        match=Match(LIST, row["as_of"], f"{name}: {'; '.join(parts)}", line, row["category"], "P"),
        words=frozenset(word for key in query for word in _WORDS(key.lower())),
    )


def _whole(expression: str) -> Search:
    return regex(rf"(?s)\A(?:{expression})\z")
