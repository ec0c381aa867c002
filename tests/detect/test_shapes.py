"""Shape proof: values that prove themselves; counts of address books; descriptions of devices."""

# ruff: noqa: E501  (a table of messages, each on its line)

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mouchard.detect import Detector, validity
from mouchard.model import Hit

C = "https://t.traceur.test/c?"

SHAPES: list[tuple[dict[str, Any], str, str]] = [
    ({"url": C + "x=rose.mallarme%40poste-unie.fr"}, "email", "x"),
    ({"body": {"text": "Bonjour, écrivez-moi : rose.mallarme@poste-unie.fr. Merci"}}, "email", "text"),
    ({"url": C + "tel=06+39+98+55+66"}, "phone", "tel"),
    ({"url": C + "x=%2B33639985566"}, "phone", "x"),
    ({"url": C + "userPhone=0033639985566"}, "phone", "userPhone"),
    ({"url": C + "rib=FR14+2004+1010+0505+0001+3M02+606"}, "iban", "rib"),
    ({"url": C + "x=DE89370400440532013000"}, "iban", "x"),
    ({"url": C + "nir=287054221803734"}, "nir", "nir"),
    ({"url": C + "x=2+87+05+42+218+037+34"}, "nir", "x"),
    ({"url": C + "mac=A4-83-E7-1C-9B-52"}, "mac", "mac"),
    ({"url": C + "wifi_bssid=a4:83:e7:1c:9b:52"}, "bssid", "wifi_bssid"),
    ({"url": C + "numero_carte_fidelite=2999000123452"}, "loyalty_card", "numero_carte_fidelite"),
    ({"url": C + "card_number=4532015112830366"}, "payment_card", "card_number"),
    ({"url": C + "idfa=7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31"}, "ad_id", "idfa"),
    ({"url": C + "lat=45.439695&lng=4.387178"}, "gps", "lat"),
    ({"body": {"device": {"geo": {"latitude": 45.439695, "longitude": 4.387178}}}}, "gps", "device.geo.latitude"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "kind", "field"), SHAPES)
def test_a_value_that_proves_itself(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any], kind: str, field: str
) -> None:
    assert [(hit.type, hit.field, hit.proof) for hit in hits(nobody, **message)] == [(kind, field, "shape")]


def test_an_address_book_is_only_counted(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    book = [{"email": f"p{n}.martin@poste-unie.fr"} for n in range(6214)]
    found = hits(nobody, body=book)
    assert [(hit.type, hit.masked) for hit in found] == [("contact_file", "6,214 e-mail addresses")]
    assert "poste-unie" not in found[0].value + found[0].note


def test_a_fingerprint_and_a_recording_by_their_fields(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]]
) -> None:
    device = dict.fromkeys(
        ("canvas", "webgl", "audio", "fonts", "plugins", "hardwareConcurrency", "timezone"), "9f8a"
    )
    assert [(hit.type, hit.field) for hit in hits(nobody, body={"fp": device})] == [("fingerprint", "fp")]
    apart = {name: {"value": {"maxTouchPoints": 0, "hash": "9f8a"}, "duration": 2} for name in device}
    (hit,) = hits(nobody, body={"visitorId": "b45e", "components": apart})
    assert (hit.type, hit.field, hit.masked) == ("fingerprint", "components", "‹7 traits of the device›")
    few = {name: {"maxTouchPoints": 0} for name in ("canvas", "webgl", "platform", "timezone")}
    assert hits(nobody, body={"components": few}) == ()
    page = {
        "id": 1,
        "tagName": "div",
        "childNodes": [{"textContent": "Bonjour", "rootId": 1}],
        "isStyle": True,
    }
    event = {
        "type": 2,
        "data": {"node": {**page, "parentId": "2", "nextId": "3"}},
        "timestamp": 1718000000123,
    }
    (hit,) = [hit for hit in hits(nobody, body={"events": [event]}) if hit.type == "session_recording"]
    assert hit.field == "events[].data.node"


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (validity.nir, "287054221803734", "287054221803735"),
        (
            validity.nir,
            "1 84 12 2A 004 123 " + str(97 - int("1841219004123") % 97).zfill(2),
            "184122A00412300",
        ),
        (validity.iban, "FR1420041010050500013M02606", "FR1420041010050500013M02607"),
        (validity.payment_card, "4532015112830366", "4532015112830367"),
        (validity.loyalty_card, "2999000123452", "3017620422027"),
        (validity.loyalty_card, "9135720004271845501", "9135720004271845502"),
        (validity.mac, "a4:83:e7:1c:9b:52", "ff:ff:ff:ff:ff:ff"),
        (validity.uuid, "7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31", "00000000-0000-0000-0000-000000000000"),
        (lambda value: validity.phone(value, "FR"), "06 39 98 55 66", "2024-06-10"),
        (lambda value: validity.phone(value, ""), "+44 7400 123456", "0639985566"),
        (lambda value: validity.phone(value, "FR"), "33639985566", "4111111111"),
    ],
)
def test_keys_and_check_digits(check: Callable[[str], bool], good: str, bad: str) -> None:
    assert check(good) and not check(bad)
