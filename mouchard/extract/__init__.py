"""Extract: every value of a message, with the field and the decoding steps that lead to it."""

from __future__ import annotations

from mouchard.extract import surfaces
from mouchard.extract.walk import Walk
from mouchard.model import Extraction, Message

__all__ = ["extract", "field_paths"]


def extract(message: Message) -> Extraction:
    """Every value of a message, decoded as deep as the budget of counted work allows. Never raises on
    hostile input; `partial` says what was left unread (`body depth tokens nodes inflated json`)."""
    walk = Walk()
    if message.cut:
        walk.cut["body"] = None
    surfaces.url(walk, message.url)
    surfaces.headers(walk, message)
    if message.body:
        surfaces.body(walk, message)
    keys = frozenset([node.key.lower() for node in walk.nodes])
    return Extraction(tuple(walk.nodes), keys, tuple(sorted(walk.cut)))


def field_paths(extraction: Extraction) -> tuple[str, ...]:
    """`location.field` of every node, each once, in order."""
    return tuple(
        dict.fromkeys(
            f"{node.location}.{node.field}" if node.field else node.location for node in extraction.nodes
        )
    )
