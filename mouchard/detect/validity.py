"""Values that prove themselves by their form: checks that no other number passes by chance."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_DEPARTMENT = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-5]|2[AB]|9[78]\d|99)")
_IBAN_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27,
    "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25,
    "RO": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26,
}  # fmt: skip
_NUMBERED = frozenset("AT BE CZ DE DK EE ES FI HR HU IS LT NO PL PT RS SE SI SK".split())
"""Countries whose account numbers have no letters."""
_ISSUED = re.compile(
    r"(?:4\d{15}(?:\d{3})?|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|62\d{14,17}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|5[06-9]\d{14}|6[37]\d{14})$"
)
"""Beginnings and lengths of Visa, Mastercard, American Express, Diners, Discover, UnionPay, JCB, Maestro."""
_MAC = re.compile(
    r"(?:[0-9a-fA-F]{2}([:-]))(?:[0-9a-fA-F]{2}\1){4}[0-9a-fA-F]{2}$|(?:[0-9a-fA-F]{4}\.){2}[0-9a-fA-F]{4}$"
)
_MOMENT = re.compile(
    r"(?:\d\d\D(?:0\d|1[0-2])\D[0-3]\d|[0-3]\d\D(?:0\d|1[0-2])\D\d\d)\D(?:[01]\d|2[0-3])\D[0-5]\d\D[0-5]\d$"
)
"""`24-06-10-08-15-30`: a date and a time, as files and moments are named."""
_UUID = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}$")


_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?$|\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d$")
_DECIMAL = re.compile(r"-|\d+\.\d+$|\d{1,3}(?:\.\d{1,3})?\.\d{4,}$")
_FICTION = ("19900", "26191", "35301", "46571", "53649", "63998")
"""French ranges that ARCEP keeps for works of fiction; test personas use them."""

_FILLED = re.compile(r"(\d)\1{6}$")
"""An example in a form: +33 6 00 00 00 00."""
_SERVICES = frozenset(
    (
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.UAN,
    )
)
"""Numbers that firms are called at and nobody has: 0 800, 0 825."""

_TRUNK = frozenset("FR BE CH DE NL GB AT SE FI IE AU".split())
"""Countries whose national numbers begin with 0."""


def luhn(digits: str) -> bool:
    """The check digit of card numbers; one number in ten passes by chance."""
    if not _are_digits(digits):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0 and len(set(digits)) > 2


def ean13(digits: str) -> bool:
    """The check digit of a 13-digit article or loyalty number."""
    if len(digits) != 13 or not _are_digits(digits):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _are_digits(text: str) -> bool:
    """`²` and `٣` are digits too, of which no number is made."""
    return text.isascii() and text.isdigit()


def nir(value: str) -> bool:
    """French social security number: sex, month, department and key. Month 20 and above are real but rare,
    and left out, as are numbers without key."""
    compact = re.sub(r"[\s.\-]", "", value).upper()
    if not re.fullmatch(r"[1278]\d{4}[\dAB]\d{9}", compact) and not re.fullmatch(
        r"[12]\d{4}2[AB]\d{8}", compact
    ):
        return False
    month = int(compact[3:5])
    if (not 1 <= month <= 12 and not 31 <= month <= 42) or not _DEPARTMENT.match(compact[5:7] + compact[7]):
        return False
    if compact[7:10] == "000" or compact[10:13] == "000":
        return False
    number = (
        int(compact[:13].replace("2A", "19", 1).replace("2B", "18", 1))
        if compact[6] in "AB"
        else int(compact[:13])
    )
    return int(compact[13:]) == 97 - number % 97


def iban(value: str) -> bool:
    """Bank account number: country, length, and the remainder of 97."""
    compact = re.sub(r"[\s\-]", "", value).upper()
    if len(compact) != _IBAN_LENGTHS.get(compact[:2]) or not (compact.isascii() and compact.isalnum()):
        return False
    if not compact[2:4].isdigit():
        return False
    if compact[:2] in _NUMBERED and not compact[4:].isdigit():
        return False
    turned = compact[4:] + compact[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def payment_card(value: str) -> bool:
    """A card number by issuer digits, length and check digit."""
    digits = re.sub(r"[\s\-]", "", value)
    return bool(_ISSUED.match(digits)) and luhn(digits)


def loyalty_card(value: str) -> bool:
    """A loyalty number: EAN-13 of the in-store range 2, or 16 to 19 digits with a check digit."""
    digits = re.sub(r"[\s\-]", "", value)
    if not digits.isdigit():
        return False
    return (digits[0] == "2" and ean13(digits)) or (16 <= len(digits) <= 19 and luhn(digits))


def mac(value: str) -> bool:
    """A hardware address written with separators; no broadcast, no zeros, no date and time."""
    return bool(_MAC.match(value)) and len(set(value.lower()) - set(":-.")) > 2 and not _MOMENT.match(value)


def imei(value: str) -> bool:
    """The number of a telephone: 15 digits with a check digit."""
    return len(value) == 15 and luhn(value)


def uuid(value: str) -> bool:
    """A UUID that is not all zeros."""
    return bool(_UUID.match(value)) and len(set(value) - {"-"}) > 4


def _overseas(value: str) -> bool:
    """Whether a national number is one of Réunion, Mayotte, Guadeloupe, Martinique or Guyane."""
    return any(
        phonenumbers.is_valid_number_for_region(phonenumbers.parse(value, part), part)
        for part in ("RE", "YT", "GP", "MQ", "GF")
    )


@lru_cache(maxsize=4096)
def phone(value: str, region: str) -> bool:
    """A number in international form that its country's plan allows, or a national one that is in use there
    or kept for fiction. `region` reads national ones (empty: only international)."""
    if not 8 <= sum(c.isdigit() for c in value) <= 15 or len(value) > 24:
        return False
    if re.search(r"[^\d\s+().\-/\u00a0]", value) or _DATE.match(value) or _DECIMAL.match(value):
        return False
    told = value[0] == "+"
    if value.startswith("00"):
        value = "+" + value[2:]
    elif region in _TRUNK and value[0] not in "0+(":
        value = "+" + value
    if _FILLED.search(re.sub(r"\D", "", value)):
        return False
    try:
        number = phonenumbers.parse(value, region or None)
    except phonenumbers.NumberParseException:
        return False
    if phonenumbers.number_type(number) in _SERVICES:
        return False
    if told:
        return phonenumbers.is_possible_number(number)
    if phonenumbers.is_valid_number(number) or (region == "FR" and _overseas(value)):
        return True
    national = str(number.national_number)
    return number.country_code == 33 and len(national) == 9 and national.startswith(_FICTION)
