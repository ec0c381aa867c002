"""Shape proof: values that prove themselves; counts of address books; descriptions of devices."""

# ruff: noqa: E501  (a table of messages, each on its line)

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard import identity
from mouchard.detect import Detector, shapes, validity
from mouchard.model import Hit

C = "https://t.traceur.test/c?"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

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
    ({"url": C + f"user_email_sha256={DIGEST}"}, "email", "user_email_sha256"),
    ({"url": C + f"hashedPhone={DIGEST}"}, "phone", "hashedPhone"),
    ({"body": {"wifiAccessPoints": [{"macAddress": "a4:83:e7:1c:9b:52"}]}}, "bssid", "wifiAccessPoints[].macAddress"),
    ({"body": '<r><access-point><mac>A483E71C9B52</mac></access-point></r>'}, "bssid", "r.access-point.mac"),
    ({"body": {"device": {"imei": "490154203237518"}}}, "device_id", "device.imei"),
    ({"url": C + "card[number]=4532015112830366"}, "payment_card", "card[number]"),
    ({"body": {"oaid": "7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31"}}, "ad_id", "oaid"),
    ({"url": "http://t.traceur.test/c?tel=0661234567", "site": "boutique.ma"}, "phone", "tel"),
]  # fmt: skip

NOBODYS: list[dict[str, Any]] = [
    {"url": C + f"email_token={DIGEST}"},
    {"url": C + f"email_md5={DIGEST}"},
    {"url": C + f"email={DIGEST}"},
    {"url": C + "hashed_email=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"url": C + "phone=0825123456"},
    {"url": C + "tel=%2B33+6+00+00+00+00"},
    {"url": C + "order[number]=4532015112830366"},
    {"body": {"seller": {"name": "Quincaillerie", "phone": "+33639985566"}}},
    {"body": {"links": ["tel:+33639985566"]}},
    {"body": {"imei": "490154203237519"}},
    {"body": {"ssid": "8f3a7d21c6", "session": "a1"}},
]


@pytest.mark.parametrize(("message", "kind", "field"), SHAPES)
def test_a_value_that_proves_itself(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any], kind: str, field: str
) -> None:
    assert [(hit.type, hit.field, hit.proof) for hit in hits(nobody, **message)] == [(kind, field, "shape")]


@pytest.mark.parametrize("message", NOBODYS)
def test_a_value_that_is_nobodys(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], message: dict[str, Any]
) -> None:
    assert hits(nobody, **message) == ()


def test_a_network_is_named_beside_its_hardware_address(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]]
) -> None:
    networks = [
        {"bssid": "a4:83:e7:1c:9b:52", "ssid": "Livebox-A3F0"},
        {"bssid": "a4:83:e7:1c:9b:53", "ssid": "<unknown ssid>"},
    ]
    found = hits(nobody, body={"wifi": networks})
    assert [(hit.type, hit.value) for hit in found] == [
        ("bssid", "a4:83:e7:1c:9b:52"), ("ssid", "Livebox-A3F0"),
    ]  # fmt: skip


def test_an_address_book_is_told_by_its_name(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    people = [{"name": f"N{n}", "phones": [f"+3363998556{n}"]} for n in range(3)]
    (book,) = hits(nobody, body={"contacts": people})
    assert (book.type, book.masked) == ("contact_file", "3 phone numbers")
    assert {hit.type for hit in hits(nobody, body={"travellers": people})} == {"phone"}
    digests = [DIGEST[:-2] + f"{n:02x}" for n in range(12)]
    (book,) = hits(nobody, body={"address_book": digests})
    assert (book.type, book.masked) == ("contact_file", "12 hashed addresses or numbers")


def test_an_address_book_is_only_counted(nobody: Detector, hits: Callable[..., tuple[Hit, ...]]) -> None:
    book = [{"email": f"p{n}.martin@poste-unie.fr"} for n in range(6214)]
    found = hits(nobody, body=book)
    assert [(hit.type, hit.masked) for hit in found] == [("contact_file", "6,214 e-mail addresses")]
    assert "poste-unie" not in found[0].value + found[0].note


def test_an_audience_of_tiktok_is_only_counted(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]]
) -> None:
    people = [[{"id": hashlib.sha256(b"%d" % n).hexdigest(), "audience_ids": ["1"]}] for n in range(12)]
    found = hits(nobody, body={"id_schema": ["EMAIL_SHA256"], "batch_data": people})
    assert [(hit.type, hit.masked) for hit in found] == [("contact_file", "12 hashed addresses or numbers")]


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
    apart = {name: {"value": "9f8a", "duration": 2} for name in device}
    (hit,) = hits(nobody, body={"visitorId": "b45e", "components": apart})
    assert (hit.type, hit.field) == ("fingerprint", "components")
    hashed = ("canvas_hash", "webglVendor", "audioFp", "fonts", "plugins", "hardware_concurrency")
    (hit,) = hits(nobody, body=dict.fromkeys(hashed, "9f8a"))
    assert hit.type == "fingerprint"
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
    typed = {"type": 3, "data": {"source": 5, "text": "x", "id": 4}, "timestamp": 1718000000123}
    (hit,) = hits(nobody, body=[typed])
    assert (hit.type, hit.field) == ("session_recording", "[].data")
    said = {"type": "3", "data": {"source": "web", "text": "x"}, "timestamp": 1718000000123}
    assert hits(nobody, body=[said]) == ()


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


ODD = st.text(
    st.characters(categories=["Nd", "No", "Lu", "Ll"]) | st.sampled_from("-+.: 0123456789ABFR"),
    min_size=8,
    max_size=40,
)


@pytest.mark.parametrize(
    ("key", "value"),
    [("rib", "FR76" + "Ý" * 23), ("rib", "FR76" + "²" * 23), ("carte_fidelite", "²" * 16), ("carte_fidelite", "2" + "٣" * 12),
     ("card_number", "4" + "²" * 15), ("latitudeE7", "--48856614"), ("latE6", "²" * 8), ("nir", "²" * 15), ("imei", "²" * 15)],
)  # fmt: skip
def test_odd_digits_and_letters_are_no_numbers(
    key: str, value: str, hits: Callable[..., tuple[Hit, ...]]
) -> None:
    somebody = Detector(identity.parse({"gps": ["48.856614,2.352222"]}))
    told = hits(somebody, "https://t.traceur.test/c", {key: value, "longitudeE7": "23522220"})
    assert [hit.type for hit in told] == []


@given(st.sampled_from(("rib", "card", "carte_fidelite", "nir", "tel", "imei", "mac", "idfa", "")), ODD)
def test_any_digits_and_letters_are_read(key: str, value: str) -> None:
    kind = shapes.shape(key, value, "FR")
    assert kind == "" or value.isascii() or kind == "phone"


@pytest.mark.parametrize(
    ("link", "field"),
    [
        ("mailto:?subject=Lampe&body=Rendez-vous%20mardi", "url.body"),
        ("sms:?body=Rendez-vous%20mardi", "url.body"),
        ("https://wa.me/?text=Rendez-vous%20mardi", "url.text"),
        ("whatsapp://send?text=Rendez-vous%20mardi", "url.text"),
        ("https://t.me/share/url?url=x&text=Rendez-vous%20mardi", "url.text"),
        ("mailto:contact@boutique.test", ""),
        ("https://shop.test/?text=Rendez-vous%20mardi", ""),
    ],
)
def test_a_message_behind_a_link(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], link: str, field: str
) -> None:
    found = hits(nobody, f"https://t.traceur.test/c?url={quote(link, safe='')}")
    assert [(hit.type, hit.field) for hit in found] == ([("message", field)] if field else [])


@pytest.mark.parametrize(
    ("lat", "lng"),
    [("48.²²²²", "2.²²²²"), ("٤٨.٨٥٦٦", "٢.٣٥٢٢"), ("6621234.4396", "912345.3871"), ("91.0001", "2.3522")],
)
def test_numbers_that_are_no_degrees_are_no_place(
    nobody: Detector, hits: Callable[..., tuple[Hit, ...]], lat: str, lng: str
) -> None:
    assert [hit.type for hit in hits(nobody, body={"lat": "48.8566", "lng": "2.3522"})] == ["gps"]
    assert hits(nobody, body={"lat": lat, "lng": lng}) == ()
