"""Hostile text made safe to print: no escape, no direction trick, nothing invisible reaches a terminal."""

from __future__ import annotations

import re
import unicodedata

_COMBINING_MAX = 3
"""Marks kept on one letter: enough for every living script, too few to climb over other lines."""

_PICTURES = {code: chr(0x2400 + code) for code in range(0x20)} | {0x7F: "\u2421"}
_HARMLESS = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u203a\u2190-\u21ff]*").fullmatch
"""Latin letters, punctuation and arrows: nothing of it is changed, and nearly all that is shown is of it."""
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that draw nothing, which `str.isprintable` lets pass."""


def printable(text: str, limit: int = 400) -> str:
    """The text on one line, at most `limit` characters, every control or invisible character visible.

    C0 controls become their pictures (ESC is U+241B), C1 controls, lone surrogates and unassigned
    characters U+FFFD, direction marks, zero-width characters, variation selectors and line separators a
    lozenge; other spaces become a space, a heap of combining marks is cut to three. The cut comes first,
    so that the cost is bounded by `limit`, whatever the length of `text`.
    """
    if len(text) > limit:
        text = text[: max(limit - 1, 0)] + "\u2026"[:limit]
    if _HARMLESS(text):
        return text
    if text.isascii():
        return text.translate(_PICTURES)
    shown: list[str] = []
    marks = 0
    for char in text:
        safe = _safe(char)
        marks = marks + 1 if unicodedata.category(safe)[0] == "M" else 0
        if marks <= _COMBINING_MAX:
            shown.append(safe)
    return "".join(shown)


def _safe(char: str) -> str:
    code = ord(char)
    if code in _PICTURES:
        return _PICTURES[code]
    if char in _BLANK or 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF:
        return "\u25ca"
    if char.isprintable():
        return char
    match unicodedata.category(char):
        case "Zs":
            return " "
        case "Cf" | "Zl" | "Zp":
            return "\u25ca"
        case _:
            return "\ufffd"
