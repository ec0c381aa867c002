"""Test personas: values that belong to nobody, so that a value found proves which form it came from."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from mouchard.identity.person import Person

_FIRST = "Aubane Basile Clélie Damien Eudoxie Firmin Garance Hippolyte Isaure Léopold Maëlle Zéphyr".split()
_LAST = "Brindamour Chantecaille Delorval Étienvrard Flambertin Grandclos Hautevigne Lavoisard".split()
_STREETS = "rue des Lilas,allée du Vieux-Puits,impasse des Forges,chemin de la Garenne".split(",")
_PLACES = (
    ("Saint-Étienne", "42000"),
    ("Bourg-en-Bresse", "01000"),
    ("Châteauroux", "36000"),
    ("Orléans", "45000"),
)


def invent(
    name: str, domain: str = "example.org", choose: Callable[[int], int] = secrets.randbelow
) -> Person:
    """A new person: unique addresses at `domain`, a phone number of the range that ARCEP keeps for fiction
    (06 39 98 xx xx), a loyalty number with a valid key. `choose(n)` gives a number below n."""
    tag = "".join("abcdefghjkmnpqrstuvwxyz23456789"[choose(31)] for _ in range(8))
    first, last = _FIRST[choose(len(_FIRST))], _LAST[choose(len(_LAST))]
    city, postcode = _PLACES[choose(len(_PLACES))]
    phone = f"06 39 98 {choose(100):02d} {choose(100):02d}"
    values = {
        "email": (f"{tag}.{name.lower().replace(' ', '-')}@{domain}",),
        "phone": (phone,),
        "first_name": (first,),
        "last_name": (last,),
        "username": (f"{tag}_{choose(100):02d}",),
        "password": (f"Mouchard-{tag}-{choose(10000):04d}!",),
        "dob": (f"{1950 + choose(50)}-{1 + choose(12):02d}-{1 + choose(28):02d}",),
        "street": (f"{1 + choose(199)} {_STREETS[choose(len(_STREETS))]}",),
        "city": (city,),
        "zip": (postcode,),
        "country": ("FR",),
        "loyalty_card": (_ean(f"299{choose(10**9):09d}"),),
    }
    return Person(name, tuple(values.items()), "invented")


def _ean(digits: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
