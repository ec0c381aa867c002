"""The keyring of the operating system, where there is one: secrets that lie in no file.

Only with the optional package `keyring`, and only where its backend keeps secrets from other programs'
eyes. Where `MOUCHARD_HOME` moves all that is ours into one folder, the key lies in that folder too.
"""

from __future__ import annotations

import os
import secrets
from typing import Any

from mouchard.errors import BadInput

SERVICE = "mouchard"
_SOUND = 1.0
"""Priority from which on the library recommends a backend; those that write plain files are below."""


def name() -> str:
    """What this system's keyring is called, or empty where there is none to use."""
    backend = None if os.environ.get("MOUCHARD_HOME") else _backend()
    return str(backend.name) if backend is not None else ""


def put(secret: str) -> str:
    """Keep a secret; the entry by which it is found again, empty where no keyring took it."""
    if not name():
        return ""
    entry = secrets.token_hex(8)
    backend = _backend()
    try:
        backend.set_password(SERVICE, entry, secret)
        kept = backend.get_password(SERVICE, entry) == secret
    except Exception:  # locked, refused, or gone: each backend has its own way to say so
        return ""
    return entry if kept else ""


def get(entry: str) -> str:
    """The secret of an entry. BadInput where the keyring does not give it."""
    backend = _backend()
    if backend is None:
        hint = "unlock it, or install what reaches it: pip install 'mouchard[keyring]'"
        raise BadInput("the key is in the keyring of this system, which cannot be reached", hint)
    try:
        found = backend.get_password(SERVICE, entry)
    except Exception as error:
        raise BadInput("the keyring of this system does not give the key", "unlock it") from error
    if not found:
        hint = "without it sealed evidence stays sealed; `mouchard undo --data` begins anew"
        raise BadInput("the keyring of this system no longer holds the key", hint)
    return str(found)


def remove(entry: str) -> None:
    """Forget the secret of an entry, as far as the keyring lets us."""
    if not entry:
        return
    try:
        _backend().delete_password(SERVICE, entry)
    except Exception:  # it is gone already, or out of reach
        return


def _backend() -> Any:
    """The backend in use, where it is a sound one; Any: the package may be absent."""
    try:
        import keyring

        backend = keyring.get_keyring()
        return backend if float(backend.priority) >= _SOUND else None
    except Exception:  # not installed, or its settings name a backend that is not there
        return None
