"""The company behind each host: dated facts, each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from mouchard.classify.site import normal_host, site_of, suffixes
from mouchard.model import Company


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """Who answers for a company in the EU, and how data may leave it. Unknown parts are empty."""

    eu_entity: str
    eu_country: str
    transfer: str
    """Tool named by the company for transfers out of the EU, in words."""
    source: str
    as_of: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of ownership: a domain, the company, what it does there, who says so and when."""

    domain: str
    company: str
    category: str
    source: str
    as_of: str


class Companies:
    """Companies by host. The most specific domain decides; for one domain, the earlier source."""

    def __init__(self, facts: Iterable[Fact], aliases: Mapping[str, str], seats: Mapping[str, Seat]) -> None:
        self._aliases = aliases
        self._seats = seats
        self._facts: dict[str, Fact] = {}
        for fact in facts:
            self._facts.setdefault(fact.domain, fact)
        self._made: dict[str, Company] = {}

    def of(self, host: str) -> Company | None:
        """The company behind a host, found by the host and each parent domain."""
        facts = self._facts
        for name in suffixes(normal_host(host)):
            fact = facts.get(name)
            if fact is not None:
                return self._company(fact)
        return None

    def owner(self, host: str) -> Company | None:
        """The company that owns the site of a host; None where only the platform it rents is known."""
        site = site_of(host)
        for name in suffixes(normal_host(host)):
            if name in self._facts:
                return self._company(self._facts[name])
            if name == site:
                break
        return None

    def named(self, company: str, category: str, source: str, as_of: str) -> Company:
        """The company of this name, where something else than the host gives it away."""
        return self._company(Fact(f"\0{company}", company, category, source, as_of))

    def name(self, company: str) -> str:
        """The name in use for a company that merged, or was renamed, or is spelt in another way."""
        return self._aliases.get(_key(company), company)

    def __len__(self) -> int:
        return len(self._facts)

    def _company(self, fact: Fact) -> Company:
        made = self._made.get(fact.domain)
        if made is None:
            name = self.name(fact.company)
            seat = self._seats.get(name)
            source, as_of = fact.source, fact.as_of
            if seat is not None and seat.source != source:
                source, as_of = f"{source}; seat: {seat.source}", min(as_of or seat.as_of, seat.as_of)
            made = Company(name, seat.country if seat else "", fact.category, source, as_of)
            self._made[fact.domain] = made
        return made


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a company has its seat (ISO 3166 alpha-2), who says so and when."""

    country: str
    source: str
    as_of: str


def bundled(more: Iterable[Fact] = ()) -> Companies:
    """The companies that ship with Mouchard, then further facts, which speak only where ours are silent."""
    facts = [Fact(*row) for row in rows("domains.tsv")]
    aliases = {_key(alias): name for alias, name, *_ in rows("aliases.tsv")}
    seats = {name: Seat(country, source, as_of) for name, country, source, as_of in rows("companies.tsv")}
    return Companies([*facts, *more], aliases, seats)


def rows(name: str) -> list[list[str]]:
    """The rows of a bundled table: tab-separated, `#` begins a comment line."""
    text = files("mouchard.blocklists").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.split("\n") if line and line[0] != "#"]


@lru_cache(1)
def jurisdictions() -> Mapping[str, Jurisdiction]:
    """EU entity and transfer tool by company, from the bundled table."""
    text = files("mouchard.blocklists").joinpath("jurisdictions.toml").read_text(encoding="utf-8")
    return {
        name: Jurisdiction(
            fact.get("eu_entity", ""), fact.get("eu_country", ""), fact.get("transfer", ""), fact["source"],
            fact["as_of"],
        )
        for name, fact in tomllib.loads(text).items()
    }  # fmt: skip


def _key(name: str) -> str:
    return " ".join(name.lower().replace(",", " ").replace(".", " ").split())
