"""What a form, or what a site says of an account, tells of the person: by the name and form of each value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from mouchard.detect import births, denials, shapes, validity
from mouchard.detect.denials import no_value
from mouchard.detect.fields import well_formed
from mouchard.detect.keys import compact, kinds, spoken, words
from mouchard.detect.region import region_of
from mouchard.detect.structure import container, outer
from mouchard.detect.whose import (
    ANSWERED,
    OTHERS,
    OTHERS_OF_A_PATIENT,
    OWN,
    TEXTS,
    last_word,
    of_account,
    of_others,
    pays_somebody,
    several,
    unnumbered,
)  # fmt: skip
from mouchard.identity.recipes.countries import code
from mouchard.model import DataType, Node

SUBMIT = frozenset(("body", "websocket"))
"""Where the fields of a form are."""

_LEARNABLE: tuple[DataType, ...] = (
    "password", "email", "phone", "iban", "nir", "payment_card", "loyalty_card", "dob", "first_name",
    "last_name", "street", "city", "zip", "username", "name",
)  # fmt: skip
_ANCHORS: frozenset[DataType] = frozenset(
    ("password", "email", "phone", "iban", "nir", "payment_card", "loyalty_card")
)
_OF_ONE: frozenset[DataType] = frozenset(("email", "name", "first_name", "last_name", "dob"))
"""Types of which a person has one in a list: two of them in `passengers[]` are those of two people."""
_INNER = frozenset(("first", "second", "value"))
"""Names whose structure says what the value is: `plainPassword[first]`, `mail[0][value]`."""
_REPEATED: frozenset[DataType] = frozenset(("password", "email", "phone"))
"""Types of values that are asked for twice under numbered names: `password1`, `password2`."""
_ADDRESS = re.compile(r"[^\s@,;<>()\"*]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d]{2,24}$")
_STREET = re.compile(
    r"\d{1,4}.{4,60}[^\W\d_]{3}|(?!(?i:flat|ap\w*t|unit|suite|room|floor|etage|étage|wohnung|piso|interno)\b)"
    r"(?=.*[^\W\d_]{3})\D{5,60}\s\d{1,4}(?!\d)"
)
"""`12 rue des Lilas`, `Lindenallee 17`, and not what is behind the door."""
_HOUSES = frozenset(
    """hausnummer hausnr huisnummer huisnr housenumber houseno streetnumber streetno numero numerovoie
    numerorue numerocivico civico nrdomu numerdomu""".split()
)
"""Names, without separators, of the number of a house."""
_HOUSE = re.compile(r"\d{1,4} ?(?:[A-Za-z]|bis|ter)?$")
_LINES = frozenset(("line1", "via"))
"""Names of a street that are as well those of a line of an order, or of the way somebody came."""

_ABOUT = frozenset(
    """strength policy visible visibility hint token type mode method source score question state status
    rules nonce csrf label placeholder example error""".split()
)
"""Last words of names that speak of a value rather than hold it: `password_strength`, `login_type`."""
_NOBODYS = frozenset(
    "cc q s query search keyword keywords term recherche suche buscar busqueda cerca zoek".split()
)
"""Names of what is looked for, and of who gets a copy: an address there may be anybody's."""
_BUTTONS = frozenset(
    """login log-in signin sign-in submit connexion connecter continuer valider envoyer anmelden einloggen
    weiter absenden entrar acceder enviar accedi accesso entra inloggen aanmelden verzenden zaloguj""".split()
)
"""What a button says, whose name may be `login` as well."""
_READABLE = frozenset(
    """form percent multipart json ndjson xml query percent:latin1 gzip br zstd zlib split
    unicode-escape""".split()
)
"""Steps by which a form is written."""


class Typed(NamedTuple):
    """A value that somebody typed."""

    type: DataType
    value: str
    region: str = ""
    """Country whose national phone number this is."""


def typed(nodes: Sequence[Node], site: str = "", places: frozenset[str] = SUBMIT) -> Iterator[Typed]:
    """The values of a person among the fields of a form, by key and form. What is common (names, places)
    counts only in a form that also asks for something of the person's own."""
    found = list(_fields([node for node in nodes if node.location in places], site))
    kinds_found = {value.type for value in found}
    if kinds_found & _ANCHORS or {"first_name", "last_name"} <= kinds_found:
        yield from found


def echoed(nodes: Sequence[Node], site: str = "") -> Iterator[Typed]:
    """The values of an account in an answer of the site: those beside exactly one e-mail address, which is
    neither the site's nor that of a shop."""
    if any(node.key == "@type" and denials.is_business(str(node.value)) for node in nodes):
        return
    nodes = [node for node in nodes if not of_others(node.field, ANSWERED)]
    told = [
        node for node in nodes if "email" in kinds(node.key) and "@" in str(node.value) and not _encoded(node)
    ]
    if len({node.value for node in told}) == 1 and _own_address(str(told[0].value).strip(), site):
        account = list(of_account(nodes, told[0]))
        yield from (value for value in typed(account, site) if value.type != "password")


def _fields(nodes: Sequence[Node], site: str) -> Iterator[Typed]:
    regions, located, paying = _regions(nodes, site), _located(nodes), pays_somebody(nodes)
    nodes = _own(nodes)
    peoples = several(nodes)
    for node in nodes:
        value = str(node.value).strip()
        if not node.key or not 2 <= len(value) <= 120:
            continue
        one = not peoples or (unnumbered(node.field), node.key) not in peoples
        if "@" in value and one and compact(node.key) not in _NOBODYS:
            addresses = shapes.emails(value, "")
            if len(addresses) == 1 and addresses[0] == value:
                yield Typed("email", value)
                continue
            if "email" in kinds(node.key) and _own_address(value, site):
                yield Typed("email", value)
                continue
        said = _said(outer(node.field) if node.key in _INNER else node.key)
        if not said:
            continue
        region = next((region for region in regions if validity.phone(value, region)), "")
        for kind in _LEARNABLE:
            if kind not in said or (kind == "name" and _vague(node, value)):
                continue
            if kind == "username" and region:
                yield Typed("phone", value, region)
                break
            if kind == "street" and compact(node.key) in _LINES and not located:
                continue
            if (kind == "iban" and paying) or (kind in _OF_ONE and not one):
                continue
            if believable(kind, value, region):
                yield Typed(kind, value, region if kind == "phone" else "")
                break
    yield from (Typed("dob", day) for day in births.told(nodes))
    yield from _streets(nodes)


def _own(nodes: Sequence[Node]) -> list[Node]:
    """The texts of a form that may be the visitor's. Where `+` stands for a space, only the text with it."""
    signing = {container(node) for node in nodes if _signs(node)}
    texts = [(node, value) for node in nodes if isinstance(value := node.value, str) and not _encoded(node)]
    spaced = {(node.field, value) for node, value in texts if " " in value}
    patient = any("@" in value and not of_others(node.field, OTHERS_OF_A_PATIENT) for node, value in texts)
    others = OTHERS_OF_A_PATIENT if patient else OTHERS
    return [
        node
        for node, value in texts
        if (container(node) in signing or not of_others(node.field, others))
        and not ("+" in value and (node.field, value.replace("+", " ")) in spaced)
    ]


def _signs(node: Node) -> bool:
    """Whether a password lies here in a structure of its own: whoever types it is the visitor, also where
    accounts are those of sellers."""
    if "password" not in _said(node.key):
        return False
    around = words(outer(node.field))[-1:]
    return bool(around) and around[0] not in TEXTS


def _located(nodes: Sequence[Node]) -> bool:
    """Whether a form asks for a town or a postcode."""
    return any(_said(node.key) & {"city", "zip"} for node in nodes)


def _streets(nodes: Sequence[Node]) -> Iterator[Typed]:
    """Streets whose house number lies in a field of its own, in both orders: which one is usual differs."""
    numbers = {
        container(node): value
        for node in nodes
        if compact(node.key) in _HOUSES and isinstance(value := node.value, str) and _HOUSE.match(value)
    }
    for node in nodes if numbers else ():
        value, number = str(node.value).strip(), numbers.get(container(node), "")
        if number and 3 < len(value) < 80 and "street" in _said(node.key) and not _HOUSE.search(value):
            yield Typed("street", f"{value} {number}")
            yield Typed("street", f"{number} {value}")


def _regions(nodes: Sequence[Node], site: str) -> tuple[str, ...]:
    """Countries by which a national phone number may be read: the one that the form names goes first."""
    told = (code(str(node.value)) for node in nodes if "country" in spoken(node.key))
    return tuple(filter(None, dict.fromkeys((next(filter(None, told), ""), region_of(site)))))


@lru_cache(maxsize=4096)
def _said(name: str) -> frozenset[DataType]:
    """Types that the name of a field says its value has."""
    last = words(name)[-1:]
    if last and last[0] in _ABOUT:
        return frozenset()
    return (
        spoken(name)
        or spoken(name.rstrip("12")) & _REPEATED
        or (kinds(name) if len(name) == 2 else frozenset())
    )


def _own_address(value: str, site: str) -> bool:
    """Whether what was typed under `email` is an address that could be the person's: even one that elsewhere
    is a placeholder (`example.org`) or a role, but none of the site's own roles."""
    local, _, domain = value.rpartition("@")
    own = bool(site) and (domain == site or domain.endswith("." + site))
    return _ADDRESS.match(value) is not None and not (own and denials.is_role(local))


def believable(kind: DataType, value: str, region: str = "") -> bool:
    """Whether a value under a key of this type is worth learning; `region` reads national phone numbers."""
    if no_value(value):
        return False  # nor is `********` a password
    if kind == "password":
        return 6 <= len(value) <= 100
    if kind == "phone" and validity.phone(value, region):
        return True
    if kind == "street":
        return bool(_STREET.match(value))
    if kind == "iban":
        return validity.iban(value)
    if kind == "nir":
        return validity.nir(value)
    if kind == "payment_card":
        return validity.payment_card(value)
    if kind == "loyalty_card":
        return validity.loyalty_card(value)
    if kind == "username":
        return len(value) > 4 and " " not in value and value.lower() not in _BUTTONS
    if kind == "zip":
        return 4 <= len(value) <= 8 and any(c.isdigit() for c in value)
    return well_formed(kind, value)


def _vague(node: Node, value: str) -> bool:
    """`name` alone names anything: a product, a page; but a person in two words where it lies in a `user`."""
    if compact(node.key) not in ("name", "nom", "label", "title", "formname", "dataname", "attrname"):
        return False
    return " " not in value or last_word(outer(node.field)) not in OWN


def _encoded(node: Node) -> bool:
    """Whether a value is written in some way that is no form's; what is around its name does not matter."""
    for step in reversed(node.chain):
        if step not in _READABLE:
            return True
        if step == "json":
            return False
    return False
