"""Characters and digests by their numbers: `97,110,110,97`, byte arrays in JSON, `61:6e:6e:61`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mouchard.extract.part import DIGEST_SIZES, Part, as_text

FEWEST = 6
_PAIRS = re.compile(
    r"(?:0x)?[0-9a-fA-F]{2}(?:(:|-|, ?| )(?:0x)?[0-9a-fA-F]{2})(?:\1(?:0x)?[0-9a-fA-F]{2}){6,}$"
)
_OCTETS = re.compile(r"\[?\d{1,3}(?:[,; ] ?\d{1,3}){5,}\]?$")
_SIZE_OF = {len(str(256**size)) - less: size for size in DIGEST_SIZES for less in (0, 1, 2)}
"""Decimal digits of a digest read as one number -> its bytes."""
_BITS = re.compile(r"[01]{8}(?: ?[01]{8}){5,}$")
_SPELT_IN_HEX = re.compile(r"(?:[2-7]\d)+$").match
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-fA-F]{2}(?![xX])")


def decode(value: str) -> tuple[Part, ...]:
    """The text or the digest behind decimal numbers, the text behind binary ones; the text or the bytes
    behind separated hexadecimal."""
    if value.isdigit():
        number = _number(value)
        if number:
            return (Part(("decimal",), "", "", number),)
    elif ("," in value or " " in value or ";" in value) and _OCTETS.match(value):
        numbers = [int(number) for number in _DIGITS.findall(value)]
        hidden = spelt(numbers) or digest(numbers)
        if hidden:
            return (Part(("charcodes",), "", "", hidden),)
    if _PAIRS.match(value):
        data = bytes(int(pair, 16) for pair in _HEX.findall(value.replace("0x", "")))
        text = as_text(data)
        if text is not None and text.isprintable():
            return (Part(("hex",), "", "", text),)
        step = "hexupper" if any(c in "ABCDEF" for c in value) else "hex"
        return (Part((step,), "", "", data),) if len(data) in DIGEST_SIZES else ()
    if _BITS.match(value):
        bits = value.replace(" ", "")
        text = spelt([int(bits[place : place + 8], 2) for place in range(0, len(bits), 8)])
        return (Part(("binary",), "", "", text),) if text is not None else ()
    return ()


def spelt(numbers: Sequence[object]) -> str | None:
    """The text of a row of bytes, or None."""
    data = _octets(numbers)
    text = as_text(data) if data and min(data) > 8 else None
    return text if text is not None and text.isprintable() else None


def digest(numbers: Sequence[object]) -> bytes:
    """The digest that a row of bytes is, or nothing: as long as one, and hardly a byte twice."""
    data = _octets(numbers) if len(numbers) in DIGEST_SIZES else b""
    return data if len(set(data)) * 4 >= len(data) * 3 else b""


def _octets(numbers: Sequence[object]) -> bytes:
    """The bytes with these numbers; none where something else is among them."""
    if type(numbers[0]) is not int:  # by far the most lists hold something else
        return b""
    octets = [number for number in numbers if type(number) is int and 0 <= number < 256]
    return bytes(octets) if len(octets) == len(numbers) else b""


def _number(value: str) -> bytes:
    """The digest that a long decimal number is, or nothing."""
    size = _SIZE_OF.get(len(value), 0) if value.isascii() and not _SPELT_IN_HEX(value) else 0
    number = int(value) if size else 0
    return number.to_bytes(size, "big") if 0 < number < 256**size else b""
