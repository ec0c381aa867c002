"""lz-string in its four flavours: base64, URI component, UTF-16, and bare 16-bit units."""

from __future__ import annotations

from mouchard.extract.part import MAX_INFLATED, Part

_BASE64 = {c: i for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")}
_URI = {c: i for i, c in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-$")}
JSON_PREFIXES = ("N4Ig", "NobwR", "NoIg", "N4Ag", "NoX", "N4X", "NoCg", "N4J", "NrA")
"""How `{"`, `[{`, `["`, `{ "` begin once compressed, in both 6-bit flavours."""


def _bits(alphabet: dict[str, int]) -> dict[int, str]:
    """What each character says in bits; nothing of a character that is none of the alphabet."""
    strange = {ord(c): "" for c in {*_BASE64, *_URI} - alphabet.keys()}
    return strange | {ord(c): f"{unit & 63:06b}" for c, unit in alphabet.items()}


def _beginnings() -> frozenset[str]:
    """Pairs of characters that a text can begin with: a printable character of 8 bits, or one of 16."""
    pairs = set()
    for alphabet in (_BASE64, _URI):
        for one, high in alphabet.items():
            for other, low in alphabet.items():
                bits = f"{high & 63:06b}{low & 63:06b}"
                code = int(bits[1::-1], 2)
                if code == 1 or (code == 0 and 0x20 <= int(bits[9:1:-1], 2) < 0x7F):
                    pairs.add(one + other)
    return frozenset(pairs)


_BEGINNINGS = _beginnings()
_LEFT = {6: 24, 15: 60, 16: 48}
"""Bits that may be left over behind a text, by the width of the units; 16 and more of them where bytes
(`compressToUint8Array`) were written in Base64."""
_BASE64_BITS = _bits(_BASE64)
_URI_BITS = _bits(_URI)


def decode(value: str) -> tuple[Part, ...]:
    """The text of a 6-bit flavour (base64 or URI component)."""
    if value[:2] not in _BEGINNINGS:
        return ()
    body = value.replace(" ", "+").rstrip("=$")
    bits = body.translate(_URI_BITS if "-" in body else _BASE64_BITS)  # the only sign that tells them apart
    text = decompress(bits, 6) if len(bits) == 6 * len(body) else None
    return (Part(("lzstring",), "", "", text),) if text is not None else ()


def wide(value: str) -> tuple[Part, ...]:
    """The text of `compressToUTF16` (15 bits above a space) or of plain `compress` (16 bits)."""
    for width, offset in ((15, 32), (16, 0)):
        units = [ord(c) - offset for c in value]
        if offset:
            units += (0, 0)  # spaces at the end say nothing but zeros, and get lost
        if all(0 <= unit < 1 << width for unit in units):
            text = decompress("".join([f"{unit:0{width}b}" for unit in units]), width)
            if text is not None:
                return (Part(("lzstring",), "", "", text),)
    return ()


def decompress(stream: str, width: int) -> str | None:
    """The text of a stream of bits, made of units so wide; None at the first code or character that no text
    would have."""
    position = len(stream)
    turned = stream[::-1]  # numbers begin with their lowest bit

    def read(bits: int) -> int:
        nonlocal position
        position -= bits
        if position < 0:
            raise EOFError
        return int(turned[position : position + bits], 2)

    def character(bits: int) -> str:
        char = chr(read(bits))
        if (char < " " and char not in "\n\r\t") or "\x7f" <= char <= "\x9f":
            raise EOFError
        return char

    try:
        first = read(2)
        if first > 1:
            return None
        entry = character(16 if first else 8)
        dictionary: list[str] = ["", "", "", entry]
        previous = entry
        out = [entry]
        size = 1
        enlarge, bits = 4, 3
        while True:
            code = read(bits)
            if code == 2:
                return "".join(out) if len(out) > 2 and position <= _LEFT[width] else None
            if code < 2:
                dictionary.append(character(16 if code else 8))
                code = len(dictionary) - 1
                enlarge -= 1
                if not enlarge:
                    enlarge, bits = 1 << bits, bits + 1
            if code < len(dictionary):
                entry = dictionary[code]
            elif code == len(dictionary):
                entry = previous + previous[0]
            else:
                return None
            out.append(entry)
            size += len(entry)
            if size > MAX_INFLATED:
                return "".join(out)
            dictionary.append(previous + entry[0])
            previous = entry
            enlarge -= 1
            if not enlarge:
                enlarge, bits = 1 << bits, bits + 1
    except (EOFError, ValueError, OverflowError):
        return None
