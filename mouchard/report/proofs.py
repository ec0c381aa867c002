"""What we can prove: a card per finding, with the field, the chain and the sealed evidence behind it."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.language import _, mark, plural
from mouchard.report import consent, document, notes
from mouchard.report.axes import BY_SITE, STRENGTHS, axes
from mouchard.report.contacts import since
from mouchard.report.content import Card, SiteReport, Verb
from mouchard.report.document import Block, Section, Table, Text
from mouchard.report.moments import moment
from mouchard.report.reason import spoken
from mouchard.report.timeline import after
from mouchard.store.rows import FindingRow

FULL = 30
"""Findings shown as cards, and a few of lesser weight; the rest is a table, everything in the data files."""
FULL_L1 = 6

VERBS: dict[Verb, str] = {
    "sent": mark("{site} sent {what} to {recipient}."),
    "tried": mark("{site} tried to send {what} to {recipient}; the request was not seen to leave."),
    "appears": mark("{site} appears to send {what} to {recipient}."),
    "may": mark("{site} may send {what} to {recipient}."),
    "exposed": mark("{site} was given {what} without encryption: anyone on the way could read it."),
}


SUBJECTS = {
    "health": mark("health"),
    "politics": mark("politics"),
    "religion": mark("religion"),
    "sexuality": mark("sexuality"),
    "union": mark("a union"),
    "origin": mark("origin"),
}


OUTCOMES = {
    "answered": mark("answered"),
    "forwarded": mark("forwarded, no answer seen"),
    "failed": mark("never left"),
    "pending": mark("end unknown"),
}


def proofs(report: SiteReport) -> Section:
    """The cards, most telling first."""
    title = _("What we can prove")
    if not report.cards:
        return Section("proofs", title, (Text(_("Nothing was found in what could be read.")),))
    heavy = sum(card.level >= "L2" for card in report.cards)
    shown = min(max(heavy, FULL_L1), FULL)
    blocks: list[Block] = [_card(card, report) for card in report.cards[:shown]]
    if rest := report.cards[shown:]:
        blocks.append(
            Table(
                heads=(_("No."), _("Recipient"), _("Data"), _("Field"), _("Phase"), _("Seen"), _("Level")),
                rows=tuple(
                    (
                        str(c.number),
                        c.recipient,
                        _(words.short(c.example.finding.type)),
                        _field(c),
                        _phases(c) or "–",
                        plural("{n} time", "{n} times", len(c.rows)),
                        c.level,
                    )
                    for c in rest[:500]
                ),
                caption=_("Further findings"),
            )
        )
    return Section("proofs", title, tuple(blocks))


def _card(card: Card, report: SiteReport) -> document.Card:
    row, finding = card.example, card.example.finding
    recipient = card.recipient
    sentence = _(VERBS[card.verb]).format(site=row.site, what=_(_what(card)), recipient=recipient)
    if when := _phases(card):
        sentence += " " + _("Phase: {phases}.").format(phases=when)
    return document.Card(
        number=card.number,
        title=f"{_(words.short(finding.type))} → {recipient}",
        level=card.level,
        level_words=f"{card.level} {_(words.LEVELS[card.level])}",
        sentence=sentence,
        meaning=_meaning(card),
        axes=(*([when] if when else []), *replace(axes(row), phase="none").in_words()),
        facts=(*_facts(card), *_since(card, report), (_("Evidence"), finding.id)),
    )


def _phases(card: Card) -> str:
    """The choices in force when it left, in the order of a visit."""
    seen = {row.phase for row in card.rows}
    order: tuple[Phase, ...] = ("before", "accepted", "refused", "withdrawn")
    return ", ".join(_(words.PHASES[phase]) for phase in order if phase in seen)


def _what(card: Card) -> str:
    """“Your e-mail” only where it is proved to be yours."""
    word = words.TYPES[card.example.finding.type]
    return word.some if card.verb in ("appears", "may") else word.your


def _facts(card: Card) -> Iterator[tuple[str, str]]:
    row, finding = card.example, card.example.finding
    values = list(dict.fromkeys(_value(r) for r in card.rows))
    yield _("Value (masked)"), _("; ").join([*values[:3], *(["…"] if len(values) > 3 else [])])
    yield _("Field"), _field(card)
    yield _("From the wire to the value"), _("; ").join(dict.fromkeys(_chain(r) for r in card.rows))
    yield (
        _("Proof"),
        f"{_(words.PROOFS[finding.proof])}"
        + (f" ({_(words.BASES[finding.basis])})" if finding.basis else ""),
    )
    yield _("Level"), f"{finding.level} {_(words.LEVELS[finding.level])}{_ground(finding.level_ground)}"
    yield _("Request"), f"{row.method} {row.url} ({_outcome(row.outcome)})"
    yield _("Host"), f"{row.host} – {_(words.PARTIES[row.party])}"
    sure = _("confidence: {word}").format(word=_(STRENGTHS[BY_SITE[row.site_confidence]]))
    yield _("Site"), f"{row.site} – {sure} ({spoken(row.site_why)})"
    for match in row.tracker:
        if not match.exception:
            place = f"{match.list} {match.version}".strip() + f", {_('line')} {match.line}"
            yield _("Known by the rule"), f"{match.rule} ({place}; {_(words.GRADES[match.grade])})"
    if said := consent.in_words(row.consent):
        yield _("Consent in the message"), said
    if finding.note:
        yield _("Documentation of the field"), notes.spoken(finding.note)
    if row.company and row.company.source:
        yield (
            _("In the format of") if row.party == "relay" else _("Company"),
            f"{row.company.name} ({notes.source(row.company.source)}, {row.company.as_of})",
        )
    times = plural("{n} time", "{n} times", len(card.rows))
    yield (
        _("Seen"),
        f"{times}, {moment(row.time)}" + (f" – {moment(card.rows[-1].time)}" if len(card.rows) > 1 else ""),
    )


def _value(row: FindingRow) -> str:
    """The masked value; the subject of a delicate page in the language in use."""
    subject, _sep, word = row.finding.value.partition(":")
    if row.finding.type == "topic" and subject in SUBJECTS:
        return _("{name}: {what}").format(name=_(SUBJECTS[subject]), what=word)
    return row.finding.value


def _since(card: Card, report: SiteReport) -> Iterator[tuple[str, str]]:
    """How soon after each choice it left for the first time; nothing where times are rounded."""
    soonest: dict[Phase, float] = {}
    for row in card.rows if not report.shared else ():
        chosen = since(report.marks, row.request.partition("/")[0], row.phase, row.time)
        if chosen is not None and row.phase not in ("none", "before", "unsettled"):
            soonest[row.phase] = min(row.time - chosen, soonest.get(row.phase, math.inf))
    if soonest:
        yield _("How soon"), _("; ").join(after(phase, seconds) for phase, seconds in soonest.items())


def _outcome(outcome: str) -> str:
    word, _sep, status = outcome.partition(" ")
    return f"{_(OUTCOMES[word])} {status}".strip() if word in OUTCOMES else outcome


def _ground(ground: str) -> str:
    """What raised a level, in words; empty where the data type alone did."""
    kind, _sep, rest = ground.partition(": ")
    if kind == "unencrypted":
        return " – " + _("without encryption")
    if kind == "topic" and (found := re.fullmatch(r"on a page about (\w+) \(“(.*)”\)", rest, re.DOTALL)):
        subject = _(SUBJECTS.get(found[1], found[1]))
        return " – " + _("on a page about {subject} (“{word}”)").format(subject=subject, word=found[2])
    return ""


def _field(card: Card) -> str:
    finding = card.example.finding
    return f"{finding.location}.{finding.field}" if finding.field else finding.location


def _chain(row: FindingRow) -> str:
    finding = row.finding
    steps = " → ".join(words.digest_name(step) or step for step in finding.chain) or _("in clear")
    return f"{steps} ({finding.normalisation})" if finding.normalisation else steps


def _meaning(card: Card) -> str:
    finding = card.example.finding
    parts = [_(words.why(finding.type))]
    if "hashed" in card.forms:
        parts.append(_(words.HASHED_WHY))
    if finding.level_ground.startswith("unencrypted"):
        parts.append(_(words.PLAIN_HTTP_WHY))
    parts.append(_("We did not see what the recipient does with it."))
    return " ".join(parts)
