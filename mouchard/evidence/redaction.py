"""What of a site may be shown to others: an allow-list. Everything else becomes a placeholder.

Placeholders (`‹email#1›`) are numbered in the order they come, equal values alike: who reads one bundle
sees where the same value went, and can compare it with no other bundle.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from mouchard.capture.records import Capture
from mouchard.identity import Identity
from mouchard.model import Company
from mouchard.report import content
from mouchard.report.contacts import FirstContact
from mouchard.report.content import Card, SiteReport
from mouchard.store.opened import Leaf, Opened
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow, Flow, GapRow, MarkRow, RequestRow, SealedRow

_COUNTED = frozenset({"contact_file", "topic"})
"""Types whose shown value is a count or a word of our own list."""
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_SHORTEST = 4
"""Characters of the shortest value of a person that is looked for in what is shown."""
_OPEN = frozenset({"place", "method", "url", "host", "fields", "outcome", "status", "time", "date"})
_MINUTE = 60.0


class Redaction:
    """One redaction of one site, for one set of files."""

    def __init__(
        self,
        site: str,
        hosts: Iterable[str],
        sites: Iterable[str],
        identity: Identity | None = None,
        *,
        share: bool = False,
    ) -> None:
        """`hosts` were reached from the site; `sites` are all that were recorded, and are not shown unless
        they are among the hosts. `share` also rounds times to the minute and drops device names."""
        self.site, self.share = site, share
        self._near = {site, *hosts}
        near = {name for host in self._near for name in _and_above(host)}
        self._foreign = {name for name in sites if "." in name and name not in near}
        self._secret = _words(identity)
        self._numbers: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}

    def placeholder(self, kind: str, value: str) -> str:
        """What stands for this value; nothing for nothing."""
        if not value:
            return ""
        if (kind, value) not in self._numbers:
            self._counts[kind] = self._numbers[kind, value] = self._counts.get(kind, 0) + 1
        return f"‹{kind}#{self._numbers[kind, value]}›"

    def time(self, moment: float) -> float:
        """The time as it may be shown."""
        return moment // _MINUTE * _MINUTE if self.share and math.isfinite(moment) else moment

    def may_show(self, text: str) -> bool:
        """False for what names another recorded site, or holds a value of the person."""
        low = text.lower()
        if any(word in low for word in self._secret):
            return False
        found = (name for host in _HOST.findall(low) for name in _and_above(host))
        return not any(name in self._foreign for name in found)

    def text(self, text: str, kind: str = "text") -> str:
        """The text, or a placeholder for all of it."""
        return text if self.may_show(text) else self.placeholder(kind, text)

    def url(self, masked: str) -> str:
        """A masked URL, its path and parameters as one placeholder where they may not be shown."""
        if self.may_show(masked):
            return masked
        scheme, mark, rest = masked.partition("://")
        host = rest.partition("/")[0]
        return f"{scheme}{mark}{self.text(host, 'host')}/{self.placeholder('path', rest)}"

    # --- rows ------------------------------------------------------------------------------------

    def finding(self, row: FindingRow) -> FindingRow:
        """A finding without its value, its tokens, its person and its device."""
        found = row.finding
        shown = found.value
        if found.type not in _COUNTED or not self.may_show(shown):
            shown = self.placeholder(found.type, found.value_token or found.value)
        named = self.named(row)
        return replace(
            named,
            finding=replace(
                named.finding, value=shown, value_token="", person=self.placeholder("person", found.person)
            ),
            time=self.time(row.time),
            client=self.placeholder("client", row.client),
            client_name=self._device(row.client_name),
            url_token="",
            raw_until=self.time(row.raw_until),
        )

    def named(self, row: FindingRow) -> FindingRow:
        """A finding in which no other site is named, and no value of the person shows by chance."""
        found = row.finding
        return replace(
            row,
            finding=replace(
                found,
                value=self.text(found.value, found.type),
                field=self.text(found.field, "field"),
                level_ground=self.text(found.level_ground),
                note=self.text(found.note),
            ),
            site_why=self.text(row.site_why),
            url=self.url(row.url),
            host=self.text(row.host, "host"),
            company=self._company(row.company),
            tracker=tuple(match for match in row.tracker if self.may_show(match.rule + " " + match.section)),
        )

    def request(self, row: RequestRow) -> RequestRow:
        """A request without its device."""
        return replace(
            self.asked(row),
            time=self.time(row.time),
            client=self.placeholder("client", row.client),
            client_name=self._device(row.client_name),
        )

    def asked(self, row: RequestRow) -> RequestRow:
        """A request in which no other site is named, and no value of the person shows by chance."""
        return replace(
            row,
            url=self.url(row.url),
            host=self.text(row.host, "host"),
            site_why=self.text(row.site_why),
            company=self.text(row.company, "company"),
        )

    def own(self, told: SiteReport) -> SiteReport:
        """The content of a report for the person's own hands: masked values and devices stay."""
        cards = (replace(card, rows=tuple(map(self.named, card.rows))) for card in told.cards)
        return replace(told, cards=tuple(cards))

    def report(self, told: SiteReport) -> SiteReport:
        """The content of a report; what is not named here is left out of it."""
        return SiteReport(
            site=told.site,
            first=self.time(told.first),
            last=self.time(told.last),
            messages=told.messages,
            recipients=tuple(map(self._flow, told.recipients)),
            cards=tuple(
                Card(card.number, self.text(card.recipient, "host"), tuple(map(self.finding, card.rows)))
                for card in told.cards
            ),
            sealed=tuple(self._sealed(row) for row in told.sealed if self._is_near(row.host)),
            gaps=tuple(map(self._gap, told.gaps)),
            marks=tuple(map(self._mark, told.marks)),
            captures=tuple(map(self._capture, told.captures)),
            phases=tuple((phase, tuple(map(self._flow, flows))) for phase, flows in told.phases),
            partial=told.partial,
            contacts=() if self.share else tuple(map(self._contact, told.contacts)),
            rules=told.rules,
            shared=self.share,
        )

    # --- the chain -------------------------------------------------------------------------------

    def shows(self, opened: Opened, leaf: Leaf) -> bool:
        """Whether a leaf of a record may be opened: never what names a device, nor exact times to share."""
        if opened.row.table == "marks" and leaf.name == "rest":
            return not self.share and self.may_show(leaf.value.decode())
        if leaf.name not in _OPEN or (self.share and leaf.name in ("time", "date")):
            return False
        return self.may_show(leaf.value.decode("utf-8", "replace"))

    # --- parts -----------------------------------------------------------------------------------

    def _is_near(self, host: str) -> bool:
        return host in self._near or host.endswith("." + self.site)

    def _device(self, name: str) -> str:
        return self.placeholder("device", name) if self.share else self.text(name, "device")

    def _company(self, company: Company | None) -> Company | None:
        """A company's facts may name the host they were concluded from."""
        return None if company is None else replace(company, source=self.text(company.source))

    def _flow(self, flow: Flow) -> Flow:
        return replace(
            flow,
            recipient=self.text(flow.recipient, "host"),
            company=self._company(flow.company),
            first=self.time(flow.first),
            last=self.time(flow.last),
            clients=tuple(self.placeholder("client", client) for client in flow.clients),
        )

    def _contact(self, contact: FirstContact) -> FirstContact:
        return replace(contact, recipient=self.text(contact.recipient, "host"))

    def _sealed(self, row: SealedRow) -> SealedRow:
        return replace(row, client=self.placeholder("client", row.client), last=self.time(row.last))

    def _gap(self, row: GapRow) -> GapRow:
        host = row.host if self._is_near(row.host) else self.placeholder("host", row.host)
        return replace(row, host=host, time=self.time(row.time), until=self.time(row.until))

    def _mark(self, row: MarkRow) -> MarkRow:
        return replace(row, client=self.placeholder("client", row.client), time=self.time(row.time))

    def _capture(self, capture: Capture) -> Capture:
        name = self.placeholder("file", capture.name)
        return replace(capture, name=name, started=self.time(capture.started))


def of_site(
    reader: Reader,
    told: SiteReport,
    identity: Identity | None = None,
    *,
    share: bool = False,
    client: str = "",
) -> Redaction:
    """The redaction for files on this site, and this client if one is named."""
    asked = reader.requests(content.of_site(told.site, client))
    hosts = {row.host for row in asked if row.site == told.site}
    return Redaction(told.site, hosts, (row.site for row in reader.sites()), identity, share=share)


def _and_above(host: str) -> list[str]:
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(len(labels) - 1)]


def _words(identity: Identity | None) -> Collection[str]:
    """What of the person may stand in no file: their values, in small letters."""
    values = (value for person in identity or () for _, some in person.values for value in some)
    return sorted({value.lower() for value in values if len(value) >= _SHORTEST})
