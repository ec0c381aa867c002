"""Spellings of a date of birth."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from mouchard.identity.recipes.spelling import Spellings, ascii_folded

_ISO = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})$")
_EUROPEAN = re.compile(r"(\d{1,2})\D?(\d{1,2})(?:\D?(?=\d{4}$)|\D(?=\d\d$))(\d{2,4})$")
_NAMED = re.compile(
    r"(?:(\d{1,2})\S{0,2}\s+(?:de\s+)?([^\W\d]{3,10})\.?|([^\W\d]{3,10})\.?\s+(\d{1,2})\w{0,2}),?\s+(?:de\s+)?(\d{4})$"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        """jan ene gen,feb fev,mar mrz,avr apr abr,mai may mag,juin jun giu,juil jul lug,aou aug ago,
        sep set,oct okt ott,nov,dec dez dic""".split(","),
        1,
    )
    for name in names.split()
}
"""How months begin, in English, French, German, Spanish and Italian."""


_IN_WORDS = tuple(
    (form, names.split())
    for form, names in (
        (
            "DD MONTH YYYY",
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        ),
        (
            "MONTH DD, YYYY",
            "january february march april may june july august september october november december",
        ),
        (
            "DD. MONTH YYYY",
            "januar februar märz april mai juni juli august september oktober november dezember",
        ),
    )
)
"""A date as it is written out in French, English and German."""
_MONTH_FIRST = frozenset(("US", "PH"))
"""Countries that write the month before the day."""
_TIMES = (
    "T00:00:00.000Z", "T00:00:00Z", "T00:00:00", "T00:00:00+00:00", " 00:00:00", "T00:00", "T00:00Z",
    "T00:00:00.000", "T00:00:00.000+00:00", "T12:00:00.000Z", "T12:00:00Z",
)  # fmt: skip
"""The time of a birth that is known to the day: midnight, or noon, so that no zone makes it another day."""
_ZONES = {
    "US": (-4, -5, -6, -7, -8), "CA": (-3, -4, -5, -6, -7, -8), "MX": (-5, -6, -7), "BR": (-2, -3),
    "AR": (-3,), "IN": (5.5,), "CN": (8,), "PH": (8,), "JP": (9,), "KR": (9,), "AU": (8, 9.5, 10, 10.5, 11),
}  # fmt: skip
"""Hours ahead of UTC, in winter and in summer."""
_EUROPE = (1, 2)


def _beginning(month: str) -> str:
    plain = ascii_folded(month.lower())
    return plain[:4] if plain[:4] in _MONTHS else plain[:3]


def parts(value: str, region: str = "FR") -> tuple[str, str, str] | None:
    """Year, month and day of a date (`1987`, `05`, `14`), or None where it is no date."""
    parsed = _ISO.match(value)
    if parsed and int(parsed[2]) < 13:
        year, month, day = parsed.groups()
    elif named := _NAMED.match(value):
        day, year = named[1] or named[4], named[5]
        month = str(_MONTHS.get(_beginning(named[2] or named[3]), 13))
        if int(month) > 12:
            return None
    else:
        parsed = _EUROPEAN.match(value)
        if not parsed:
            return None
        day, month, year = parsed.groups()
        if len(year) == 2:
            year = ("20" if int(year) < 30 else "19") + year
        if int(month) > 12 or (region in _MONTH_FIRST and int(day) <= 12):
            day, month = month, day
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return year, f"{int(month):02d}", f"{int(day):02d}"


def spellings(value: str, region: str = "FR") -> Spellings:
    """All spellings of a date given as YYYY-MM-DD or DD/MM/YYYY (in the United States MM/DD/YYYY); all but
    the year alone are complete."""
    found = Spellings()
    told = parts(value, region)
    if told is None:
        found.put(value, "as_typed", "keyed")
        return found
    year, m, d = told
    for form in (
        "YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY", "MM/DD/YYYY", "MM-DD-YYYY",
        "DDMMYYYY", "MMDDYYYY", "YYYY/MM/DD", "YYYY.MM.DD", "DD MM YYYY", "YYMMDD", "DDMMYY", "DD/MM/YY",
        "MM/DD/YY",
    ):  # fmt: skip
        text = form.replace("YYYY", year).replace("YY", year[2:]).replace("MM", m).replace("DD", d)
        found.put(text, form, "keyed")
    found.put(f"{int(d)}/{int(m)}/{year}", "D/M/YYYY", "keyed")
    found.put(f"{int(m)}/{int(d)}/{year}", "M/D/YYYY", "keyed")
    found.put(f"{int(d)}.{int(m)}.{year}", "D.M.YYYY", "keyed")
    for form, months in _IN_WORDS:
        text = form.replace("YYYY", year).replace("DD", str(int(d))).replace("MONTH", months[int(m) - 1])
        found.put(text, "in words", "keyed")
    for time in _TIMES:
        found.put(f"{year}-{m}-{d}{time}", "ISO 8601", "keyed")
    _moments(found, int(year), int(m), int(d), _ZONES.get(region, _EUROPE))
    found.put(value, "as_typed", "keyed")
    return found


def _moments(found: Spellings, year: int, month: int, day: int, zones: Sequence[float]) -> None:
    """The day as a moment: seconds and milliseconds, and midnight where the person lives, as JavaScript
    writes it. `zones`: hours ahead of UTC."""
    if year < 1900:  # nobody lives, and the calendar begins somewhere
        return
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return
    seconds = int(midnight.timestamp())
    for text in (f"{seconds}", f"{seconds * 1000}", f"$D_{seconds}", f"/Date({seconds * 1000})/"):
        found.put(text, "epoch", "keyed")  # the last two as CleverTap and ASP.NET mark a date
    for hours in zones:
        there = midnight - timedelta(hours=hours)
        found.put(f"{there:%Y-%m-%dT%H:%M:%S}.000Z", "ISO 8601", "keyed")
        found.put(f"{int(there.timestamp()) * 1000}", "epoch", "keyed")
