"""What the reader can do next: as a person, and as the owner of the site."""

from __future__ import annotations

from collections.abc import Iterator

from mouchard.language import _
from mouchard.report.choice import still_sent
from mouchard.report.content import SiteReport
from mouchard.report.document import Glossary, Items, Section


def for_you(report: SiteReport) -> Section:
    """Steps for the person."""
    return Section("advice", _("What you can do"), (Items(tuple(_yours(report))),))


def _yours(report: SiteReport) -> Iterator[str]:
    if report.cards:
        yield _(
            "Ask the site which data it passed to whom, between servers too (right of access, GDPR Art. 15)."
        )
        yield _("Ask each recipient named above the same; attach the evidence numbers of this report.")
    yield _("`mouchard letter {site}` drafts the request from what was recorded here; you send it.").format(
        site=report.site
    )
    yield _("Refuse on the banner, then record a second visit: the report compares both.")
    yield _("A content blocker stops many of these requests, but not what the site's own servers send.")
    yield _("If an answer does not come within a month, your data protection authority takes complaints.")


def for_the_owner(report: SiteReport) -> Section:
    """Steps for whoever runs the site."""
    return Section("owner", _("For the site owner"), (Items(tuple(_owners(report))),))


def _owners(report: SiteReport) -> Iterator[str]:
    fields = {f"{card.example.finding.location}.{card.example.finding.field}" for card in report.cards}
    if any("udff[" in field for field in fields):
        yield _("Turn off automatic advanced matching in the settings of the Meta pixel (field udff).")
    if any(card.level >= "L3" and "hashed" in card.forms for card in report.cards):
        yield _("Hashing an e-mail address or a number before sending it does not make it anonymous.")
    if any(flow.party == "relay" for flow in report.recipients):
        yield _(
            "A host of your own speaks a tracker's format: bind it to the visitor's choice like the tracker."
        )
    if any(card.example.finding.level_ground.startswith("unencrypted") for card in report.cards):
        yield _("Serve and call everything over https.")
    if still_sent(report, "refused") or still_sent(report, "withdrawn"):
        yield _(
            "Data went on leaving after a refusal: make every tag wait for the choice; pass withdrawals on."
        )
    if still_sent(report, "before"):
        yield _("Data left before any choice: load tags only after it.")
    yield _("Record the same visit again after a change, and compare: `mouchard diff`.")
    yield _("In continuous integration: `mouchard check` with max.L3 = 0 and refused_equals_before = true.")


def glossary() -> Section:
    """The words of this report."""
    terms = (
        (_("site"), _("the registrable domain of the page the person was on")),
        (_("recipient"), _("the company behind the host that got a request; the host where none is known")),
        (_("contact"), _("a request to another company; it always shows the IP address")),
        (_("leak"), _("information about the person inside a contact")),
        (_("hash"), _("a fingerprint of a value: always the same for the same value")),
        (_("relay"), _("a host of the site itself that speaks a tracker's format")),
        (_("phase"), _("before, accepted, refused or withdrawn: the choice in force when a request left")),
        (_("sealed"), _("a connection that could not be read, or by choice was not: only the host is known")),
        (_("gap"), _("messages that passed while the recorder could not keep up, counted")),
        (_("sent"), _("the value equals one of the person, and the request left the machine")),
        (_("appears to send"), _("a documented field held a well-formed value")),
        (_("may send"), _("a value proves its kind by its shape alone")),
    )
    return Section("glossary", _("Glossary"), (Glossary(terms),))
