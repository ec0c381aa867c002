"""Spellings of places: streets, cities, postal codes, countries; genders and network names too."""

from __future__ import annotations

import re

from mouchard.identity.recipes import countries, names
from mouchard.identity.recipes.spelling import Spelling, Spellings, ascii_folded
from mouchard.model import DataType

_GENDERS = {
    initial: tuple(words.split())
    for initial, words in (
        ("f", "f female femme woman mme weiblich frau w mujer femenino donna vrouw kobieta mulher kvinna"),
        ("m", "m male homme man mr h monsieur männlich herr hombre masculino uomo maschio mężczyzna homem"),
        ("x", "x nonbinary non-binary divers other autre d"),
    )
}


def spellings(value: str, kind: DataType) -> Spellings:
    """All spellings of a city, postal code, country, gender or network name."""
    if kind == "city":
        return names.spellings(value)
    found = Spellings()
    found.put(value.lower(), "lower", "keyed")
    found.put(value, "as_typed", "plain" if kind == "ssid" and len(value) > 7 else "keyed")
    found.put(value.upper(), "upper", "keyed")
    if kind == "zip":
        found.put(re.sub(r"[\s-]", "", value).lower(), "lower_nopunct", "keyed")
        found.put(value.partition("-")[0].strip().lower(), "first_part", "keyed")
    elif kind == "country":
        for word in countries.words(value):
            for text in (word.lower(), word, word.upper()):
                found.put(text, "iso" if len(word) < 4 else "name", "keyed")
    elif kind == "gender":
        for initial, words in _GENDERS.items():
            if value.lower() in words:
                for word in words:
                    found.put(word, "lower", "keyed")
                    found.put(word.upper(), "upper", "keyed")
                found.put(initial, "initial", "keyed")
    return found


def street(value: str) -> Spellings:
    """All spellings of number and street."""
    telling = (
        len(value) > (8 if value.isascii() else 5)
        and any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
    )
    found = names.spellings(value, "plain" if telling else "keyed")
    low = re.sub(r"\s*,\s*", " ", value.lower())
    found.put(low, "no_comma", "plain" if telling else "keyed")
    found.put(ascii_folded(low), "no_comma_ascii", "plain" if telling else "keyed")
    for text, (recipes, use) in found.items():
        if use == "plain" and len(text) < 8 and text.isascii():
            found[text] = Spelling(recipes, "keyed")
    return found
