"""Wireless networks around a device: whose hardware addresses and names say where it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from mouchard.detect.keys import spoken, words
from mouchard.detect.structure import container, outer
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

_LISTS = frozenset(
    """wifi wifis wlan wlans ap aps accesspoint accesspoints wifiaccesspoints router routers hotspot hotspots
    scan scans scanresults networks""".split()
)
_NAMELESS = frozenset(("", "<unknown ssid>", "unknown", "null", "none", "0x"))
_LONGEST = 32
"""Octets of the longest name that a network may have."""


@lru_cache(4096)
def holds(field: str) -> bool:
    """Whether a field lies in a description of access points: `wifiAccessPoints[].macAddress`."""
    around = words(outer(field))
    if any(one == "access" and next_.startswith("point") for one, next_ in pairwise(around)):
        return True
    return "[]" in field and not _LISTS.isdisjoint(around)


def named(hits: Sequence[Hit], nodes: Sequence[Node]) -> Iterator[Hit]:
    """The names of networks whose hardware addresses were found, in the same structure as these."""
    places = {(hit.location, outer(hit.field)) for hit in hits if hit.type == "bssid"}
    for node in nodes:
        value = node.value
        if (
            isinstance(value, str)
            and container(node) in places
            and "ssid" in spoken(node.key)
            and "bssid" not in spoken(node.key)
            and value.strip('"').lower() not in _NAMELESS
            and len(value.encode("utf-8", "replace")) <= _LONGEST + 2
        ):
            yield Hit("ssid", "shape", node.location, node.field, node.chain, value, mask("ssid", value))
