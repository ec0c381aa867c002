"""Chains that nobody would write by hand: any spelling upon any other, of any digest, in any place."""

# ruff: noqa: E501  (tables)

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Verdict
from tests.detect.people import PEOPLE
from tests.detect.test_chains import STEPS
from tests.detect.ways import PLACES, SPELLINGS, b64, b64url, base58

DIGESTS: dict[str, Callable[[bytes], str]] = {
    name: lambda data, name=name: hashlib.new(name, data).hexdigest()
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_256", "blake2b")
} | {
    "raw sha256": lambda data: b64(hashlib.sha256(data).digest()),
    "raw md5, url alphabet": lambda data: b64url(hashlib.md5(data).digest()),
    "sha256 in Base58": lambda data: base58(hashlib.sha256(data).digest()),
    "sha256 with colons": lambda data: hashlib.sha256(data).digest().hex(":"),
    "sha256 behind its name": lambda data: "sha256:" + hashlib.sha256(data).hexdigest(),
    "sha1 in capitals": lambda data: hashlib.sha1(data).hexdigest().upper(),
}
_FINAL = frozenset(
    ("rot13", "base45", "base85", "ascii85", "script", "PHP", "a list of bytes", "numbers of characters", "bits",
     "base64 of the reverse", "base58 of zlib", "quoted-printable", "quoted-printable, all of it",
     "gzip in latin-1", "numeric entities without end", "octal")
)  # fmt: skip
"""Spellings that hide only what is an address itself: what they make of other spellings is known as nothing."""
CHAINABLE = {**STEPS, **{name: spell for name, spell in SPELLINGS.items() if name not in _FINAL}}
DETECTORS = {country: Detector(identity.parse(person)) for country, person in PEOPLE.items()}


@pytest.mark.parametrize("seed", range(4))
def test_ninety_eight_chains_of_a_hundred(seed: int) -> None:
    chance = random.Random(seed)
    missed = []
    for _ in range(400):
        country, kind = chance.choice(sorted(PEOPLE)), chance.choice(("email", "phone"))
        text = PEOPLE[country][kind][0]
        digest = chance.choice((*[""] * len(DIGESTS), *DIGESTS))
        steps = [chance.choice(sorted(CHAINABLE)) for _ in range(chance.randrange(5))]
        place = chance.choice(sorted(PLACES))
        spelt = DIGESTS[digest](text.lower().encode()) if digest else text
        for step in steps:
            spelt = CHAINABLE[step](spelt)
        message = PLACES[place]("d", spelt)
        hits = DETECTORS[country].detect(
            message, extract(message), Verdict("other", "third", None, (), False),
            Attributed(1, "boutique.test", "high", "", "c"),
        )  # fmt: skip
        if not any(hit.type == kind and hit.proof == "identity" for hit in hits):
            missed.append((country, kind, digest, steps, place))
    assert len(missed) <= 8, missed
