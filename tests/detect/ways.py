"""The ways a value can take: spellings, and places of a message, which take a name and a value."""

# ruff: noqa: E501  (tables, each entry on its line)

from __future__ import annotations

import base64
import codecs
import gzip
import html
import json
import quopri
import zlib
from collections.abc import Callable
from urllib.parse import quote

import brotli
import zstandard

from mouchard.model import Message

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def base58(data: bytes) -> str:
    number, spelt = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        spelt = _BASE58[digit] + spelt
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + spelt


def base45(data: bytes) -> str:
    spelt = ""
    for begin in range(0, len(data), 2):
        pair = data[begin : begin + 2]
        number = int.from_bytes(pair, "big")
        spelt += _BASE45[number % 45] + _BASE45[number // 45 % 45]
        spelt += _BASE45[number // 2025] if len(pair) == 2 else ""
    return spelt


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def message_pack(value: object) -> bytes:
    """MessagePack of texts, small numbers, lists and maps."""
    if isinstance(value, str):
        data = value.encode()
        if len(data) < 32:
            return bytes([0xA0 | len(data)]) + data
        return b"\xdb" + len(data).to_bytes(4, "big") + data
    if isinstance(value, dict):
        return bytes([0x80 | len(value)]) + b"".join(
            message_pack(key) + message_pack(item) for key, item in value.items()
        )
    assert isinstance(value, int)
    return b"\xce" + value.to_bytes(4, "big")


def field(number: int, value: str | bytes) -> bytes:
    """One protobuf field of a text or a message."""
    data = value.encode() if isinstance(value, str) else value
    return bytes([number << 3 | 2, *_varint(len(data))]) + data


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + _varint(number >> 7)


SPELLINGS: dict[str, Callable[[str], str]] = {
    "percent, all of it": lambda t: "".join(f"%{byte:02X}" for byte in t.encode()),
    "percent of JavaScript": lambda t: "".join(c if c.isalnum() and c.isascii() else f"%u{ord(c):04X}" for c in t),
    "base64 three times": lambda t: b64(b64(b64(t.encode()).encode()).encode()),
    "base64 in lines": lambda t: base64.encodebytes(t.encode()).decode(),
    "base58": lambda t: base58(t.encode()),
    "base45": lambda t: base45(t.encode()),
    "base85": lambda t: base64.b85encode(t.encode()).decode(),
    "ascii85": lambda t: base64.a85encode(t.encode(), adobe=True).decode(),
    "base58 of zlib": lambda t: base58(zlib.compress(t.encode())),
    "hex behind 0x": lambda t: "0x" + t.encode().hex(),
    "hex with colons": lambda t: t.encode().hex(":"),
    "hex with dashes": lambda t: t.encode().hex("-"),
    "hex backwards": lambda t: t.encode().hex()[::-1],
    "escaped bytes": lambda t: "".join(f"\\x{byte:02x}" for byte in t.encode()),
    "octal": lambda t: "".join(f"\\{byte:03o}" for byte in t.encode()),
    "quoted-printable": lambda t: quopri.encodestring(t.encode(), quotetabs=True).decode(),
    "quoted-printable, all of it": lambda t: "".join(f"={byte:02X}" for byte in t.encode()),
    "numeric entities": lambda t: "".join(f"&#{ord(c)};" for c in t),
    "numeric entities without end": lambda t: "".join(f"&#{ord(c)}" for c in t),
    "named entities": lambda t: html.escape(t).replace("@", "&commat;").replace(".", "&period;"),
    "numbers of characters": lambda t: ",".join(map(str, t.encode())),
    "a list of bytes": lambda t: json.dumps(list(t.encode())),
    "bits": lambda t: " ".join(f"{byte:08b}" for byte in t.encode()),
    "rot13": lambda t: codecs.encode(t, "rot13"),
    "base64 of the reverse": lambda t: b64(t[::-1].encode()),
    "utf-16 with its mark": lambda t: b64(t.encode("utf-16")),
    "zstd": lambda t: b64url(zstandard.compress(t.encode())),
    "gzip in latin-1": lambda t: gzip.compress(t.encode(), mtime=0).decode("latin-1"),
    "script": lambda t: "{v:'" + t.replace("'", "\\'") + "',n:1}",
    "pairs with semicolons": lambda t: "x=1; y=" + quote(t, safe=""),
    "address with a fragment": lambda t: "https://x.test/p#/r?u=" + quote(t, safe=""),
    "data url": lambda t: "data:text/plain;base64," + b64(t.encode()),
    "tildes": lambda t: f"a~{t.encode().hex(':')}~b",
    "control characters": lambda t: b64(f"20914\x01{t}\x011".encode()),
    "signed cookie": lambda t: b64(t.encode()).rstrip("=") + "--" + "0f" * 20,
    "glued prefix": lambda t: "xy" + b64(t.encode()),
    "glued suffix": lambda t: b64(t.encode()).rstrip("=") + ".AQYCAQMA",
    "behind a name": lambda t: "email:" + t.encode().hex(),
    "PHP": lambda t: f'a:1:{{s:5:"email";s:{len(t.encode())}:"{t}";}}',
}  # fmt: skip


def told(
    body: bytes | str = b"", url: str = "https://t.traceur.test/c", kind: str = "http", **headers: str
) -> Message:
    """A message to a tracker."""
    data = body.encode() if isinstance(body, str) else body
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Message(
        "c", 1, kind, 0.0, "POST" if data else "GET", url, named, data, False, 1,  # type: ignore[arg-type]
        1 if kind == "ws" else 0, not isinstance(body, bytes),
    )  # fmt: skip


def _query(text: str) -> Message:
    return told(url="https://t.traceur.test/c?z=1&" + text)


def _q(text: str) -> str:
    return quote(text, safe="")


def _json(key: str, value: str) -> str:
    return json.dumps({"event": "identify", "user": {key: value}, "n": 1718000000})


def _multipart(name: str, content: bytes) -> Message:
    body = b'--XbX\r\nContent-Disposition: form-data; name="' + name.encode() + b'"; filename="blob"\r\n\r\n'
    return told(body + content + b"\r\n--XbX--\r\n", Content_Type="multipart/form-data; boundary=XbX")


def _framed(message: bytes) -> bytes:
    return b"\0" + len(message).to_bytes(4, "big") + message


def _map(key: str, value: str) -> bytes:
    return field(1, "evt") + field(2, field(1, key) + field(2, value))


FORM = "application/x-www-form-urlencoded"

PLACES: dict[str, Callable[[str, str], Message]] = {
    "query": lambda k, v: _query(f"{_q(k)}={_q(v)}"),
    "query with semicolons": lambda k, v: told(url=f"https://t.traceur.test/c?z=1;{_q(k)}={_q(v)}"),
    "list in a query": lambda k, v: _query(f"{_q(k)}%5B0%5D={_q(v)}&{_q(k)}%5B1%5D=x"),
    "JSON in a query": lambda k, v: _query("d=" + _q(_json(k, v))),
    "base64 of JSON in a query": lambda k, v: _query("data=" + _q(b64(_json(k, v).encode()))),
    "base64 of gzip in a query": lambda k, v: _query("data=" + _q(b64(gzip.compress(_json(k, v).encode())))),
    "query in a query": lambda k, v: _query("p0=" + _q(f"e=ce&{_q(k)}={_q(v)}")),
    "route of an address": lambda k, v: _query("dl=" + _q(f"https://a.test/p#/x?{_q(k)}={_q(v)}")),
    "matrix": lambda k, v: told(url=f"https://t.traceur.test/c;{_q(k)}={_q(v)}/x.gif"),
    "pair in a path": lambda k, v: told(url=f"https://t.traceur.test/c/{_q(k)}={_q(v)}/x.gif"),
    "fragment": lambda k, v: told(url=f"https://t.traceur.test/c#{_q(k)}={_q(v)}"),
    "referer": lambda k, v: told(Referer=f"https://a.test/p?{_q(k)}={_q(v)}"),
    "header of JSON": lambda k, v: told(X_Context=_json(k, v)),
    "baggage": lambda k, v: told(Baggage=f"sentry-environment=prod,{_q(k)}={_q(v)},x=1"),
    "bearer": lambda k, v: told(Authorization=f"Bearer eyJhbGciOiJIUzI1NiJ9.{b64url(_json(k, v).encode())}.c2ln"),
    "cookie": lambda k, v: told(Cookie=f"a=b; {_q(k)}={_q(v)}; c=d"),
    "cookie of JSON": lambda k, v: told(Cookie=f"a=b; u={_q(_json(k, v))}; c=d"),
    "form": lambda k, v: told(f"a=1&{_q(k)}={_q(v)}", Content_Type=FORM),
    "nested form": lambda k, v: told(f"a=1&user%5Bprofile%5D%5B{_q(k)}%5D={_q(v)}", Content_Type=FORM),
    "base64 in JSON in a form": lambda k, v: told("d=" + _q(json.dumps({"e": b64(_json(k, v).encode())})), Content_Type=FORM),
    "JSON": lambda k, v: told(_json(k, v)),
    "JSON in JSON": lambda k, v: told(json.dumps({"events": json.dumps([json.loads(_json(k, v))])})),
    "name and value": lambda k, v: told(json.dumps({"fields": [{"name": "z", "value": "1"}, {"name": k, "value": v}]})),
    "pairs": lambda k, v: told(json.dumps({"_cvar": {"1": [k, v]}})),
    "wrapped value": lambda k, v: told(json.dumps({k: {"value": v, "type": "string"}})),
    "JSON lines": lambda k, v: told('{"a":1}\n' + _json(k, v) + "\n"),
    "XML": lambda k, v: told(f"<u><a>1</a><{k}>{html.escape(v)}</{k}></u>"),
    "XML with names": lambda k, v: told(f'<u><field name="{k}">{html.escape(v)}</field></u>'),
    "GraphQL": lambda k, v: told(json.dumps({"query": f"mutation {{ x({k}: {json.dumps(v)}) {{ id }} }}"})),
    "part": lambda k, v: _multipart(k, v.encode()),
    "part of gzip": lambda k, v: _multipart("d", gzip.compress(_json(k, v).encode())),
    "gzip": lambda k, v: told(gzip.compress(_json(k, v).encode())),
    "deflate": lambda k, v: told(raw_deflate(_json(k, v).encode())),
    "brotli": lambda k, v: told(brotli.compress(_json(k, v).encode()), Content_Encoding="br"),
    "zstd": lambda k, v: told(zstandard.compress(_json(k, v).encode())),
    "base64 of JSON": lambda k, v: told(b64(_json(k, v).encode())),
    "MessagePack": lambda k, v: told(message_pack({"user": {k: v}, "n": 1718000000})),
    "protobuf": lambda k, v: told(_map(k, v)),
    "gRPC": lambda k, v: told(_framed(_map(k, v) + field(9, "mouchard-test-0001"))),
    "latin-1 in JSON": lambda k, v: told(json.dumps({"e": gzip.compress(_json(k, v).encode(), mtime=0).decode("latin-1")}, ensure_ascii=False)),
    "frame": lambda k, v: told(_json(k, v), kind="ws"),
    "socket.io": lambda k, v: told("42/live,17" + json.dumps(["identify", json.loads(_json(k, v))]), kind="ws"),
    "engine.io by polling": lambda k, v: told("40\x1e42" + json.dumps(["identify", json.loads(_json(k, v))])),
    "engine.io with lengths": lambda k, v: told(f"{len(_json(k, v)) + 1}:4{_json(k, v)}"),
    "SignalR": lambda k, v: told(json.dumps({"type": 1, "arguments": [{k: v}]}) + "\x1e", kind="ws"),
    "STOMP": lambda k, v: told("SEND\ndestination:/q\n\n" + _json(k, v) + "\0", kind="ws"),
    "MQTT": lambda k, v: told(b"0\x7f\x00\x06events" + _json(k, v).encode(), kind="ws"),
    "frame of MessagePack": lambda k, v: told(message_pack({"user": {k: v}, "n": 1718000000}), kind="ws"),
}  # fmt: skip
