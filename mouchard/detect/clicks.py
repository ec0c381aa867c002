"""Click numbers: which advertisement the person came from, handed to a company that did not give it."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mouchard.detect.denials import no_value
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

_GIVEN_BY = {
    "fbclid": "Meta", "gclid": "Google", "gbraid": "Google", "wbraid": "Google", "dclid": "Google",
    "gclsrc": "Google", "msclkid": "Microsoft", "ttclid": "TikTok", "twclid": "X", "li_fat_id": "LinkedIn",
    "epik": "Pinterest", "sccid": "Snap", "yclid": "Yandex", "rdt_cid": "Reddit", "irclickid": "Impact",
}  # fmt: skip
"""Parameter -> the company that puts it behind a link. Source: the companies' own help pages, 2026-11-21."""


def find(nodes: Sequence[Node], keys: Set[str], recipient: str) -> list[Hit]:
    """Click numbers of other companies than the recipient, each once. `keys` are the names of the nodes in
    lower case."""
    if keys.isdisjoint(_GIVEN_BY):
        return []
    hits: dict[str, Hit] = {}
    for node in nodes:
        key = node.key.lower()
        giver = _GIVEN_BY.get(key)
        if giver is None:
            continue
        value = node.value
        if not isinstance(value, str) or len(value) < 8 or no_value(value):
            continue
        if giver != recipient and key not in hits:
            note = f"the number of a click on an advertisement of {giver}"
            masked = mask("id_sync", value)
            hits[key] = Hit(
                "id_sync", "field", node.location, node.field, node.chain, value, masked, note=note
            )
    return list(hits.values())
