"""Hexadecimal: digests (as bytes), hidden texts, compressed content."""

from __future__ import annotations

import re

from mouchard.extract.part import DIGEST_SIZES, Part, as_text

HEX = re.compile(r"(?:0[xX])?((?:[0-9a-fA-F]{2}){6,})$")


def decode(value: str) -> tuple[Part, ...]:
    """Text, or the bytes of a digest, or longer bytes. Upper and mixed case are told by the step."""
    found = HEX.match(value)
    if not found or (value.isdigit() and value[0] != "3" and len(value) < 24):
        return ()
    digits = found[1]
    data = bytes.fromhex(digits)
    step = "hex" if digits.islower() or digits.isdigit() else "hexupper"
    text = as_text(data)
    if text is not None and text.rstrip("\r\n").isprintable():
        return (Part(("hex",), "", "", text),)
    backward = bytes.fromhex(digits[::-1])
    turned = as_text(backward) if backward.isascii() else None
    if turned is not None and turned.rstrip("\r\n").isprintable():
        return (Part(("reverse", "hex"), "", "", turned),)
    if len(data) in DIGEST_SIZES:
        return (Part((step,), "", "", data),)
    return (Part(("hex",), "", "", data),) if len(data) > 16 else ()
