"""Persons whose names are common words: no chance find in harmless requests, lists and pages."""

# ruff: noqa: E501  (tables, each entry on its line)

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Hit, Message, Verdict
from tests.detect.people import PEOPLE
from tests.detect.ways import told

COMMON: dict[str, dict[str, list[str]]] = {
    "rose": {
        "first_name": ["Alix"], "last_name": ["Rose"], "city": ["Nice"], "zip": ["75001"], "username": ["anna"],
        "dob": ["2000-01-01"], "gender": ["m"], "country": ["US"], "phone": ["+1 202 555 0143"], "user_id": ["42"],
    },
    "martin": {
        "first_name": ["Anna"], "last_name": ["Martin"], "city": ["Orange"], "zip": ["10001"], "username": ["click"],
        "dob": ["1999-12-31"], "phone": ["40612345"], "country": ["NO"], "loyalty_card": ["12345678"],
    },
    "short": {"first_name": ["Li"], "last_name": ["Wu"], "city": ["Tours"], "zip": ["1000"], "username": ["session"]},
    **{country: PEOPLE[country] for country in ("FR", "DE", "GR", "JP", "EG", "NO")},
}  # fmt: skip
DETECTORS = {name: Detector(identity.parse(values)) for name, values in COMMON.items()}
KEYS = """page view click session id value lang theme cart event type ref source campaign medium path code test x y
    w h screen tz offset ts time rnd cb v ver build hash token sid cid item sku price qty cur tag color couleur rating
    title product category brand created updated expires status label size model author""".split()
WORDS = "Nice Rose rose Martin Anna annapurna Annabelle orange rosewood martinique Tours nice li Li Wu m f US NO".split()


def values(chance: random.Random) -> Iterator[str]:
    """Harmless values without end."""
    kinds: tuple[Callable[[], str], ...] = (
        lambda: chance.choice(WORDS),
        lambda: chance.choice(
            ("75001", "10001", "1000", "1999-12-31T08:22:11Z", "2000-01-01", "978307200", "42")
        ),
        lambda: str(chance.randrange(10 ** chance.randrange(1, 19))),
        lambda: f"{chance.uniform(-90, 90):.6f}",
        lambda: chance.randbytes(8).hex(":"),
        lambda: chance.randbytes(chance.choice((8, 16, 20, 32))).hex(),
        lambda: "".join(
            chance.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(chance.randrange(8, 30))
        ),
        lambda: "".join(chr(chance.randrange(33, 127)) for _ in range(chance.randrange(8, 40))).replace(
            "@", "a"
        ),
        lambda: f"sha256-{base64.b64encode(chance.randbytes(32)).decode()}",
        lambda: base64.urlsafe_b64encode(chance.randbytes(chance.randrange(6, 60))).decode().rstrip("="),
        lambda: f"{chance.choice(('Blue', 'Nice', 'Orange'))} {chance.choice(('Martin', 'shirt', 'lamp'))}",
        lambda: json.dumps([chance.randrange(256) for _ in range(10)]),
        lambda: f"{chance.randrange(99)}.{chance.randrange(99)}.{chance.randrange(9999)}",
        lambda: f"https://cdn.mesure.test/{chance.choice(KEYS)}@2x.png?v={chance.randrange(999)}",
    )
    while True:
        yield chance.choice(kinds)()


def hits(detector: Detector, message: Message) -> list[Hit]:
    """Hits but those of pages and what is looked at."""
    found = detector.detect(
        message, extract(message), Verdict("other", "third", None, (), False),
        Attributed(1, "boutique.test", "high", "", "c"),
    )  # fmt: skip
    return [hit for hit in found if hit.type not in ("page_url", "search", "topic", "product", "purchase")]


@pytest.mark.parametrize("seed", range(3))
def test_random_requests_say_nothing_of_them(seed: int) -> None:
    chance = random.Random(seed)
    spring = values(chance)
    wrong = []
    for number in range(250):
        pairs = {f"{chance.choice(KEYS)}{chance.choice(('', '_id', '1'))}": next(spring) for _ in range(10)}
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in pairs.items())
        message = (
            told(json.dumps({"a": pairs})) if number % 2 else told(url=f"https://t.mesure.test/c?{query}")
        )
        for name, detector in DETECTORS.items():
            wrong += [(name, hit.type, hit.field, hit.value) for hit in hits(detector, message)]
    assert wrong == []


@pytest.mark.parametrize("name", ["benign_urls.jsonl", "requests.jsonl"])
def test_addresses_of_the_shared_corpus_hold_no_person(shared: Path, name: str) -> None:
    lines = (shared / "corpus" / name).read_text(encoding="utf-8").splitlines()
    wrong = []
    for line in lines[::4]:
        message = told(url=json.loads(line)["url"])
        for person, detector in DETECTORS.items():
            found = hits(detector, message)
            wrong += [
                (person, hit.type, hit.value, message.url)
                for hit in found
                if hit.proof in ("identity", "shape")
            ]
    assert wrong == []


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("email=anna@martin-poste.test&color=Rose&city=Nice", {"email", "city"}),
        ("email=anna@martin-poste.test&updated_id=75001&ville=Rose", {"email"}),
        ("email=anna@martin-poste.test&a=Rose&b=75001", {"email", "last_name", "zip"}),
        ("prenom=Alix&rating=nice&page=Rose", {"first_name"}),
    ],
)
def test_things_beside_a_person_are_things(query: str, types: set[str]) -> None:
    person = Detector(identity.parse({**COMMON["rose"], "email": ["anna@martin-poste.test"]}))
    assert {hit.type for hit in hits(person, told(url=f"https://t.mesure.test/c?{query}"))} == types


_SHOP = {"lat": 43.703128, "lng": 7.266083}
_GOODS = {"sku": "3760123456782", "prix": 19.9}


@pytest.mark.parametrize(
    "said",
    [
        {"brand": "Alix Rose"}, {"item_brand": "Alix Rose"}, {"brand": {"name": "Alix Rose"}},
        {"artist_slug": "alix-rose"}, {"content_name": "Sac rose Alix"}, {"designer_1": "Alix Rose"},
        {"items": [{"item_name": "Robe Alix Rose", **_GOODS}]}, {"items": [{"nom": "Rose", **_GOODS}]},
        {"products": [{"nom": "Rose"}]}, {"product": {"name": "Rose", "city": "Nice"}},
        {"store": {"nom": "Rose", "ville": "Nice", "zip": "75001"}}, {"shops": [{"city": "Nice"}]},
        {"@type": "Store", "name": "Alix Rose", "address": {"postalCode": "75001"}},
        {"zip_count": "75001"}, {"postcode_count": "75001"}, {"cp_total": "75001"}, {"nb_cp": "75001"},
        {"name": "Nice", "n": "Rose", "f": "Alix"}, {"phone_model": "0639985172"}, {"tel_type": "0639985172"},
        {"stores": [_SHOP]}, {"store_list": {"stores": [{"geo": _SHOP}]}}, {"venues": [_SHOP]},
        {"@type": "Restaurant", "geo": {"latitude": "43.703128", "longitude": "7.266083"}},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_goods_shops_and_counts_are_nobody_s(said: object) -> None:
    assert hits(DETECTORS["rose"], told(json.dumps({"event": said}))) == []


@pytest.mark.parametrize(
    ("said", "types"),
    [
        ({"customer": {"name": "Alix Rose"}}, {"name"}),
        ({"product": {"name": "Lampe", "message": "Pour Alix Rose"}}, {"name"}),
        ({"product": {"name": "Lampe", "recipient": "Alix Rose"}}, {"name"}),
        ({"store": {"user": {"nom": "Rose", "ville": "Nice"}}}, {"last_name", "city"}),
        ({"order": {"nom": "Rose", "prix": 12}}, {"last_name"}),
        ({"title": "Le compte de Alix Rose"}, {"name"}),
        ({"stores": [{"nom": "Rose", "tel": "+1 202 555 0143"}]}, {"phone", "last_name"}),
        ({"position": _SHOP}, {"gps"}),
    ],
)
def test_a_person_beside_goods_is_still_found(said: object, types: set[str]) -> None:
    assert {hit.type for hit in hits(DETECTORS["rose"], told(json.dumps({"event": said})))} == types
