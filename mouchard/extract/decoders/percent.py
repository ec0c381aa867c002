"""Percent-encoding: UTF-8, else ISO-8859-1 (old French shops), and JavaScript's `escape()`."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from mouchard.extract.part import Part

_ESCAPE = re.compile(r"%(?:u([0-9a-fA-F]{4})|[0-9a-fA-F]{2})")
_WIDE = re.compile(r"%u([0-9a-fA-F]{4})")
REMEMBERED = 512
"""Longest component that is kept in memory."""


def decode(value: str) -> tuple[Part, ...]:
    """The text behind `%XX`, one layer. `+` is given both ways: as it is, and as a space."""
    if not _ESCAPE.search(value):
        return ()
    text, step = unescape(value)
    if text == value:
        return ()
    if "+" not in value:
        return (Part((step,), "", "", text),)
    return Part((step,), "", "", text), Part((step,), "", "", unescape(value.replace("+", " "))[0])


def unescape(value: str) -> tuple[str, str]:
    """Text and step (`percent` or `percent:latin1`) of one layer of percent-encoding."""
    if "%u" in value:
        value = _WIDE.sub(lambda found: chr(int(found[1], 16)), value)
    try:
        return unquote(value, errors="strict"), "percent"
    except UnicodeDecodeError:
        return unquote(value, encoding="latin-1"), "percent:latin1"


def component(raw: str) -> tuple[str, str, str]:
    """A query or form component: text, step (empty when nothing was escaped), and, where it differs,
    the text with `+` read as a space (else empty)."""
    if "%" not in raw and "+" not in raw:
        return raw, "", ""
    return remembered(raw) if len(raw) <= REMEMBERED else _read(raw)


@lru_cache(maxsize=4096)
def remembered(raw: str) -> tuple[str, str, str]:
    """`component`, remembered: page addresses come with every request."""
    return _read(raw)


def _read(raw: str) -> tuple[str, str, str]:
    if "%" in raw:
        text, step = unescape(raw)
        if text == raw:
            step = ""
    else:
        text, step = raw, ""
    spaced = ""
    if "+" in raw:
        spaced = raw.replace("+", " ")
        if step:
            spaced = unescape(spaced)[0]
    return text, step, spaced
