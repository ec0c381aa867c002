"""Spellings of a phone number: national and international, spaced, and the mistakes that are common."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberFormat

from mouchard.identity.recipes.spelling import Spellings, Use

_OVERSEAS = ("RE", "YT", "GP", "MQ", "GF")
"""Where people say that they live in France, and numbers have another country code."""
_SEPARATORS = ((" ", "spaced"), (".", "dotted"), ("-", "dashed"), ("\u00a0", "spaced"), ("/", "slashed"))


def spellings(value: str, region: str) -> Spellings:
    """All spellings of one number; `region` reads national numbers (ISO alpha-2)."""
    found = Spellings()
    digits = re.sub(r"\D", "", value)
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is not None:
        _numbered(found, number)
    if region == "FR":
        for overseas in _OVERSEAS:
            try:
                number = phonenumbers.parse(value, overseas)
            except phonenumbers.NumberParseException:
                break
            if number.country_code != 33 and phonenumbers.is_valid_number_for_region(number, overseas):
                _numbered(found, number)
    found.put(value, "as_typed")
    found.put(digits, "digits", "plain" if len(digits) > 8 else "keyed")
    return found


def _numbered(found: Spellings, number: phonenumbers.PhoneNumber) -> None:
    code = str(number.country_code)
    significant = phonenumbers.national_significant_number(number)
    in_country = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    national = re.sub(r"\D", "", in_country)
    trunk = national[: len(national) - len(significant)]
    short: Use = "plain" if len(significant) > 8 else "keyed"
    found.put(f"+{code}{significant}", "e164_plus")
    found.put(f"{code}{significant}", "e164_noplus", "plain" if len(code + significant) > 8 else "keyed")
    found.put(f"00{code}{significant}", "00cc")
    found.put(national, "national", "plain" if len(national) > 8 else "keyed")
    found.put(significant, "no_zeros", short)
    found.put(national.lstrip("0"), "no_zeros", short)
    if significant[0] == "0":  # Italy: the zero stays, but many drop it
        bare = significant.lstrip("0")
        found.put(bare, "no_zeros", short)
        found.put(f"{code}{bare}", "e164_noplus", short)
        found.put(f"+{code}{bare}", "e164_plus")
    found.put(f"+{code}{significant}"[:15], "e164_plus")
    if trunk:
        found.put(f"{code}{national}", "cc_then_0")
        found.put(f"+{code}{national}", "cc_then_0")
        found.put(f"00{code}{national}", "cc_then_0")
    grouped = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL).partition(" ")[2]
    found.put(in_country, "spaced", short)
    for separator, name in _SEPARATORS:
        nation = re.sub(r"[^\d]+", separator, in_country).strip(separator)
        world = re.sub(r"[^\d]+", separator, grouped).strip(separator)
        found.put(nation, name, short)
        found.put(world, name, "hash" if separator == "/" else short)
        found.put(f"+{code}{separator}{world}", name)
        found.put(f"+{code}{world}", name)
        found.put(f"00{code}{separator}{world}", name)
        found.put(f"{code}{separator}{world}", name, short)
        if trunk:
            for space in (separator, ""):
                found.put(f"+{code}{space}({trunk}){world}", "cc_paren0")
                found.put(f"+{code}{space}({trunk}){space}{world}", "cc_paren0")
                found.put(f"+{code}{space}{trunk}{world}", "cc_then_0")
        found.put(f"(+{code}){separator}{world}", name)
    if trunk:
        found.put(f"+{code}({trunk}){significant}", "cc_paren0")
        found.put(f"+{code} ({trunk}){significant}", "cc_paren0")
    found.put(f"+{code} {significant}", "spaced")
    found.put(f"{code} {significant}", "spaced", short)
    found.put(f"+{code}-{significant}", "dashed")
    found.put(f"+{code}.{significant}", "dotted")
    found.put(f"({code}){significant}", "spaced", short)
