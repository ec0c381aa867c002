"""Shape proof: values that prove themselves, whoever they belong to. And counts of whole address books."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from itertools import pairwise

from mouchard.detect import businesses, denials, hashed, networks, traits, validity
from mouchard.detect.digests import digest_chain
from mouchard.detect.keys import spoken, words
from mouchard.detect.structure import container, outer
from mouchard.masking.value import digest, mask
from mouchard.model import DataType, Hit, Node

BULK = 10
"""Addresses in one message from which only their number is told."""
_BOOKED = 3
"""The same where they stand in an address book."""
_SHORT = 512
"""Characters up to which a text is remembered with its addresses."""

_LEFT = re.compile(r"[A-Za-z0-9._%+'\-]{1,64}$")
_RIGHT = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9-])")
_NUMBERING = frozenset("id ids uuid key hash token index type model brand os version count size".split())
"""Last words of names that number a thing: `card_id` is no card number, `phone_id` no phone number."""
_CREATIVES = frozenset(
    """campaign_id campaignid creative_id creativeid adset_id adsetid adgroup_id adgroupid banner_id
    bannerid""".split()
)
"""Names beside which `ad_id` is the number of an advertisement."""
_BARE = frozenset(("number", "num", "numero"))
"""Names that leave it to the structure around to say what is numbered."""
_LATITUDE = frozenset(("lat", "latitude"))
_LONGITUDE = frozenset(("lon", "lng", "long", "longitude"))
_DEGREES = re.compile(r"-?[0-9]{1,3}\.[0-9]{4,}$")
_THINGS = frozenset(
    """store shop magasin center centre dest destination map branch pickup relay relais default hotel venue
    boutique agence restaurant station warehouse poi marker landmark stop airport property listing campsite
    parking museum bounds viewport northeast southwest bbox""".split()
)
"""Words for places that are nobody's own, each with its plural."""
_MANY_THINGS = _THINGS | {f"{word}s" for word in _THINGS}
_DOM_KEYS = frozenset("tagname childnodes textcontent isstyle parentid nextid rootid".split())
_DONE_KEYS = frozenset(("timestamp", "source", "type"))
"""How rrweb tells what is done on a page."""
_INCREMENT = "3"


_BOOKS = frozenset(
    """contacts contactlist addressbook address_book phonebook phone_book phonecontacts contact_hashes
    contacthashes hashed_contacts hashedcontacts""".split()
)
"""Names of a person's address book, in lower case."""
_AUDIENCE = _BOOKS | frozenset("hashedemail hashedphonenumber user_identifiers useridentifiers".split())
"""Names that only lists of people to match carry: Google's customer match."""
_SCHEMAS = frozenset(("schema", "id_schema"))
_COLUMNS = re.compile(r"EMAIL|PHONE|MADID|EXTERN|^(?:FN|LN)$")
"""What the `schema` of a custom audience of Meta, and the `id_schema` of TikTok, say of its columns."""
_BOOK = re.compile(rf"(?:^|\.)(?:{'|'.join(sorted(_BOOKS))})\[\]", re.I)
_DIGEST = re.compile("[0-9A-Fa-f]{64}")
_SELF_TOLD = re.compile(r"\+|[^\W\d_]{2}\d\d|..[:.-].{14}$|\d.{14,21}$", re.DOTALL).match
"""Fits, among others, all that proves its type without a name: +33, IBAN, MAC address, NIR."""
_SHORTEST_TOLD = 15
"""Characters of the shortest of them but for a telephone number: Norway's IBAN, and the NIR."""


def find(nodes: Sequence[Node], keys: Set[str], site: str, region: str) -> list[Hit]:
    """Hits by shape. `keys` are the names of the nodes in lower case; `site` is the visited site, whose own
    addresses are nobody's; `region` reads national phone numbers under a key that says phone."""
    hits: list[Hit] = []
    addresses: dict[str, Hit] = {}
    numbers: dict[str, Hit] = {}
    shops = businesses.described(nodes) if "@type" in keys else set()
    names = " ".join(keys)
    for node in nodes:
        value = node.value
        if not isinstance(value, str):
            if node.key and (told := hashed.algorithm(node)):
                hits.append(_digested(node, *told))
            continue
        if len(value) < 8:
            continue
        if "@" in value and node.key.lower() != "user-agent":
            for address in emails(value, site):
                if not businesses.holds(shops, node):
                    addresses.setdefault(address.lower(), _made("email", node, address))
        if len(value) > 60:
            continue
        key = node.key
        if not spoken(key):
            if key in _BARE:
                key = f"{''.join(words(outer(node.field))[-1:])}_{key}"  # `card[number]`
            elif (len(value) < _SHORTEST_TOLD and value[0] != "+") or not _SELF_TOLD(value):
                continue
        kind = shape(key, value, region)
        if kind == "ad_id" and key.lower() in ("ad_id", "adid") and not keys.isdisjoint(_CREATIVES):
            continue
        if kind == "mac" and networks.holds(node.field):
            kind = "bssid"
        if kind and not businesses.holds(shops, node):
            if kind == "phone":
                if not businesses.is_sold(outer(node.field)):
                    numbers.setdefault(re.sub(r"\D", "", value), _made(kind, node, value))
            else:
                hits.append(_made(kind, node, value))
    if numbers:
        linked = {
            node.value[4:] for node in nodes if isinstance(node.value, str) and node.value[:4] == "tel:"
        }
        numbers = {digits: hit for digits, hit in numbers.items() if hit.value not in linked}
    if hits and any(hit.type == "bssid" for hit in hits):
        hits.extend(networks.named(hits, nodes))
    if "lat" in names:
        hits.extend(_places(nodes, shops))
    if not keys.isdisjoint(_AUDIENCE) or (not keys.isdisjoint(_SCHEMAS) and _is_audience(nodes)):
        people = {
            node.value.lower(): _made("email", node, node.value)
            for node in nodes
            if isinstance(node.value, str) and "[" in node.field and _DIGEST.fullmatch(node.value)
        }
        if len(people) >= BULK:
            hits.append(_counted(next(iter(people.values())), len(people), "hashed addresses or numbers"))
    for found, what in ((addresses, "e-mail addresses"), (numbers, "phone numbers")):
        if not found:
            continue
        booked = [hit for hit in found.values() if "[]" in hit.field and _BOOK.search(hit.field)]
        if len(found) >= BULK or len(booked) >= _BOOKED:
            hits.append(_counted(next(iter(booked or found.values())), len(found), what))
        else:
            hits.extend(found.values())
    if traits.may_be(keys, names):
        hits += traits.find(nodes)
    if "timestamp" in keys and (told_of := _recorded(nodes, keys)):
        field = outer(told_of.field)
        hits.append(_described("session_recording", told_of, field, "the page with what was done on it"))
    return hits


def _is_audience(nodes: Sequence[Node]) -> bool:
    return any(
        node.key in _SCHEMAS and isinstance(node.value, str) and _COLUMNS.search(node.value) for node in nodes
    )


def _recorded(nodes: Sequence[Node], keys: Set[str]) -> Node | None:
    """Where a whole page is described, element in element, or what is done on it in rrweb's words."""
    if len(keys & _DOM_KEYS) > 3 or (
        "tagname" in keys and any(".childNodes[].childNodes[]" in node.field for node in nodes)
    ):
        return next(node for node in nodes if node.key.lower() in _DOM_KEYS)
    if not keys >= _DONE_KEYS:
        return None
    done = {outer(node.field) for node in nodes if node.key == "type" and node.value == _INCREMENT}
    return next(
        (
            node
            for node in nodes
            if node.key == "source"
            and isinstance(node.value, str)
            and node.value.isdigit()
            and node.field.endswith(".data.source")
            and node.field.removesuffix(".data.source") in done
        ),
        None,
    )


def emails(text: str, site: str) -> tuple[str, ...]:
    """The addresses of persons in a text."""
    return _remembered(text, site) if len(text) <= _SHORT else _emails(text, site)


def _emails(text: str, site: str) -> tuple[str, ...]:
    found = []
    pieces = text.split("@")
    for number, (left, right) in enumerate(pairwise(pieces)):
        tail = left[-65:]
        local = _LEFT.search(tail)
        domain = _RIGHT.match(right[:260])
        if local is None or domain is None:
            continue
        if number and len(local[0]) == len(left):
            continue  # `@name@server`: a handle
        name = local[0].lstrip(".%+'-")
        before = left[: len(left) - len(name)]
        suffix = domain[0].rpartition(".")[2]
        if not (suffix.islower() or suffix.isupper() or suffix.istitle()):
            continue
        if (
            name
            and len(name) + len(domain[0]) > 6
            and not denials.no_address(name, domain[0], site, before[-60:])
        ):
            found.append(f"{name}@{domain[0]}")
    return tuple(found)


_remembered = lru_cache(2048)(_emails)  # an address comes with many messages


@lru_cache(maxsize=8192)
def shape(key: str, value: str, region: str) -> str:
    """The data type that a short value proves by itself or together with its key, or empty."""
    first = value[0]
    said = spoken(key) if key else frozenset()
    if first == "+" and validity.phone(value, ""):
        return "phone"
    if value[2:4].isdigit() and value[:2].isalpha() and validity.iban(value):
        return "iban"
    if value[2] in ":-." and len(value) == 17 and validity.mac(value):
        return "bssid" if "bssid" in said else "mac"
    if first.isdigit() and 15 <= len(value) <= 22 and validity.nir(value):
        return "nir" if "nir" in said or " " in value.strip() else ""
    if not said or denials.no_value(value):
        return ""
    member = _is_membership(key)
    if member or words(key)[-1] not in _NUMBERING:
        if "phone" in said and validity.phone(value, region):
            return "phone"
        if "payment_card" in said and not member and validity.payment_card(value):
            return "payment_card"
        if "loyalty_card" in said and validity.loyalty_card(value):
            return "loyalty_card"
    if "ad_id" in said and validity.uuid(value):
        return "ad_id"
    if "imei" in key.lower() and validity.imei(value):
        return "device_id"
    if said & {"mac", "bssid"} and re.fullmatch(r"[0-9a-fA-F]{12}", value):
        return "bssid" if "bssid" in said else "mac"
    return ""


def _is_membership(key: str) -> bool:
    """`card` alone may be either; `carte_fidelite` is not a bank card."""
    return any(word.startswith(("fid", "loyal", "member")) for word in words(key))


def _places(nodes: Sequence[Node], shops: Set[tuple[str, str]]) -> Iterator[Hit]:
    """Coordinates of the person: latitude and longitude in one structure, four decimals or more each."""
    east: dict[tuple[str, str], Node] = {}
    north: dict[tuple[str, str], Node] = {}
    for node in nodes:
        if not node.key or not isinstance(node.value, str) or not 5 < len(node.value) < 24:
            continue
        said = words(node.key)
        if (
            not said
            or said[-1] not in _LATITUDE | _LONGITUDE
            or not _MANY_THINGS.isdisjoint(words(node.field))
        ):
            continue
        if businesses.holds(shops, node):
            continue
        found, widest = (north, 90) if said[-1] in _LATITUDE else (east, 180)
        if _DEGREES.match(node.value) and abs(float(node.value)) <= widest:
            found.setdefault(container(node), node)
    for where, node in north.items():
        if where in east and not (_below_one(node) and _below_one(east[where])):
            value = f"{node.value!s},{east[where].value!s}"
            yield Hit("gps", "shape", node.location, node.field, node.chain, value, mask("gps", value))


def _below_one(node: Node) -> bool:
    """Two fractions are chance numbers rather than a place in the Gulf of Guinea."""
    return str(node.value).lstrip("-").startswith("0.")


def _digested(node: Node, kind: DataType, algorithm: str) -> Hit:
    chain = digest_chain(node.chain, (algorithm,))
    value = node.value.hex() if isinstance(node.value, bytes) else ""
    return Hit(kind, "shape", node.location, node.field, chain, value, digest(algorithm))


def _described(kind: str, node: Node, field: str, words_: str) -> Hit:
    return Hit(kind, "shape", node.location, field, node.chain, words_, f"‹{words_}›", note=words_)


def _counted(sample: Hit, count: int, what: str) -> Hit:
    text = f"{count:,} {what}"
    return Hit("contact_file", "shape", sample.location, sample.field, sample.chain, text, text, note=text)


def _made(kind: str, node: Node, value: str) -> Hit:
    return Hit(kind, "shape", node.location, node.field, node.chain, value, mask(kind, value))
