"""Your choice and what changed: the phases side by side, and what went on after a refusal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.language import _, plural
from mouchard.model import Level
from mouchard.report.axes import counts_for
from mouchard.report.consent import contradictions
from mouchard.report.content import SiteReport
from mouchard.report.document import Bars, Block, Items, Section, Table, Text
from mouchard.report.moments import moment
from mouchard.report.reached import Reached
from mouchard.report.timeline import timeline
from mouchard.store.rows import Flow

COMPARED: tuple[Phase, ...] = ("before", "accepted", "refused", "withdrawn")
NO: tuple[Phase, ...] = ("refused", "withdrawn")
NAMED = 12
"""Recipients that are named one by one in a sentence."""


def choice(report: SiteReport) -> Section:
    """Counts per phase, and the recipients and data types that a refusal did not stop."""
    title = _("Your choice and what changed")
    measured = {phase: _others(flows) for phase, flows in report.phases if phase in COMPARED}
    reached = Reached(report)
    if not measured:
        text = Text(_("No choice on a consent banner was marked on this site: phases were not measured."))
        soon = timeline(report)
        return Section("choice", title, (text, soon) if soon else (text,))
    groups = tuple(_(words.PHASES[phase]) for phase in COMPARED if phase in measured)
    series = tuple(
        (
            label,
            tuple(
                _reaching(reached, phase, measured[phase], level) for phase in COMPARED if phase in measured
            ),
        )
        for label, level in _lines()
    )
    twin = Table(
        heads=("", *(_(words.PHASES[phase]) for phase in COMPARED)),
        rows=tuple(
            (label, *(_count(reached, phase, measured.get(phase), level) for phase in COMPARED))
            for label, level in _lines()
        ),
        caption=_("Companies per phase (+ relays)"),
        numbers=True,
    )
    blocks: list[Block] = [Bars(groups, series, twin)]
    for phase in NO:
        if phase in measured:
            blocks += _fell_away(phase, measured)
            blocks += _went_on(phase, measured[phase], report)
    if against := contradictions(report):
        blocks.append(Text(_("Contradictions with what the messages say"), strong=True))
        blocks.append(Items(tuple(one.sentence() for one in against)))
        blocks.append(
            Text(_("These come from the consent strings and Google's consent mode inside the messages."))
        )
    if unsettled := [flow for phase, flows in report.phases if phase == "unsettled" for flow in flows]:
        count = sum(flow.messages for flow in unsettled)
        blocks.append(
            Text(
                plural(
                    "{n} request too close to a mark to tell its phase is not counted here.",
                    "{n} requests too close to a mark to tell their phase are not counted here.",
                    count,
                )
            )
        )
    if soon := timeline(report):
        blocks.append(soon)
    blocks.append(Items(tuple(_sources(report))))
    return Section("choice", title, tuple(blocks))


def still_sent(report: SiteReport, phase: Phase) -> dict[str, tuple[str, ...]]:
    """recipient → data types of L1 and above that left in this phase, by finding."""
    found: dict[str, list[str]] = {}
    for card in report.cards:
        if card.level >= "L1" and any(counts_for(row, phase) for row in card.rows):
            types = found.setdefault(card.recipient, [])
            if card.example.finding.type not in types:
                types.append(card.example.finding.type)
    return {name: tuple(types) for name, types in sorted(found.items())}


def _fell_away(phase: Phase, measured: Mapping[Phase, tuple[Flow, ...]]) -> Iterator[Block]:
    """Who was contacted after “accepted”, and not seen any more."""
    still = {flow.recipient for flow in measured[phase]}
    gone = sorted({flow.recipient for flow in measured.get("accepted", ())} - still, key=str.casefold)
    if gone:
        names = ", ".join(gone[:NAMED]) + (", …" if len(gone) > NAMED else "")
        yield Text(
            plural(
                "{n} recipient contacted after “{accepted}” was not seen after “{phase}”: {names}.",
                "{n} recipients contacted after “{accepted}” were not seen after “{phase}”: {names}.",
                len(gone),
                accepted=_(words.PHASES["accepted"]),
                phase=_(words.PHASES[phase]),
                names=names,
            )
        )


def _went_on(phase: Phase, flows: tuple[Flow, ...], report: SiteReport) -> Iterator[Block]:
    sent = still_sent(report, phase)
    if not sent:
        yield Text(
            _(
                "{phase}: nothing recognisable was seen to leave; {n} other hosts were still contacted."
            ).format(phase=_(words.PHASES[phase]).capitalize(), n=len(flows))
        )
        return
    yield Text(
        _("{phase}: these went on receiving data.").format(phase=_(words.PHASES[phase]).capitalize()),
        strong=True,
    )
    yield Items(
        tuple(
            _("{name}: {what}").format(name=name, what=", ".join(_(words.short(kind)) for kind in types))
            for name, types in sent.items()
        )
    )


def _lines() -> tuple[tuple[str, Level], ...]:
    return (
        (_("contacted"), "L0"),
        (_("…with a trace or more (L1)"), "L1"),
        (_("…with something that identifies the person (L3)"), "L3"),
    )


def _count(reached: Reached, phase: Phase, flows: tuple[Flow, ...] | None, level: Level) -> str:
    if flows is None:
        return _("not measured")
    relays = tuple(flow for flow in flows if flow.party == "relay")
    more = sum(reached.level(flow, phase) >= level for flow in relays)
    return f"{_reaching(reached, phase, flows, level)}" + (f" (+{more})" if more else "")


def _reaching(reached: Reached, phase: Phase, flows: tuple[Flow, ...], level: Level) -> int:
    """Companies at this level or above; relays are counted apart."""
    return sum(reached.level(flow, phase) >= level for flow in flows if flow.party != "relay")


def _others(flows: tuple[Flow, ...]) -> tuple[Flow, ...]:
    return tuple(flow for flow in flows if flow.party != "first")


def _sources(report: SiteReport) -> Iterator[str]:
    how = {
        "key": _("marked by the person with a key"),
        "cmp": _("read from the consent string on the wire"),
        "browser": _("seen as a click in the browser"),
    }
    for mark in report.marks:
        what = f"{moment(mark.time)}, {how.get(mark.source, mark.source)}"
        yield _("{name}: {what}").format(name=_(words.PHASES[mark.phase]), what=what)
