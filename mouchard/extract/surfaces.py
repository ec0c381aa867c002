"""Where a message carries values: host, path, query, fragment, headers, cookies, body, frames."""

from __future__ import annotations

import re

from mouchard.extract import octets, peel
from mouchard.extract.decoders import (
    base64,
    cbor,
    inflate,
    jsontext,
    msgpack,
    multipart,
    protobuf,
    querystring,
    socketio,
)
from mouchard.extract.decoders.percent import component
from mouchard.extract.part import DIGEST_SIZES, MAX_INFLATED, Part, Peeled, as_text
from mouchard.extract.walk import MAX_NODES, Walk
from mouchard.model import Message

_SILENT = frozenset(
    """accept accept-charset accept-encoding accept-language access-control-request-headers
    access-control-request-method cache-control connection content-encoding content-length content-type
    dnt expect host if-match if-modified-since if-none-match if-range if-unmodified-since keep-alive origin
    pragma priority proxy-connection purpose range save-data te trailer transfer-encoding upgrade
    upgrade-insecure-requests viewport-width""".split()
)
"""Headers of the protocol itself, without room for anything about a person."""

_TOLD_IN_SHORT = frozenset(
    """country pays land zip postcode cp plz gender sex sexe genre firstname first_name prenom vorname
    lastname last_name nom nachname surname city ville town ort""".split()
)
"""Path segments that name the one behind them, which may be as short as `FR`."""
_BASE64_STEPS = ("base64",), ("base64url",)
_ALPHABET_TAIL = re.compile(r"[A-Za-z0-9+=_-]*$")
_HEAD = 512
"""Characters by which a body that is no UTF-8 is held to be Latin-1."""
_CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "br": "br", "zstd": "zstd", "deflate": "zlib"}


def url(walk: Walk, address: str) -> None:
    """Host labels, path segments, matrix parameters, query and fragment."""
    _, _, rest = address.partition("://")
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    authority, _, path = rest.partition("/")
    if len(authority) > 19:
        _host(walk, authority)
    if path:
        walk.repeat(_path, "", path)
    if query:
        pairs(walk, "query", query)
    if fragment:
        route, mark, parameters = fragment.partition("?")
        if mark and "=" not in route:
            pairs(walk, "fragment", route)
            fragment = parameters
        pairs(walk, "fragment", fragment)


def pairs(walk: Walk, location: str, text: str, step: str = "") -> None:
    """The pairs of a query string on the wire."""
    visit = walk.visit
    base = (step,) if step else ()
    separator = "&" if "&" in text or ";" not in text else ";"
    for piece in text.split(separator):
        if not piece:
            continue
        if len(walk.nodes) >= MAX_NODES:
            walk.cut["nodes"] = None
            break
        raw_key, equals, raw = piece.partition("=")
        if not equals:
            raw_key, raw = "", raw_key
        key = component(raw_key)[0] if "%" in raw_key or "+" in raw_key else raw_key
        inner = querystring.innermost(key) if key[-1:] == "]" else key
        if "%" in raw or "+" in raw:
            value, percent, spaced = component(raw)
            chain = (*base, percent) if percent else base
            visit(location, key, inner, chain, value)
            if spaced:
                visit(location, key, inner, chain, spaced)
        elif raw:
            visit(location, key, inner, base, raw)
        if len(key) > 24 or "@" in key:
            visit(location, "", "", base, key)


def headers(walk: Walk, message: Message) -> None:
    """Every header but those of the protocol itself; cookies one by one."""
    for name, value in message.headers:
        low = name.lower()
        if low in _SILENT or not value or low.startswith("sec-"):
            continue
        if low == "cookie":
            walk.repeat(_cookies, name, value)
        elif low == "authorization" or low == "proxy-authorization":
            walk.repeat(_credentials, name, value)
        else:
            walk.repeat(_header, name, value)


def _header(walk: Walk, name: str, value: str) -> None:
    walk.visit("header", name, name.lower(), (), value)


def _credentials(walk: Walk, name: str, value: str) -> None:
    scheme, _, credentials = value.partition(" ")
    walk.visit("header", name, scheme.lower(), (), credentials.strip() or value)
    if scheme.lower() == "basic":
        account = (as_text(base64.to_bytes(credentials.strip())) or "").partition(":")
        for key, text in (("user", account[0]), ("password", account[2])):
            if text:
                walk.visit("header", name, key, ("base64", "split"), text)


def body(walk: Walk, message: Message) -> None:
    """The body of a request, or the data of a WebSocket frame."""
    location = "websocket" if message.kind == "ws" else "body"
    data = message.body
    if len(data) > MAX_INFLATED:
        walk.cut["body"] = None
        data = data[:MAX_INFLATED]
    content_type = coding = ""
    if message.kind == "http":
        content_type = message.header("content-type")
        coding = message.header("content-encoding").strip().lower()
    chain: tuple[str, ...] = ()
    step = _CODINGS.get(coding, "")
    if step:
        content = inflate.inflate(data, step) or (inflate.inflate(data, "deflate") if step == "zlib" else b"")
        if content:
            data, chain = content, (step,)
            walk.inflated += len(content)
            if len(content) >= MAX_INFLATED:
                walk.cut["inflated"] = None
    if "multipart" in content_type:
        parts = multipart.decode(data, content_type)
        if parts:
            walk.open(location, "", "", chain, Peeled(parts, True), 0)
            return
    text = _text(data, content_type, message)
    if text is None:
        walk.visit(location, "", "", chain, data)
        if len(data) <= 64:
            walk.open(location, "", "", chain, octets.binary(data, readable_from=12), 0)
            squeezed = inflate.inflate(data, "br", whole=True) if len(data) in DIGEST_SIZES else b""
            if squeezed and as_text(squeezed):
                walk.visit(location, "", "", (*chain, "br"), squeezed)
            elif len(data) in DIGEST_SIZES:  # a message of that size is hardly one bare digest
                parts = msgpack.decode(data) or cbor.decode(data) or protobuf.decode(data)
                walk.open(location, "", "", chain, Peeled(parts, False), 0)
    elif "urlencoded" in content_type and "=" in text and text[:1] not in "{[<":
        for line in text.split("\n"):
            _form(walk, location, line.strip(), chain)
    else:
        _document(walk, location, text, chain)
        if len(text) == len(data) > _HEAD and not text.isascii():  # read as Latin-1 by its head alone
            walk.open(location, "", "", chain, Peeled(inflate.embedded(data), False), 0)


def _document(walk: Walk, location: str, text: str, chain: tuple[str, ...]) -> None:
    """A text of any kind: JSON, lines, a form in disguise, XML, or plain."""
    stripped = text.strip()
    if not stripped:
        return
    if location == "websocket" and (framed := socketio.binary(stripped)):
        walk.visit(location, "", "", (*chain, "socketio"), framed)
    if stripped[0] in "{[":
        found = jsontext.decode(stripped)
        if found is not None:
            if not found.whole and found.cut in ("nodes", "json", "depth"):
                walk.keep(location, "", "", chain, (Part((), "", "", stripped),))
            walk.open(location, "", "", chain, found, 0)
            return
    if "\n" in stripped and "=" in stripped:
        lines = [line.strip() for line in stripped.split("\n") if line.strip()]
        if all(querystring.looks(line) for line in lines[:50]):
            for line in lines:
                _form(walk, location, line, chain)
            return
    if len(stripped) <= MAX_INFLATED and "=" in stripped[:200] and querystring.looks(stripped):
        _form(walk, location, stripped, chain)
        return
    walk.visit(location, "", "", chain, stripped)


def _form(walk: Walk, location: str, text: str, chain: tuple[str, ...]) -> None:
    found = querystring.decode(text, "form")
    walk.open(location, "", "", chain, found, 0)


def _text(data: bytes, content_type: str, message: Message) -> str | None:
    text = as_text(data)
    if text is not None or (message.kind == "ws" and not message.is_text):
        return text
    if data[:1] in b"{[" and data[-1:] in b"}]":  # JSON may hold any character
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
    if message.cut and data[:1] in b"{[<":  # the cut may have split a character
        return data.decode("utf-8", "replace")
    if "octet" in content_type or "protobuf" in content_type or b"\x00" in data[:64]:
        return None
    latin = data.decode("latin-1")
    return latin if sum(1 for c in latin[:_HEAD] if not c.isprintable() and c not in "\r\n\t") == 0 else None


def _host(walk: Walk, authority: str) -> None:
    account, at, host = authority.rpartition("@")
    if at:
        user, _, password = account.partition(":")
        walk.visit("host", "userinfo", "user", (), component(user)[0])
        if password:
            walk.visit("host", "userinfo", "password", (), component(password)[0])
    labels = host.partition(":")[0].split(".")[:-2]
    long = [label for label in labels if len(label) > 11 or (len(label) > 7 and not label.isalpha())]
    for label in long:
        walk.visit("host", "", "", (), label)
    if len(long) > 1:
        walk.visit("host", "", "", ("split",), "".join(long))


def _path(walk: Walk, _: str, path: str) -> None:
    previous = ""
    segments = path.split("/")
    for segment in segments[:200]:
        if len(segment) > 3 or (segment and previous in _TOLD_IN_SHORT):
            if ";" in segment and "=" in segment:
                segment, _, parameters = segment.partition(";")
                pairs(walk, "path", parameters.replace(";", "&"))
            text, percent, spaced = component(segment)
            walk.visit("path", "", previous, (percent,) if percent else (), text)
            if spaced:
                walk.visit("path", "", previous, (percent,) if percent else (), spaced)
        named = segment.isalpha() or ("_" in segment and segment.replace("_", "").isalpha())
        previous = segment if named else ""
    if len(segments) > 200:
        walk.cut["nodes"] = None
    elif len(segments) > 1 and len(path) > 24:
        _broken_token(walk, segments)


def _broken_token(walk: Walk, segments: list[str]) -> None:
    """Base64 contains `/`: join the last segments again where they could be one token."""
    begin = len(segments)
    while begin and _ALPHABET_TAIL.match(component(segments[begin - 1])[0]):
        begin -= 1
    for start in range(begin, min(begin + 4, len(segments) - 1)):
        token = component("/".join(segments[start:]))[0].rstrip()
        if len(token) > 20 and any(c.isupper() for c in token) and any(c.islower() for c in token):
            parts = peel.text(token).parts if len(token) <= peel.REMEMBERED else ()
            if parts and isinstance(parts[0].value, str) and parts[0].steps[:1] in _BASE64_STEPS:
                walk.open("path", "", "", (), Peeled(parts, True), 0)
                return


def _cookies(walk: Walk, _: str, header: str) -> None:
    for piece in header.split(";"):
        name, equals, raw = piece.strip().partition("=")
        if not equals:
            name, raw = "", name
        if len(walk.nodes) >= MAX_NODES:
            walk.cut["nodes"] = None
            return
        if raw:
            value, percent, spaced = component(raw.strip('"'))
            walk.visit("cookie", name, name, (percent,) if percent else (), value)
            if spaced:
                walk.visit("cookie", name, name, (percent,) if percent else (), spaced)
