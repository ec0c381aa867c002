"""Last tries on tokens that nothing explains: glued prefix, reversed, rot13."""

from __future__ import annotations

import codecs
import re

from mouchard.extract.decoders import base64, hexadecimal
from mouchard.extract.part import Part, as_text

_RUN = re.compile(rb"[\x20-\x7e]{9,}")
_MAX_TOKEN = 4096


def reversed_text(value: str) -> tuple[Part, ...]:
    """The text behind reversed Base64; its bytes too where the padding stands in front."""
    backward = base64.to_bytes(value[::-1])
    text = as_text(backward) if backward else None
    if text and text.isascii():
        return (Part(("reverse", "base64"), "", "", text),)
    return (Part(("reverse", "base64"), "", "", backward),) if value[0] == "=" and backward else ()


def decode(value: str) -> tuple[Part, ...]:
    """Texts of 9 characters and more behind a glued prefix or suffix, reversal or rot13; for short tokens
    also the bytes at every alignment, for digests glued to a prefix."""
    if not 12 <= len(value) <= _MAX_TOKEN:
        return ()
    turned_back = reversed_text(value)
    if turned_back:
        return turned_back
    turned = codecs.encode(value, "rot13")
    if hexadecimal.HEX.match(turned):
        return tuple(Part(("rot13", *part.steps), *part[1:]) for part in hexadecimal.decode(turned))
    plain = base64.to_bytes(turned)
    text = as_text(plain) if plain else None
    if text and text.isascii():
        return (Part(("rot13", "base64"), "", "", text),)
    parts = []
    shifted = []
    for skip in (0, 1, 2, 3):
        data = base64.to_bytes(value[skip:])
        for run in _RUN.findall(data):
            parts.append(Part(("prefix" if skip else "suffix", "base64"), "", "", run.decode()))
        shifted.append(data)
    if not parts and 30 <= len(value) <= 120:
        parts.append(Part(("prefix", "base64"), "", "", b"\x00\x00".join(shifted)))
    return tuple(parts[:8])
