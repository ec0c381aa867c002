"""Addresses on one line, and what else is said of a person in structures beside theirs."""

from __future__ import annotations

import json

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Hit, Verdict
from tests.detect.ways import told

MAIL, CITY, STREET = "anna.kowalska@poczta.test", "Nowy Sącz", "ul. Lwowska 27"
DETECTOR = Detector(
    identity.parse({
        "email": [MAIL], "city": [CITY], "street": [STREET], "zip": ["33-300"], "first_name": ["Anna"],
        "user_id": ["PL-88203-A"],
    })
)  # fmt: skip


def kinds(said: object) -> set[str]:
    """The types found in a message of this content."""
    message = told(json.dumps(said))
    hits: tuple[Hit, ...] = DETECTOR.detect(
        message,
        extract(message),
        Verdict("other", "third", None, (), False),
        Attributed(1, "boutique.test", "high", "", "c"),
    )
    return {hit.type for hit in hits}


@pytest.mark.parametrize(("line", "types"), [
    (f"{STREET}, 33-300 {CITY}", {"street", "zip", "city"}),
    (f"{STREET}, PL-33-300 {CITY}, Polska", {"street", "zip", "city"}),
    (f"{STREET} {CITY}", {"street", "city"}),
    (f"{CITY}\n{STREET} (33-300)", {"street", "zip", "city"}),
    (f"{STREET}, Kraków", {"street"}),
    (f"33-300 {CITY}", set()),
    (f"Sklep {CITY}", set()),
])  # fmt: skip
def test_an_address_on_one_line(line: str, types: set[str]) -> None:
    assert kinds({"x": line}) == types


@pytest.mark.parametrize(("said", "types"), [
    ({"fields": {"a": {"stringValue": MAIL}, "b": {"stringValue": CITY}}}, {"email", "city"}),
    ({"a": {"value": MAIL}, "b": {"value": CITY}}, {"email", "city"}),
    ({"user": {"email": MAIL, "data": {"m": CITY}}}, {"email", "city"}),
    ({"subscriber": {"e": MAIL, "custom": {"extra": {"m": CITY}}}}, {"email"}),
    ({"email": MAIL, "user_metadata": {"m": CITY}}, {"email", "city"}),
    ({"email": MAIL, "traits": {"m": CITY, "i": "Anna"}}, {"email", "city", "first_name"}),
    ({"email": MAIL, "properties": {"m": CITY, "i": "Anna"}}, {"email"}),
    ({"userId": "PL-88203-A", "event": "x", "properties": {"linia": "Anna"}}, {"user_id"}),
    ({"email": MAIL, "order": {"shop": {"m": CITY}}}, {"email"}),
    ({"user": {"email": MAIL, "traits": {"brand": "Anna", "color": "Anna"}}}, {"email"}),
    ({"distinct_id": "PL-88203-A", "$set": {"m": CITY}}, {"user_id", "city"}),
    ({"user": {"data": {"m": CITY}}}, set()),
])  # fmt: skip
def test_what_else_is_said_of_a_person(said: object, types: set[str]) -> None:
    assert kinds(said) == types
