"""Phases: what the person had chosen on the consent banner when a message left."""

from __future__ import annotations

from collections.abc import Sequence

from mouchard.capture.records import Mark, Phase

UNSETTLED = 5.0
"""Seconds around a mark known only by a key press in which nobody can say what the banner knew."""


def phase_at(marks: Sequence[Mark], site: str, client: str, time: float, seq: int) -> Phase:
    """The phase of a message of `site` and `client` at its place in the capture whose marks are given.

    A site never marked is `none`; before its first mark `before`; `unsettled` within 5 s of a change
    that only a key press tells of, and where time and place disagree on which came first.
    """
    standing = standing_marks(marks, site, client)
    if not standing:
        return "none"
    phase: Phase = "before"
    for mark in standing:
        changes = mark.phase != phase
        if changes and mark.source == "key" and _unclear(time - mark.time, seq - mark.seq):
            return "unsettled"
        if mark.seq > seq:
            break
        phase = mark.phase
    return phase


def _unclear(seconds: float, places: int) -> bool:
    """Whether a message this far from a key press may have left before or after it: too near, or its time
    and its place in the capture disagree (the clock was set back, or a long upload had begun before)."""
    return abs(seconds) <= UNSETTLED or (seconds > 0) != (places > 0)


def standing_marks(marks: Sequence[Mark], site: str, client: str) -> list[Mark]:
    """The marks in force for a site and client, in order: undone ones are gone, and a key press gives way
    to the same choice seen on the wire or by the browser within 5 s, which knows the exact message."""
    standing: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.seq):
        if mark.site != site or mark.client not in ("", client):
            continue
        if not mark.undo:
            standing.append(mark)
            continue
        last = next((m for m in reversed(standing) if m.client == mark.client), None)
        if last is not None:
            standing.remove(last)
    exact = [mark for mark in standing if mark.source != "key"]
    return [
        mark
        for mark in standing
        if mark.source != "key"
        or not any(m.phase == mark.phase and abs(m.time - mark.time) <= UNSETTLED for m in exact)
    ]
