"""The vendor field map: which documented parameter of which vendor holds what. Data in `vendors.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mouchard.model import Node

_INDEX = re.compile(r"\[\d*\]")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one parameter says."""

    type: str
    """A data type, `purchase?`, `TYPE:masked` or `TYPE:hidden`."""
    words: str
    """In plain words."""
    rank: int
    """Place in the vendor's list: the most telling parameters come first."""
    instead: tuple[tuple[str, str, Meaning], ...] = ()
    """Another field, a value of it, and what the parameter says beside that."""

    def beside(self, nodes: Iterable[Node]) -> Meaning:
        """What the parameter says among these nodes."""
        for field, value, meaning in self.instead:
            if any(node.value == value and simple(node.field) == field for node in nodes):
                return meaning
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Vendor:
    """One vendor's endpoint and its documented parameters."""

    name: str
    path: re.Pattern[str] | None
    forms: tuple[frozenset[str], ...]
    event: frozenset[str]
    event_tails: tuple[str, ...]
    purchases: frozenset[str]
    goods: re.Pattern[str] | None
    session: re.Pattern[str] | None
    fingerprint: re.Pattern[str] | None
    recipe: str
    source: str
    exact: Mapping[str, Meaning]
    ending: Mapping[str, Meaning]
    after: Mapping[str, Meaning]

    def meaning(self, location: str, field: str, key: str) -> Meaning | None:
        """What a node says by the vendor's documentation, or None. A `value` beside a `name` goes by that
        name: `fields.firstname` is the value of the field so named."""
        if location == "path":
            return self.after.get(key)
        if location in ("header", "cookie", "host"):
            return None
        where = simple(field)
        if where.endswith(".value"):
            found = self.of_field(f"{where.removesuffix('value')}{key.lower()}")
            if found is not None:
                return found
        return self.of_field(where)

    def of_field(self, field: str) -> Meaning | None:
        """What a field says, its brackets left out."""
        found = self.exact.get(field)
        if found is not None or not self.ending:
            return found
        tail = field
        while tail:
            found = self.ending.get(tail)
            if found is not None:
                return found
            tail = tail.partition(".")[2]
        return None

    def is_event(self, field: str) -> bool:
        """Whether a field names the event."""
        return field in self.event or field.endswith(self.event_tails)


class VendorMap:
    """All vendors, by host and by the form of their requests."""

    def __init__(self, tables: Iterable[Mapping[str, Any]]) -> None:
        self._by_host: dict[str, list[Vendor]] = {}
        self._by_form: list[tuple[frozenset[str], Vendor]] = []
        self._by_name: dict[str, Vendor] = {}
        for table in tables:
            vendor = _vendor(table)
            for host in table["hosts"]:
                self._by_host.setdefault(host, []).append(vendor)
            self._by_name[vendor.name] = vendor
            self._by_form.extend((form, vendor) for form in vendor.forms)
        self._telling = frozenset(max(form, key=len) for form, _ in self._by_form)
        """The longest field of each form: most messages have none of them."""

    def of_host(self, host: str, path: str) -> tuple[Vendor, ...]:
        """Vendors whose endpoint this is; none for an unknown host."""
        found: list[Vendor] = []
        name = host
        while name:
            for vendor in self._by_host.get(name, ()):
                if vendor.path is None or vendor.path.search(path):
                    found.append(vendor)
            name = name.partition(".")[2]
        return tuple(dict.fromkeys(found))

    def of_company(self, name: str) -> tuple[Vendor, ...]:
        """The vendor of this very name: where something else than the host gives the recipient away."""
        vendor = self._by_name.get(name)
        return (vendor,) if vendor else ()

    def of_form(self, nodes: Iterable[Node]) -> tuple[Vendor, ...]:
        """Vendors whose format these fields have, whatever the host."""
        fields = {simple(node.field) for node in nodes if node.location in ("query", "body")}
        if self._telling.isdisjoint(fields):
            return ()
        return tuple(dict.fromkeys(vendor for form, vendor in self._by_form if form <= fields))


@lru_cache(maxsize=8192)
def simple(field: str) -> str:
    """A field in lower case without list brackets: `batch[].traits.Email` -> `batch.traits.email`."""
    return _INDEX.sub("", field).lower().lstrip(".")


@lru_cache(maxsize=1)
def bundled() -> VendorMap:
    """The map that ships with Mouchard."""
    text = files("mouchard.detect").joinpath("vendors.toml").read_text(encoding="utf-8")
    return VendorMap(tomllib.loads(text)["vendor"])


def _vendor(table: Mapping[str, Any]) -> Vendor:
    exact: dict[str, Meaning] = {}
    ending: dict[str, Meaning] = {}
    after: dict[str, Meaning] = {}
    for rank, (field, kind, words, *where) in enumerate(table["fields"]):
        meaning = Meaning(kind, words, rank)
        if where:
            other, _, value = where[0].partition("=")
            known = exact[field]
            exact[field] = replace(known, instead=(*known.instead, (other, value, meaning)))
        elif field.startswith("path:"):
            after[field[5:]] = meaning
        elif field.startswith("*."):
            ending[simple(field[2:])] = meaning
        else:
            exact[simple(field) if not field.endswith("]") else field.lower()] = meaning
    return Vendor(
        name=table["name"],
        path=_pattern(table, "path"),
        forms=tuple(frozenset(form) for form in table.get("form", ())),
        event=frozenset(name.lower().removeprefix("*.") for name in table.get("event", ())),
        event_tails=tuple(name.lower()[1:] for name in table.get("event", ()) if name.startswith("*.")),
        purchases=frozenset(table.get("purchases", ())),
        goods=_pattern(table, "goods"),
        session=_pattern(table, "session"),
        fingerprint=_pattern(table, "fingerprint"),
        recipe=table.get("recipe", ""),
        source=f"{table['source']}, {table['known']}, {table['as_of']}",
        exact=exact,
        ending=ending,
        after=after,
    )


def _pattern(table: Mapping[str, Any], name: str) -> re.Pattern[str] | None:
    return re.compile(table[name]) if name in table else None
