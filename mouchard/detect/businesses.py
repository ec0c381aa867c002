"""Structures that describe shops, organisations and goods, whose names and places are no person's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from mouchard.detect import denials
from mouchard.detect.keys import words
from mouchard.detect.structure import around, container, outer
from mouchard.extract.part import Value
from mouchard.model import Node

_MANY = 3
"""Values of one field that somebody may have side by side: addresses, first names."""
_OF_GOODS = frozenset(("ean", "gtin", "sku", "price", "unit_price", "unitPrice", "prix"))
"""Names that only goods have beside them in a list."""
_SOLD = frozenset(
    """brand marque designer vendor manufacturer fabricant publisher editeur artist artiste album collection
    gamme product products produit produits article articles variant variants variante store stores shop
    shops magasin magasins boutique boutiques agence agences relais pickup warehouse entrepot supplier
    fournisseur seller sellers vendeur vendeurs merchant merchants marchand agency agencies branch branches
    dealer dealers retailer retailers hotel hotels restaurant restaurants pharmacy pharmacies pharmacie
    clinic clinics hospital hospitals venue venues airport airports flight flights station stations
    destination destinations departure arrival filter filters filtre filtres facet facets""".split()
)
"""Words for goods, who makes them, where they are sold, where one goes, and for choices of them."""
_OTHERS = frozenset(
    """testimonial testimonials review reviews rating ratings comment comments commentaire commentaires avis
    temoignages author authors auteurs""".split()
)
"""Words for lists of what other people say."""
_NAMED = frozenset(("item", "content"))
_NAMING = frozenset("name names nom title titre label libelle slug".split())


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
    """Location, field and name of those asked about that are one of many of their kind, or of goods and
    shops: a person has one city, a list of shops many."""
    within = [node for node in asked if outer(node.field)]
    if not within:
        return set()
    found = {node[:3] for node in within if is_sold(outer(node.field))}
    values: dict[tuple[str, str, str], set[Value]] = {
        node[:3]: set() for node in within if "[]" in node.field
    }
    if not values:
        return found
    for node in nodes:
        if node[:3] in values:
            values[node[:3]].add(node.value)
    goods = {outer(node.field) for node in nodes if node.key in _OF_GOODS}
    found.update(where for where, held in values.items() if len(held) > _MANY or outer(where[1]) in goods)
    if any(len(held) == _MANY for held in values.values()):  # four shops in three cities
        entries: dict[str, int] = {}
        for field, count in Counter(node.field for node in nodes).items():
            entries[outer(field)] = max(count, entries.get(outer(field), 0))
        found.update(where for where, held in values.items() if len(held) == _MANY < entries[outer(where[1])])
    return found


@lru_cache(4096)
def is_sold(field: str) -> bool:
    """Whether the last part of a field speaks of goods, their makers or shops: `items[].brand`, `vendor`."""
    said = [word for word in words(field[len(outer(field)) :]) if not word.isdigit()]
    if said and field.endswith("[]") and said[-1] in _OTHERS:
        return True
    return bool(said) and (said[-1] in _SOLD or (said[0] in _SOLD | _NAMED and said[-1] in _NAMING))


def names_goods(node: Node, nodes: Sequence[Node]) -> bool:
    """Whether a name here is that of goods, of who makes them or of a shop: a brand, an artist, a lamp."""
    if is_sold(node.field) or (is_sold(outer(node.field)) and not _NAMING.isdisjoint(words(node.key)[-1:])):
        return True
    return container(node) in described(nodes)
