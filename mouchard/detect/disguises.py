"""Spellings in disguise that no decoder takes off: encoded in short, or letters for letters."""

from __future__ import annotations

import base64
from collections.abc import Iterator

_SUBSTITUTED = "kibp8A4EWRMKHa7gvyz1dOPt6UI5xYD3nqhVwZBXfCcFeJmrLN20lS9QGsjTuo"
_IN_ORDER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SUBSTITUTIONS = (str.maketrans(_SUBSTITUTED, _IN_ORDER), str.maketrans(_IN_ORDER, _SUBSTITUTED))
"""Letters for letters, as securedvisit.com writes addresses; found by the Leaky Forms study."""


def encoded(text: str) -> Iterator[tuple[str, str]]:
    """A short text in each encoding, with the name of the step."""
    data = text.encode("utf-8", "replace")
    padded = base64.b64encode(data).decode()
    for form in {padded, padded.rstrip("="), padded.rstrip("=").translate({43: "-", 47: "_"})}:
        yield form, "base64"
    yield data.hex(), "hex"
    yield base64.b32encode(data).decode(), "base32"
    yield base64.b32encode(data).decode().rstrip("="), "base32"
