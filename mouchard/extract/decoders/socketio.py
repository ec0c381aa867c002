"""socket.io and engine.io framing: digits, a namespace, then JSON; SockJS `a[...]`."""

from __future__ import annotations

import re

from mouchard.extract.part import Part

_FRAME = re.compile(r"(?:\d{1,3}(?:\d*-)?(?:/[\w/.-]{0,80},)?\d{0,12}|a)(?=[\[{])")


def decode(value: str) -> tuple[Part, ...]:
    """The JSON text behind the framing."""
    found = _FRAME.match(value)
    return (Part(("socketio",), "", "", value[found.end() :]),) if found else ()
