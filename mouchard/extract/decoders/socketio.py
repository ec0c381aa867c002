"""socket.io and engine.io framing: digits, a namespace, then JSON; SockJS `a[...]`."""

from __future__ import annotations

import re

from mouchard.extract.part import Part

_FRAME = re.compile(r"(?:\d{1,3}(?:\d*-)?(?:/[\w/.-]{0,80},)?\d{0,12}|a)(?=[\[{])")
_BINARY = re.compile(r"b\d?(?=[A-Za-z0-9+/]{8,}={0,2}$)")


def decode(value: str) -> tuple[Part, ...]:
    """The JSON text behind the framing."""
    found = _FRAME.match(value)
    return (Part(("socketio",), "", "", value[found.end() :]),) if found else ()


def binary(value: str) -> str:
    """The Base64 of a binary packet that engine.io sends as text (`b4...`), or empty."""
    found = _BINARY.match(value)
    return value[found.end() :] if found else ""
