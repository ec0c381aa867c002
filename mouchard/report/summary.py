"""The first page: in short, and who got what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.language import _, mark, plural
from mouchard.model import Level
from mouchard.report.axes import counts_for
from mouchard.report.content import SiteReport, stands_for
from mouchard.report.document import Block, Cell, Figures, HeatMap, Items, Section, Table, Text
from mouchard.report.reached import Reached
from mouchard.report.streams import flow as stream
from mouchard.store.rows import Flow

NO: tuple[Phase, ...] = ("refused", "withdrawn")
CHOICES: tuple[Phase, ...] = ("before", "accepted", "refused", "withdrawn")
LETTERS = {"before": "b", "accepted": "a", "refused": "r", "withdrawn": "w", "unsettled": "?"}
TRIED = mark("tried, not seen to leave")
ROWS = 24
"""Recipients that get a line of their own; the rest are summed."""


def in_short(report: SiteReport) -> Section:
    """Three sentences and four numbers."""
    companies, relays, reached = report.companies, report.relays, Reached(report)
    blocks: list[Block] = [Text(text, strong) for text, strong in _sentences(report)]
    total = str(len(companies))

    counted = (
        (total, _and_relays(_("companies or hosts contacted besides the site"), len(relays))),
        *(
            (
                f"{_reaching(reached, companies, level)} / {total}",
                _and_relays(label, _reaching(reached, relays, level)),
            )
            for level, label in _reached()
        ),
        _after_refusal(report),
    )
    blocks.append(Figures(counted))
    missing = _("; ").join(_unmeasured(report))
    blocks.append(Text(_("Not measured: {what}.").format(what=missing)))
    return Section("short", _("In short"), tuple(blocks))


def _reached() -> tuple[tuple[Level, str], ...]:
    return (("L1", _("got a trace or more")), ("L3", _("got something that identifies the person")))


def _sentences(report: SiteReport) -> Iterator[tuple[str, bool]]:
    """What was seen, the gravest first; true for what nobody may miss."""
    if not report.cards:
        yield _("No personal data was recognised in what was sent."), True
        yield _("That is not proof that none was: see “What we cannot see”."), False
        return
    reached = Reached(report)
    leaking = [flow.recipient for flow in report.companies if reached.got(flow)]
    yield from ((text, True) for text in _identified(report, reached))
    if leaking:
        yield (
            plural(
                "{n} of {total} other companies or hosts received information about the person: {names}.",
                "{n} of {total} other companies or hosts received information about the person: {names}.",
                len(leaking),
                total=str(len(report.companies)),
                names=_names(leaking),
            ),
            report.level < "L3",
        )
    if all(card.verb == "tried" for card in report.cards):
        yield _("Personal data was recognised, but no request with it was seen to leave."), True
    yield from ((text, False) for text in _more(report))


def _identified(report: SiteReport, reached: Reached) -> Iterator[str]:
    """Who got what identifies the person, and whom a refusal did not stop."""
    if known := [flow.recipient for flow in report.companies if reached.level(flow) >= "L3"]:
        kinds = dict.fromkeys(
            card.example.finding.type
            for card in report.cards
            if card.level >= "L3" and card.recipient in known and card.verb != "tried"
        )
        yield _("What identifies the person ({types}) went to: {names}.").format(
            types=", ".join(_(words.short(kind)) for kind in kinds), names=_names(known)
        )
    if bare := dict.fromkeys(c.example.finding.type for c in report.cards if c.verb == "exposed"):
        yield _("It left without encryption, for anyone on the way to read: {types}.").format(
            types=", ".join(_(words.short(kind)) for kind in bare)
        )
    if on := _went_on(report):
        yield _("After a refusal it still went to: {names}.").format(names=_names(on))


def _more(report: SiteReport) -> Iterator[str]:
    for flow in report.relays:
        yield _("{host} is a host of the site itself that speaks the format of {company}: a relay.").format(
            host=flow.recipient, company=flow.company.name if flow.company else _("a tracker")
        )
    yield _("What was recognised: {types}.").format(types=", ".join(_(words.short(t)) for t in report.types))
    if left := [card.level for card in report.cards if card.verb != "tried"]:
        highest = max(left)
        yield _("The highest level is {level}: {meaning}.").format(
            level=_level(highest), meaning=_(words.LEVEL_MEANING[highest])
        )
    if weak := [card for card in report.cards if card.verb in ("appears", "may")]:
        yield plural(
            "{n} finding rests on a documented field or the shape of a value, not on your own data.",
            "{n} findings rest on a documented field or the shape of a value, not on your own data.",
            len(weak),
        )


def _unmeasured(report: SiteReport) -> Iterator[str]:
    """What this report cannot speak of, in few words."""
    yield _("what the site's own servers pass on")
    measured = {phase for phase, _flows in report.phases}
    if absent := [_(words.PHASES[phase]) for phase in CHOICES if phase not in measured]:
        yield _("phases: {phases}").format(phases=", ".join(absent))
    if report.sealed:
        count = sum(row.count for row in report.sealed)
        yield plural("{n} connection that stayed sealed", "{n} connections that stayed sealed", count)
    if report.gaps:
        lost = sum(gap.count for gap in report.gaps)
        yield plural("{n} message that passed unrecorded", "{n} messages that passed unrecorded", lost)
    if not report.snapshots:
        yield _("what stays on the device")


def who_gets_what(report: SiteReport) -> Section:
    """The heat map of recipients and data types, with its table."""
    lead = Text(_("A line is a recipient, a column a kind of data. “–” means not seen, never “not sent”."))
    if not report.recipients:
        return Section("flows", _("What left, to whom"), (lead,))
    shown = report.others[:ROWS] or report.recipients[:ROWS]
    columns = report.types
    rows, reached = tuple(_name(flow) for flow in shown), Reached(report)
    cells = tuple(tuple(_cell(report, flow, kind) for kind in columns) for flow in shown)
    twin = Table(
        heads=(_("Recipient"), *(_(words.short(kind)) for kind in columns), _("Level"), _("Requests")),
        rows=tuple(
            (name, *(cell.label or "–" for cell in line), _level(reached.level(flow)), str(flow.messages))
            for name, line, flow in zip(rows, cells, shown, strict=True)
        ),
        caption=_("Who got what"),
    )
    heads = tuple(_(words.short(kind)) for kind in columns)
    blocks: list[Block] = [
        lead,
        HeatMap(tuple(_short(flow) for flow in shown), heads, cells, twin) if columns else twin,
        Items(_legend(report)),
    ]
    if chart := stream(report):
        blocks.append(chart)
    if len(report.others) > ROWS:
        rest = len(report.others) - ROWS
        blocks.append(
            Text(
                plural(
                    "{n} more recipient is in the data files.",
                    "{n} more recipients are in the data files.",
                    rest,
                )
            )
        )
    return Section("flows", _("What left, to whom"), tuple(blocks))


def _cell(report: SiteReport, flow: Flow, kind: str) -> Cell:
    cards = [
        card
        for card in report.cards
        if card.recipient in stands_for(flow) and card.example.finding.type == kind
    ]
    if not cards:
        return Cell("", "", "")
    left = [card for card in cards if card.verb != "tried"]
    if not left:
        return Cell("", _(TRIED), "×")
    cards, level = left, max(card.level for card in left)
    phases = {row.phase for card in cards for row in card.rows}
    letters = "".join(letter for phase, letter in LETTERS.items() if phase in phases)
    parts = [_level(level), *sorted({_(words.FORMS[form]) for card in cards for form in card.forms})]
    parts += [_(words.PHASES[phase]) for phase in LETTERS if phase in phases]
    return Cell(level, ", ".join(parts), letters)


def _legend(report: SiteReport) -> tuple[str, ...]:
    levels: tuple[Level, ...] = ("L0", "L1", "L2", "L3", "L4")
    lines = [
        _("{name}: {what}").format(name=_level(level), what=_(words.LEVEL_MEANING[level])) for level in levels
    ]
    if any(phase in LETTERS for phase, _flows in report.phases):
        lines.append(
            _("; ").join(f"{letter} = {_(words.PHASES[phase])}" for phase, letter in LETTERS.items())
        )
    if any(card.verb == "tried" for card in report.cards):
        lines.append(_("{name}: {what}").format(name="×", what=_(TRIED)))
    return tuple(lines)


def _name(flow: Flow) -> str:
    name = flow.recipient
    if flow.party == "relay":
        return _("{host} (the site's own host, in the format of {company})").format(
            host=name, company=flow.company.name if flow.company else _("a tracker")
        )
    return name


def _short(flow: Flow) -> str:
    return _("{host} (relay)").format(host=flow.recipient) if flow.party == "relay" else flow.recipient


def _level(level: Level) -> str:
    return f"{level} {_(words.LEVELS[level])}"


def _reaching(reached: Reached, flows: tuple[Flow, ...], level: Level) -> int:
    return sum(reached.level(flow) >= level for flow in flows)


def _names(names: Sequence[str]) -> str:
    more = len(names) - 6
    return ", ".join(names[:6]) + (" " + plural("and {n} more", "and {n} more", more) if more > 0 else "")


def _and_relays(label: str, relays: int) -> str:
    return label + " " + plural("(and {n} relay)", "(and {n} relays)", relays) if relays else label


def _after_refusal(report: SiteReport) -> tuple[str, str]:
    label = _("of these after a refusal")
    measured = dict(report.phases)
    if "refused" not in measured and "withdrawn" not in measured:
        return _("not measured"), label
    went_on = _went_on(report)
    relays = {host for flow in report.relays for host in stands_for(flow)}
    return str(len(set(went_on) - relays)), _and_relays(label, len(relays & set(went_on)))


def _went_on(report: SiteReport) -> list[str]:
    """Recipients of something that identifies the person after a refusal or withdrawal."""
    found = (
        card.recipient
        for card in report.cards
        if card.level >= "L3" and any(counts_for(row, phase) for row in card.rows for phase in NO)
    )
    return list(dict.fromkeys(found))
