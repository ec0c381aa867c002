"""Spellings of places: streets, cities, postal codes, countries; genders and network names too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mouchard.identity.recipes import countries, names
from mouchard.identity.recipes.spelling import Spelling, Spellings, ascii_folded
from mouchard.model import DataType

_GENDERS = {
    initial: tuple(words.split())
    for initial, words in (
        (
            "f",
            "f female femme woman mme madame mlle mademoiselle mrs ms féminin weiblich frau w mujer femenino "
            "donna vrouw kobieta mulher kvinna",
        ),
        (
            "m",
            "m male homme man mr m. h monsieur masculin männlich herr hombre masculino uomo maschio "
            "mężczyzna homem",
        ),
        ("x", "x nonbinary non-binary divers other autre d"),
    )
}


def spellings(value: str, kind: DataType) -> Spellings:
    """All spellings of a city, postal code, country, gender or network name."""
    if kind == "city":
        return _city(value)
    found = Spellings()
    found.put(value.lower(), "lower", "keyed")
    found.put(value, "as_typed", "plain" if kind == "ssid" and len(value) > 7 else "keyed")
    found.put(value.upper(), "upper", "keyed")
    if kind == "zip":
        found.put(re.sub(r"[\s-]", "", value).lower(), "lower_nopunct", "keyed")
        found.put(value.partition("-")[0].strip().lower(), "first_part", "keyed")
        found.put(value.partition("-")[2].strip().lower(), "last_part", "keyed")
        if value.isdigit():
            found.put(value.lstrip("0") if len(value) > 4 else "", "number", "keyed")
        elif value.isalnum() and len(value) > 4:  # `NW16XE`, `H2J2K8`
            found.put(f"{value[:-3]} {value[-3:]}".lower(), "lower_spaced", "keyed")
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


def _city(value: str) -> Spellings:
    """Those of a name, with `Saint` written out or shortened."""
    found = names.spellings(value)
    saint = _SAINT.match(value)
    if saint:
        for word in _SAINTS[saint[1].lower()]:
            for text, (recipes, use) in names.spellings(word + value[saint.end(1) :].lstrip(".")).items():
                found.put(text, f"{recipes[0]}_saint", use)
    return found


_SAINT = re.compile(r"(saint|st|sainte|ste)(?=\.?[ -])", re.I)
_SAINTS = {
    "saint": ("st", "st."), "st": ("saint", "st."), "sainte": ("ste", "ste."), "ste": ("sainte", "ste."),
}  # fmt: skip


def street(value: str) -> Spellings:
    """All spellings of number and street."""
    telling = (
        len(value) > (8 if value.isascii() else 5)
        and any(c.isdigit() for c in value)
        and any(c.isalpha() for c in value)
    )
    found = names.spellings(value, "plain" if telling else "keyed")
    low = re.sub(r"\s*,\s*", " ", value.lower())
    habits = [(value.lower(), "lower"), *_habits(low)]
    habits += [(names.apart(text), recipe) for text, recipe in habits if names.apart(text) != text]
    for text, recipe in habits:
        curled, straight = text.replace("'", "\u2019"), text.replace("\u2019", "'")
        for written in dict.fromkeys((text, curled, straight, text.replace("-", " "))):
            found.put(written, recipe, "plain" if telling else "keyed")
            found.put(ascii_folded(written), f"{recipe}_ascii", "plain" if telling else "keyed")
    for text, (recipes, use) in found.items():
        if use == "plain" and len(text) < 8 and text.isascii():
            found[text] = Spelling(recipes, "keyed")
    return found


_NUMBERED = re.compile(r"(\d+)(?: ?(bis|ter|quater))?[ ,]+(?=\D)")
_SHORTENED = (
    ("avenue", "av"), ("boulevard", "bd"), ("rue", "r"), ("place", "pl"), ("chemin", "che"), ("route", "rte"),
    ("allée", "all"), ("impasse", "imp"), ("square", "sq"), ("faubourg", "fg"), ("résidence", "res"),
)  # fmt: skip
"""Kinds of streets, and how the French post shortens them."""


def _habits(low: str) -> Iterator[tuple[str, str]]:
    """A street in lower case without commas, and as others write it: `12bis, av. Foch`."""
    yield low, "no_comma"
    numbered = _NUMBERED.match(low)
    if numbered is None:
        return
    number, bis = numbered[1], numbered[2] or ""
    rest = low[numbered.end() :]
    names_ = [rest]
    word, _, name = rest.partition(" ")
    for long, short in _SHORTENED:
        if name and word.rstrip(".") in (long, short):
            names_ = [f"{kind} {name}" for kind in (long, short, f"{short}.")]
    for text in names_:
        for before in dict.fromkeys((f"{number} {bis}".strip(), number + bis)):
            yield f"{before} {text}", "no_comma"
            yield f"{before}, {text}", "comma"
