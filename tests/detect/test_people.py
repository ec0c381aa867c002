"""Persons of twenty countries: every value is found under its usual names, in any place and spelling."""

# ruff: noqa: E501  (tables, each entry on its line)

from __future__ import annotations

import hashlib

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Hit, Message, Verdict
from tests.detect.people import NAMED, PEOPLE
from tests.detect.ways import PLACES, SPELLINGS, b64, b64url, told

THIRD = Verdict("other", "third", None, (), False)
WHERE = Attributed(1, "boutique.test", "high", "", "c")
DETECTORS = {country: Detector(identity.parse(person)) for country, person in PEOPLE.items()}


def found(country: str, message: Message) -> list[Hit]:
    """Identities in a message to a third party."""
    hits = DETECTORS[country].detect(message, extract(message), THIRD, WHERE)
    return [hit for hit in hits if hit.type != "page_url"]


@pytest.mark.parametrize("country", PEOPLE)
def test_every_value_under_its_names(country: str) -> None:
    missed = []
    for kind, (value,) in PEOPLE[country].items():
        for name in NAMED[kind].split():
            for place in ("query", "JSON"):
                kinds = {hit.type for hit in found(country, PLACES[place](name, value))}
                if kinds != {kind}:
                    missed.append((name, place, kinds))
    assert missed == []


@pytest.mark.parametrize("place", PLACES)
def test_every_value_in_a_place(place: str) -> None:
    """A name of low entropy counts wherever the message says that it is one; and each fact is told once."""
    missed = []
    for country, person in PEOPLE.items():
        for kind in ("email", "phone", "first_name", "city"):
            hits = found(country, PLACES[place](NAMED[kind].split()[0], person[kind][0]))
            if [hit.type for hit in hits] != [kind]:
                missed.append((country, kind, [(hit.type, hit.field) for hit in hits]))
    assert len(missed) <= (2 if place in BINARY else 0), missed


BINARY = ("protobuf", "gRPC", "MessagePack", "frame of MessagePack", "brotli", "latin-1 in JSON")
"""Formats whose bytes may, for one short value in forty, be taken for another format."""


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_addresses_in_a_spelling(spelling: str) -> None:
    missed = []
    for country, person in PEOPLE.items():
        for place in ("query", "JSON", "cookie", "form", "frame"):
            value = SPELLINGS[spelling](person["email"][0])
            if "email" not in {hit.type for hit in found(country, PLACES[place]("d", value))}:
                missed.append((country, place))
    assert len(missed) <= (15 if spelling in LOSSY else 0), missed


LOSSY = frozenset(("rot13", "base85", "ascii85", "base45", "script", "hex backwards"))
"""Spellings that not every address survives: letters with accents, quotes, marks that mean something else."""


@pytest.mark.parametrize(
    "algorithm",
    ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "blake2b"],
)
def test_every_digest_of_every_value(algorithm: str) -> None:
    for country, person in PEOPLE.items():
        for kind, (value,) in person.items():
            digest = hashlib.new(algorithm, value.lower().encode()).digest()
            for spelt in (
                digest.hex(),
                digest.hex().upper(),
                b64(digest),
                b64url(digest),
                digest.hex() + ".AQYCAQMA",
            ):
                hits = found(country, PLACES["query"](NAMED[kind].split()[0], spelt))
                assert kind in {hit.type for hit in hits}, (country, kind, spelt)


@pytest.mark.parametrize(
    ("country", "kind", "spelt"),
    [
        ("DE", "phone", "+491713920012"), ("GB", "phone", "447700900123"), ("US", "phone", "+14155550132"),
        ("US", "phone", "4155550132"), ("PL", "phone", "+48512345678"), ("JP", "phone", "819012345678"),
        ("SE", "phone", "+46701740635"), ("DE", "dob", "1979-11-03"), ("US", "dob", "19870514"),
        ("FR", "dob", "1987-05-13T22:00:00.000Z"), ("FR", "dob", "547948800000"), ("DE", "country", "DEU"),
        ("FR", "dob", "1987-05-14T00:00"), ("FR", "dob", "1987-05-14T12:00:00.000Z"),
        ("FR", "dob", "547941600000"), ("US", "dob", "1987-05-14T07:00:00.000Z"),
        ("UA", "country", "UA"), ("PL", "country", "Poland"), ("ES", "gender", "f"), ("DE", "city", "duesseldorf"),
        ("SE", "email", "asa@xn--berg-post-z7a.test"), ("TR", "email", "ipek.sahin@eposta.test"),
        ("GB", "zip", "sw1a1aa"), ("US", "zip", "94103"),
    ],
)  # fmt: skip
def test_national_habits(country: str, kind: str, spelt: str) -> None:
    name = NAMED[kind].split()[0]
    assert [hit.type for hit in found(country, PLACES["query"](name, spelt))] == [kind]
    digest = hashlib.sha256(spelt.encode()).hexdigest()
    assert [hit.type for hit in found(country, PLACES["JSON"](name, digest))] == [kind]


def test_a_zip_with_its_four_further_digits() -> None:
    assert [hit.type for hit in found("US", PLACES["query"]("postal_code", "94103-2211"))] == ["zip"]
    assert found("US", PLACES["query"]("part_number", "94103-2211")) == []


def test_the_country_is_guessed_from_account_or_address() -> None:
    for hint in ({"iban": ["DE89370400440532013000"]}, {"email": ["jm@poste-unie.de"]}):
        detector = Detector(identity.parse({**hint, "phone": ["0171 3920012"]}))
        message = told(url="https://t.traceur.test/c?p=%2B491713920012")
        hits = detector.detect(message, extract(message), THIRD, WHERE)
        assert [hit.type for hit in hits] == ["phone"]


MARKED = Detector(
    identity.parse(
        {
            "person": {
                "siobhan": {"first_name": ["Siobhán"], "last_name": ["O'Connor"]},
                "joao": {"first_name": ["João Luís"], "last_name": ["Müller-Araújo"]},
            }
        }
    )
)


@pytest.mark.parametrize(("name", "value", "kind", "person"), [
    ("name", "Siobhán OConnor", "name", "siobhan"),
    ("name", "Siobhan O Connor", "name", "siobhan"),
    ("fullName", "Siobhán O\N{RIGHT SINGLE QUOTATION MARK}Connor", "name", "siobhan"),
    ("fullName", "OConnor Siobhán", "name", "siobhan"),
    ("lastName", "O\N{RIGHT SINGLE QUOTATION MARK}Connor", "last_name", "siobhan"),
    ("name", "João Luís Müller Araújo", "name", "joao"),
    ("name", "Joao Luis Muller Araujo", "name", "joao"),
    ("name", "João Luís MüllerAraújo", "name", "joao"),
    ("last_name", "Müller Araújo", "last_name", "joao"),
])  # fmt: skip
def test_a_name_whose_marks_were_changed_or_dropped(name: str, value: str, kind: str, person: str) -> None:
    message = PLACES["JSON"](name, value)
    hits = MARKED.detect(message, extract(message), THIRD, WHERE)
    assert [(hit.type, hit.proof, hit.person) for hit in hits] == [(kind, "identity", person)]
