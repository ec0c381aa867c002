"""What a decoder hands back: the pieces of a value, each with the steps that led to it."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

Value: TypeAlias = str | bytes


class Part(NamedTuple):
    """One piece found inside a value."""

    steps: tuple[str, ...]
    """Chain steps from the outer value to this piece."""
    path: str
    """Field path inside the outer value (`user.email`, `[].id`), or empty."""
    key: str
    """Innermost name, or empty to keep that of the outer value."""
    value: Value


class Peeled(NamedTuple):
    """The pieces of one value; `whole` where they say all that the value says."""

    parts: tuple[Part, ...]
    whole: bool
    cut: str = ""
    """Why some pieces are missing, or empty."""


NOTHING = Peeled((), False)

SMALL = 64, 4096
"""Pieces, and their characters or bytes, up to which a layer is kept in memory: a few bytes can unfold to
very much, and whoever sends many such must not fill the memory."""
LONGEST_NAME, LONGEST_FIELD = 120, 1000
"""Characters of an innermost name, and of a field path, beyond which it names nothing."""

DIGEST_SIZES = frozenset((16, 20, 28, 32, 48, 64))
"""Bytes of md5, sha1/ripemd160, sha224, sha256, sha384, sha512."""

MAX_INFLATED = 256 * 1024
"""Bytes that one message may unfold to."""

MAX_LEAVES = 4000
"""Pieces taken from one structure."""

_MARK = re.compile("[\x00\x01\x1c-\x1f]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def as_text(data: bytes) -> str | None:
    """The bytes as UTF-8 text, or None where they are no text."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    if text.isprintable() or not _CONTROL.search(text):
        return text
    pieces = _MARK.split(text, len(text) // 6)
    marked = text[0].isprintable() and len(pieces) > 1 and not any(map(_CONTROL.search, pieces))
    return text if marked else None  # pieces with single separators between them, as vendors put them


def joined(outer: str, inner: str) -> str:
    """Field path of a piece: `a` and `b` give `a.b`, `a` and `[].b` give `a[].b`."""
    if not inner:
        return outer
    if not outer:
        return inner[:LONGEST_FIELD]
    return (outer + inner if inner[0] == "[" else f"{outer}.{inner}")[:LONGEST_FIELD]


def fits(peeled: Peeled) -> bool:
    """Whether a layer is small enough to be kept in memory."""
    pieces, size = SMALL
    return len(peeled.parts) <= pieces and sum([len(part.value) for part in peeled.parts]) <= size
