"""Days, times and spans as a report writes them: UTC, in the language in use."""

from __future__ import annotations

from datetime import UTC, date, datetime

from mouchard.language import _, spoken

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
_UNITS = ((60.0, "s"), (3600.0, "min"), (86400.0, "h"), (float("inf"), "d"))


def moment(time: float) -> str:
    """A time in words, UTC, as it stands in records: `2026-11-21 09:01:03 UTC`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def clock(time: float) -> str:
    """The time of day, UTC: `09:01:03`."""
    return datetime.fromtimestamp(time, UTC).strftime("%H:%M:%S")


def day(of: date | float) -> str:
    """A day in words: `21 November 2026`, `1er mars 2027`."""
    when = datetime.fromtimestamp(of, UTC).date() if isinstance(of, int | float) else of
    language = spoken()
    number = "1er" if language == "fr" and when.day == 1 else str(when.day)
    return f"{number} {_MONTHS[language][when.month - 1]} {when.year}"


def span(seconds: float) -> str:
    """How long: `0.4 s`, `14 s`, `5 min`, `3 h`, `2 d`."""
    unit, size = "s", 1.0
    for below, name in _UNITS:
        unit = name
        if seconds < 2 * below and seconds != below:  # 90 s say more than 1 min
            break
        size = below
    count = seconds / size
    number = f"{count:.1f}" if count < 10 and unit == "s" and count % 1 else f"{count:.0f}"
    if spoken() == "fr":
        number, unit = number.replace(".", ","), "j" if unit == "d" else unit
    return _("{number} {unit}").format(number=number, unit=unit)
