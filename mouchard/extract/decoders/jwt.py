"""JSON web tokens: header and claims."""

from __future__ import annotations

import base64
import binascii
import re

from mouchard.extract.part import Part, as_text

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*){0,3}$")


def decode(value: str) -> tuple[Part, ...]:
    """The JSON texts of the token, claims first."""
    if not _JWT.match(value):
        return ()
    parts = []
    for segment in value.split(".")[1::-1]:
        try:
            text = as_text(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
        except (ValueError, binascii.Error):
            continue
        if text and text[0] == "{":
            parts.append(Part(("jwt",), "", "", text))
    return tuple(parts)
