"""The local key: tokens, salts and sealing, so that nothing personal lies on disk in a readable form."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b, shake_256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mouchard import vault
from mouchard.errors import BadInput

KEY_BYTES = 32
TOKEN_HEX = 20
"""Hex digits of a token: 80 bits, so that two values never share one by chance."""
SALT = 16
"""Bytes of a salt."""
_NONCE = 12
_ELSEWHERE = "keyring "
"""What a key file begins with that only names the entry of the system's keyring."""


class Keys:
    """Four keys derived from one secret of 32 bytes; never printed, never pickled."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        self._token = hmac.new(hmac.digest(secret, b"mouchard token 1", "sha256"), digestmod="sha256")
        self._salt = hmac.digest(secret, b"mouchard salt 1", "sha256")
        self._salts = hmac.digest(secret, b"mouchard salt 2", "sha256")
        self._seal = hmac.digest(secret, b"mouchard seal 1", "sha256")

    @classmethod
    def load(cls, path: Path) -> Keys:
        """The key in the file (mode 0600) or in the keyring entry it names, made if absent. BadInput where
        the file is no key, or the keyring does not give it."""
        if not path.exists():
            _create(path)
        try:
            text = path.read_bytes().decode("ascii", "replace").strip()
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
        except OSError as error:
            raise BadInput(
                f"cannot read the key {path}: {error.strerror}", "it must be readable by you alone"
            ) from error
        if text.startswith(_ELSEWHERE):
            text = vault.get(text.removeprefix(_ELSEWHERE))
        try:
            return cls(bytes.fromhex(text))
        except ValueError:
            hint = (
                "put the right file back; without it sealed evidence stays sealed and tokens do not compare"
            )
            raise BadInput(f"{path} is not a Mouchard key", hint) from None

    def token(self, kind: str, value: str | bytes) -> str:
        """Keyed digest: equal values of a kind have equal tokens; without the key it tells nothing."""
        data = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        keyed = self._token.copy()  # half the cost of keying each anew
        keyed.update(kind.encode() + b"\0" + data)
        return keyed.hexdigest()[:TOKEN_HEX]

    def salt(self, capture: str, seq: int, field: str) -> bytes:
        """The salt of one field of one record."""
        return self.salts(capture, seq)(field)

    def salts(self, capture: str, seq: int) -> Callable[[str], bytes]:
        """The salts of one record by field; showing one tells nothing of the others."""
        record = hmac.digest(self._salt, f"{capture}/{seq}".encode(), "sha256")
        keyed = blake2b(key=record, digest_size=SALT)

        def salt(field: str) -> bytes:
            digest = keyed.copy()
            digest.update(field.encode("utf-8", "surrogatepass"))
            return digest.digest()

        return salt

    def row_of_salts(self, capture: str, seq: int, side: str, count: int) -> bytes:
        """So many salts of one record, one behind the other: all of them for the price of two."""
        return shake_256(self._salts + f"{capture}/{seq}/{side}".encode()).digest(SALT * count)

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """AES-256-GCM under a random nonce, which stands in front."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """What was sealed with the same `aad`; BadInput where key, `aad` or bytes are not the same."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], aad)
        except (InvalidTag, ValueError):
            hint = "it was sealed with another key, or has been changed"
            raise BadInput("the sealed evidence cannot be opened", hint) from None

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self._seal)

    def __repr__(self) -> str:
        return "Keys(…)"

    def __reduce__(self) -> str:
        raise TypeError("keys stay in this process")


def in_keyring(path: Path) -> str:
    """The entry of the system's keyring that holds the key of this file; empty: the file itself does."""
    try:
        text = path.read_bytes().decode("ascii", "replace").strip()
    except OSError:
        return ""
    return text.removeprefix(_ELSEWHERE) if text.startswith(_ELSEWHERE) else ""


def discard(path: Path) -> None:
    """Delete the key for good, wherever it is held."""
    if entry := in_keyring(path):
        vault.remove(entry)
    path.unlink(missing_ok=True)


def _create(path: Path) -> None:
    """Write a new key beside the place and link it there: nobody reads half a key, the first one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    secret = secrets.token_hex(KEY_BYTES)
    entry = vault.put(secret)
    try:
        with os.fdopen(handle, "w") as file:
            file.write((f"{_ELSEWHERE}{entry}" if entry else secret) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        vault.remove(entry)
    except BaseException:
        vault.remove(entry)
        raise
    finally:
        draft.unlink()
