"""Last tries on tokens that nothing explains: glued prefix, reversed, rot13."""

from __future__ import annotations

import re
import string

from mouchard.extract.decoders import base64, hexadecimal
from mouchard.extract.part import Part, as_text

_RUN = re.compile(rb"(?:[\x20-\x7e]|[\xc3-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}){9,}")
_MAX_TOKEN = 65536
_ROT13 = bytes.maketrans(
    string.ascii_letters.encode(),
    "".join(half[13:] + half[:13] for half in (string.ascii_lowercase, string.ascii_uppercase)).encode(),
)


def decode(value: str) -> tuple[Part, ...]:
    """Texts of 9 characters and more behind a glued prefix or suffix, reversal or rot13; for short tokens
    also the bytes at every alignment, for digests glued to a prefix."""
    if not 12 <= len(value) <= _MAX_TOKEN:
        return ()
    return turned(value) or _glued(value)


def beside(value: str) -> tuple[Part, ...]:
    """As `decode`, for a token whose size makes it look like a digest: texts only."""
    return turned(value) or tuple(part for part in _glued(value) if isinstance(part.value, str))


def turned(value: str) -> tuple[Part, ...]:
    """The text behind reversed or rot13 Base64, a digest behind rot13 hexadecimal; bytes where the padding
    stands in front."""
    backward = base64.to_bytes(value[::-1])
    text = _text(backward)
    if text:
        return (Part(("reverse", "base64"), "", "", text),)
    if value[0] == "=" and backward:
        return (Part(("reverse", "base64"), "", "", backward),)
    # a token is ASCII, and bytes are translated in a quarter of the time
    rotated = value.encode("ascii", "replace").translate(_ROT13).decode("ascii")
    if hexadecimal.HEX.match(rotated):
        return tuple(Part(("rot13", *part.steps), *part[1:]) for part in hexadecimal.decode(rotated))
    text = _text(base64.to_bytes(rotated))
    return (Part(("rot13", "base64"), "", "", text),) if text else ()


def _text(data: bytes) -> str | None:
    """Bytes that are hardly text by chance: all ASCII, or long and all printable."""
    if data.isascii():
        return as_text(data)
    text = as_text(data) if len(data) > 15 else None
    return text if text and text.isprintable() else None


def _glued(value: str) -> tuple[Part, ...]:
    parts = []
    shifted = []
    for skip in (0, 1, 2, 3):
        data = base64.to_bytes(value[skip:])
        for run in _RUN.findall(data):
            parts.append(
                Part(("prefix" if skip else "suffix", "base64"), "", "", run.decode("utf-8", "replace"))
            )
        shifted.append(data)
    if not parts and 30 <= len(value) <= 120:
        parts.append(Part(("prefix", "base64"), "", "", b"\x00\x00".join(shifted)))
    return tuple(sorted(parts, key=lambda part: -len(part.value))[:8])  # chance gives short runs
