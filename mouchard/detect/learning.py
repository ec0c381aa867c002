"""Learning: what a person types into a site's own forms becomes identity of that client, in memory only.

A state machine without clock or I/O: time comes with the messages. What was sent to third parties in the
last half hour is kept in a ring, so that a value learned now explains what left before it was submitted.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from mouchard.detect import denials, shapes, validity
from mouchard.detect.denials import no_value
from mouchard.detect.fields import well_formed
from mouchard.detect.index import Index
from mouchard.detect.keys import kinds, spoken
from mouchard.detect.region import region_of
from mouchard.detect.structure import outer
from mouchard.identity.person import Person
from mouchard.model import Attributed, DataType, Extraction, Message, Node, Verdict

REMEMBERED = 1800.0
"""Seconds that a sent message can still be explained by a value learned later."""

MAX_MESSAGES = 2000
MAX_BYTES = 24 * 1024 * 1024
MAX_VALUES = 6
"""Values kept of one type and client; the oldest ones stay, so that a hostile page cannot push them out."""

_LEARNABLE: tuple[DataType, ...] = (
    "password", "email", "phone", "iban", "nir", "payment_card", "loyalty_card", "dob", "first_name",
    "last_name", "street", "city", "zip", "username", "name",
)  # fmt: skip
_ANCHORS: frozenset[DataType] = frozenset(
    ("password", "email", "phone", "iban", "nir", "payment_card", "loyalty_card")
)
_NOBODY = Person("", (), "learned")
_Typed: TypeAlias = tuple[DataType, str, str]
"""Type, value, and the region of the site it was given to (empty: unknown)."""
_TWICE = frozenset(("first", "second"))
"""Names of a value that was asked for twice."""
_SENDING = frozenset(("POST", "PUT", "PATCH"))
_SUBMIT, _ADDRESS_BAR = frozenset(("body", "websocket")), frozenset(("query",))
"""Where the fields of a form are."""
_ADDRESS = re.compile(r"[^\s@,;<>()\"*]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d]{2,24}$")
_STREET = re.compile(r"\d{1,4}.{4,60}[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to another company, kept for a while."""

    message: Message
    extraction: Extraction
    verdict: Verdict
    attributed: Attributed


class Learning:
    """Values learned for each client, and the messages that they may still explain."""

    def __init__(self, declared: Index) -> None:
        """`declared` is looked for anyway: what it holds is not indexed once more."""
        self._declared = declared
        self._persons: dict[str, Person] = {}
        self._typed: dict[str, list[_Typed]] = {}
        self._indexes: dict[str, Index] = {}
        self._ring: deque[Sent] = deque()
        self._bytes = 0

    def index(self, client: str) -> Index | None:
        """What is known of a client, or None while nothing is."""
        return self._indexes.get(client)

    def feed(self, sent: Sent) -> tuple[Sent, ...]:
        """Take a message in. A first-party submit is learned from, and gives the messages of the last half
        hour that the new values explain, oldest first; a third-party message is kept. Nothing is ever
        learned from third parties."""
        self._forget(sent.message.time)
        message = sent.message
        if sent.verdict.party in ("third", "unknown", "relay"):
            self._keep(sent)
            return ()
        if sent.verdict.party != "first":
            return ()
        places = _SUBMIT
        if message.kind == "http" and message.method not in _SENDING:
            if "@" not in message.url and "%40" not in message.url:
                return ()
            places = _ADDRESS_BAR  # a form may be sent by GET: believed where it bears an address
        site = sent.attributed.site
        values = typed(sent.extraction.nodes, site, places)
        return self._learn(sent.attributed.client, values, region_of(site))

    def answer(self, client: str, nodes: Sequence[Node]) -> tuple[Sent, ...]:
        """Take in what a first-party answer says of the account (`/me`): as `feed` for a submit, but only
        from structures that hold an e-mail address under its own key."""
        return self._learn(client, echoed(nodes))

    def beside(self, declared: Index) -> None:
        """Index what was learned anew, beside other declared values."""
        self._declared = declared
        for client, known in self._typed.items():
            index = Index()
            index.passwords = self._indexes[client].passwords
            self._add(index, self._persons[client], known)
            self._indexes[client] = index

    def _learn(
        self, client: str, values: Iterable[tuple[DataType, str]], region: str = ""
    ) -> tuple[Sent, ...]:
        person = self._persons.get(client, _NOBODY)
        index, news = self._indexes.setdefault(client, Index()), Index()
        fresh: list[_Typed] = []
        for kind, value in values:
            if kind == "password":
                if index.passwords.add(value):
                    news.passwords.add(value)
            elif value not in person.of(kind) and len(person.of(kind)) < MAX_VALUES:
                person = person.plus(kind, (value,))
                fresh.append((kind, value, region))
        if fresh:
            self._persons[client] = person
            self._typed.setdefault(client, []).extend(fresh)
            for target in (index, news):
                self._add(target, person, fresh)
        return tuple(self._explained(client, news)) if news else ()

    def _add(self, index: Index, person: Person, values: Sequence[_Typed]) -> None:
        """Index values of a person, and the names they make."""
        for kind, value, region in values:
            local = kind == "phone" and validity.phone(value, region)
            index.add(kind, value, person.plus("country", (region,)) if local else person)
        if any(kind in ("first_name", "last_name") for kind, *_ in values):
            for first in person.of("first_name")[:2]:
                for last in person.of("last_name")[:2]:
                    index.add_name(first, last, person)
        index.leave_out(self._declared)

    def _explained(self, client: str, news: Index) -> Iterator[Sent]:
        for sent in self._ring:
            if sent.attributed.client == client and news.touches(sent.extraction.nodes):
                yield sent

    def _keep(self, sent: Sent) -> None:
        self._ring.append(sent)
        self._bytes += _size(sent)
        while len(self._ring) > MAX_MESSAGES or self._bytes > MAX_BYTES:
            self._bytes -= _size(self._ring.popleft())

    def _forget(self, now: float) -> None:
        while self._ring and self._ring[0].message.time < now - REMEMBERED:
            self._bytes -= _size(self._ring.popleft())


def typed(
    nodes: Sequence[Node], site: str = "", places: frozenset[str] = _SUBMIT
) -> Iterator[tuple[DataType, str]]:
    """The values of a person among the fields of a form, by key and form. What is common (names, places)
    counts only in a form that also asks for something of the person's own."""
    found = list(_fields([node for node in nodes if node.location in places], site))
    kinds_found = {kind for kind, _ in found}
    if kinds_found & _ANCHORS or {"first_name", "last_name"} <= kinds_found:
        yield from found


def _fields(nodes: Sequence[Node], site: str) -> Iterator[tuple[DataType, str]]:
    region = region_of(site)
    for node in nodes:
        value = node.value
        if not isinstance(value, str) or not node.key:
            continue
        value = value.strip()
        if not 2 <= len(value) <= 120 or _encoded(node):
            continue
        if "@" in value:
            addresses = shapes.emails(value, "")
            if len(addresses) == 1 and addresses[0] == value:
                yield "email", value
                continue
            if "email" in kinds(node.key) and _own_address(value, site):
                yield "email", value
                continue
        name = outer(node.field) if node.key in _TWICE else node.key  # `plainPassword[first]`
        said = spoken(name) or (kinds(name) if len(name) == 2 else frozenset())
        for kind in _LEARNABLE:
            if kind in said and believable(kind, value, region) and not (kind == "name" and _vague(node.key)):
                yield kind, value
                break


def _own_address(value: str, site: str) -> bool:
    """Whether what was typed under `email` is an address that could be the person's: even one that elsewhere
    is a placeholder (`example.org`) or a role, but none of the site's own roles."""
    local, _, domain = value.rpartition("@")
    own = bool(site) and (domain == site or domain.endswith("." + site))
    return _ADDRESS.match(value) is not None and not (own and denials.is_role(local))


def echoed(nodes: Sequence[Node]) -> Iterator[tuple[DataType, str]]:
    """The values of an account in an answer of the site: those beside exactly one e-mail address."""
    addresses = {str(node.value) for node in nodes if "email" in kinds(node.key) and "@" in str(node.value)}
    if len(addresses) == 1:
        yield from ((kind, value) for kind, value in typed(nodes) if kind != "password")


def believable(kind: DataType, value: str, region: str = "") -> bool:
    """Whether a value under a key of this type is worth learning; `region` reads national phone numbers."""
    if kind == "password":
        return 6 <= len(value) <= 100
    if no_value(value):
        return False
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
        return len(value) > 4 and " " not in value
    if kind == "zip":
        return 4 <= len(value) <= 8 and any(c.isdigit() for c in value)
    return well_formed(kind, value)


def _vague(key: str) -> bool:
    """`name` alone names anything: a product, a page, a person."""
    return key.lower() in ("name", "nom", "label", "title")


def _encoded(node: Node) -> bool:
    """Whether a value is written in some way that is no form's; what is around its name does not matter."""
    for step in reversed(node.chain):
        if step not in _READABLE:
            return True
        if step == "json":
            return False
    return False


_READABLE = frozenset(
    """form percent multipart json ndjson xml query percent:latin1 gzip br zstd zlib split
    unicode-escape""".split()
)


def _size(sent: Sent) -> int:
    return len(sent.message.body) + len(sent.message.url) + 200 * len(sent.extraction.nodes) + 1000
