r"""Backslash escapes of JavaScript, JSON and C: `\u00e9`, `\x40`, `\100`."""

from __future__ import annotations

import re

from mouchard.extract.part import Part

_ESCAPE = re.compile(
    r"\\{1,4}(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\})|((?:\\{1,4}x[0-9a-fA-F]{2}|\\{1,4}[0-3][0-7]{2})+)"
)
"""With up to four strokes: an escape in a text in a text has its own stroke escaped."""
_BYTE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|([0-3][0-7]{2}))")


def decode(value: str) -> tuple[Part, ...]:
    """The text behind the escapes, surrogate pairs joined."""
    if not _ESCAPE.search(value):
        return ()
    text = _ESCAPE.sub(_character, value)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if text[:1] not in "{[":  # JSON keeps its own escapes for its own decoder
        text = text.replace('\\"', '"').replace("\\/", "/")
    return (Part(("unicode-escape",), "", "", text),)


def _character(found: re.Match[str]) -> str:
    if not found[3]:
        return chr(min(int(found[1] or found[2], 16), 0x10FFFF))
    data = bytes(int(hexed, 16) if hexed else int(octal, 8) for hexed, octal in _BYTE.findall(found[3]))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")
