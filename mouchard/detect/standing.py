"""Whether what was found in a text stands there by itself, and under which recipe it is spelt so."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mouchard.detect.index import Entry, Needle
from mouchard.model import DataType, Node

_DIGITS: frozenset[DataType] = frozenset(
    ("phone", "loyalty_card", "nir", "payment_card", "user_id", "device_id", "ip")
)
_OPERATOR = re.compile(r"(?:\A|[=.,(\n])(?:n?eq|i?like|in|is)\.\Z")
"""How PostgREST compares: `email=eq.a@b.test`, `or=(email.eq.a@b.test)`."""

_NUMBERED = re.compile(r"(?:\A|[!&?\n])\d{1,3}s\Z")
"""How maps of Google write a text: `!2s12 rue des Lilas`."""


def stands(entry: Entry, low: str, begin: int, end: int) -> bool:
    """Whether a match is the whole of a value rather than a piece of a longer one."""
    before = low[begin - 1] if begin else "\n"
    after = low[end] if end < len(low) else "\n"
    if before == "s" and _NUMBERED.search(low, max(0, begin - 6), begin):
        before = "="
    if entry.type == "email":
        if before == "." and _OPERATOR.search(low, max(0, begin - 8), begin):
            before = "="
        return not (before.isalnum() or before in ".+") and not (after.isalnum() or after == "-")
    if entry.type == "password" and len(entry.value) > 9:
        return True
    first, last = low[begin], low[end - 1]
    if entry.type in _DIGITS:
        if (before.isdigit() and first.isdigit()) or (after.isdigit() and last.isdigit()):
            return False
        if before == "." and begin > 1 and low[begin - 2].isdigit():
            return False
        if after == "." and end + 1 < len(low) and low[end + 1].isdigit():
            return False
        return not (before.isalpha() and first.isdigit() and after.isalpha())
    return not (before.isalnum() and first.isalnum()) and not (after.isalnum() and last.isalnum())


def outermost(found: Iterable[tuple[int, int, Needle]], text: str, low: str) -> list[tuple[int, int, Needle]]:
    """The matches (begin, end, needle) that stand for themselves and lie in no other one, the longest
    first."""
    kept: list[tuple[int, int, Needle]] = []
    reached = 0
    for begin, end, needle in sorted(found, key=lambda match: (match[0], -match[1])):
        if end <= reached or not stands(needle.entry, low, begin, end):
            continue
        if needle.entry.type == "password" and needle.entry.value != text[begin:end]:
            continue
        reached = end
        kept.append((begin, end, needle))
    return sorted(kept, key=lambda match: match[0] - match[1])


def says(text: str) -> bool:
    """Whether a text is long enough to say something without a name: two signs of Chinese are."""
    return len(text) > (2 if text.isascii() else 1)


def cased(needle: Needle, text: str) -> tuple[str, ...]:
    """Recipes of a spelling in mixed case that no recipe writes."""
    return needle.spelt.get(text.lower()) or next(iter(needle.spelt.values()))


def offsets(nodes: Iterable[Node]) -> list[int]:
    """Where each text begins when they are joined by one character."""
    begins, at = [], 0
    for node in nodes:
        begins.append(at)
        at += len(node.value) + 1
    return begins
