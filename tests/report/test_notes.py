"""What documentation says is read in the reader's language; names and citations stay as they are."""

from __future__ import annotations

import pytest

from mouchard import language
from mouchard.classify.companies import rows
from mouchard.detect.vendors import bundled
from mouchard.report.notes import seat_source, source, spoken
from mouchard.report.places import COUNTRIES, country

NOTE = "Meta Pixel: e-mail address, hashed (developers.facebook.com/docs (a, b), documented, 2026-11-21)"


@pytest.mark.parametrize(
    ("note", "english", "french"),
    [
        (
            NOTE,
            NOTE,
            "Meta Pixel : adresse e-mail, sous forme d’empreinte (developers.facebook.com/docs (a, b),"
            " documenté, 2026-11-21)",
        ),
        (
            "the number of a click on an advertisement of Google",
            "the number of a click on an advertisement of Google",
            "le numéro d’un clic sur une publicité de Google",
        ),
        ("12 traits of the device", "12 traits of the device", "12 traits de l’appareil"),
        ("1,200 e-mail addresses", "1,200 e-mail addresses", "1,200 adresses e-mail"),
        (
            "event name and fields of online shops",
            "event name and fields of online shops",
            "nom d’événement et champs de boutiques en ligne",
        ),
        ("something new", "something new", "something new"),
        ("", "", ""),
    ],
)
def test_notes_in_both_languages(note: str, english: str, french: str) -> None:
    language.use("en")
    assert spoken(note) == english
    language.use("fr")
    assert spoken(note) == french


def test_every_meaning_of_the_vendor_map_is_translated() -> None:
    language.use("fr")
    words = {
        meaning.words
        for vendors in bundled()._by_host.values()
        for vendor in vendors
        for meaning in (*vendor.exact.values(), *vendor.ending.values(), *vendor.after.values())
    }
    same = {"latitude", "age"}  # spelt alike, or nearly
    assert len(words) > 100
    assert {word for word in words - same if language._(word) == word} == set()


def test_sources_of_a_company_and_of_its_seat() -> None:
    text = "third-party-web 0.30.0; seat: Mouchard's own table (see https://about.google)"
    language.use("en")
    assert source(text) == text and seat_source(text) == "Mouchard's own table (see https://about.google)"
    language.use("fr")
    assert source(text) == "third-party-web 0.30.0 ; siège : table de Mouchard (voir https://about.google)"
    assert seat_source("third-party-web 0.30.0") == "third-party-web 0.30.0"
    signature = "Mouchard signatures: Meta pixel (see https://m.example)"
    assert source(signature) == "signature de Mouchard « Meta pixel » (voir https://m.example)"


def test_every_seat_has_a_name() -> None:
    language.use("en")
    seats = {row[1] for row in rows("companies.tsv")}
    assert seats <= COUNTRIES.keys()
    assert country("US") == "United States" and country("XX") == "XX" and country("") == ""
    language.use("fr")
    assert country("US") == "États-Unis"
