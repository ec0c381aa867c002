"""Field proof: a documented parameter of a vendor holds a well-formed value."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from mouchard.detect import commerce, denials, validity
from mouchard.detect.digests import BY_SIZE, NOTHINGS, Chain, digest_chain
from mouchard.detect.vendors import Meaning, Vendor, simple
from mouchard.extract.part import DIGEST_SIZES
from mouchard.masking.value import digest, mask
from mouchard.model import Hit, Message, Node

_EMAIL = re.compile(r"\s*[^\s@,;<>()\"]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}\s*$")
_HEX = re.compile(r"[0-9a-fA-F]{32,128}$")
_MASK = re.compile(r"[*^]{2,}")
_NAME = re.compile(r"['\u2019]?[^\W\d_][^\d@/<>{}=]{0,60}$")
_DISTRICT = re.compile(r"(?<=\s)\d{1,2}(?!\d)")
"""`Paris 2e`, `Lyon Cedex 03`."""
_DATE = re.compile(r"(?:19|20)\d{2}[-/.]?\d{0,2}[-/.]?\d{0,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$")


class Found(NamedTuple):
    """A node with what the vendor's documentation says of it."""

    node: Node
    meaning: Meaning


def find(vendors: Sequence[Vendor], nodes: Sequence[Node], message: Message, path: str) -> list[Hit]:
    """Hits by the field map of the vendors whose endpoint or format this is."""
    hits: list[Hit] = []
    for vendor in vendors:
        goods: list[Found] = []
        events: list[str] = []
        for node in nodes:
            is_event, meaning = _said(vendor, node.location, node.field, node.key)
            if is_event and isinstance(node.value, str):
                events.append(node.value)
            if meaning is None:
                continue
            if meaning.instead:
                meaning = meaning.beside(nodes)
            kind = meaning.type
            if kind in ("purchase?", "purchase", "product"):
                if (
                    isinstance(node.value, str)
                    and not denials.no_value(node.value)
                    and (vendor.goods is None or vendor.goods.search(node.value))
                ):
                    goods.append(Found(node, meaning))
            else:
                hit = _hit(node, meaning, vendor)
                if hit is not None:
                    hits.append(hit)
        if goods:
            hits.extend(commerce.of_vendor(goods, events, vendor))
        hits.extend(_recorded(vendor, message, path))
    return hits


@lru_cache(8192)  # a vendor's scripts send the same fields over and over
def _said(vendor: Vendor, location: str, field: str, key: str) -> tuple[bool, Meaning | None]:
    """Whether a field names the event, and what it says."""
    return vendor.is_event(simple(field)), vendor.meaning(location, field, key)


def _hit(node: Node, meaning: Meaning, vendor: Vendor) -> Hit | None:
    kind, _, form = meaning.type.partition(":")
    note = f"{vendor.name}: {meaning.words} ({vendor.source})"
    value = node.value
    if isinstance(value, bytes):
        if len(value) not in DIGEST_SIZES or value in NOTHINGS:
            return None
        name = BY_SIZE[len(value)]
        return _made(kind, node, digest_chain(node.chain, (name,)), value.hex(), digest(name), note, "")
    if form == "masked":
        if not _MASK.search(value):
            return None
        return _made(kind, node, node.chain, value, value[:40], note, "masked")
    if kind == "user_id" and denials.is_nobody_yet(value):
        kind, note = "device_id", f"{vendor.name}: lasting identifier of the browser ({vendor.source})"
    if denials.no_value(value) or not well_formed(kind, value):
        return None
    masked = f"‹{len(value)} chars›" if form == "hidden" else mask(kind, value)
    return _made(kind, node, node.chain, value, masked, note, "")


def well_formed(kind: str, value: str) -> bool:
    """Whether a clear value could be of this type; digests come as bytes and are judged there."""
    value = value.strip()
    if not value or len(value) > 2000 or "***" in value:
        return False
    if kind == "email":
        return bool(_EMAIL.match(value)) and not denials.no_address(*value.rpartition("@")[::2], "", "")
    if kind == "phone":
        return validity.phone(value if value.startswith(("+", "0")) else f"+{value}", "FR")
    if kind == "city":
        value = _DISTRICT.sub("", value)
    if kind in ("first_name", "last_name", "name", "city"):
        return bool(_NAME.match(value)) and not _HEX.match(value)
    if kind == "dob":
        return bool(_DATE.match(value))
    if kind == "page_url":
        return value.startswith(("http://", "https://")) and len(value) > 12
    if kind == "gps":
        return _number(value) is not None and "." in value
    if kind in ("mac", "bssid"):
        return validity.mac(value)
    if kind == "ad_id":
        return validity.uuid(value)
    if kind == "ip":
        return (value.count(".") == 3 and value.replace(".", "").isdigit()) or value.count(":") > 2
    if kind == "zip":
        return 3 <= len(value) <= 10 and any(c.isdigit() for c in value)
    if kind in ("user_id", "device_id", "id_sync"):
        return len(value) > (2 if kind == "user_id" else 7) and " " not in value and len(value) < 400
    if kind == "country":
        return value.isalpha() and len(value) < 30
    if kind == "gender":
        return value.lower() in ("m", "f", "male", "female", "homme", "femme", "h")
    return len(value) > 1


def _recorded(vendor: Vendor, message: Message, path: str) -> list[Hit]:
    """A session recording or a device fingerprint, by the endpoint it goes to."""
    location = "websocket" if message.kind == "ws" else "body"
    size = len(message.body)
    if size < 40:
        return []
    hits = []
    for kind, pattern, words in (
        ("session_recording", vendor.session, "records what is done on the page"),
        ("fingerprint", vendor.fingerprint, "describes the device closely enough to know it again"),
    ):
        if pattern is not None and (message.kind == "ws" or pattern.search(path)):
            note = f"{vendor.name}: {words} ({vendor.source})"
            hits.append(Hit(kind, "field", location, "", (), f"{size} bytes", f"‹{size} bytes›", note=note))
    return hits


def _made(kind: str, node: Node, chain: Chain, value: str, masked: str, note: str, recipe: str) -> Hit:
    return Hit(
        kind, "field", node.location, node.field, chain, value, masked, normalisation=recipe, note=note
    )


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
