"""Digests under names that say whose: `email_sha256`, `hashedPhone`, `hem`."""

from __future__ import annotations

from functools import lru_cache

from mouchard.detect.digests import BY_SIZE, NOTHINGS
from mouchard.detect.keys import spoken, words
from mouchard.model import DataType, Node

_SIZES = {size: BY_SIZE[size] for size in (16, 20, 32, 64)}
_NAMED = {name: size for size, name in _SIZES.items()}
_TELLING = frozenset("hash hashed hashes digest encrypted hem uhem hpn uhpn".split())
_OTHERWISE = frozenset(
    """id ids uuid guid token key index version campaign template confirm confirmation verification verified
    code nonce salt state secret signature sig csrf etag batch list message thread""".split()
)
"""Words of names for numbers and secrets of an e-mail or a phone: `email_token`, `email_campaign_hash`."""


def algorithm(node: Node) -> tuple[DataType, str] | None:
    """The type that a node's name says its digest is of, with the algorithm that gives so many bytes."""
    value = node.value
    if not isinstance(value, bytes):
        return None
    kind = _said(node.key, len(value))
    if kind is None or value in NOTHINGS or value.isascii():
        return None
    return kind, _SIZES[len(value)]


@lru_cache(4096)
def _said(key: str, size: int) -> DataType | None:
    if size not in _SIZES:
        return None
    parts = words(key)
    if not _OTHERWISE.isdisjoint(parts):
        return None
    whole = "".join(parts)
    told = {size for name, size in _NAMED.items() if name in whole}
    if (told and size not in told) or (not told and _TELLING.isdisjoint(parts)):
        return None
    said = spoken(key)
    return "email" if "email" in said else "phone" if "phone" in said else None
