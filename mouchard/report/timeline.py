"""How soon after each choice, and after the first page, each recipient was reached, as a chart."""

from __future__ import annotations

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.language import _
from mouchard.report.content import SiteReport, stands_for
from mouchard.report.document import Point, Table, Timeline
from mouchard.report.moments import span

COLUMNS: tuple[Phase, ...] = ("none", "before", "accepted", "refused", "withdrawn")
MOST = 20
"""Recipients with a row of their own."""


def timeline(report: SiteReport) -> Timeline | None:
    """The first contact of each recipient in each phase; None where times are rounded."""
    phases = [phase for phase in COLUMNS if any(one.phase == phase for one in report.contacts)]
    rows = {flow.recipient: stands_for(flow) for flow in report.others[:MOST]}
    if not phases or not rows:
        return None
    points = tuple(
        tuple(
            tuple(
                Point(one.after, one.level, f"{name}: {one.level}, {after(phase, one.after)}")
                for one in report.contacts
                if one.recipient in hosts and one.phase == phase
            )
            for phase in phases
        )
        for name, hosts in rows.items()
    )
    twin = Table(
        heads=(_("Recipient"), _("When"), _("Level")),
        rows=tuple(
            (name, after(one.phase, one.after), f"{one.level} {_(words.LEVELS[one.level])}")
            for name, hosts in rows.items()
            for one in sorted(report.contacts, key=lambda one: COLUMNS.index(one.phase))
            if one.recipient in hosts
        ),
        caption=_("How soon each recipient was reached, counted from the first page or from the choice"),
    )
    return Timeline(tuple(rows), tuple(map(_head, phases)), points, twin)


def after(phase: Phase, seconds: float) -> str:
    """`1.9 s after “refused”`."""
    if phase in ("none", "before"):
        return _("{span} after the first page").format(span=span(seconds))
    return _("{span} after the choice “{phase}”").format(span=span(seconds), phase=_(words.PHASES[phase]))


def _head(phase: Phase) -> str:
    return _("since the first page") if phase == "none" else _(words.PHASES[phase])
