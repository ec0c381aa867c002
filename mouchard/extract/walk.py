"""The walk over one message: every value peeled layer by layer, within a budget of counted work."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from mouchard.extract import octets, peel
from mouchard.extract.part import (
    LONGEST_FIELD,
    LONGEST_NAME,
    MAX_INFLATED,
    NOTHING,
    SMALL,
    Part,
    Peeled,
    Value,
    joined,
)
from mouchard.model import Node

MAX_DEPTH = 11
"""Layers below a value on the wire. Unfolding what Base64 brought counts as the same layer."""

MAX_PEELS = 600
"""Values that are opened in one message."""

MAX_NODES = 6000
"""Nodes of one message."""

_new = tuple.__new__  # a node in half the time: there are so many of them


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
        field, key = field[:LONGEST_FIELD], key[:LONGEST_NAME]
        identity = (location, field, value)
        if identity in self.seen:
            return
        self.seen.add(identity)
        if len(self.nodes) >= MAX_NODES:
            self.cut["nodes"] = None
            return
        if isinstance(value, str):
            if len(value) < 8 and _plain(value):
                self.nodes.append(_new(Node, (location, field, key, chain, value)))
                return
            peeled = (len(value) <= peel.REMEMBERED and peel.remembered(value)) or self._large(value)
        else:
            peeled = (len(value) <= 256 and octets.remembered_binary(value)) or octets.binary(value)
        if not peeled.whole:
            self.nodes.append(_new(Node, (location, field, key, chain, value)))
            if peeled is NOTHING:
                return
        self.open(location, field, key, chain, peeled, depth)

    def repeat(self, surface: Surface, name: str, text: str) -> None:
        """Visit what a surface reads in a text. Cookies, page addresses and paths come with every request
        again: what the same text gave before is taken from memory, as long as the budget holds it."""
        if len(name) + len(text) <= peel.REMEMBERED:
            before = grown(surface, name, text)
            if (
                before is not None
                and len(self.nodes) + len(before.nodes) <= MAX_NODES
                and self.peels + before.peels <= MAX_PEELS
                and self.inflated + before.inflated < MAX_INFLATED
            ):
                self.nodes += before.nodes
                self.peels += before.peels
                self.inflated += before.inflated
                if before.cut:
                    self.cut.update(before.cut)
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
        before: tuple[str, ...] = ()
        way, unfolds = chain, False
        for steps, path, inner, value in peeled.parts:
            if steps is not before:
                before, way = steps, chain + steps
                unfolds = bool(steps) and steps[-1] in _UNFOLDING
            if (
                isinstance(value, str)
                and len(nodes) < MAX_NODES
                and (
                    (value.isalnum() or _plain(value))
                    if len(value) < 8
                    else not unfolds and len(value) <= peel.REMEMBERED and peel.remembered(value) is NOTHING
                )
            ):
                place = joined(field, path) if field else path[:LONGEST_FIELD]
                identity = (location, place, value)
                if identity not in seen:  # by far the most: no call of its own for each
                    seen.add(identity)
                    nodes.append(_new(Node, (location, place, inner[:LONGEST_NAME] or key, way, value)))
                continue
            layer = depth + 1
            if not steps:
                layer = depth
            elif unfolds:
                self.inflated += len(value)
                if self.inflated >= MAX_INFLATED:
                    self.cut["inflated"] = None
                    if self.inflated - len(value) >= MAX_INFLATED:
                        return
                layer = depth
            self.visit(location, joined(field, path), inner or key, way, value, layer)

    def keep(
        self, location: str, field: str, key: str, chain: tuple[str, ...], parts: tuple[Part, ...]
    ) -> None:
        """Keep pieces as they are, unopened: what lies flat in them is still found."""
        room = MAX_NODES - len(self.nodes)
        for steps, path, inner, value in parts[:room]:
            place, name = joined(field, path), inner[:LONGEST_NAME] or key
            self.nodes.append(Node(location, place, name, chain + steps, value))

    def _large(self, value: str) -> Peeled:
        if len(value) > MAX_INFLATED:
            self.cut["body"] = None
            value = value[:MAX_INFLATED]
        return peel.text(value)


_OPENING = frozenset("{[&")
_UNFOLDING = frozenset("gzip zlib deflate br zstd lzstring utf16le utf16be".split())


def _plain(value: str) -> bool:
    """Whether a short text has no sign that something is written in it."""
    return "%" not in value and "=" not in value and value[:1] not in _OPENING


Surface = Callable[[Walk, str, str], None]
"""Visits the values in a text on the wire that stands under a name; what it finds depends on these alone."""


class Grown(NamedTuple):
    """What one text gave, and what that cost."""

    nodes: tuple[Node, ...]
    cut: dict[str, None]
    inflated: int
    peels: int


@lru_cache(1024)
def grown(surface: Surface, name: str, text: str) -> Grown | None:
    """What a surface reads in a text; None for what is too large to be kept."""
    walk = Walk()
    surface(walk, name, text)
    if len(walk.nodes) > SMALL[0] or walk.inflated > SMALL[1]:
        return None
    return Grown(tuple(walk.nodes), walk.cut, walk.inflated, walk.peels)
