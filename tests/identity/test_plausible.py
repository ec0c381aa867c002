"""A value that cannot be of its type is refused before it matches half the traffic."""

from __future__ import annotations

import pytest

from mouchard import identity
from mouchard.errors import BadInput
from mouchard.identity.plausible import doubt

GOOD = [
    ("email", "camille.martin+test@courriel.example"),
    ("phone", "06 39 98 41 27"),
    ("phone", "+33 (0)6.39.98.41.27"),
    ("phone", "+1 (650) 555-1212"),
    ("dob", "1987-05-14"),
    ("dob", "14/05/1987"),
    ("iban", "FR14 2004 1010 0505 0001 3M02 606"),
    ("nir", "2 87 05 42 218 037 34"),
    ("mac", "A4:83:E7:1C:9B:52"),
    ("gps", "45.439695,4.387178"),
    ("country", "FR"),
    ("gender", "f"),
    ("first_name", "Jo"),
    ("zip", "42000"),
    ("street", "12 rue des Lilas"),
]


@pytest.mark.parametrize(("kind", "value"), GOOD)
def test_real_values_are_taken(kind: str, value: str) -> None:
    assert doubt(kind, value) == ""
    assert identity.parse({kind: [value]})


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", 5), ("email", "camille"), ("phone", "12"), ("phone", "call me"), ("dob", "May"),
     ("iban", "FR"), ("mac", "zz"), ("gps", "here"), ("username", "x"), ("city", "Y")],
)  # fmt: skip
def test_slips_are_refused_without_repeating_the_value(kind: str, value: object) -> None:
    with pytest.raises(BadInput, match=f"a value of {kind} is not") as refused:
        identity.parse({kind: [value]})
    assert str(value) not in refused.value.message.removeprefix(f"a value of {kind} is not")
