"""The classify stage: type, party, company and matching rules of a message."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from mouchard import __version__
from mouchard.capture.records import first_values
from mouchard.classify import request, signatures
from mouchard.classify.companies import Companies, Fact, bundled, rows
from mouchard.classify.options import BIT, ORDINARY
from mouchard.classify.register import Register
from mouchard.classify.rule import Asker
from mouchard.classify.rulelist import ListInfo, RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.classify.site import normal_host, site_of
from mouchard.classify.target import Target
from mouchard.errors import BadInput
from mouchard.model import Company, Match, Message, Party, Verdict

_NO_SITE = ("app:", "browser")
_CARRIERS = frozenset(["hosting", "cdn"])
"""Categories of companies that carry what others send: the vendor of a recognised format is the recipient."""


_CACHED = 2_048
"""Longest URL of an asking page remembered, so that the wire cannot fill the memory."""


class Classifier:
    """What lists and company table say of a request: the same message gives the same verdict.

    The one thing it learns are CNAME chains, by `learn`.
    """

    def __init__(
        self, lists: Iterable[RuleList], companies: Companies, *, with_signatures: bool = True
    ) -> None:
        self.rules = RuleSet(lists)
        self.companies = companies
        self._with_signatures = with_signatures
        self._vendors = {section: (name, category) for section, name, category in rows("sections.tsv")}
        self._company = lru_cache(65_536)(companies.of)
        self._owner = lru_cache(65_536)(companies.owner)
        self._masks: dict[str, tuple[tuple[Match, ...], Company]] = {}
        self._page = lru_cache(1_024)(_page)

    @classmethod
    def load(
        cls, extra_lists: Sequence[Path] = (), only: bool = False, *, with_signatures: bool = True
    ) -> Classifier:
        """A classifier with the bundled list and the installed ones.

        `extra_lists` take the place of the installed ones; with `only`, of the bundled one too. Without
        our own signatures the verdict is what the lists alone say. Raises BadInput.
        """
        lists = [] if only else [bundled_list()]
        lists += (
            [RuleList.read(path) for path in extra_lists]
            if extra_lists or only
            else Register.stored().lists()
        )
        if not lists:
            raise BadInput("no list is in force", "name a list, or leave the bundled one in")
        facts = (
            Fact(domain, company, category, rules.name, rules.version or rules.dated)
            for rules in lists
            for domain, company, category in rules.facts()
        )
        return cls(lists, bundled(facts), with_signatures=with_signatures)

    @property
    def ruleset(self) -> tuple[ListInfo, ...]:
        """The lists in force, in order."""
        return tuple(rules.info for rules in self.rules.lists)

    @property
    def ruleset_id(self) -> str:
        """A short digest of all that a verdict depends on: lists, company table, code version."""
        parts = [__version__, str(self._with_signatures), *(rules.sha256 for rules in self.rules.lists)]
        parts += [_bundle_digest(), str(len(self.companies))]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def company(self, host: str) -> Company | None:
        """The company behind a host, or None where nobody says."""
        return self._company(host)

    def learn(self, host: str, chain: Sequence[str]) -> bool:
        """Take in the CNAME chain of a host; True where it hides a tracker, so that verdicts change."""
        host = normal_host(host)
        for name in chain:
            target = Target(f"https://{name}/")
            if site_of(target.host) == site_of(host):
                continue
            found, blocked = self.rules.matches(target, Asker(ORDINARY, host, True), None)
            if blocked and any(match.grade == "A" and not match.exception for match in found):
                company = self._company(target.host)
                if company is None:
                    company = Company(site_of(target.host), "", "", f"CNAME of {host}", "")
                self._masks[host] = tuple(_by_cname(match, host, target.host) for match in found), company
                return True
        return False

    def classify(self, message: Message, site: str, said: request.Said | None = None) -> Verdict:
        """The verdict on a message, sent while the person was on `site` (empty or `app:...` where none).

        `said`: the first values of its headers, where they have been made already.
        """
        target = Target(_socket_url(message) if message.kind == "ws" else message.url)
        said = first_values(message.headers) if said is None else said
        kind = request.type_of(message, said)
        known = "" if site.startswith(_NO_SITE) else site
        asker = request.asker_of(said) or (f"https://{known}/" if known else "")
        page = self._page(asker) if len(asker) <= _CACHED else _page(asker)
        by_browser = request.third_by_browser(said)
        third = by_browser if by_browser is not None else _third(target, page)
        party = self._party(target, known, by_browser, page)
        return self._verdict(target, kind, page, third, party, message.method.lower(), known, message)

    def verdict(self, url: str, source: str, type: str = "other", method: str = "") -> Verdict:
        """The verdict on a bare URL, asked for by the page `source` (URL or host; may be empty)."""
        target = Target(url)
        page = self._page(source)
        site = site_of(page.host) if page is not None else ""
        third = _third(target, page)
        party = self._party(target, site, None, page)
        return self._verdict(
            target, request.normal_type(type), page, third, party, method.lower(), site, None
        )

    def _verdict(
        self, target: Target, kind: str, page: Target | None, third: bool | None, party: Party, method: str,
        site: str, message: Message | None,
    ) -> Verdict:  # fmt: skip
        asker = Asker(BIT[kind], page.host if page is not None else "", third, method)
        matches, blocked = self.rules.matches(target, asker, page)
        company = self._company(target.host)
        vendor = self._vendor(matches) if matches else None
        if vendor is None and party == "first" and kind != "document" and target.host in self._masks:
            unmasked, vendor = self._masks[target.host]
            matches += unmasked
            blocked = True
        if vendor is None and self._with_signatures and kind != "document":
            signature = signatures.recognise(target, message)
            if signature is not None and (company is None or company.name != signature.company):
                matches += (signature.match,)
                blocked = blocked or not any(found.exception for found in matches)
                if party == "first" or company is None or company.category in _CARRIERS:
                    vendor = self.companies.named(*signature.fact)
        if vendor is not None:
            own = self._owner(site) if site else None
            if own is None or own.name != vendor.name:
                company = vendor
                party = "relay" if party == "first" else party
        return Verdict(kind, party, company, matches, blocked)

    def _party(self, target: Target, site: str, by_browser: bool | None, page: Target | None) -> Party:
        """First, third or same company as the site; the browser's word counts where the site itself asks."""
        if not target.host:
            return "unknown"
        if not site:
            return "unknown" if by_browser is None else "third" if by_browser else "first"
        if site_of(target.host) == site:
            return "first"
        if by_browser is False and page is not None and site_of(page.host) == site:
            return "first"
        own, other = self._owner(site), self._owner(target.host)
        if own is not None and other is not None and own.name == other.name:
            return "same-company"
        return "third"

    def _vendor(self, matches: tuple[Match, ...]) -> Company | None:
        """The vendor that a list's section names for a host in disguise (EasyPrivacy's CNAME sections)."""
        for match in matches:
            found = self._vendors.get(match.section)
            if found is not None and not match.exception:
                return self.companies.named(*found, f"{match.list}, section {match.section}", match.version)
        return None


def bundled_list() -> RuleList:
    """The list that ships with Mouchard."""
    resource = files("mouchard.blocklists").joinpath("mouchard.txt")
    return RuleList(resource.read_bytes(), Path("mouchard.txt"))


def _by_cname(match: Match, host: str, name: str) -> Match:
    where = f"{match.section}; " if match.section else ""
    return replace(match, section=f"{where}by CNAME {host} → {name}")


def _bundle_digest() -> str:
    return hashlib.sha256(files("mouchard.blocklists").joinpath("SOURCES.toml").read_bytes()).hexdigest()


def _page(source: str) -> Target | None:
    if not source:
        return None
    page = Target(source if "://" in source else f"https://{source}/")
    return page if page.host else None


def _third(target: Target, page: Target | None) -> bool | None:
    if page is None or not target.host:
        return None
    return target.host != page.host and site_of(target.host) != site_of(page.host)


def _socket_url(message: Message) -> str:
    scheme, colon, rest = message.url.partition(":")
    return {"http": "ws", "https": "wss"}.get(scheme.lower(), scheme) + colon + rest
