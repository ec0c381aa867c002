"""What changed between two measurements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mouchard.compare.measured import Leak, Measured
from mouchard.model import Level

Kind = Literal["new", "gone", "level up", "level down"]


@dataclass(frozen=True, slots=True)
class Change:
    """One leak that is not as it was; an empty level where there was none."""

    kind: Kind
    leak: Leak
    before: Level | Literal[""]
    after: Level | Literal[""]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, worst first, and what could not be compared."""

    changes: tuple[Change, ...]
    unmeasured: tuple[tuple[str, str], ...]
    """(site, phase) measured on one side only: nothing is said of them."""
    same_rules: bool | None
    """None where a side does not say by which rules it judged."""
    unknown: tuple[tuple[str, str, str], ...] = ()
    """(site, recipient, phase) left out: a side judged it by other rules, and its bytes are gone."""


def compare(before: Measured, after: Measured) -> Comparison:
    """What is new, gone, higher or lower, in the phases that both sides measured."""
    places = [
        {(site, phase) for site in side.sites for phase in side.phases[site]} for side in (before, after)
    ]
    both = places[0] & places[1]
    unknown = before.unknown | after.unknown
    changes = []
    for leak in before.levels.keys() | after.levels.keys():
        if (leak.site, leak.phase) in both and (leak.site, leak.recipient, leak.phase) not in unknown:
            old: Level | Literal[""] = before.levels.get(leak, "")
            new: Level | Literal[""] = after.levels.get(leak, "")
            if old != new:
                kind: Kind = (
                    "new" if not old else "gone" if not new else "level up" if new > old else "level down"
                )
                changes.append(Change(kind, leak, old, new))
    changes.sort(key=lambda change: (_rank(change), change.leak))
    known = bool(before.rulesets and after.rulesets)
    same = before.rulesets == after.rulesets if known else None
    return Comparison(tuple(changes), tuple(sorted(places[0] ^ places[1])), same, tuple(sorted(unknown)))


def _rank(change: Change) -> int:
    return -int(max(change.before, change.after)[1])
