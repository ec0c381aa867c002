"""The walk over one message: every value peeled layer by layer, within a budget of counted work."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from mouchard.extract import octets, peel
from mouchard.extract.part import MAX_INFLATED, NOTHING, Part, Peeled, Value, joined
from mouchard.model import Node

MAX_DEPTH = 11
"""Layers below a value on the wire. Unfolding what Base64 brought counts as the same layer."""

MAX_PEELS = 600
"""Values that are opened in one message."""

MAX_NODES = 6000
"""Nodes of one message."""


class Walk:
    """Collects the nodes of one message."""

    __slots__ = ("cut", "inflated", "nodes", "peels", "seen")

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.cut: dict[str, None] = {}
        self.seen: set[tuple[str, str, Value]] = set()
        self.inflated = 0
        self.peels = 0

    def visit(
        self, location: str, field: str, key: str, chain: tuple[str, ...], value: Value, depth: int = 0
    ) -> None:
        """Keep a value as a node, then open it. A value met before in the same place is passed over."""
        identity = (location, field, value)
        if identity in self.seen:
            return
        self.seen.add(identity)
        if len(self.nodes) >= MAX_NODES:
            self.cut["nodes"] = None
            return
        if isinstance(value, str):
            if len(value) < 8 and _plain(value):
                self.nodes.append(Node(location, field, key, chain, value))
                return
            peeled = peel.remembered(value) if len(value) <= peel.REMEMBERED else self._large(value)
        else:
            peeled = octets.remembered_binary(value) if len(value) <= 256 else octets.binary(value)
        if peeled is NOTHING:
            self.nodes.append(Node(location, field, key, chain, value))
            return
        if not peeled.whole:
            self.nodes.append(Node(location, field, key, chain, value))
        self.open(location, field, key, chain, peeled, depth)

    def repeat(self, surface: Surface, name: str, text: str) -> None:
        """Visit what a surface reads in a text. Cookies, page addresses and paths come with every request
        again: what the same text gave before is taken from memory, as long as the budget holds it."""
        if len(text) <= peel.REMEMBERED:
            grown = _grown(surface, name, text)
            if (
                len(self.nodes) + len(grown.nodes) <= MAX_NODES
                and self.peels + grown.peels <= MAX_PEELS
                and self.inflated + grown.inflated < MAX_INFLATED
            ):
                self.nodes += grown.nodes
                self.peels += grown.peels
                self.inflated += grown.inflated
                if grown.cut:
                    self.cut.update(grown.cut)
                return
        surface(self, name, text)

    def open(
        self, location: str, field: str, key: str, chain: tuple[str, ...], peeled: Peeled, depth: int
    ) -> None:
        """Visit the pieces of a value."""
        if peeled.cut:
            self.cut[peeled.cut] = None
        if not peeled.parts:
            return
        if depth >= MAX_DEPTH:
            self.cut["depth"] = None
            return
        self.peels += 1
        if self.peels > MAX_PEELS:
            self.cut["tokens"] = None
            self.keep(location, field, key, chain, peeled.parts)
            return
        seen, nodes = self.seen, self.nodes
        for steps, path, inner, value in peeled.parts:
            if len(value) < 8 and isinstance(value, str) and _plain(value) and len(nodes) < MAX_NODES:
                place = joined(field, path) if path else field
                identity = (location, place, value)
                if identity not in seen:
                    seen.add(identity)
                    nodes.append(Node(location, place, inner or key, chain + steps, value))
                continue
            layer = depth + 1
            if not steps:
                layer = depth
            elif steps[-1] in _UNFOLDING:
                self.inflated += len(value)
                if self.inflated >= MAX_INFLATED:
                    self.cut["inflated"] = None
                    if self.inflated - len(value) >= MAX_INFLATED:
                        return
                layer = depth
            self.visit(location, joined(field, path), inner or key, chain + steps, value, layer)

    def keep(
        self, location: str, field: str, key: str, chain: tuple[str, ...], parts: tuple[Part, ...]
    ) -> None:
        """Keep pieces as they are, unopened: what lies flat in them is still found."""
        room = MAX_NODES - len(self.nodes)
        for steps, path, inner, value in parts[:room]:
            self.nodes.append(Node(location, joined(field, path), inner or key, chain + steps, value))

    def _large(self, value: str) -> Peeled:
        if len(value) > MAX_INFLATED:
            self.cut["body"] = None
            value = value[:MAX_INFLATED]
        return peel.text(value)


_OPENING = frozenset("{[&")


def _plain(value: str) -> bool:
    """Whether a short text has no sign that something is written in it."""
    return "%" not in value and "=" not in value and value[:1] not in _OPENING


_UNFOLDING = frozenset("gzip zlib deflate br zstd lzstring utf16le utf16be".split())


Surface = Callable[[Walk, str, str], None]
"""Visits the values in a text on the wire that stands under a name; what it finds depends on these alone."""


class _Grown(NamedTuple):
    """What one text gave, and what that cost."""

    nodes: tuple[Node, ...]
    cut: dict[str, None]
    inflated: int
    peels: int


@lru_cache(1024)
def _grown(surface: Surface, name: str, text: str) -> _Grown:
    walk = Walk()
    surface(walk, name, text)
    return _Grown(tuple(walk.nodes), walk.cut, walk.inflated, walk.peels)
