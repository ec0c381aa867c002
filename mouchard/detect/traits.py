"""A device described closely enough to know it again: canvas, WebGL, audio, fonts and the like."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from mouchard.detect.keys import compact
from mouchard.model import Hit, Node

_TECHNICAL = frozenset(
    "canvas webgl audio fonts plugins hardwareconcurrency devicememory timezone touchsupport platform "
    "colordepth screenresolution sessionstorage indexeddb adblock cpuclass fontpreferences "
    "mathml".split()
)
_MARKS = frozenset(("canvas", "webgl", "audio", "fonts"))
_BESIDE = frozenset(("hardwareconcurrency", "devicememory", "maxtouchpoints"))
"""Names that a description of a device has beside its marks, which may hold structures of their own."""
_COMPONENT = frozenset(("value", "duration"))
"""What FingerprintJS says of each trait of a device."""
_TRAIT_OF = re.compile("(?<=.)(?:hash|fp|fingerprint|print|vendor|renderer|md5)$")
"""`canvas_hash`, `webglVendor`: what is told of a trait."""


def may_be(keys: Set[str], names: str) -> bool:
    """Whether the names of the nodes, in lower case and joined, may be those of such a description."""
    for mark in _MARKS:  # asked of every message, where `any` would take twice as long
        if mark in names:
            return True
    return not keys.isdisjoint(_BESIDE) or keys >= _COMPONENT


def find(nodes: Sequence[Node]) -> list[Hit]:
    """A description of the device, by the names of its fields and of the structures they lie in."""
    technical: dict[str, tuple[Node, str]] = {}
    for node in nodes:
        *outwards, last = node.field.split(".")
        for depth, part in enumerate((*outwards, node.key or last)):
            said = _TRAIT_OF.sub("", compact(part))
            if said in _TECHNICAL:
                technical.setdefault(said, (node, ".".join(outwards[:depth])))
    marks = technical.keys() & _MARKS
    if len(technical) < 6 or len(marks) < 2:
        return []
    node, field = technical[min(marks)]
    told = f"{len(technical)} traits of the device"
    return [Hit("fingerprint", "shape", node.location, field, node.chain, told, f"‹{told}›", note=told)]
