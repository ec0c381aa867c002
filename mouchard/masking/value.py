"""Masked values: enough to recognise one's own, not enough to learn another's."""

from __future__ import annotations

import re

from mouchard.model import DataType

_DOTS = "•••"
_SECRET = frozenset(
    ("password", "payment_card", "iban", "nir", "message", "session_recording", "fingerprint")
)
_PLAIN = frozenset(("country", "gender", "topic", "contact_file"))


def mask(kind: DataType, value: str) -> str:
    """The value as it may be shown: `m•••@g•••.com`, `+33 6 •• •• •• 12`, `É•••`, `‹17 chars›`."""
    if kind in _PLAIN:
        return value[:60]
    if kind in _SECRET:
        return f"‹{len(value)} chars›"
    if "@" in value and kind in ("email", "username", "user_id"):
        return _email(value)
    if kind == "phone":
        return _phone(value)
    if kind in ("product", "purchase", "search"):
        return value if len(value) <= 120 else value[:119] + "…"
    if kind == "page_url":
        return _page(value)
    if kind == "gps":
        return re.sub(r"(-?\d{1,3})[.,]\d+", r"\1.••", value)
    if kind == "dob":
        return re.sub(r"\d", "•", value)
    if kind in ("mac", "bssid", "ip", "zip", "loyalty_card", "ad_id", "device_id", "user_id", "id_sync"):
        return f"{value[:2]}{_DOTS}" if len(value) > 4 else _DOTS
    return " ".join(word[:1] + _DOTS for word in value.split()[:6]) or _DOTS


def digest(algorithm: str) -> str:
    """What is shown for a digest whose value is not known: its kind alone."""
    return f"‹{algorithm}›"


def _email(value: str) -> str:
    local, _, domain = value.rpartition("@")
    name, dot, suffix = domain.rpartition(".")
    return f"{local[:1]}{_DOTS}@{name[:1]}{_DOTS}{dot}{suffix}"


def _phone(value: str) -> str:
    digits = re.sub(r"\D", "", value)
    if len(digits) < 7:
        return _DOTS
    head = f"+{digits[:2]} {digits[2]}" if value.strip().startswith("+") else digits[:2]
    return f"{head} •• •• •• {digits[-2:]}"


def _page(value: str) -> str:
    scheme, mark, rest = value.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host}{slash}{_DOTS if path else ''}" if mark else f"‹{len(value)} chars›"
