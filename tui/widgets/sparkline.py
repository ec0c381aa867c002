"""Findings per minute as one line of blocks, the present minute last."""

from __future__ import annotations

from collections.abc import Mapping

from mouchard.tui.feed import MINUTES

BLOCKS = "▁▂▃▄▅▆▇█"


def sparkline(per_minute: Mapping[int, int], now: float, minutes: int = MINUTES) -> str:
    """The last `minutes`; the tallest block is the busiest of them, a space-low line means none."""
    last = int(now // 60)
    counts = [per_minute.get(minute, 0) for minute in range(last - minutes + 1, last + 1)]
    most = max(counts)
    if not most:
        return BLOCKS[0] * minutes
    return "".join(BLOCKS[-(-count * 7 // most)] if count else BLOCKS[0] for count in counts)
