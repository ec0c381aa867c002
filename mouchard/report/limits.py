"""What a proxy cannot see, said each time, and whether a pseudonym would help."""

from __future__ import annotations

from collections.abc import Iterator

from mouchard import words
from mouchard.language import _, plural
from mouchard.report.content import SiteReport
from mouchard.report.document import Block, Items, Section, Text
from mouchard.report.streams import shared_identifiers

SMALL = {"phone", "zip", "dob", "loyalty_card", "mac", "nir", "gender", "country", "city"}
"""Types with so few possible values that every one can be hashed and compared."""


def pseudonymised(report: SiteReport) -> Section:
    """What the hashes of this report are worth as a disguise."""
    title = _("“Pseudonymised”?")
    hashed = sorted({card.example.finding.type for card in report.cards if "hashed" in card.forms})
    blocks: list[Block] = []
    if not hashed:
        blocks.append(Text(_("No hashed value of the person was found.")))
    else:
        blocks.append(
            Text(
                _("A hash is the same every time and for everyone. A company that holds your address or"
                  " number hashes it too, and finds you. For a recipient without such a list the answer can"
                  " differ (Court of Justice of the EU, C-413/23 P).")
            )
        )  # fmt: skip
    guessable = [_(words.short(kind)) for kind in hashed if kind in SMALL]
    if guessable:
        blocks.append(
            Text(
                _("Some can be found by trying every possible value: {types}.").format(
                    types=", ".join(guessable)
                )
                + " "
                + _("`mouchard unmask-demo` shows how long that takes on this machine, for a value of yours.")
            )
        )
    if shared := shared_identifiers(report):
        blocks.append(
            Text(
                _("More than one recipient got the same identifier. Each can put what it knows under it;"
                  " whether they exchange it was not seen.")
            )
        )  # fmt: skip
        blocks.append(shared)
    return Section("pseudonymised", title, tuple(blocks))


def limits(report: SiteReport) -> Section:
    """Everything this capture could not show."""
    return Section("limits", _("What we cannot see"), (Items(tuple(_limits(report))),))


def _limits(report: SiteReport) -> Iterator[str]:
    yield _(
        "What the site's own servers pass on afterwards (server to server: Conversions API, customer files)."
    )
    yield _("What is encrypted or encoded in a way we do not decode. “Not seen” never means “does not send”.")
    yield _("Where a message goes first and where data rests: the addresses of servers were not measured.")
    yield _("Radio (Wi-Fi and Bluetooth probes), and apps that accept no added certificate.")
    if report.sealed:
        count = sum(row.count for row in report.sealed)
        hosts = ", ".join(row.host for row in report.sealed[:12]) + (", …" if len(report.sealed) > 12 else "")
        yield plural(
            "{n} connection could not be read, or by choice was not (sealed): {hosts}.",
            "{n} connections could not be read, or by choice were not (sealed): {hosts}.",
            count,
            hosts=hosts,
        )
    if report.gaps:
        yield plural(
            "{n} message passed unrecorded while capturing.",
            "{n} messages passed unrecorded while capturing.",
            sum(gap.count for gap in report.gaps),
        )
    if report.partial:
        yield plural(
            "{n} finding is in a message of which a part was left unread.",
            "{n} findings are in messages of which a part was left unread.",
            report.partial,
        )
