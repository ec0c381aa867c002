"""Where a letter goes: a few dated addresses that ship with Mouchard; blank where none is known."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mouchard.classify.companies import jurisdictions


@dataclass(frozen=True, slots=True)
class Contact:
    """An address as its owner publishes it. Unknown parts are empty."""

    lines: tuple[str, ...] = ()
    form: str = ""
    """Page with a form, for an authority."""
    source: str = ""
    as_of: str = ""


def of_company(name: str) -> Contact:
    """The EU entity of a company and its address, as far as each is known."""
    entity = jurisdictions().get(name)
    known = _table()["company"].get(name)
    first = (entity.eu_entity,) if entity and entity.eu_entity else (name,)
    if known:
        return Contact((*first, *known["lines"]), "", known["source"], known["as_of"])
    if entity and entity.eu_entity:
        return Contact(first, "", entity.source, entity.as_of)
    return Contact(first)


def of_authority(key: str) -> Contact:
    """The address and form of a data protection authority: `cnil`, or `eu` for the list of all."""
    found = _table()["authority"][key]
    return Contact(tuple(found["lines"]), found["form"], found["source"], found["as_of"])


@lru_cache(1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files("mouchard.letters").joinpath("contacts.toml").read_text(encoding="utf-8"))
