"""Values that are taken apart on the wire: letter by letter, in fields of their own, as whole numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

C = "https://t.traceur.test/c"
MAIL = "Anna.Kowalska+shop@gmail.com"

APART: list[tuple[str, dict[str, Any], str]] = [
    ("email", {"body": {"events": [{"k": letter, "t": n} for n, letter in enumerate(MAIL)]}}, "events[].k"),
    ("email", {"url": f"{C}?u=anna.kowalska%2Bshop&d=gmail.com"}, "u"),
    ("phone", {"body": {"phone": 33639981234}}, "phone"),
    ("dob", {"url": f"{C}?birth_day=14&birth_month=05&birth_year=1987"}, "birth_year"),
    ("dob", {"body": {"birthday": {"day": 14, "month": 5, "year": 1987}}}, "birthday.year"),
    ("gps", {"body": {"latitudeE7": 454396950, "longitudeE7": 43871780}}, "latitudeE7"),
    ("gps", {"url": f"{C}?loc=POINT(4.387178%2045.439695)"}, "loc"),
    ("gps", {"url": f"{C}/maps/@45.439695,4.387178,15z"}, ""),
    ("gps", {"url": f"{C}?g=geo:45.439695,4.387178"}, "g"),
    ("first_name", {"body": {"fields": [{"name": "prenom", "value": "Anaïs"}]}}, "fields[].value"),
    ("city", {"body": {"city": {"value": "Saint-Étienne"}}}, "city.value"),
    ("phone", {"body": {"counts": {"+33639981234": 1, "Product Name": 2}}}, "counts.<name>"),
    ("name", {"body": {"counts": {"Anaïs Lefèvre": 1}}}, "counts.<name>"),
    ("email", {"body": "visitor: 12\nemail: Anna.Kowalska+shop@gmail.com\n"}, "email"),
]


@pytest.mark.parametrize(("kind", "message", "field"), APART)
def test_a_value_in_pieces(
    person: Detector, hits: Callable[..., tuple[Hit, ...]], kind: str, message: dict[str, Any], field: str
) -> None:
    found = [(hit.type, hit.proof, hit.field) for hit in hits(person, **message)]
    assert found == [(kind, "identity", field)]


@pytest.mark.parametrize(
    "message",
    [
        {"url": f"{C}?day=14&month=05&year=1987"},
        {"url": f"{C}?birth_day=14&birth_month=06&birth_year=1987"},
        {"body": {"latitudeE7": 454396950, "longitudeE7": 143871780}},
        {"body": {"store": "POINT(4.387 12.439695)"}},
        {"body": {"events": [{"k": letter} for letter in "Anna.Kowalska"]}},
        {"body": {"stock": {"Saint-Étienne": 3, "Lyon Part-Dieu": 2, "+33 (Mobile)": 1}}},
    ],
)
def test_pieces_of_something_else(
    person: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any]
) -> None:
    assert hits(person, **message) == ()
