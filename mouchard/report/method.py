"""How the report was made and how it can be checked; and the whole document put together."""

from __future__ import annotations

import math

from mouchard.language import _, mark, plural
from mouchard.report import advice, choice, device, limits, proofs, recipients, summary
from mouchard.report.content import SiteReport
from mouchard.report.document import Block, Document, Items, Section, Table, Text
from mouchard.report.moments import clock, day, moment

SOURCES = {"live": mark("live"), "har": mark("HAR file"), "flow": mark("mitmproxy file")}


def compose(report: SiteReport, language: str) -> Document:
    """The document, in the language in use."""
    return Document(
        language=language,
        title=_("What leaks on {site}").format(site=report.site),
        subtitle=_observed(report),
        sections=(
            summary.in_short(report),
            summary.who_gets_what(report),
            proofs.proofs(report),
            choice.choice(report),
            limits.pseudonymised(report),
            recipients.recipients(report),
            device.device(report),
            limits.limits(report),
            advice.for_you(report),
            advice.for_the_owner(report),
            method(report),
            advice.glossary(),
        ),
    )


def _observed(report: SiteReport) -> str:
    requests = plural("{n} request", "{n} requests", report.messages)
    if day(report.first) == day(report.last):
        return _("Observed on {day}, {first} to {last} UTC, {requests}.").format(
            day=day(report.first), first=clock(report.first), last=clock(report.last), requests=requests
        )
    return _("Observed from {first} to {last}, {requests}.").format(
        first=moment(report.first), last=moment(report.last), requests=requests
    )


def method(report: SiteReport) -> Section:
    """What was used, which captures and lists, and what the evidence proves."""
    captures = Table(
        heads=(_("Capture"), _("Kind"), _("Name"), _("Began"), _("Made with")),
        rows=tuple((c.id, _(SOURCES[c.source]), c.name, moment(c.started), c.tool) for c in report.captures),
        caption=_("Captures"),
    )
    matched = {(m.list, m.version) for card in report.cards for row in card.rows for m in row.tracker}
    lists = sorted(matched.union(*(rules.lists for rules in report.rules)))
    blocks: list[Block] = [
        Text(
            _("An intercepting proxy on the person's own machine read each request before it left. Each value"
              " was compared with those the person had given to the tool; values are masked here.")
        ),
        captures,
    ]  # fmt: skip
    if lists:
        blocks.append(
            Items(tuple(_("List: {name} {version}").format(name=n, version=v).strip() for n, v in lists))
        )
    blocks.append(
        Text(
            _("Evidence numbers name records whose exact bytes were sealed when they were captured. They show"
              " that nothing was changed since; they do not prove what the site's server sent.")
        )
    )  # fmt: skip
    blocks.append(Text(_kept(report)))
    if report.shared:
        blocks.append(
            Text(
                _("This copy was made to be handed on: values are placeholders, times are whole minutes,"
                  " devices and pictures are left out.")
            )
        )  # fmt: skip
    return Section("method", _("Method and evidence"), tuple(blocks))


def _kept(report: SiteReport) -> str:
    """Until when the exact bytes behind the findings can be looked at."""
    kept, first = report.kept
    if not kept:
        return _("The exact bytes behind the findings are no longer kept.")
    how_many = plural(
        "The exact bytes behind {n} finding are kept, sealed, on the machine that recorded them",
        "The exact bytes behind {n} findings are kept, sealed, on the machine that recorded them",
        kept,
    )
    if math.isinf(first):
        return _("{kept}, until their holder lets go of them.").format(kept=how_many)
    return _("{kept}; the first of them until {time}.").format(kept=how_many, time=moment(first))
