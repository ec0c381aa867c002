"""Spellings of numbers, identifiers and secrets: cards, NIR, IBAN, MAC addresses, user names."""

from __future__ import annotations

import re

from mouchard.identity.recipes.spelling import Spellings, Use
from mouchard.model import DataType

_GROUPS: dict[DataType, tuple[tuple[int, ...], ...]] = {
    "nir": ((1, 2, 2, 2, 3, 3, 2), (13, 2), (1, 2, 2, 2, 3, 3)),
    "iban": ((4,) * 9,),
    "payment_card": ((4, 4, 4, 4, 4),),
    "loyalty_card": ((4, 4, 4, 4, 4), (1, 6, 6), (3, 3, 3, 3, 3, 3)),
}


def spellings(value: str, kind: DataType) -> Spellings:
    """All spellings of one number or identifier."""
    found = Spellings()
    if kind == "password":
        found.put(value, "as_typed", "plain" if len(value) > 7 else "keyed")
        return found
    if kind in ("mac", "bssid"):
        return _mac(value)
    compact = re.sub(r"[\s.\-/]", "", value)
    use: Use = "plain" if _telling(kind, value, compact) else "keyed"
    found.put(value, "as_typed", use)
    if kind in _GROUPS:
        found.put(compact, "compact", use)
        found.put(compact.lower(), "lower", use)
        found.put(compact.upper(), "upper", use)
        for sizes in _GROUPS[kind]:
            for separator, name in ((" ", "spaced"), ("-", "dashed"), (".", "dotted"), ("\u00a0", "spaced")):
                found.put(separator.join(_cut(compact, sizes)), name, use)
        if kind == "nir" and len(compact) == 15:
            found.put(compact[:13], "no_key", use)
        elif kind == "nir" and len(compact) == 13 and (key := _nir_key(compact)):
            found.put(compact + key, "with_key", use)
        return found
    found.put(value.lower(), "lower", use)
    found.put(value.upper(), "upper", use)
    if "-" in value:
        found.put(value.replace("-", "").lower(), "no_dashes", use)
        found.put(value.replace("-", "").upper(), "no_dashes_upper", use)
    elif kind in ("ad_id", "device_id") and re.fullmatch("[0-9a-fA-F]{32}", value):
        dashed = "-".join(_cut(value, (8, 4, 4, 4, 12)))
        found.put(dashed.lower(), "dashes", use)
        found.put(dashed.upper(), "dashes_upper", use)
    return found


def _nir_key(digits: str) -> str:
    """The two digits behind the 13 of a French social security number; empty where it is none."""
    plain = digits.upper().replace("2A", "19", 1).replace("2B", "18", 1)
    return f"{97 - int(plain) % 97:02d}" if plain.isdigit() else ""


def _telling(kind: DataType, value: str, compact: str) -> bool:
    """Whether a value is rare enough to be recognised anywhere."""
    if kind == "username":
        return len(compact) > 5 and not (value.isalpha() if len(compact) > 11 else compact.isalpha())
    if kind == "ip":
        return len(compact) > 3
    return len(compact) > 7


def _cut(text: str, sizes: tuple[int, ...]) -> list[str]:
    pieces, begin = [], 0
    for size in sizes:
        if begin < len(text):
            pieces.append(text[begin : begin + size])
            begin += size
    if begin < len(text):
        pieces.append(text[begin:])
    return pieces


def _mac(value: str) -> Spellings:
    found = Spellings()
    digits = re.sub(r"[^0-9a-fA-F]", "", value).lower()
    if len(digits) != 12:
        found.put(value, "as_typed", "keyed")
        return found
    pairs = [digits[i : i + 2] for i in range(0, 12, 2)]
    forms = {
        "colon": ":".join(pairs), "dash": "-".join(pairs), "bare": digits,
        "cisco": ".".join(digits[i : i + 4] for i in (0, 4, 8)), "spaced": " ".join(pairs),
    }  # fmt: skip
    for name, text in forms.items():
        found.put(text, name)
        found.put(text.upper(), name)
    return found
