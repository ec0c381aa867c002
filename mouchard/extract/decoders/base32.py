"""Base32 in either case, with or without padding."""

from __future__ import annotations

import base64
import binascii
import re

from mouchard.extract.part import DIGEST_SIZES, Part, as_text

_TOKEN = re.compile(r"(?:[A-Z2-7]{16,}|[a-z2-7]{16,})={0,6}\Z")


def decode(value: str) -> tuple[Part, ...]:
    """Text or a digest; other bytes are taken for chance."""
    if not _TOKEN.match(value):
        return ()
    body = value.rstrip("=").upper()
    try:
        data = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return ()
    text = as_text(data)
    if text is not None:
        return (Part(("base32",), "", "", text),)
    return (Part(("base32",), "", "", data),) if len(data) in DIGEST_SIZES or len(data) > 40 else ()
