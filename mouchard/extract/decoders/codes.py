"""Characters by their numbers: `97,110,110,97`, byte arrays in JSON, `61:6e:6e:61`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mouchard.extract.part import DIGEST_SIZES, Part, as_text

FEWEST = 6
_NUMBERS = re.compile(r"\d{2,3}(?:[,; ] ?\d{2,3}){5,}$")
_PAIRS = re.compile(
    r"(?:0x)?[0-9a-fA-F]{2}(?:(:|-|, ?| )(?:0x)?[0-9a-fA-F]{2})(?:\1(?:0x)?[0-9a-fA-F]{2}){6,}$"
)
_BITS = re.compile(r"[01]{8}(?: ?[01]{8}){5,}$")
_DIGITS = re.compile(r"\d+")
_HEX = re.compile(r"[0-9a-fA-F]{2}(?![xX])")


def decode(value: str) -> tuple[Part, ...]:
    """The text behind decimal or binary numbers; the text or the bytes behind separated hexadecimal."""
    if _NUMBERS.match(value):
        text = spelt([int(number) for number in _DIGITS.findall(value)])
        if text is not None:
            return (Part(("charcodes",), "", "", text),)
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
    if not all(type(number) is int and 8 < number < 256 for number in numbers):
        return None
    text = as_text(bytes(numbers))  # type: ignore[arg-type]
    return text if text is not None and text.isprintable() else None
