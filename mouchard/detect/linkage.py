"""Linkage: who holds the same identifier of the person. A state machine: `feed` requests and answers.

An identifier counts once a company has it: a cookie set for more than 30 days, a cookie sent back, or a
parameter whose name says that it knows the browser again.
Found again in a message to another company, in clear or hashed, it proves that the two share it.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import md5, sha1, sha256
from typing import NamedTuple

from mouchard.detect.keys import compact
from mouchard.detect.match import digest_chain
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

LASTING = 30 * 86400
"""Seconds from which a cookie is a lasting one."""

MAX_IDENTIFIERS = 5000
MAX_OWNERS = 3
"""Companies that set a value of their own at first sight; more than these share a constant, not a person."""

_PREFIXES = re.compile(r"^(?:GA\d\.\d\.|fb\.\d\.\d{10,13}\.|GS\d\.\d\.s|v\d[.:])")
_SPLIT = re.compile(r"[.|:&,~;]|%7C|%3A")
_DIGIT = re.compile(r"\d").search
_DATES = re.compile(r"(?:19|20)\d{6,12}$|1[5-9]\d{8}(?:\d{3})?$|\d{1,4}x\d{1,4}$|\d{4}-\d\d-\d\d")
_LASTING_KEYS = frozenset(
    """cid clientid uid userid uuid puid visitorid vid deviceid did duid anonymousid anonid distinctid
    fpid gid tpid partneruid buyeruid externalid externaluid ecid mid idfa gaid ifa adid ttdpuid muid
    suid guid sspid dspid bidderuid fbp fbc ga cookieid browserid persistentid permanentid stableid
    crmid hashedid""".split()
)
"""Names, without separators, of parameters that hold a lasting identifier."""

_CONSENT = re.compile(
    r"consent|euconsent|gdpr|tcf|usp|gpp|addtl|didomi|cmp|lang|locale|tz|theme|country|currency", re.I
)


class Holder(NamedTuple):
    """The company that keeps an identifier, and where that was first seen."""

    owner: str
    name: str
    """`cookie NAME` or `parameter NAME`."""
    chain: tuple[str, ...]
    value: str


class Linkage:
    """Lasting identifiers by the company that keeps them."""

    def __init__(self, owner: Callable[[str], str]) -> None:
        """`owner(host)` names the company behind a host, or its registrable domain."""
        self._owner = owner
        self._held: OrderedDict[str | bytes, Holder] = OrderedDict()
        self._owners: dict[str, set[str]] = {}

    def request(self, host: str, nodes: Sequence[Node]) -> tuple[Hit, ...]:
        """Identifiers of other companies in a third-party message; its own cookies are remembered."""
        owner = self._owner(host)
        hits = tuple(self._shared(owner, nodes)) if self._held else ()
        for location, field, key, chain, value in nodes:
            if not isinstance(value, str):
                continue
            if location == "cookie" and not chain:
                self._remember(owner, f"cookie {field}", value)
            elif key and len(value) < 200 and _lasts(key):
                self._remember(owner, f"parameter {field}", value)
        return hits

    def answer(self, host: str, headers: Sequence[tuple[str, str]]) -> None:
        """Remember the lasting cookies that a third-party answer sets."""
        date = next((value for name, value in headers if name.lower() == "date"), "")
        for name, value in headers:
            if name.lower() == "set-cookie":
                pair, *attributes = value.split(";")
                cookie, equals, content = pair.strip().partition("=")
                if equals and lifetime(attributes, date) >= LASTING:
                    self._remember(self._owner(host), f"cookie {cookie}", content.strip().strip('"'))

    def _shared(self, owner: str, nodes: Sequence[Node]) -> Iterator[Hit]:
        seen: set[str] = set()
        for node in nodes:
            if node.location == "cookie":
                continue
            value = node.value
            holder = self._held.get(value)
            if holder is None and isinstance(value, str) and 10 <= len(value) < 300 and _DIGIT(value):
                holder = next((self._held[piece] for piece in pieces(value) if piece in self._held), None)
            if holder is None or holder.owner == owner or holder.value in seen:
                continue
            seen.add(holder.value)
            chain = digest_chain(node.chain, holder.chain) if isinstance(value, bytes) else node.chain
            note = f"identifier that {holder.owner} has as {holder.name}"
            yield Hit(
                "id_sync", "sync", node.location, node.field, chain, holder.value,
                mask("id_sync", holder.value), note=note,
            )  # fmt: skip

    def _remember(self, owner: str, name: str, value: str) -> None:
        if _of_consent(name):
            return
        for token in tokens(value):
            owners = self._owners.get(token)
            if owners is None:
                owners = self._owners[token] = set()
            if owner in owners or len(owners) > MAX_OWNERS:
                continue
            owners.add(owner)
            if len(owners) > MAX_OWNERS:
                for key, _ in _forms(token):
                    self._held.pop(key, None)
            elif len(owners) == 1:
                for key, chain in _forms(token):
                    self._held.setdefault(key, Holder(owner, name, chain, token))
        while len(self._held) > MAX_IDENTIFIERS * 4:
            self._held.popitem(last=False)
        while len(self._owners) > MAX_IDENTIFIERS * 2:
            self._owners.pop(next(iter(self._owners)))


def _forms(token: str) -> Iterator[tuple[str | bytes, tuple[str, ...]]]:
    """An identifier in clear and as the digests that partners send instead of it."""
    yield token, ()
    data = token.encode("utf-8", "replace")
    yield md5(data, usedforsecurity=False).digest(), ("md5",)
    yield sha1(data, usedforsecurity=False).digest(), ("sha1",)
    yield sha256(data).digest(), ("sha256",)


@lru_cache(8192)  # the same cookies come with every request
def tokens(value: str) -> tuple[str, ...]:
    """The pieces of a value that could be an identifier of a person: long, varied, no date, word or size."""
    return tuple(filter(is_identifier, dict.fromkeys(pieces(value)))) if _DIGIT(value) else ()


def pieces(value: str) -> list[str]:
    """The value, what follows its prefix, and what stands between its separators."""
    bare = _PREFIXES.sub("", value)
    return [value, bare, *_SPLIT.split(bare)]


@lru_cache(4096)
def _of_consent(name: str) -> bool:
    """Whether a name speaks of the choice of a person, or of a language: many have the same value."""
    return bool(_CONSENT.search(name))


@lru_cache(4096)
def _lasts(key: str) -> bool:
    """Whether a parameter of this name holds a lasting identifier."""
    return compact(key) in _LASTING_KEYS


def is_identifier(text: str) -> bool:
    """Whether a text has the entropy of an identifier."""
    if not 8 <= len(text) <= 200 or " " in text or not _DIGIT(text) or len(set(text)) < 6:
        return False
    if len(text) < 10 and text.isdigit():
        return False
    return not (_DATES.match(text) or text.startswith(("http", "/", "{", "[")))


def lifetime(attributes: Sequence[str], date: str) -> float:
    """Seconds that a cookie lives by its attributes; 0 for one of the session."""
    expires = 0.0
    for attribute in attributes:
        name, _, value = attribute.strip().partition("=")
        if name.lower() == "max-age":
            try:
                return float(int(value.strip()[:12]))
            except ValueError:
                continue
        if name.lower() == "expires":
            try:
                until = parsedate_to_datetime(value.strip().replace("-", " "))
                since = parsedate_to_datetime(date) if date else None
            except (ValueError, TypeError):
                continue
            expires = (until - since).total_seconds() if since else LASTING * (until.year > 2000)
    return expires
