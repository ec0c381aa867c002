"""Every way in which a value must not lie on disk: plain, encoded, digested, and as the shop hides it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

_UNESCAPED = "!'()*~"  # by JavaScript's encodeURIComponent
DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b")


def spellings(email: str, phone: str) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each spelling of both values."""
    national = phone.replace(" ", "")
    values = {email, email.lower(), email.upper(), phone, national}
    values |= {f"+33{national[1:]}", f"33{national[1:]}", f"0033{national[1:]}"}
    for value in sorted(values):
        for name, spelt in _spelt(value):
            yield f"{name} of {value}", spelt
    local = email.lower().partition("@")[0]
    yield "local part", local.encode()
    for name, spelt in _hidden(email.lower()):
        yield name, spelt


def _spelt(value: str) -> Iterator[tuple[str, bytes]]:
    raw = value.encode()
    yield "plain", raw
    yield "percent", quote(value, safe="").encode()
    yield "plus", quote_plus(value).encode()
    yield "utf-16", value.encode("utf-16-le")
    yield "hex", raw.hex().encode()
    yield "HEX", raw.hex().upper().encode()
    for shift in range(3):  # Base64 of a text that holds the value at any place
        encoded = base64.b64encode(b"\0" * shift + raw)
        yield f"base64+{shift}", encoded[(shift * 8 + 5) // 6 : -4]
        yield f"base64url+{shift}", base64.urlsafe_b64encode(b"\0" * shift + raw)[(shift * 8 + 5) // 6 : -4]
    for name in DIGESTS:
        digest = hashlib.new(name, raw).digest()
        yield f"{name} hex", digest.hex().encode()
        yield f"{name} HEX", digest.hex().upper().encode()
        yield f"{name} base64", base64.b64encode(digest).rstrip(b"=")
        yield f"{name} base64url", base64.urlsafe_b64encode(digest).rstrip(b"=")
        yield f"{name} raw", digest
        yield f"{name} prefix", digest.hex()[:16].encode()


def _hidden(value: str) -> Iterator[tuple[str, bytes]]:
    """As the shop's script hides it, in ways nothing decodes."""
    shifted = "".join(chr((ord(c) - 92) % 26 + 97) if "a" <= c <= "z" else c for c in value)
    yield "shifted", shifted.encode()
    yield "shifted, percent", quote(shifted, safe=_UNESCAPED).encode()
    yield "shifted, local part", shifted.partition("@")[0].encode()
    yield "xored", bytes(byte ^ 0x5A for byte in value.encode()).hex().encode()
    yield "shuffled", (value[1::2] + value[::2]).encode()
    padded = value.encode() + b"\0" * (-len(value.encode()) % 4)
    yield "base 85", base64.a85encode(padded)[:20]
    yield "base 85, percent", quote(base64.a85encode(padded).decode()[:20], safe=_UNESCAPED).encode()
