"""What a browser keeps of the pages it has shown: cookies, and keys in its storage."""

from __future__ import annotations

import time
from dataclasses import dataclass

from mouchard.browser.devtools import Values


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as the browser keeps it; `lifetime` in seconds, None until the browser is closed."""

    name: str
    domain: str
    lifetime: float | None
    http_only: bool
    secure: bool
    value: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What one host keeps in the browser's storage: keys with their sizes."""

    host: str
    local: tuple[Values, ...]
    session: tuple[Values, ...]


def cookie(told: Values) -> Cookie:
    """A cookie as the DevTools tell it."""
    expires = told["expires"]
    lifetime = max(0.0, expires - time.time()) if expires > 0 else None
    return Cookie(told["name"], told["domain"], lifetime, told["httpOnly"], told["secure"], told["value"])
