"""Spellings of names: case, accents kept, folded or deleted, punctuation out, both orders."""

from __future__ import annotations

import re
import unicodedata

from mouchard.identity.recipes.spelling import Spellings, Use, ascii_folded, ascii_only

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_PUNCTUATION = re.compile(r"[\W_]+")
_MARKS = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}-]")


def spellings(value: str, use: Use = "keyed") -> Spellings:
    """All spellings of one name or one place."""
    found = Spellings()
    low = value.strip().lower()
    folded = ascii_folded(low)
    found.put(low, "lower", use)
    found.put(value, "as_typed", use)
    found.put(folded, "lower_ascii", use)
    found.put(ascii_folded(low.translate(_GERMAN)), "lower_german", use)
    found.put(_PUNCTUATION.sub("", ascii_folded(low.translate(_GERMAN))), "lower_german_nopunct", use)
    found.put(_PUNCTUATION.sub("", low), "lower_nopunct", use)
    found.put(_PUNCTUATION.sub("", folded), "lower_ascii_nopunct", use)
    found.put("".join(low.split()), "lower_nospace", "hash")
    found.put("".join(folded.split()), "lower_ascii_nospace", "hash")
    found.put(_PUNCTUATION.sub(" ", folded), "lower_ascii_spaced", use)
    found.put(_PUNCTUATION.sub(" ", low), "lower_spaced", use)
    if " " in low and use == "keyed":
        found.put("-".join(low.split()), "lower_hyphened", use)
        found.put("-".join(folded.split()), "lower_ascii_hyphened", use)
    found.put(apart(low), "lower_apart", use)
    found.put(_PUNCTUATION.sub(" ", apart(low)), "lower_apart_spaced", use)
    bare = ascii_only(low)
    if len(bare) * 2 > len(low) and any(c.isalpha() for c in bare):  # else an alphabet without ASCII letters
        found.put(_PUNCTUATION.sub("", bare), "lower_accents_deleted", use)
        found.put(bare, "lower_accents_deleted", use)
    if _MARKS.search(low):
        found.put(_curled(low), "lower_curled", use)
    found.put(low.upper(), "upper", use)
    found.put(value.upper(), "upper", use)  # of a dotted I there are two
    found.put(folded.upper(), "upper_ascii", use)
    found.put(_PUNCTUATION.sub("", folded).upper(), "upper_ascii_nopunct", use)
    found.put(ascii_folded(value.strip()), "ascii", use)
    found.put(low.title(), "title", "hash")
    found.put(folded.title(), "title_ascii", "hash")
    found.put(unicodedata.normalize("NFD", low), "lower_nfd", use)
    found.put(unicodedata.normalize("NFD", value), "nfd", use)
    return found


def apart(text: str) -> str:
    """With the ligatures, which no keyboard has, written as two letters: `sacré-coeur`."""
    return text.replace("œ", "oe").replace("æ", "ae")


def full(value: str, use: Use = "plain") -> Spellings:
    """All spellings of a full name as one text."""
    if len(value) < 7:
        use = "keyed"
    found = spellings(value, use)
    words = value.split()
    if len(words) > 1:
        for turned in (f"{words[-1]} {' '.join(words[:-1])}", f"{' '.join(words[1:])} {words[0]}"):
            for text, (recipes, spoken) in spellings(turned, use).items():
                found.put(text, f"{recipes[0]}_turned", spoken)
    return found


def together(first: str, last: str) -> Spellings:
    """First and last name in one text, both orders; recipes named `first_last_ascii` and the like."""
    found = Spellings()
    for order, one, two in (("first_last", first, last), ("last_first", last, first)):
        use: Use = "plain" if len(one) + len(two) > 6 else "keyed"
        for joiner, how in ((" ", ""), (", ", "_comma"), ("", "_joined")):
            text = f"{one}{joiner}{two}"
            low, folded = text.lower(), ascii_folded(text.lower())
            spoken: Use = use if joiner else "hash"
            found.put(folded, f"{order}{how}_ascii", spoken)
            found.put(ascii_folded(low.translate(_GERMAN)), f"{order}{how}_german", spoken)
            found.put(low, f"{order}{how}_lower", spoken)
            found.put(text, f"{order}{how}", spoken)
            found.put(ascii_folded(text), f"{order}{how}_ascii", "hash")
            found.put(text.upper(), f"{order}{how}_upper", spoken)
            found.put(folded.upper(), f"{order}{how}_upper_ascii", spoken)
            found.put(unicodedata.normalize("NFD", low), f"{order}{how}_nfd", spoken)
            if not joiner:
                found.put(_PUNCTUATION.sub("", folded), f"{order}_joined_ascii_nopunct", "hash")
        if " " in first.strip() or " " in last.strip():
            hyphened = f"{'-'.join(one.split())} {'-'.join(two.split())}".lower()
            found.put(hyphened, f"{order}_hyphened", use)
            found.put(ascii_folded(hyphened), f"{order}_hyphened_ascii", use)
        plain = ascii_folded(last.lower())
        if plain != last.lower():  # `Élodie LEFEVRE`: capitals go without accents in French
            mixed = f"{first} {plain}" if one is first else f"{plain} {first}"
            found.put(mixed.lower(), f"{order}_upper_last", use)
        text = f"{one} {two}".lower()
        if _MARKS.search(text):
            unmarked, spaced = _MARKS.sub("", text), _MARKS.sub(" ", text)
            for how, other in (("curled", _curled(text)), ("unmarked", unmarked), ("spaced", spaced)):
                found.put(other, f"{order}_{how}", use)
                found.put(ascii_folded(other), f"{order}_{how}_ascii", use)
    return found


def _curled(text: str) -> str:
    """With the apostrophe that word processors set; with the straight one where it was set."""
    return text.translate({0x27: 0x2019, 0x2019: 0x27})
