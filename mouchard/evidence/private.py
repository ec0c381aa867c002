"""The raw records of a bundle, under a passphrase: scrypt and AES-256-GCM."""

from __future__ import annotations

import base64
import json
import os
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mouchard.capture import wire
from mouchard.capture.records import Request, WebSocketFrame
from mouchard.errors import BadInput
from mouchard.evidence.archive import Archive
from mouchard.report import harfile
from mouchard.store.opened import Raw

_HEAD = b"MOUCHARD PRIVATE 1\n"
_SALT, _NONCE = 16, 12
SHORTEST = 8
"""Characters of the shortest passphrase taken."""


@dataclass(frozen=True, slots=True)
class Unsealed:
    """A raw request or frame from a bundle, with the salts of its leaves by name."""

    record: Request | WebSocketFrame
    salts: Mapping[str, bytes]


def seal(raw: Sequence[Raw], answers: Mapping[str, int], passphrase: str) -> bytes:
    """The raw records with their salts, and the same as a HAR file for other tools; encrypted."""
    if len(passphrase) < SHORTEST:
        raise BadInput(
            "the passphrase is too short", f"at least {SHORTEST} characters; several words are best"
        )
    inner = BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("raw.jsonl", "".join(json.dumps(_line(one)) + "\n" for one in raw))
        archive.writestr("raw.har", harfile.whole((one.record for one in raw), answers))
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    return _HEAD + salt + nonce + _cipher(passphrase, salt).encrypt(nonce, inner.getvalue(), _HEAD)


def unseal(data: bytes, passphrase: str) -> list[Unsealed]:
    """The raw requests and frames. BadInput for a wrong passphrase or changed bytes."""
    with open_private(data, passphrase) as archive:
        return [one for line in archive.lines("raw.jsonl") if (one := _unsealed(line))]


def open_private(data: bytes, passphrase: str) -> Archive:
    """The encrypted part as an archive of its own: `raw.jsonl` and `raw.har`."""
    start = len(_HEAD)
    salt, nonce = data[start : start + _SALT], data[start + _SALT : start + _SALT + _NONCE]
    if not data.startswith(_HEAD) or len(nonce) < _NONCE:
        raise BadInput("private.enc is damaged", "ask whoever made the bundle for another copy")
    try:
        inner = _cipher(passphrase, salt).decrypt(nonce, data[start + _SALT + _NONCE :], _HEAD)
    except InvalidTag:
        raise BadInput("private.enc cannot be opened", "a wrong passphrase, or it was changed") from None
    return Archive(BytesIO(inner), "private.enc")


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode()))


def _line(raw: Raw) -> dict[str, Any]:
    return {
        "record": base64.b64encode(wire.encode(raw.record)).decode(),
        "salts": {leaf.name: leaf.salt.hex() for leaf in raw.leaves},
    }


def _unsealed(line: dict[str, Any]) -> Unsealed | None:
    try:
        record = wire.decode(base64.b64decode(line["record"]))
        salts = {str(name): bytes.fromhex(salt) for name, salt in line["salts"].items()}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"raw.jsonl is damaged ({type(error).__name__})", "ask whoever made the bundle for another copy"
        ) from error
    return Unsealed(record, salts) if isinstance(record, Request | WebSocketFrame) else None
