"""Learning: what a person types into a site's own forms becomes identity of that client, in memory only.

A state machine without clock or I/O: time comes with the messages. What was sent to third parties in the
last half hour is kept in a ring, so that a value learned now explains what left before it was submitted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from mouchard.detect import match
from mouchard.detect.index import Index
from mouchard.detect.typed import SUBMIT, Typed, echoed, typed
from mouchard.identity.person import Person
from mouchard.model import Attributed, Extraction, Message, Node, Verdict

REMEMBERED = 1800.0
"""Seconds that a sent message can still be explained by a value learned later."""

MAX_MESSAGES = 2000
MAX_BYTES = 24 * 1024 * 1024
MAX_VALUES = 6
"""Values kept of one type and client; the oldest ones stay, so that a hostile page cannot push them out."""

_NOBODY = Person("", (), "learned")
_SENDING = frozenset(("POST", "PUT", "PATCH"))
_ADDRESS_BAR = frozenset(("query",))


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
        self._typed: dict[str, list[Typed]] = {}
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
        places = SUBMIT
        if message.kind == "http" and message.method not in _SENDING:
            if "@" not in message.url and "%40" not in message.url:
                return ()
            places = _ADDRESS_BAR  # a form may be sent by GET: believed where it bears an address
        values = typed(sent.extraction.nodes, sent.attributed.site, places)
        return self._learn(sent.attributed.client, values)

    def answer(self, client: str, nodes: Sequence[Node], site: str = "") -> tuple[Sent, ...]:
        """Take in what a first-party answer says of the account (`/me`): as `feed` for a submit, but only
        from structures that hold an e-mail address under its own key."""
        return self._learn(client, echoed(nodes, site))

    def beside(self, declared: Index) -> None:
        """Index what was learned anew, beside other declared values."""
        self._declared = declared
        for client, known in self._typed.items():
            index = Index()
            index.passwords = self._indexes[client].passwords
            self._add(index, self._persons[client], known)
            self._indexes[client] = index

    def _learn(self, client: str, values: Iterable[Typed]) -> tuple[Sent, ...]:
        person = self._persons.get(client, _NOBODY)
        index, news = self._indexes.setdefault(client, Index()), Index()
        fresh: list[Typed] = []
        for kind, value, region in values:
            if kind == "password":
                if index.passwords.add(value):
                    news.passwords.add(value)
            elif value not in person.of(kind) and len(person.of(kind)) < MAX_VALUES:
                person = person.plus(kind, (value,))
                fresh.append(Typed(kind, value, region))
        if fresh:
            self._persons[client] = person
            self._typed.setdefault(client, []).extend(fresh)
            for target in (index, news):
                self._add(target, person, fresh)
        return tuple(self._explained(client, news)) if news else ()

    def _add(self, index: Index, person: Person, values: Sequence[Typed]) -> None:
        """Index values of a person, and the names they make."""
        for kind, value, region in values:
            index.add(kind, value, person.plus("country", (region,)) if region else person)
        if any(kind in ("first_name", "last_name") for kind, *_ in values):
            for first in person.of("first_name")[:2]:
                for last in person.of("last_name")[:2]:
                    index.add_name(first, last, person)
        index.leave_out(self._declared)

    def _explained(self, client: str, news: Index) -> Iterator[Sent]:
        for sent in self._ring:
            if sent.attributed.client == client:
                nodes = sent.extraction.nodes
                if news.touches(nodes) or match.find([news], nodes, "", sent.attributed.site):
                    yield sent

    def _keep(self, sent: Sent) -> None:
        self._ring.append(sent)
        self._bytes += _size(sent)
        while len(self._ring) > MAX_MESSAGES or self._bytes > MAX_BYTES:
            self._bytes -= _size(self._ring.popleft())

    def _forget(self, now: float) -> None:
        while self._ring and self._ring[0].message.time < now - REMEMBERED:
            self._bytes -= _size(self._ring.popleft())


def _size(sent: Sent) -> int:
    return len(sent.message.body) + len(sent.message.url) + 200 * len(sent.extraction.nodes) + 1000
