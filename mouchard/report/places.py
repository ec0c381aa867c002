"""Countries by name, for the codes that the company tables use."""

from __future__ import annotations

from mouchard.language import _, mark

COUNTRIES: dict[str, str] = {
    "AE": mark("United Arab Emirates"), "AT": mark("Austria"), "AU": mark("Australia"), "BE": mark("Belgium"),
    "BR": mark("Brazil"), "CA": mark("Canada"), "CH": mark("Switzerland"), "CN": mark("China"),
    "CZ": mark("Czechia"), "DE": mark("Germany"), "DK": mark("Denmark"), "EE": mark("Estonia"),
    "ES": mark("Spain"), "FI": mark("Finland"), "FR": mark("France"), "GB": mark("United Kingdom"),
    "HU": mark("Hungary"), "IE": mark("Ireland"), "IL": mark("Israel"), "IN": mark("India"),
    "IS": mark("Iceland"), "IT": mark("Italy"), "JP": mark("Japan"), "KR": mark("South Korea"),
    "LT": mark("Lithuania"),
    "LU": mark("Luxembourg"), "NL": mark("Netherlands"), "NO": mark("Norway"), "NZ": mark("New Zealand"),
    "PL": mark("Poland"), "PT": mark("Portugal"), "RU": mark("Russia"), "SE": mark("Sweden"),
    "SG": mark("Singapore"), "TR": mark("Türkiye"), "US": mark("United States"),
}  # fmt: skip


def country(code: str) -> str:
    """The country in the language in use; the code itself where it has no name here."""
    return _(COUNTRIES[code]) if code in COUNTRIES else code
