"""How a value is spelt before it is sent or hashed: one recipe book a kind of value.

`variants(kind, value, region)` gives every spelling with the names of the recipes that lead to it.
"""

from __future__ import annotations

from mouchard.identity.recipes import address, birth, email, names, numbers, phone
from mouchard.identity.recipes.spelling import Spellings
from mouchard.model import DataType

__all__ = ["Spellings", "variants"]


def variants(kind: DataType, value: str, region: str = "FR") -> Spellings:
    """Every spelling of a value: text -> (recipes, use). `use`: `plain` may be searched for anywhere,
    `keyed` only under a key that says so, `hash` only as a digest."""
    if kind == "email":
        return email.spellings(value)
    if kind == "phone":
        return phone.spellings(value, region)
    if kind in ("first_name", "last_name"):
        return names.spellings(value)
    if kind == "name":
        return names.full(value)
    if kind in ("city", "country", "zip", "gender", "ssid"):
        return address.spellings(value, kind)
    if kind == "street":
        return address.street(value)
    if kind == "dob":
        return birth.spellings(value, region)
    return numbers.spellings(value, kind)
