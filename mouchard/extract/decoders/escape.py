r"""Backslash escapes of JavaScript and JSON: `\u00e9`, `\x40`."""

from __future__ import annotations

import re

from mouchard.extract.part import Part

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2}))")


def decode(value: str) -> tuple[Part, ...]:
    """The text behind the escapes, surrogate pairs joined."""
    if not _ESCAPE.search(value):
        return ()
    text = _ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2] or found[3], 16), 0x10FFFF)), value)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if text[:1] not in "{[":  # JSON keeps its own escapes for its own decoder
        text = text.replace('\\"', '"').replace("\\/", "/")
    return (Part(("unicode-escape",), "", "", text),)
