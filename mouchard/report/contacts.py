"""When each recipient was first contacted in each phase, and when it first got more than that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mouchard.capture.records import Phase
from mouchard.model import Level
from mouchard.store.rows import MarkRow, RequestRow


@dataclass(frozen=True, slots=True)
class FirstContact:
    """The first message of a level to a recipient in a phase; none for what came later at no higher level."""

    recipient: str
    phase: Phase
    after: float
    """Seconds since the phase began: since the choice, or since the first message of the capture."""
    level: Level


class Firsts:
    """Feed it the requests of a site in the order of recording."""

    def __init__(self, marks: Iterable[MarkRow]) -> None:
        self._marks = tuple(marks)
        self._began: dict[str, float] = {}
        self._first: dict[tuple[str, Phase, Level], float] = {}

    def add(self, row: RequestRow) -> None:
        """Take in one request; what did not leave, or is too close to a choice, counts for nothing."""
        capture = row.request.partition("/")[0]
        self._began.setdefault(capture, row.time)
        left = row.outcome == "forwarded" or row.outcome.startswith("answered")
        if row.party == "first" or row.phase == "unsettled" or not left:
            return
        choice = since(self._marks, capture, row.phase, row.time)
        after = max(0.0, row.time - (self._began[capture] if choice is None else choice))
        recipient = row.company if row.company and row.party != "relay" else row.host
        key = (recipient, row.phase, row.level)
        self._first[key] = min(after, self._first.get(key, after))

    def found(self) -> tuple[FirstContact, ...]:
        """By recipient and phase, each in order of time, the levels rising."""
        return tuple(self._rising())

    def _rising(self) -> Iterator[FirstContact]:
        highest: dict[tuple[str, Phase], Level] = {}
        for (recipient, phase, level), after in sorted(
            self._first.items(), key=lambda item: (item[0][:2], item[1], -int(item[0][2][1]))
        ):
            if level > highest.get((recipient, phase), ""):
                highest[recipient, phase] = level
                yield FirstContact(recipient, phase, after, level)


def since(marks: Sequence[MarkRow], capture: str, phase: Phase, time: float) -> float | None:
    """When the choice of this phase was made that held at that time; None for a phase without a choice."""
    made = [mark.time for mark in marks if (mark.capture, mark.phase) == (capture, phase)]
    return max((at for at in made if at <= time), default=None)
