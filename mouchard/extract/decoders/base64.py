"""Base64 of both alphabets, with or without padding."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64

from mouchard.extract.part import Part, as_text

TOKEN = re.compile(r"[A-Za-z0-9+/_ -]{8,}={0,2}$")
_PADDING = ("", "", "==", "=")
"""What is missing behind a token, by its length modulo 4."""


def decode(value: str) -> tuple[Part, ...]:
    """The text or the bytes of the whole token."""
    if not TOKEN.match(value):
        return ()
    data = to_bytes(value)
    if not data:
        return ()
    step = "base64url" if "-" in value or "_" in value else "base64"
    text = as_text(data)
    if text is not None and not text.isascii() and len(data) < 10 and _by_chance(text):
        text = None
    return (Part((step,), "", "", data if text is None else text),)


def to_bytes(value: str) -> bytes:
    """The bytes of a token of either alphabet, padding mended; empty where it is none."""
    body = value.replace("-", "+").replace("_", "/").replace(" ", "+").rstrip("=")
    if len(body) % 4 == 1:
        body = body[:-1]
    try:
        return a2b_base64(body + _PADDING[len(body) % 4])
    except (Error, ValueError):
        return b""


def _by_chance(text: str) -> bool:
    """Whether a short text in many scripts is more likely bytes that happen to be UTF-8."""
    return sum(1 for c in text if c.isascii() or (c.isalpha() and c < "\u0250")) < len(text)
