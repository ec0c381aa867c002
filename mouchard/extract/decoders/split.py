"""Tokens inside a longer text: digests and encoded pieces between separators."""

from __future__ import annotations

import re

from mouchard.extract.part import Part

_HEX_RUN = re.compile(r"(?<![0-9a-fA-F])(?:[0-9a-fA-F]{8}){4,16}(?![0-9a-fA-F])")
_TOKEN_RUN = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_HEX_SIZES = frozenset((32, 40, 56, 64, 96, 128))
_MAX_RUNS = 64


def digests(value: str) -> tuple[Part, ...]:
    """The hexadecimal digests inside a text, as bytes."""
    parts = []
    for found in _HEX_RUN.finditer(value):
        digits = found[0]
        if len(digits) in _HEX_SIZES:
            step = "hex" if digits.islower() or digits.isdigit() else "hexupper"
            place = _place(found.start(), found.end(), len(value))
            parts.append(Part((place, step), "", "", bytes.fromhex(digits)))
            if len(parts) >= _MAX_RUNS:
                break
    return tuple(parts)


def tokens(value: str) -> list[tuple[str, str]]:
    """The long tokens inside a text, each with `prefix`, `suffix` or `split`: what was cut off."""
    runs: list[tuple[str, str]] = []
    for found in _TOKEN_RUN.finditer(value):
        if found.end() - found.start() < len(value):
            runs.append((_place(found.start(), found.end(), len(value)), found[0]))
            if len(runs) >= _MAX_RUNS:
                break
    return runs


def _place(begin: int, end: int, size: int) -> str:
    if begin == 0:
        return "suffix"
    return "prefix" if end == size else "split"
