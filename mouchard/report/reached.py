"""How much each recipient got: what left, not what was only tried."""

from __future__ import annotations

from mouchard.capture.records import Phase
from mouchard.model import Level
from mouchard.report.content import SiteReport, stands_for, verb
from mouchard.store.rows import Flow


class Reached:
    """The highest level that left to each recipient, over all and in each phase."""

    def __init__(self, report: SiteReport) -> None:
        self._levels: dict[tuple[str, Phase | None], Level] = {}
        for card in report.cards:
            for row in card.rows:
                if verb(row) != "tried":
                    for phase in (None, row.phase):
                        key = (card.recipient, phase)
                        self._levels[key] = max(self._levels.get(key, "L0"), row.finding.level)

    def level(self, flow: Flow, phase: Phase | None = None) -> Level:
        """L0 where nothing but the contact is known to have reached it."""
        return max((self._levels.get((name, phase), "L0") for name in stands_for(flow)), default="L0")

    def got(self, flow: Flow) -> bool:
        """True where any finding left to it."""
        return any((name, None) in self._levels for name in stands_for(flow))
