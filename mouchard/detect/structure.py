"""Where in a message a value lies: the structure of its field, and all around that one."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from functools import lru_cache

from mouchard.detect.keys import words
from mouchard.model import Node

_OUTERMOST = ("",)
_EDGE = re.compile(r"[.\[]")
_TYPED = frozenset("value stringValue string_value string S".split())
"""Names of a value by its type alone: `fields.city.stringValue` of Firestore."""
_PEOPLE = frozenset(
    "user customer client subscriber visitor contact member account person profile lead recipient".split()
)
_BAGS = frozenset(
    """traits attributes properties props data metadata meta custom fields classifications extra
    details""".split()
)


def outer(field: str) -> str:
    """The structure that a field lies in: `a.b` -> `a`, `ud[em]` -> `ud`, `em` -> empty."""
    bracket = field.rfind("[") if field.endswith("]") and not field.endswith("[]") else -1
    return field[: max(bracket, field.rfind("."), 0)]


def container(node: Node) -> tuple[str, str]:
    """The structure that a node lies in: location and outer field."""
    return node.location, outer(node.field)


def around(field: str) -> Sequence[str]:
    """Every structure that a field lies in, from the whole message (empty) inwards: `a[].b` -> empty, `a`,
    `a[]`."""
    if "." not in field and "[" not in field:
        return _OUTERMOST
    return ["", *[field[: edge.start()] for edge in _EDGE.finditer(field) if edge.start()]]


@lru_cache(maxsize=4096)
def holder(field: str) -> str:
    """The structure that a field speaks of; a value by its type alone lies in no structure of its own."""
    inner = outer(field)
    typed = field[len(inner) + 1 :] in _TYPED and not inner.endswith("]")
    return outer(inner) if typed else inner


def related(where: tuple[str, str], strong: Set[tuple[str, str]]) -> bool:
    """Whether a structure is one of these, or what else one of them says of its person: `user.traits`."""
    location, field = where
    while (location, field) not in strong:
        if not _says_more(field):
            return False
        field = outer(field)
    return True


@lru_cache(maxsize=4096)
def _says_more(field: str) -> bool:
    """Whether a structure is for what else is known of a person: `user.data`, `user_metadata`, `$set`."""
    if field.endswith(("$set", "$set_once")):
        return True
    around = outer(field)
    said = words(field[len(around) :])
    if not said or said[-1] not in _BAGS:
        return False
    told = words(around[len(outer(around)) :])
    return said == ("traits",) or said[0] in _PEOPLE or bool(told and told[-1] in _PEOPLE)
