"""Whether a text can be a value of its type: a slip of the keyboard must not match half the traffic."""

from __future__ import annotations

import re

from mouchard.model import DataType

_FORMS: dict[DataType, tuple[str, str]] = {
    "email": (r"[^@\s]+@[^@\s]+", "an e-mail address"),
    "phone": (r"(?:[+(]?\d[\s()./+-]*){6,17}", "a phone number"),
    "dob": (r".*\d{2}.*", "a date of birth (YYYY-MM-DD)"),
    "iban": (r"[A-Za-z]{2}\d{2}[\sA-Za-z0-9]{10,40}", "an IBAN"),
    "nir": (r"[\s\dABab]{13,21}", "a social security number"),
    "payment_card": (r"(?:\d[\s-]?){12,19}", "a card number"),
    "mac": (r"(?:[0-9A-Fa-f]{2}[:.-]?){6}", "a hardware address"),
    "bssid": (r"(?:[0-9A-Fa-f]{2}[:.-]?){6}", "a hardware address"),
    "gps": (r"-?\d{1,3}(?:[.]\d+)?\s*[,; ]\s*-?\d{1,3}(?:[.]\d+)?", "a position: latitude,longitude"),
    "country": (r"\D{2,60}", "a country"),
    "gender": (r"\w.{0,30}", "a gender"),
}
_SHORTEST = 2


def doubt(kind: DataType, value: str) -> str:
    """What the value is not, in words; empty where it can be what it is said to be."""
    form, name = _FORMS.get(kind, (f".{{{_SHORTEST},}}", f"at least {_SHORTEST} characters"))
    return "" if re.fullmatch(form, value, re.DOTALL) else name
