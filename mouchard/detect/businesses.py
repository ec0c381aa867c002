"""Structures that describe shops, organisations and goods, whose names and places are no person's."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mouchard.detect import denials
from mouchard.detect.places import outer
from mouchard.model import Node

_MANY = 3
"""Values of one field that somebody may have side by side: addresses, first names."""
_NUMBERS_OF_GOODS = frozenset(("ean", "gtin", "sku"))


def described(nodes: Sequence[Node]) -> set[tuple[str, str]]:
    """Location and field of each structure with a schema.org `@type` of a shop or an organisation."""
    return {
        (node.location, outer(node.field))
        for node in nodes
        if node.key == "@type" and isinstance(node.value, str) and denials.is_business(node.value)
    }


def holds(businesses: Set[tuple[str, str]], node: Node) -> bool:
    """Whether a node lies in one of these structures."""
    return any(
        node.location == location and (not around or node.field.startswith((around + ".", around + "[")))
        for location, around in businesses
    )


def listed(nodes: Sequence[Node], node: Node) -> bool:
    """Whether a node is one of many of its kind, or of goods: a person has one city, a list of shops many."""
    if "[]" not in node.field:
        return False
    if len({other.value for other in nodes if other[:3] == node[:3]}) > _MANY:
        return True
    around = outer(node.field)
    return any(other.key in _NUMBERS_OF_GOODS and outer(other.field) == around for other in nodes)
