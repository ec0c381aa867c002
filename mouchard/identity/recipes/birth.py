"""Spellings of a date of birth."""

from __future__ import annotations

import re

from mouchard.identity.recipes.spelling import Spellings

_ISO = re.compile(r"(\d{4})\D?(\d{1,2})\D?(\d{1,2})$")
_EUROPEAN = re.compile(r"(\d{1,2})\D?(\d{1,2})\D?(\d{4})$")


def spellings(value: str) -> Spellings:
    """All spellings of a date given as YYYY-MM-DD or DD/MM/YYYY; all but the year alone are complete."""
    found = Spellings()
    parsed = _ISO.match(value)
    if parsed:
        year, month, day = parsed.groups()
    else:
        parsed = _EUROPEAN.match(value)
        if not parsed:
            found.put(value, "as_typed", "keyed")
            return found
        day, month, year = parsed.groups()
    d, m = f"{int(day):02d}", f"{int(month):02d}"
    for form in (
        "YYYY-MM-DD", "YYYYMMDD", "DD/MM/YYYY", "DD-MM-YYYY", "DD.MM.YYYY", "MM/DD/YYYY", "MM-DD-YYYY",
        "DDMMYYYY", "MMDDYYYY", "YYYY/MM/DD", "YYYY.MM.DD", "DD MM YYYY", "YYMMDD", "DDMMYY", "DD/MM/YY",
    ):  # fmt: skip
        text = form.replace("YYYY", year).replace("YY", year[2:]).replace("MM", m).replace("DD", d)
        found.put(text, form, "keyed")
    found.put(f"{int(day)}/{int(month)}/{year}", "D/M/YYYY", "keyed")
    found.put(f"{int(month)}/{int(day)}/{year}", "M/D/YYYY", "keyed")
    found.put(f"{year}-{m}-{d}T00:00:00.000Z", "ISO 8601", "keyed")
    found.put(f"{year}-{m}-{d}T00:00:00Z", "ISO 8601", "keyed")
    found.put(value, "as_typed", "keyed")
    return found
