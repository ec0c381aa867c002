"""How SDKs wrap what they were told: values by their type alone, dates with a mark, whole pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

Hits = Callable[..., tuple[Hit, ...]]
EMAIL = "Anna.Kowalska+shop@gmail.com"


def field(number: int, content: bytes) -> bytes:
    """One field of a protocol buffer that holds bytes."""
    return bytes([number << 3 | 2, len(content)]) + content


def span(*attributes: tuple[str, str]) -> bytes:
    """A span with attributes as OpenTelemetry writes them: a name, and a value in a message of its own."""
    told = [
        field(9, field(1, name.encode()) + field(2, field(1, text.encode()))) for name, text in attributes
    ]
    return field(2, b"\x18\x2a" + field(5, b"compte") + b"".join(told))


@pytest.mark.parametrize(("name", "value", "kind"), [
    ("user.city", "Saint-Étienne", "city"),
    ("enduser.first_name", "Anaïs", "first_name"),
    ("user.birthdate", "1987-05-14", "dob"),
    ("user.postal_code", "42000", "zip"),
    ("user.email", EMAIL, "email"),
])  # fmt: skip
def test_a_value_by_its_type_alone_goes_by_what_names_it(
    person: Detector, hits: Hits, name: str, value: str, kind: str
) -> None:
    body = {"attributes": [{"key": "service.name", "value": {"stringValue": "boutique"}},
                           {"key": name, "value": {"stringValue": value}}]}  # fmt: skip
    (hit,) = hits(person, body=body)
    assert (hit.type, hit.proof, hit.field, hit.chain) == (
        kind, "identity", "attributes[].value.stringValue", ("json",),
    )  # fmt: skip
    (hit,) = hits(person, body=span(("service.name", "boutique"), (name, value)))
    assert (hit.type, hit.proof, hit.field, hit.chain) == (kind, "identity", "2.9.2.1", ("protobuf",))


def test_what_names_a_thing_names_no_person(person: Detector, hits: Hits) -> None:
    named = ("http.request.method", "Anaïs"), ("service.version", "42000"), ("span.label", "Saint-Étienne")
    body = {"attributes": [{"key": name, "value": {"stringValue": value}} for name, value in named]}
    assert hits(person, body=body) == ()
    assert hits(person, body=span(*named)) == ()


@pytest.mark.parametrize("length", range(30, 100))
def test_a_text_in_a_message_of_its_own_is_no_text_with_a_line_break(
    person: Detector, hits: Hits, length: int
) -> None:
    address = f"vers {EMAIL} ".ljust(length, ".")
    (hit,) = hits(person, body=span(("note", address)))
    assert (hit.type, hit.field) == ("email", "2.9.2.1")


@pytest.mark.parametrize("date", ["$D_547948800", "/Date(547948800000)/"])
def test_a_date_with_a_mark(person: Detector, hits: Hits, date: str) -> None:
    assert [(hit.type, hit.proof) for hit in hits(person, body={"profile": {"DOB": date}})] == [
        ("dob", "identity")
    ]
    assert hits(person, body={"profile": {"seen": date}}) == ()


def test_a_value_that_is_set_goes_by_what_it_is_set_for(person: Detector, hits: Hits) -> None:
    (hit,) = hits(person, body={"traits": {"firstName": {"$set": "Anaïs"}}})
    assert (hit.type, hit.field) == ("first_name", "traits.firstName.$set")


def page(*children: Any) -> dict[str, Any]:
    return {
        "type": 2,
        "data": {"node": {"type": 0, "childNodes": list(children)}},
        "timestamp": 1718000000123,
    }


def test_a_small_page_that_is_recorded(nobody: Detector, hits: Hits) -> None:
    head = {"tagName": "head", "childNodes": [{"tagName": "title"}]}
    told = hits(nobody, body=[page({"tagName": "html", "childNodes": [head]})])
    assert [hit.type for hit in told] == ["session_recording"]
    assert hits(nobody, body={"timestamp": 1718000000123, "tagName": "button", "childNodes": "2"}) == ()


def test_figures_of_a_recorder_are_no_recording(nobody: Detector, hits: Hits) -> None:
    assert hits(nobody, "https://metrics.hotjar.io/?v=7&site_id=1", body={"measured": "x" * 60}) == ()
