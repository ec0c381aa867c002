"""What a name says of the value under it: types of data, a checksum, a thing."""

from __future__ import annotations

from functools import lru_cache

from mouchard.detect.keys import kinds, words
from mouchard.detect.structure import outer
from mouchard.model import DataType, Node

_NAMELIKE: frozenset[DataType] = frozenset(("name", "first_name", "last_name", "username", "street"))
_WRAPPERS = frozenset("value val v content text data raw string stringvalue s values items $set".split())
_THINGS = frozenset(
    """color colour couleur category categorie cat product produit item event action theme lang locale type
    campaign source medium page title label status brand marque currency version collection style taille size
    tag tags keyword plan price amount total quantity qty screen model store magasin rating created
    updated date time version""".split()
)
"""Words of names whose values are things, however much they look like somebody's name."""
CHECKED: frozenset[DataType] = frozenset(("email", "phone"))
"""Types that some send as a checksum, or as a salted digest."""


def said(node: Node) -> frozenset[DataType]:
    """The types that a node's name says, or that of the structure around a mere `value`."""
    if node.key.lower() in _WRAPPERS:
        around = outer(node.field)
        return kinds(node.key) | kinds(around[len(outer(around)) :].strip("[]."))
    return kinds(node.key) if node.key else frozenset()


@lru_cache(maxsize=4096)
def checkable(key: str) -> bool:
    """Whether a name speaks of a checksum, or of a value that travels as one."""
    return "crc" in key.lower() or not kinds(key).isdisjoint(CHECKED)


@lru_cache(maxsize=4096)
def of_things(key: str) -> bool:
    """Whether a name speaks of a thing, or of another type in so many words: `color=rose`, `ville=Martin`."""
    told = {word.rstrip("0123456789") for word in words(key)}
    return bool(_THINGS & told) or (len(key) > 1 and bool(kinds(key) - _NAMELIKE))
