"""Base58, the alphabet without look-alikes: texts and digests."""

from __future__ import annotations

import re

from mouchard.extract.decoders import inflate
from mouchard.extract.part import DIGEST_SIZES, Part, as_text

_TOKEN = re.compile(r"[1-9A-HJ-NP-Za-km-z]{11,700}\Z")
_VALUES = {c: i for i, c in enumerate("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")}


def decode(value: str) -> tuple[Part, ...]:
    """A text without a strange character, the bytes of a digest or of something compressed; all else is taken
    for chance."""
    if not _TOKEN.match(value):
        return ()
    number = 0
    for character in value:
        number = number * 58 + _VALUES[character]
    zeros = len(value) - len(value.lstrip("1"))
    data = b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(data) in DIGEST_SIZES or inflate.magic(data):
        return (Part(("base58",), "", "", data),)
    text = as_text(data)
    return (
        (Part(("base58",), "", "", text),)
        if text is not None and text.replace("\n", "").isprintable()
        else ()
    )
