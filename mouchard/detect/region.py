"""The country whose people a site speaks to: how a national phone number on it is read."""

from __future__ import annotations

_REGIONS = {
    name.lower(): name
    for name in """FR BE CH DE ES IT NL LU PT IE AT PL SE DK NO FI CA AU MA SN TN DZ CI RE MC CZ SK HU RO GR
    HR BG EE LT LV MT CY""".split()
}
_REGIONS["uk"] = "GB"


def region_of(site: str) -> str:
    """The country (`FR`) that the domain of a site names; empty where it names none."""
    return _REGIONS.get(site.rpartition(".")[2], "")
