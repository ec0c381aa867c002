"""What a choice changed: who got which data in which phase, as a set difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mouchard.capture.records import Phase
from mouchard.report.content import recipient_of
from mouchard.store.filterlang import Query
from mouchard.store.read import Reader

COMPARED: tuple[Phase, ...] = ("before", "accepted", "refused", "withdrawn")


@dataclass(frozen=True, slots=True)
class Difference:
    """`phases`: (recipient, data type) -> the phases in which it was seen; an empty type is a contact."""

    phases: Mapping[tuple[str, str], frozenset[Phase]]

    def rows(self) -> Iterator[tuple[str, str, tuple[bool, ...]]]:
        """Recipient, data type, and whether it was seen in each phase of `COMPARED`; worst first."""
        ranked = sorted(self.phases.items(), key=lambda item: (-_weight(item[1]), *item[0]))
        for (recipient, kind), seen in ranked:
            yield recipient, kind, tuple(phase in seen for phase in COMPARED)

    def only(self, phase: Phase, without: Phase | None = None) -> list[tuple[str, str]]:
        """What was seen in one phase, and not in the other if one is named."""
        return sorted(key for key, seen in self.phases.items() if phase in seen and without not in seen)


def difference(reader: Reader, query: Query, site: str) -> Difference:
    """Between the phases of a site, over the chosen messages; unsettled ones support nothing."""
    found: dict[tuple[str, str], set[Phase]] = {}
    for phase in COMPARED:
        chosen = query.and_("phase", phase)
        for flow in reader.flows(chosen):
            if flow.site == site and flow.party != "first":
                found.setdefault((flow.recipient, ""), set()).add(phase)
        for row in reader.findings(chosen):
            if row.site == site and row.party != "first":
                found.setdefault((recipient_of(row), row.finding.type), set()).add(phase)
    told = {recipient for recipient, kind in found if kind}
    return Difference({key: frozenset(seen) for key, seen in found.items() if key[1] or key[0] not in told})


def _weight(seen: frozenset[Phase]) -> int:
    """What goes on after a no comes first, then what comes before any choice."""
    return 4 * bool(seen & {"refused", "withdrawn"}) + 2 * ("before" in seen) + ("accepted" in seen)
