"""The private annex: the exact identifiers a recipient got, so that it can find the person by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mouchard.capture.records import Request, WebSocketFrame
from mouchard.errors import BadInput
from mouchard.extract import extract
from mouchard.keys import Keys
from mouchard.language import _
from mouchard.masking.url import mask_name
from mouchard.model import Finding, Message, message
from mouchard.printable import printable
from mouchard.report.content import Card
from mouchard.store.read import Reader

MOST = 8
"""Values of one field that are printed."""


def annex(reader: Reader, cards: Sequence[Card], keys: Keys) -> str:
    """For each finding of a letter, the value as it stood in the message, as long as its bytes are kept."""
    head = _("Private annex: these are identifiers of mine. Use them only to answer my letter.")
    return "\n".join([head, "", *_entries(reader, cards, keys)]) + "\n"


def _entries(reader: Reader, cards: Sequence[Card], keys: Keys) -> Iterator[str]:
    for number, card in enumerate(cards, 1):
        finding, row = card.example.finding, card.example
        place = f"{finding.location}.{finding.field}" if finding.field else finding.location
        try:
            record = reader.raw(row.request, keys)
        except BadInput:
            values = [_("the bytes of this message are no longer kept")]
        else:
            assert isinstance(record, Request | WebSocketFrame)
            values = exact(message(record), finding, keys)
        shown = "; ".join(printable(value, 2000) for value in values)
        yield f"[{number}] {printable(row.host)}, {printable(place)}: {shown}"


def exact(told: Message, finding: Finding, keys: Keys) -> list[str]:
    """What stood in the field of a finding: the very value where its keyed token proves it, else all that
    the field held at the depth at which it was found."""
    nodes = [
        node
        for node in extract(told).nodes
        if node.location == finding.location
        and mask_name(node.field) == finding.field
        and node.chain == finding.chain[: len(node.chain)]
        and isinstance(node.value, str)
    ]
    proved = [str(n.value) for n in nodes if keys.token(finding.type, str(n.value)) == finding.value_token]
    deepest = max((len(node.chain) for node in nodes), default=0)
    found = proved or [str(node.value) for node in nodes if len(node.chain) == deepest]
    return list(dict.fromkeys(found))[:MOST]
