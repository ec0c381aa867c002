"""A date of birth whose day, month and year lie in fields of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from mouchard.detect.index import Entry
from mouchard.detect.keys import words
from mouchard.detect.structure import container
from mouchard.model import Node

_BIRTH = re.compile(r"birth|dob|bday|naiss|geburt|nacim|nasc", re.I)
_DAY = frozenset("day dd d jour tag dia giorno dag".split())
_MONTH = frozenset("month mm m mois monat mes mese maand".split())
_YEAR = frozenset("year yyyy y annee jahr ano anno jaar".split())


def find(
    births: Mapping[str, Sequence[tuple[str, str, Entry]]], nodes: Sequence[Node]
) -> Iterator[tuple[Node, Entry]]:
    """The node of the year, where day and month lie beside it, under names that speak of birth. `births`: the
    months and days of each year."""
    if births.keys().isdisjoint([node.value for node in nodes]):
        return
    parts = [
        node
        for node in nodes
        if isinstance(node.value, str) and len(node.value) < 5 and _BIRTH.search(node.field)
    ]
    beside: dict[tuple[str, str], list[Node]] = {}
    for node in parts:
        beside.setdefault(container(node), []).append(node)
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


def _told(nodes: Sequence[Node], names: frozenset[str], value: str) -> bool:
    return any(str(node.value).zfill(2) == value and names & set(words(node.key)) for node in nodes)
