"""Query strings: `a=1&b[c]=2`, as bodies and as values inside values."""

from __future__ import annotations

import re

from mouchard.extract.decoders.percent import component
from mouchard.extract.part import MAX_LEAVES, Part, Peeled

_LOOKS = re.compile(r"[\w.$%+\[\]:~-]{1,120}=[^=]")
_PAIR = re.compile(r"\s{0,4}[\w.$%+\[\]:~-]{1,120}=|\s*$")
_PLAIN_KEY = re.compile(r"[\w.$%+\[\]:~-]{1,120}$")


def looks(value: str) -> bool:
    """True for `name=value`, with every further piece a name or a pair too."""
    if not _LOOKS.match(value) or " " in value.split("=", 1)[0]:
        return False
    pieces = value.split("&", 64)
    if len(pieces) == 1:
        return "://" not in value.split("=", 1)[0]
    named = sum(1 for piece in pieces if not piece or _PLAIN_KEY.match(piece.split("=", 1)[0]))
    return named * 4 >= len(pieces) * 3


def decode(value: str, step: str = "query") -> Peeled:
    """Every pair of a query string. `+` is given both ways: as it is, and as a space."""
    parts: list[Part] = []
    cut = ""
    separator = _separator(value)
    for piece in value.split(separator):
        if separator != "&":
            piece = piece.strip()
        if not piece:
            continue
        raw_key, equals, raw = piece.partition("=")
        if not equals:
            raw_key, raw = "", raw_key
        key = component(raw_key)[0] if raw_key else ""
        text, percent, spaced = component(raw)
        if len(key) > 24 and not text.strip("="):  # a text where a name should be: `{"a": 1}=`
            parts.append(Part((step, "percent") if "%" in raw_key else (step,), "", "", key))
            continue
        if not text:
            continue
        steps = (step, percent) if percent else (step,)
        name = _innermost(key)
        parts.append(Part(steps, key, name, text))
        if spaced:
            parts.append(Part(steps, key, name, spaced))
        if len(parts) >= MAX_LEAVES:
            cut = "nodes"
            break
    return Peeled(tuple(parts), not cut, cut)


def _separator(value: str) -> str:
    """`&`, or the sign between the pairs of `a=1;b=2` or `a=1,b=2`."""
    if "&" not in value:
        for separator in ";,|":
            if separator in value and all(map(_PAIR.match, value.split(separator, 200))):
                return separator
    return "&"


def _innermost(key: str) -> str:
    """`ud[em]` -> `em`, `a.b` -> `a.b`, `items[0][name]` -> `name`, `list[]` -> `list`."""
    if not key.endswith("]"):
        return key
    outer, _, inner = key[:-1].rpartition("[")
    if inner and not inner.isdigit():
        return inner
    return _innermost(outer) if outer else key


innermost = _innermost
