"""A date of birth whose day, month and year lie in fields of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from mouchard.detect.index import Entry
from mouchard.detect.keys import words
from mouchard.detect.structure import container
from mouchard.model import Node

_BIRTH = re.compile(r"birth|dob(?!e)|bday|naiss|geburt|nacim|nasc|geboort|urodz", re.I)
_DAY = frozenset("day dd d jour tag dia giorno dag dzien 3i".split())
_MONTH = frozenset("month mm m mois monat mes mese maand miesiac 2i".split())
_YEAR = frozenset("year yyyy y annee jahr ano anno jaar rok 1i".split())


def find(
    births: Mapping[str, Sequence[tuple[str, str, Entry]]], nodes: Sequence[Node]
) -> Iterator[tuple[Node, Entry]]:
    """The node of the year, where day and month lie beside it, under names that speak of birth. `births`: the
    months and days of each year."""
    if births.keys().isdisjoint([node.value for node in nodes]):
        return
    parts, beside = _parts(nodes)
    for year, month, day, entry in [(year, *told) for year, days in births.items() for told in days]:
        looked = set[tuple[str, str]]()
        for node in parts:
            where = container(node)
            if node.value != year or where in looked or not _YEAR & set(words(node.key)):
                continue
            looked.add(where)
            if _told(beside[where], _MONTH, month) and _told(beside[where], _DAY, day):
                yield node, entry
                break


def told(nodes: Sequence[Node]) -> Iterator[str]:
    """Dates of birth that nodes tell in parts, ISO."""
    for beside in _parts(nodes)[1].values():
        year, month, day = (_only(beside, names) for names in (_YEAR, _MONTH, _DAY))
        try:
            born = date(year, month, day)
        except ValueError:
            continue
        if year > 1899:
            yield born.isoformat()


def _parts(nodes: Sequence[Node]) -> tuple[list[Node], dict[tuple[str, str], list[Node]]]:
    """Short values of fields that speak of birth, and the same by the structure they lie in."""
    parts = [
        node
        for node in nodes
        if isinstance(node.value, str) and len(node.value) < 5 and _BIRTH.search(node.field)
    ]
    beside: dict[tuple[str, str], list[Node]] = {}
    for node in parts:
        beside.setdefault(container(node), []).append(node)
    return parts, beside


def _only(nodes: Sequence[Node], names: frozenset[str]) -> int:
    """The only number under one of these names, or 0."""
    found = {str(node.value) for node in nodes if names & set(words(node.key))}
    value = found.pop() if len(found) == 1 else ""
    return int(value) if value.isascii() and value.isdigit() else 0


def _told(nodes: Sequence[Node], names: frozenset[str], value: str) -> bool:
    return any(str(node.value).zfill(2) == value and names & set(words(node.key)) for node in nodes)
