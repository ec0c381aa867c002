"""UTF-16 without being told: every second byte is zero, or a byte order mark."""

from __future__ import annotations

from mouchard.extract.part import Part

_SCRIPTS = frozenset((0, 3, 4, 5, 6))
"""First bytes of Latin, Greek, Cyrillic, Hebrew and Arabic letters."""


def decode(data: bytes) -> tuple[Part, ...]:
    """The text of UTF-16, little or big end first."""
    if len(data) < 8 or len(data) % 2:
        return ()
    half = len(data) // 2
    high = data[1::2]
    if data[:2] == b"\xff\xfe" or high.count(0) * 10 >= half * 8 or (half > 5 and _SCRIPTS.issuperset(high)):
        step, codec = "utf16le", "utf-16-le"
    elif data[:2] == b"\xfe\xff" or data[0::2].count(0) * 10 >= half * 8:
        step, codec = "utf16be", "utf-16-be"
    else:
        return ()
    text = data.decode(codec, "replace").lstrip("\ufeff")
    return (Part((step,), "", "", text),) if text.isprintable() or "\n" in text else ()
