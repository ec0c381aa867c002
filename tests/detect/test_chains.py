"""Random chains of encodings over plain values and digests of fresh persons: the value is found."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import zlib
from collections.abc import Callable
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Message, Verdict

Step = Callable[[str], str]


def _raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


STEPS: dict[str, Step] = {
    "percent": lambda text: quote(text, safe=""),
    "base64": lambda text: _b64(text.encode()),
    "base64 without padding": lambda text: _b64(text.encode()).rstrip("="),
    "base64url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "json": lambda text: json.dumps({"v": text, "n": 3}),
    "json list": lambda text: json.dumps([text, 1]),
    "gzip": lambda text: _b64(gzip.compress(text.encode(), mtime=0)),
    "zlib": lambda text: _b64(zlib.compress(text.encode())),
    "deflate": lambda text: _b64(_raw_deflate(json.dumps({"v": text, "w": "1"}).encode())),
    "query": lambda text: "x=1&y=" + quote(text, safe=""),
    "url": lambda text: "https://x.test/p?u=" + quote(text, safe=""),
    "entity": lambda text: "".join(c if c.isalnum() else f"&#{ord(c)};" for c in text),
    "escape": lambda text: "".join(f"\\u{ord(c):04x}" for c in text),
    "reverse": lambda text: _b64(text.encode())[::-1],
    "utf-16": lambda text: _b64(text.encode("utf-16-le")),
    "prefix": lambda text: "v1." + _b64(text.encode()),
}

SEEDS: dict[str, Step] = {
    "plain": lambda text: text,
    "raw sha256": lambda text: _b64(hashlib.sha256(text.encode()).digest()),
    **{
        name: lambda text, name=name: hashlib.new(name, text.encode()).hexdigest()  # type: ignore[misc]
        for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
    },
}

PHONES = ("+49 1512 3456789", "+34 612 345 678", "+44 7400 123456", "+1 415 555 2671", "+48 512 345 678")
DOMAINS = ("poste.test", "web-mail.test", "gmail.com", "corp.co.test")


@st.composite
def persons(draw: st.DrawFn) -> dict[str, list[str]]:
    """An invented person of some country, with addresses that nobody has."""
    tag = draw(st.integers(10_000, 10**7))
    word = draw(st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=12))
    number = draw(
        st.one_of(
            st.sampled_from(PHONES),
            st.integers(1000, 9999).map(lambda n: f"06 39 98 {n // 100:02d} {n % 100:02d}"),
        )
    )
    return {
        "email": [f"{word}.{tag}@{draw(st.sampled_from(DOMAINS))}"],
        "phone": [number],
        "loyalty_card": [str(draw(st.integers(10**15, 10**16 - 1)))],
    }


def _message(place: str, text: str) -> Message:
    url, headers, body, kind = "https://t.traceur.test/c", (("User-Agent", "x"),), b"", "http"
    if place == "query":
        url += "?z=1&d=" + quote(text, safe="")
    elif place == "path":
        url += "/" + quote(text, safe="")
    elif place == "cookie":
        headers = (("Cookie", "a=b; u=" + quote(text, safe="")),)
    elif place == "header":
        headers = (("X-Data", text),)
    elif place == "form":
        body = ("a=1&d=" + quote(text, safe="")).encode()
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    elif place == "json":
        body = json.dumps({"d": text}).encode()
    elif place == "packed":
        body = gzip.compress(json.dumps({"d": text}).encode())
    else:
        body, kind = text.encode(), "ws"
    return Message("c", 1, kind, 0.0, "POST", url, headers, body, False, 1, 0)  # type: ignore[arg-type]


PLACES = {"form": "body", "json": "body", "packed": "body", "frame": "websocket"}


@settings(max_examples=400, deadline=None)
@given(
    persons(),
    st.sampled_from(("email", "phone", "loyalty_card")),
    st.sampled_from(sorted(SEEDS)),
    st.lists(st.sampled_from(sorted(STEPS)), max_size=4),
    st.sampled_from(("query", "path", "cookie", "header", "form", "json", "packed", "frame")),
)
def test_a_value_is_found_through_any_chain(
    person: dict[str, list[str]], kind: str, seed: str, steps: list[str], place: str
) -> None:
    text = person[kind][0].lower()
    for step in (SEEDS[seed], *(STEPS[name] for name in steps)):
        text = step(text)
    told = _message(place, text)
    found = Detector(identity.parse(person)).detect(
        told,
        extract(told),
        Verdict("other", "third", None, (), False),
        Attributed(1, "a.test", "high", "", "c"),
    )
    where = PLACES.get(place, place)
    assert any((hit.type, hit.location, hit.proof) == (kind, where, "identity") for hit in found), text
