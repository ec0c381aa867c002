"""The report as Markdown: the same sections for a lay reader, with the proof of each sentence below."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from mouchard import words
from mouchard.language import _, plural
from mouchard.printable import printable
from mouchard.report.content import Card, SiteReport, Verb, place
from mouchard.store.rows import Flow

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~$-])")


def escape(text: str) -> str:
    """Text from the wire, inert in Markdown and on a terminal; addresses never become links."""
    shown = _SPECIAL.sub(r"\\\1", printable(text))
    return shown.replace("://", ":&#8203;//").replace("www.", "www&#8203;.").replace("@", "&#64;")


def render(report: SiteReport) -> str:
    """The whole report, in the language in use."""
    return "\n".join(line for part in _SECTIONS for line in (*part(report), "")).rstrip() + "\n"


def _title(report: SiteReport) -> Iterator[str]:
    yield f"# {_('What leaks on')} {escape(report.site)}"
    yield ""
    yield _("Observed from {first} to {last} (UTC), {n} requests.").format(
        first=_time(report.first), last=_time(report.last), n=report.messages
    )


def _short(report: SiteReport) -> Iterator[str]:
    others = report.others
    leaking = [flow for flow in others if flow.findings]
    yield f"## {_('In short')}"
    yield ""
    yield "- " + plural(
        "{n} other company or host was contacted from this site.",
        "{n} other companies or hosts were contacted from this site.",
        len(others),
    )
    if not report.cards:
        yield "- " + _("No personal data was recognised in what was sent. That is not proof that none was.")
        return
    yield "- " + _("Information about the person went to {n} of them: {names}.").format(
        n=f"{len(leaking)} / {len(others)}", names=", ".join(escape(flow.recipient) for flow in leaking)
    )
    yield "- " + _("What left: {types}.").format(
        types=", ".join(_(words.short(kind)) for kind in report.types)
    )
    yield "- " + _("Highest level: {level}, {meaning}.").format(
        level=f"{report.level} {_(words.LEVELS[report.level])}", meaning=_(words.LEVEL_MEANING[report.level])
    )


def _flows(report: SiteReport) -> Iterator[str]:
    yield f"## {_('What left, to whom')}"
    yield ""
    heads = (
        _("Recipient"),
        _("Party"),
        _("Category"),
        _("Seat"),
        _("Data"),
        _("Level"),
        _("Requests"),
        _("Findings"),
    )
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for flow in report.recipients:
        yield "| " + " | ".join(_row(flow)) + " |"


def _row(flow: Flow) -> tuple[str, ...]:
    company = flow.company
    return (
        escape(flow.recipient),
        _(words.PARTIES[flow.party]),
        escape(company.category) if company else "",
        escape(place(company)) or _("unknown"),
        ", ".join(f"{_(words.short(kind))} ({count})" for kind, count in flow.types) or "–",
        f"{flow.level} {_(words.LEVELS[flow.level])}",
        str(flow.messages),
        str(flow.findings),
    )


def _proofs(report: SiteReport) -> Iterator[str]:
    yield f"## {_('What we can prove')}"
    if not report.cards:
        yield ""
        yield _("Nothing was found.")
    for card in report.cards:
        yield ""
        yield from _card(card)


VERBS: dict[Verb, str] = {
    "sent": "{site} sent {what} to {recipient}.",
    "tried": "{site} tried to send {what} to {recipient}; the request was not seen to leave.",
    "appears": "{site} appears to send {what} to {recipient}.",
    "may": "{site} may send {what} to {recipient}.",
    "exposed": "{site} received {what} without encryption: anyone on the way could read it.",
}


def _card(card: Card) -> Iterator[str]:
    row, finding = card.example, card.example.finding
    what = _(words.TYPES[finding.type].your)
    yield f"### {card.number}. {escape(card.recipient)}: {_(words.short(finding.type))}"
    yield ""
    yield _(VERBS[card.verb]).format(site=escape(row.site), what=what, recipient=escape(card.recipient))
    yield ""
    yield f"- {_('Value (masked)')}: {escape(finding.value)}"
    yield f"- {_('Field')}: {escape(f'{finding.location}.{finding.field}')}"
    steps = " → ".join(escape(step) for step in finding.chain) or _("in clear")
    yield f"- {_('From wire to value')}: {steps}" + (
        f" ({_('normalisation')}: {escape(finding.normalisation)})" if finding.normalisation else ""
    )
    yield f"- {_('Proof')}: {finding.proof} – {_(words.PROOFS[finding.proof])}"
    yield f"- {_('Level')}: {card.level} {_(words.LEVELS[card.level])} – {escape(finding.level_ground)}"
    yield f"- {_('Request')}: {row.method} {escape(row.url)} ({escape(row.outcome)})"
    yield f"- {_('Site')}: {escape(row.site)} ({row.site_confidence}: {escape(row.site_why)})"
    for match in row.tracker:
        if not match.exception:
            where = f"{match.list} {match.version}, {_('line')} {match.line}".strip()
            yield f"- {_('Rule')}: {escape(match.rule)} ({escape(where)}, {_('grade')} {match.grade})"
    if row.company and row.company.source:
        source = escape(f"{row.company.source}, {row.company.as_of}")
        yield f"- {_('Company')}: {escape(row.company.name)} ({source})"
    yield f"- {_('Seen')}: " + plural("{n} time", "{n} times", len(card.rows)) + f", {_time(row.time)}"
    yield f"- {_('Evidence')}: {escape(finding.id)}"
    if finding.note:
        yield f"- {_('Note')}: {escape(_(finding.note))}"
    if _hashed(card):
        yield f"- {_(words.HASHED_WHY)}"


def _limits(report: SiteReport) -> Iterator[str]:
    yield f"## {_('What we cannot see')}"
    yield ""
    yield "- " + _("What the site's own servers pass on to other companies afterwards.")
    yield "- " + _("What is encrypted in a way we do not decode; “not seen” never means “does not send”.")
    if report.sealed:
        count = sum(row.count for row in report.sealed)
        hosts = ", ".join(escape(row.host) for row in report.sealed[:12])
        yield "- " + _("{n} connections in the database could not be read (sealed): {hosts}.").format(
            n=count, hosts=hosts
        )
    if report.gaps:
        yield "- " + _("{n} messages passed unrecorded while capturing.").format(
            n=sum(gap.count for gap in report.gaps)
        )
    if report.partial:
        yield "- " + _("{n} findings are in messages of which a part was left unread.").format(
            n=report.partial
        )


def _method(report: SiteReport) -> Iterator[str]:
    yield f"## {_('Method and evidence')}"
    yield ""
    for capture in report.captures:
        facts = (capture.source, escape(capture.name), _time(capture.started), escape(capture.tool))
        yield f"- {_('Capture')} {capture.id}: {', '.join(facts)}"
    for mark in report.marks:
        yield f"- {_('Mark')}: {_(words.PHASES[mark.phase])}, {_time(mark.time)} ({mark.source})"
    yield "- " + _("Values are masked; the exact bytes stay sealed on the machine that captured them.")


_SECTIONS = (_title, _short, _flows, _proofs, _limits, _method)


def _hashed(card: Card) -> bool:
    return any(words.digest_name(step) for step in card.example.finding.chain)


def _time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
