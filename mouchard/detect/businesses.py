"""Structures that describe shops, organisations and goods, whose names and places are no person's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

from mouchard.detect import denials
from mouchard.detect.structure import around, container, outer
from mouchard.extract.part import Value
from mouchard.model import Node

_MANY = 3
"""Values of one field that somebody may have side by side: addresses, first names."""
_NUMBERS_OF_GOODS = frozenset(("ean", "gtin", "sku"))


def described(nodes: Sequence[Node]) -> set[tuple[str, str]]:
    """Location and field of each structure with a schema.org `@type` of a shop or an organisation."""
    return {
        container(node)
        for node in nodes
        if node.key == "@type" and isinstance(node.value, str) and denials.is_business(node.value)
    }


def holds(businesses: Set[tuple[str, str]], node: Node) -> bool:
    """Whether a node lies in one of these structures."""
    return bool(businesses) and any((node.location, field) in businesses for field in around(node.field))


def listed(nodes: Sequence[Node], asked: Iterable[Node]) -> set[tuple[str, str, str]]:
    """Location, field and name of those asked about that are one of many of their kind, or of goods: a person
    has one city, a list of shops many."""
    values: dict[tuple[str, str, str], set[Value]] = {node[:3]: set() for node in asked if "[]" in node.field}
    if not values:
        return set()
    for node in nodes:
        if node[:3] in values:
            values[node[:3]].add(node.value)
    goods = {outer(node.field) for node in nodes if node.key in _NUMBERS_OF_GOODS}
    return {where for where, held in values.items() if len(held) > _MANY or outer(where[1]) in goods}
