"""Learned passwords, known only by keyed digests: recognised when they leave, never readable here."""

from __future__ import annotations

import secrets
from hashlib import blake2b

from mouchard.detect.digests import Chain, digests
from mouchard.extract.part import Value

MAX_PASSWORDS = 64
"""Passwords kept; the oldest ones stay, so that a page that sends ever new ones cannot fill the memory."""
_NUMERALS = frozenset("0123456789-/.: ")
"""What numbers, dates and times are written with."""


def is_common(password: str) -> bool:
    """Whether other values are written like this one: a number, a date, a single word."""
    if len(password) < 12 and _NUMERALS.issuperset(password):
        return True
    return len(password) < 9 and password.isalpha() and password[1:].islower()


class Passwords:
    """Recognises passwords, in clear as a whole value or as a digest."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._count = 0
        self._sizes: set[int] = set()
        self._known: dict[bytes, Chain] = {}

    def add(self, password: str) -> bool:
        """Take a password in; False where it is known already, or one too many."""
        mark = self._mark(password.encode("utf-8", "replace"))
        if mark in self._known or self._count == MAX_PASSWORDS:
            return False
        self._count += 1
        self._sizes.add(len(password))
        self._known[mark] = ()
        for digest, chain in digests(password, deep=False):
            self._known.setdefault(self._mark(digest), chain)
        return True

    def chain(self, value: Value) -> Chain | None:
        """The digest steps where a value is a known password or its digest, else None."""
        if isinstance(value, bytes):
            return self._known.get(self._mark(value))
        if len(value) not in self._sizes:
            return None
        return self._known.get(self._mark(value.encode("utf-8", "replace")))

    def __bool__(self) -> bool:
        return bool(self._known)

    def _mark(self, data: bytes) -> bytes:
        return blake2b(data, key=self._key, digest_size=16).digest()
