"""How much a leak matters: the level table, each level with the ground that earned it. Never a score."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from mouchard.masking.url import mask_name
from mouchard.model import LEVELS, Finding, Hit, Level, Message, Verdict

Form = Literal["clear", "encoded", "hashed", "masked"]
Token = Callable[[str, str], str]
"""(data type, plain value) → keyed token."""

BY_TYPE: Final[dict[str, Level]] = {
    "ip": "L0",
    **dict.fromkeys(("page_url", "country", "gender", "topic"), "L1"),
    **dict.fromkeys(("device_id", "user_id", "id_sync"), "L1"),
    **dict.fromkeys(("product", "purchase", "search", "message", "fingerprint", "session_recording"), "L2"),
    **dict.fromkeys(("city", "zip", "ssid"), "L2"),
    **dict.fromkeys(("email", "phone", "name", "first_name", "last_name", "street", "dob"), "L3"),
    **dict.fromkeys(("loyalty_card", "mac", "bssid", "ad_id", "username", "contact_file"), "L3"),
    **dict.fromkeys(("password", "payment_card", "iban", "nir"), "L4"),
}
"""Level of each data type where nothing else is known; `gps` goes by its precision."""

SENSITIVE_TOPICS: Final = frozenset({"health", "politics", "religion", "sexuality", "union", "origin"})
HASHES: Final = frozenset(
    """md5 sha1 sha224 sha256 sha384 sha512 sha3_224 sha3_256 sha3_384 sha3_512 ripemd160
    blake2b blake2s crc32""".split()
)
CLEAR_STEPS: Final = frozenset("percent form multipart query json ndjson xml split socketio".split())
"""Steps that only carry a value; anyone reads it without decoding."""


@dataclass(frozen=True, slots=True)
class Graded:
    """The findings of one message and its own level."""

    findings: tuple[Finding, ...]
    level: Level


CONTACT: Final = Graded((), "L0")
"""A message in which nothing was found."""


@lru_cache(1024)
def form(chain: tuple[str, ...], normalisation: str = "") -> Form:
    """How a value travelled: in clear, encoded, hashed, or as a masked shape."""
    steps = {step.partition(":")[0] for step in chain}
    if "masked" in steps or normalisation == "masked":
        return "masked"
    if steps & HASHES:
        return "hashed"
    return "clear" if steps <= CLEAR_STEPS else "encoded"


def grade(hits: Sequence[Hit], verdict: Verdict, message: Message, token: Token) -> Graded:
    """Levels for the hits of one message, with the ground of each, and the level of the whole."""
    if not hits:
        return CONTACT
    plain_http = message.url.startswith(("http://", "ws://"))
    levels = [_base(hit) for hit in hits]
    if verdict.party == "same-company":
        levels = [min(level, "L1") for level in levels]
    topic = next((hit.word for hit in hits if hit.word.partition(":")[0] in SENSITIVE_TOPICS), "")
    telling = any(level in ("L2", "L3") for level in levels)
    taken: dict[str, int] = {}
    findings = []
    for hit, level in zip(hits, levels, strict=True):
        level, ground = _raise(hit, level, topic if telling else "", plain_http)
        findings.append(_finding(hit, level, ground, message, token, taken))
    return Graded(tuple(findings), max((found.level for found in findings), default="L0"))


def _base(hit: Hit) -> Level:
    if form(hit.chain, hit.normalisation) == "masked":
        return "L1"  # the shape of a value, not the value
    if hit.type == "gps":
        return "L3" if _within_100_m(hit.value) else "L2"
    if hit.type in ("device_id", "user_id", "id_sync") and hit.proof == "sync":
        return "L2"  # the same identifier at two companies
    return BY_TYPE[hit.type]


def _raise(hit: Hit, level: Level, topic: str, plain_http: bool) -> tuple[Level, str]:
    if level == "L4":
        return level, f"secret: {hit.type}"
    if topic and (level in ("L2", "L3") or hit.type == "topic"):
        subject, _, word = topic.partition(":")
        return "L4", f"topic: on a page about {subject} (“{word}”)"
    if plain_http and level == "L3":
        return "L4", f"unencrypted: {hit.type} over plain http"
    return level, f"{WORDS[level]}: {hit.type}"


WORDS: Final[dict[Level, str]] = dict(
    zip(LEVELS, ("contact", "trace", "profile", "identity", "sensitive"), strict=True)
)


def _within_100_m(value: str) -> bool:
    """Three decimals of a degree are at most 111 m apart, so the person is within 100 m of the point."""
    decimals = [
        len(part.strip().partition(".")[2].rstrip("0")) for part in value.replace(";", ",").split(",")
    ]
    return bool(decimals) and max(decimals) >= 3


def _finding(
    hit: Hit, level: Level, ground: str, message: Message, token: Token, taken: dict[str, int]
) -> Finding:
    field = mask_name(hit.field)
    digest = _place(hit.location, field, hit.type, hit.chain)
    taken[digest] = taken.get(digest, 0) + 1
    again = f"-{taken[digest]}" if taken[digest] > 1 else ""
    return Finding(
        id=f"{message.id}/{digest}{again}",
        type=hit.type,
        proof=hit.proof,
        basis=hit.basis,
        person=hit.person,
        location=hit.location,
        field=field,
        chain=hit.chain,
        normalisation=hit.normalisation,
        value=hit.masked,
        value_token=token(hit.type, hit.value),
        level=level,
        level_ground=ground,
        note=hit.note,
    )


@lru_cache(4096)
def _place(location: str, field: str, kind: str, chain: tuple[str, ...]) -> str:
    """A short digest of where a finding stands: of names only, nothing personal."""
    place = "\x1f".join((location, field, kind, *chain))
    return hashlib.blake2b(place.encode(), digest_size=5).hexdigest()
