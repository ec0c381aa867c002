"""Linkage: who holds the same identifier of the person. A state machine: `feed` requests and answers.

An identifier counts once a company has it: a cookie set for more than 30 days, a cookie sent back, or a
parameter whose name says that it knows the browser again.
Found again in a message to another company, in clear or hashed, it proves that the two share it.
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import md5, sha1, sha256
from typing import NamedTuple

from mouchard.detect.digests import NOTHINGS, digest_chain
from mouchard.detect.keys import compact
from mouchard.masking.url import mask_name
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

LASTING = 30 * 86400
"""Seconds from which a cookie is a lasting one."""

SHORTEST, LONGEST = 8, 200
"""Characters of an identifier."""
MAX_IDENTIFIERS = 5000
_SEARCHED = 300
"""Characters of the longest value in which an identifier is looked for."""
_ROOM = 1000
"""Identifiers forgotten at a time."""
MAX_OWNERS = 3
"""Companies that set a value of their own at first sight; more than these share a constant, not a person."""

_PREFIXES = re.compile(r"^(?:GA\d\.\d\.|fb\.\d\.\d{10,13}\.|GS\d\.\d\.s|v\d[.:])")
_SPLIT = re.compile(r"[.|:&,~;]|%7C|%3A")
_PARTED = _SPLIT.search
_DIGIT = re.compile(r"\d").search
_DATES = re.compile(r"(?:19|20)\d{6,12}$|1[5-9]\d{8}(?:\d{3})?$|\d{1,4}x\d{1,4}$|\d{4}-\d\d-\d\d")
_VERSION = re.compile(r"v?\d{1,4}\.\d{1,3}\.\d{1,5}(?:[-+]\w{1,12}(?:\.\d{1,5})?)?$")
_CONSTANT = re.compile(
    r"(?:GTM|G|UA|AW|DC|(?:ca-)?(?:app-)?pub)-[A-Z\d-]{5,20}$"  # the site's account
    r"|(?:19|20)\d{6}T\d{4,6}|1[5-9]\d{8}\.\d{1,6}$|1[67]\d{14}$"  # times
    r"|\d{1,4}(?:[.~,:;|&_x-]\d{1,4})+$|(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4}$"  # sizes, lists, IP addresses
    r"|[A-Z]{3}\d{1,7}[.,]\d\d$|(?:[a-z\d-]+\.)+[a-z]{2,6}$"  # prices, hosts
)
_WORD = r"(?:[A-Z]?[a-z]{2,}\d{0,2}|[A-Z]{2,}\d{0,2}|[A-Za-z]\d{0,2}|\d{1,4}|(?:19|20)\d{6})"
_WORDS = re.compile(rf"(?=.*[A-Za-z]{{3}})[$%{{\[<]*{_WORD}(?:[-_]+{_WORD})+[$%}}\]>]*$")
"""`checkout_test_2024_b`, `boutique-exemple-2`, `OPT_OUT_2024`, `%%USER_ID_64%%`."""
_UUID = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$", re.I)
_HEX_SIZES = frozenset((32, 40, 64))
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
    value: str


class Linkage:
    """Lasting identifiers by the company that keeps them."""

    def __init__(self, owner: Callable[[str], str]) -> None:
        """`owner(host)` names the company behind a host, or its registrable domain."""
        self._owner = owner
        self._held: OrderedDict[str, Holder] = OrderedDict()
        self._owners: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._digests = _Digests()
        self._met: set[tuple[str, str]] = set()
        """Owners and values that have nothing new: the same cookies come with every request."""

    def request(self, host: str, nodes: Sequence[Node]) -> tuple[Hit, ...]:
        """Identifiers of other companies in a third-party message; its own cookies are remembered."""
        owner = self._owner(host)
        held, met, kept = self._held, self._met, list[tuple[str, str, str]]()
        hits: dict[str, Hit] = {}
        for location, field, key, chain, value in nodes:
            if len(value) < SHORTEST:
                continue
            if isinstance(value, bytes):
                if location == "cookie" or len(value) not in _Digests.SIZES:
                    continue
                token, digest = self._digests.of(value)
                holder = held.get(token)
                if holder is not None and digest:
                    chain = digest_chain(chain, digest)
            elif location == "cookie":
                if not chain and (owner, value) not in met:
                    kept.append(("cookie", field, value))
                continue
            else:
                if key and _lasts(key) and (owner, value) not in met and len(value) < LONGEST:
                    kept.append(("parameter", field, value))
                holder = held.get(value)
                if holder is None and not value.isalnum() and 10 <= len(value) < _SEARCHED:
                    for token in tokens(value):
                        if token in held:
                            holder = held[token]
                            break
            if holder is None or holder.owner == owner or holder.value in hits:
                continue
            note = f"identifier that {holder.owner} has as {holder.name}"
            hits[holder.value] = Hit(
                "id_sync", "sync", location, field, chain, holder.value,
                mask("id_sync", holder.value), note=note,
            )  # fmt: skip
        for place, name, value in kept:
            self._remember(owner, place, name, value)
        return tuple(hits.values())

    def answer(self, host: str, headers: Sequence[tuple[str, str]]) -> None:
        """Remember the lasting cookies that a third-party answer sets."""
        date = next((value for name, value in headers if name.lower() == "date"), "")
        for name, value in headers:
            if name.lower() == "set-cookie":
                pair, *attributes = value.split(";")
                cookie, equals, content = pair.strip().partition("=")
                if equals and lifetime(attributes, date) >= LASTING:
                    self._remember(self._owner(host), "cookie", cookie, content.strip().strip('"'))

    def _remember(self, owner: str, place: str, name: str, value: str) -> None:
        if _of_consent(name):
            return
        for token in tokens(value):
            spellings = _spellings(token)
            token = spellings[-1]
            owners = self._owners.get(token, ())
            if owner in owners or len(owners) > MAX_OWNERS:
                continue
            self._owners[token] = (*owners, owner)
            if len(owners) == MAX_OWNERS:
                for spelling in spellings:
                    self._held.pop(spelling, None)
            elif not owners:
                holder = Holder(owner, f"{place} {mask_name(name)}", token)
                self._held.update(dict.fromkeys(spellings, holder))
                self._digests.add(token)
        if len(value) < _SEARCHED:  # longer ones are few, and would fill the memory
            self._met.add((owner, value))
        while len(self._held) > MAX_IDENTIFIERS:
            self._held.popitem(last=False)
        if len(self._owners) > MAX_IDENTIFIERS * 2 or len(self._met) > MAX_IDENTIFIERS * 2:
            self._met.clear()
            while len(self._owners) > MAX_IDENTIFIERS * 2 - _ROOM:
                self._owners.popitem(last=False)


class _Digests:
    """Identifiers by the digests that partners send instead of them; made when one is first asked for."""

    SIZES = frozenset((16, 20, 32))

    def __init__(self) -> None:
        self._tokens: OrderedDict[bytes, tuple[str, tuple[str, ...]]] = OrderedDict()
        self._waiting: deque[str] = deque(maxlen=MAX_IDENTIFIERS)

    def add(self, token: str) -> None:
        """Make an identifier known."""
        self._waiting.append(token)

    def of(self, digest: bytes) -> tuple[str, tuple[str, ...]]:
        """The identifier with this digest and the name of the digest; empty where there is none."""
        for token in self._waiting:
            data = token.encode("utf-8", "replace")
            self._tokens[md5(data, usedforsecurity=False).digest()] = token, ("md5",)
            self._tokens[sha1(data, usedforsecurity=False).digest()] = token, ("sha1",)
            self._tokens[sha256(data).digest()] = token, ("sha256",)
            if _UUID.match(token):
                self._tokens[bytes.fromhex(token.replace("-", ""))] = token, ()
        self._waiting.clear()
        while len(self._tokens) > MAX_IDENTIFIERS * 3:
            self._tokens.popitem(last=False)
        return self._tokens.get(digest, ("", ()))


@lru_cache(8192)  # the same cookies come with every request
def tokens(value: str) -> tuple[str, ...]:
    """The pieces of a value that could be an identifier of a person: long, varied, no date, word or size."""
    if not _DIGIT(value) or _VERSION.match(value):
        return ()
    if not _PARTED(value):  # then it has no prefix either
        return (value,) if is_identifier(value) else ()
    return tuple([piece for piece in dict.fromkeys(pieces(value)) if is_identifier(piece)])


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
    """Whether a text has the entropy of an identifier. An address is told as what it is."""
    if (
        not SHORTEST <= len(text) <= LONGEST
        or not _DIGIT(text)
        or " " in text
        or "@" in text
        or len(set(text)) < 6
    ):
        return False
    if len(text) < 10 and text.isdigit():
        return False
    if len(text) in _HEX_SIZES and _of_nothing(text):
        return False
    constant = _DATES.match(text) or _CONSTANT.match(text) or _WORDS.match(text)
    return not (constant or text.startswith(("http", "/", "{", "[")))


def _of_nothing(text: str) -> bool:
    """Whether a text is the digest of no value at all, in hexadecimal."""
    try:
        return bytes.fromhex(text) in NOTHINGS
    except ValueError:
        return False


def _spellings(token: str) -> tuple[str, ...]:
    """The ways in which partners write the same identifier; the last one stands for all."""
    return (token, token.upper(), token.lower()) if _UUID.match(token) else (token,)


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
                until = _moment(value.strip().replace("-", " "))
                expires = (until - _moment(date)).total_seconds() if date else LASTING * (until.year > 2000)
            except (ValueError, TypeError, OverflowError):
                continue
    return expires


def _moment(text: str) -> datetime:
    """The moment that a header tells; one without a time zone is held to be UTC, as browsers do."""
    told = parsedate_to_datetime(text)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
