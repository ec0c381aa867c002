"""Messages behind links: `mailto:…?body=`, `sms:…?body=`, `https://wa.me/?text=` told to another company."""

from __future__ import annotations

from collections.abc import Sequence, Set

from mouchard.detect.structure import outer
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

_TEXTS = frozenset(("text", "body"))
_WRITING = (
    "mailto:", "sms:", "smsto:", "whatsapp://", "tg://", "viber://", "https://wa.me/", "https://api.whatsapp.com/",
    "https://web.whatsapp.com/", "https://t.me/share",
)  # fmt: skip


def find(nodes: Sequence[Node], keys: Set[str]) -> list[Hit]:
    """The texts of links that write to somebody. `keys` are the names of the nodes in lower case."""
    if keys.isdisjoint(_TEXTS):
        return []
    texts = [
        node
        for node in nodes
        if node.key in _TEXTS and "url" in node.chain and isinstance(node.value, str) and len(node.value) > 1
    ]
    if not texts:
        return []
    links = {node[:2] for node in nodes if isinstance(node.value, str) and node.value.startswith(_WRITING)}
    hits = []
    for location, field, _, chain, value in texts:
        if (location, outer(field)) in links and isinstance(value, str):
            masked = mask("message", value)
            hits.append(
                Hit("message", "shape", location, field, chain, value, masked, note="text of the message")
            )
    return hits
