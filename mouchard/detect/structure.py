"""Where in a message a value lies: the structure of its field, and all around that one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mouchard.model import Node

_OUTERMOST = ("",)
_EDGE = re.compile(r"[.\[]")


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
