"""Digests of one spelling, as raw bytes with the chain from the wire inwards."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TypeAlias

Chain: TypeAlias = tuple[str, ...]

BY_SIZE = {16: "md5", 20: "sha1", 28: "sha224", 32: "sha256", 48: "sha384", 64: "sha512"}
"""The digest that so many bytes are held to be, where nothing else tells."""
_DOUBLED = ("md5", "sha1", "sha256")
_FIXED_SALTS = ("QX4QkKEU",)
"""Awin's salt, found by the Leaky Forms study."""


def _available() -> dict[str, Callable[[bytes], bytes]]:
    def by_name(name: str) -> Callable[[bytes], bytes]:
        make = getattr(hashlib, name, None) or partial(
            hashlib.new, name
        )  # looking for it takes as long again
        return lambda data: make(data, usedforsecurity=False).digest()

    names = {
        "md5": "md5", "sha1": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384",
        "sha512": "sha512", "sha3_224": "sha3_224", "sha3_256": "sha3_256", "sha3_384": "sha3_384",
        "sha3_512": "sha3_512", "blake2b": "blake2b", "blake2s": "blake2s", "ripemd160": "ripemd160",
        "sha512_256": "sha512_256",
    }  # fmt: skip
    found: dict[str, Callable[[bytes], bytes]] = {}
    for name, algorithm in names.items():
        try:
            by_name(algorithm)(b"")
        except ValueError:  # OpenSSL without its legacy provider has no ripemd160
            continue
        found[name] = by_name(algorithm)
    found["blake2b_256"] = lambda data: hashlib.blake2b(data, digest_size=32).digest()
    return found


ALGORITHMS = _available()


def digests(text: str, deep: bool) -> Iterator[tuple[bytes, Chain]]:
    """Every digest of a spelling, and every digest of its hexadecimal digest. `deep` adds other ways to hash
    twice, fixed salts, UTF-16, and reversed hex."""
    data = text.encode("utf-8", "replace")
    for name, algorithm in ALGORITHMS.items():
        yield algorithm(data), (name.replace("blake2b_256", "blake2b"),)
    for inner in _DOUBLED:
        digits = ALGORITHMS[inner](data).hex()
        for outer in _DOUBLED:
            yield ALGORITHMS[outer](digits.encode()), (outer, inner)
        if not deep:
            continue
        yield ALGORITHMS["sha256"](digits.upper().encode()), ("sha256", f"{inner}:hexupper")
        yield ALGORITHMS["sha256"](bytes.fromhex(digits)), ("sha256", f"{inner}:raw")
        yield bytes.fromhex(digits[::-1]), ("reverse", inner)
        yield ALGORITHMS[inner](text.encode("utf-16-le", "replace")), (inner, "utf16le")
    for salt in _FIXED_SALTS if deep else ():
        yield from salted(text, salt)


def salted(text: str, salt: str) -> Iterator[tuple[bytes, Chain]]:
    """md5, sha1 and sha256 of a spelling with a salt after or before it."""
    joined = [both.encode("utf-8", "replace") for both in (text + salt, salt + text)]
    for name in _DOUBLED:
        algorithm, chain = ALGORITHMS[name], (name, f"salt:{salt}")
        for data in joined:
            yield algorithm(data), chain


def digest_chain(chain: Chain, digest: Chain) -> Chain:
    """The steps to a digest: spelt in lower hex nothing is added, else `:hexupper` or `:raw`."""
    last = chain[-1] if chain else ""
    if last == "hex":
        return chain[:-1] + digest
    suffix = ":hexupper" if last == "hexupper" else ":raw"
    head = chain[:-1] if last == "hexupper" else chain
    return (*head, digest[0] + suffix, *digest[1:])


def crc32(text: str) -> int:
    """CRC-32 of a spelling; says something only under a key that names the type."""
    return zlib.crc32(text.encode("utf-8", "replace"))


NOTHINGS = frozenset(
    algorithm(word.encode())
    for algorithm in ALGORITHMS.values()
    for word in (*"undefined null none None NaN 0 false true n/a".split(), "", " ", "[object Object]")
)
"""Digests of no value at all, which broken tags send."""
