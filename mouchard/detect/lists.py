"""Several values in one text: lists with separators, and addresses on one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mouchard.detect.index import Entry
from mouchard.detect.standing import says
from mouchard.model import DataType

BESIDE: frozenset[DataType] = frozenset(("first_name", "last_name", "name", "city", "street", "dob", "zip"))
"""Types of low entropy that count without a key when a stronger value lies in the same structure."""

_LISTED = re.compile(r"[|;,\t]")
_BETWEEN = re.compile(r"[\s,;|/()]+")
_LAND = re.compile(r"[a-z]{1,2}-(?=\d)")
"""`D-80331`, `CH-1204`."""
_TOWN: frozenset[DataType] = frozenset(("city", "zip"))
_WORDS = 40
_LONGEST = 5
"""Words that the name of a city has at most."""


def within(text: str, told: Mapping[DataType, str], known: Mapping[str, Sequence[Entry]]) -> Iterator[Entry]:
    """What else the known values are in a text in which `told` was found: `a.dupont@poste.test;Dupont;Anne`,
    `12 rue des Lilas, 42000 Nice`."""
    done = set(told)
    for piece, types in (*_pieces(text), *_beside_street(text, told.get("street", ""))):
        for entry in known.get(piece, ()):
            if entry.type in types and entry.type not in done and not entry.chain:
                done.add(entry.type)
                yield entry
                break


def _pieces(text: str) -> Iterator[tuple[str, frozenset[DataType]]]:
    pieces = _LISTED.split(text.strip('"'), 40)
    if len(pieces) > 2:
        for piece in pieces:
            if says(piece):
                yield piece.strip().lower(), BESIDE


def _beside_street(text: str, street: str) -> Iterator[tuple[str, frozenset[DataType]]]:
    if not street:
        return
    words = _BETWEEN.split(text.lower().replace(street.lower(), " "), _WORDS)[:_WORDS]
    words = [_LAND.sub("", word) for word in words if word]
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + _LONGEST, len(words)) + 1):
            yield " ".join(words[begin:end]), _TOWN
