"""The words of a filter and what they may say."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from mouchard.capture.records import Phase
from mouchard.errors import BadInput
from mouchard.model import DATA_TYPES, LEVELS, Party, Proof

REQUEST_TYPES = tuple(
    """script image stylesheet xmlhttprequest subdocument document font media websocket ping other""".split()
)
LOCATIONS = tuple("host path query fragment header cookie body websocket dns sni".split())
KEYS = tuple("site company host type level party proof phase client person since list location".split())

_VOCABULARY: Mapping[str, Collection[str]] = {
    "type": DATA_TYPES + REQUEST_TYPES,
    "level": LEVELS,
    "party": get_args(Party),
    "proof": get_args(Proof),
    "phase": get_args(Phase),
}
_OF_FINDING = frozenset({"type", "proof", "person", "location"})
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter; key is empty for a bare word."""

    key: str
    value: str
    negated: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The alternatives of a closed vocabulary."""
        return tuple(self.value.split(","))

    @property
    def of_finding(self) -> bool:
        """True where it speaks of a finding rather than of its message."""
        if self.key == "type":
            return all(word in DATA_TYPES for word in self.words)
        return self.key in _OF_FINDING

    def __str__(self) -> str:
        value = f'"{self.value}"' if re.search(r"[\s:]|^$|^-", self.value) else self.value
        return f"{'-' * self.negated}{self.key}{':' * bool(self.key)}{value}"


def checked(term: Term) -> Term:
    """The word in its canonical spelling; BadInput names the valid keys or values."""
    key, value = term.key, term.value
    if re.search(r"[\ud800-\udfff]", value):  # no database takes half a character
        raise BadInput("the filter has a broken character", "write it in UTF-8")
    if not key:
        return term
    if key not in KEYS:
        hint = f'keys: {" ".join(KEYS)}; quote a word that has a colon: "{key}:{value}"'
        raise BadInput(f"the filter knows no key {key!r}", hint)
    if not value:
        raise BadInput(f"the filter has no value after {key}:", _hint(key))
    if key in _VOCABULARY:
        known = {word.lower(): word for word in _VOCABULARY[key]}
        words = value.lower().split(",")
        if key == "level" and len(words) > 1:
            raise BadInput("the filter takes one level", "level:L2 means L2 or above")
        for word in words:
            if word not in known:
                raise BadInput(f"the filter knows no {key} {word!r}", _hint(key))
        return Term(key, ",".join(known[word] for word in words), term.negated)
    if key == "location" and value.split(".")[0] not in LOCATIONS:
        raise BadInput(f"the filter knows no location {value!r}", _hint(key))
    if key == "since":
        since(value, 0.0)
    return term


def since(value: str, now: float) -> float:
    """The moment an age or a date means, in seconds since the epoch."""
    if age := re.fullmatch(r"(\d{1,9})([smhdw])", value):
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.astimezone()).astimezone(UTC).timestamp()
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"the filter cannot read the time {value!r}", _hint("since")) from None


def _hint(key: str) -> str:
    if key in _VOCABULARY:
        return f"one of: {' '.join(_VOCABULARY[key])}"
    if key == "location":
        return f"one of: {' '.join(LOCATIONS)}, also with a field: query.ud[em]"
    if key == "since":
        return "an age as 30m 2h 7d, or a moment as 2026-03-01 or 2026-03-01T14:00Z"
    return f"write {key}:NAME"
