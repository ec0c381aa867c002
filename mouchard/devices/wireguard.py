"""The keys of a WireGuard tunnel, and what a phone is given to open it."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from mouchard.errors import BadInput

RESOLVER = "10.0.0.53"
"""The address inside the tunnel at which the proxy answers: name look-ups, and its own page."""


def write_keys(path: Path) -> None:
    """Make the keys of both ends in a new file, mode 0600, as mitmproxy reads it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"server_key": _new_key(), "client_key": _new_key()}, file)


def configuration(path: Path, host: str, port: int) -> str:
    """The tunnel in the words of the WireGuard app. It holds a private key: show it, never keep or log it.

    All of IPv6 goes into the tunnel too, where it ends: else it would pass beside the capture, unseen.
    """
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
        private, server = str(keys["client_key"]), public(str(keys["server_key"]))
    except (OSError, ValueError, LookupError, TypeError):
        raise BadInput(
            "the keys of this device are missing or damaged", "delete it and add it anew"
        ) from None
    return "\n".join((
        "[Interface]",
        f"PrivateKey = {private}",
        "Address = 10.0.0.1/32",
        f"DNS = {RESOLVER}",
        "",
        "[Peer]",
        f"PublicKey = {server}",
        "AllowedIPs = 0.0.0.0/0, ::/0",
        f"Endpoint = {host}:{port}",
    ))  # fmt: skip


def public(private: str) -> str:
    """The public half of a key."""
    key = X25519PrivateKey.from_private_bytes(base64.b64decode(private, validate=True))
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _new_key() -> str:
    raw = bytearray(os.urandom(32))
    raw[0] &= 248  # as `wg genkey` does: every tool then reads the same number
    raw[31] = raw[31] & 127 | 64
    return base64.b64encode(raw).decode()
