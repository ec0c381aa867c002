"""Two charts of what goes where: from your data to a country, and who holds the same identifier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mouchard import words
from mouchard.grade import form
from mouchard.language import _, plural
from mouchard.model import Level
from mouchard.report.axes import place
from mouchard.report.content import SiteReport, recipient_of, verb
from mouchard.report.document import Band, Bands, Table
from mouchard.report.places import country
from mouchard.store.rows import FindingRow

MOST = 12
"""Recipients that have a node of their own; the rest are one node."""
IDENTIFIERS = frozenset(
    """email phone username loyalty_card ad_id device_id user_id id_sync mac bssid dob street nir iban
    payment_card""".split()
)
"""Types that make it possible to recognise the same person again."""


def flow(report: SiteReport) -> Bands | None:
    """Data type → form → recipient → seat; None where nothing left."""
    names = _named(report)
    levels: dict[tuple[str, ...], Level] = {}
    for row in _left(report):
        found = row.finding
        ways = (
            _(words.short(found.type)),
            _(words.FORMS[form(found.chain, found.normalisation)]),
            names.get(recipient_of(row), _("others")),
            country(place(row)) or _("seat unknown"),
        )
        levels[ways] = max(levels.get(ways, "L0"), found.level)
    heads = (_("Data"), _("Form"), _("Recipient"), _("Seat"))
    return _bands(heads, levels, _("From your data to the recipient, and where it has its seat"))


def shared_identifiers(report: SiteReport) -> Bands | None:
    """Identifier → recipients, for what more than one of them got; None where there is none."""
    names = _named(report)
    holders: dict[tuple[str, str], dict[str, Level]] = {}
    shown: dict[tuple[str, str], str] = {}
    for row in _left(report):
        found = row.finding
        if found.type in IDENTIFIERS and found.normalisation != "masked":
            key = (found.type, found.value_token or found.value)
            shown.setdefault(key, f"{_(words.short(found.type))} {found.value}")
            held = holders.setdefault(key, {})
            held[recipient_of(row)] = max(held.get(recipient_of(row), "L0"), found.level)
    levels: dict[tuple[str, ...], Level] = {}
    for key, held in holders.items():
        if len(held) > 1:
            for recipient, level in held.items():
                levels[shown[key], names.get(recipient, _("others"))] = level
    heads = (_("Identifier"), _("Held by"))
    return _bands(heads, levels, _("The same identifier at several recipients"))


def _bands(heads: tuple[str, ...], levels: dict[tuple[str, ...], Level], caption: str) -> Bands | None:
    if not levels:
        return None
    ordered = sorted(levels.items(), key=lambda way: -int(way[1][1]))  # stable: cards come by weight
    twin = Table(
        heads=(*heads, _("Level")),
        rows=tuple((*way, f"{level} {_(words.LEVELS[level])}") for way, level in ordered),
        caption=caption,
    )
    return Bands(heads, tuple(Band(way, level) for way, level in ordered), twin)


def _left(report: SiteReport) -> Iterable[FindingRow]:
    return (row for card in report.cards for row in card.rows if verb(row) not in ("tried", "exposed"))


def _named(report: SiteReport) -> dict[str, str]:
    """Recipients with findings that are named in a chart, by weight; the others share one node."""
    found: Sequence[str] = list(dict.fromkeys(card.recipient for card in report.cards))
    if len(found) <= MOST:
        return dict(zip(found, found, strict=True))
    others = plural("{n} other", "{n} others", len(found) - MOST + 1)
    return {name: name if place < MOST - 1 else others for place, name in enumerate(found)}
