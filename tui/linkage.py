"""What one company can put together: the same value from several sites or devices joins them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mouchard.model import LEVELS, DataType
from mouchard.store.rows import FindingRow

JOINING: frozenset[DataType] = frozenset(
    """email phone username name street loyalty_card nir iban payment_card mac bssid ad_id device_id user_id
    fingerprint id_sync""".split()
)
"""Data types whose value tells one person or one device from all others."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One value that the company received, and where it came from."""

    type: DataType
    value: str
    """Masked."""
    sites: tuple[str, ...]
    devices: tuple[str, ...]

    @property
    def joins(self) -> bool:
        """True where it ties several sites or devices to one person."""
        return len(self.sites) > 1 or len(self.devices) > 1


def links(rows: Iterable[FindingRow]) -> tuple[Tie, ...]:
    """The joining values, those that tie the most together first; the same token means the same value."""
    groups: dict[tuple[str, str], list[FindingRow]] = {}
    for row in rows:
        if row.finding.type in JOINING and row.finding.value_token:
            groups.setdefault((row.finding.type, row.finding.value_token), []).append(row)
    found = [
        (
            max(LEVELS.index(row.finding.level) for row in group),
            Tie(
                kind,
                group[0].finding.value,
                tuple(sorted({row.site for row in group})),
                tuple(sorted({row.client_name or row.client for row in group})),
            ),
        )
        for (kind, _token), group in groups.items()
    ]
    found.sort(key=lambda pair: (-len(pair[1].sites), -len(pair[1].devices), -pair[0], pair[1].type))
    return tuple(link for _level, link in found)
