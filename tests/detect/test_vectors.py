"""The test vectors that vendors publish: each digest is recognised, and its recipe named."""

from __future__ import annotations

import base64
import hashlib

import pytest

from mouchard.detect.digests import NOTHINGS
from mouchard.detect.index import Index
from mouchard.identity import Person
from mouchard.identity.recipes import variants


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


VECTORS = [
    # vendor, data type, value as typed, region, first 16 digits of the digest as published, recipe
    ("Meta", "email", "John_Smith@gmail.com", "US", "62a14e44f765419d", "lower"),
    ("Meta", "phone", "(650)555-1212", "US", "e323ec626319ca94", "e164_noplus"),
    ("Meta", "first_name", "Mary", "US", "6915771be1c5aa0c", "lower"),
    ("Meta", "first_name", "Valéry", "FR", "08e1996b5dd49e62", "lower"),
    ("Meta", "first_name", "정", "KR", "8fa8cd9c440be61d", "lower"),
    ("Snap", "email", "person@example.com", "US", "542d240129883c01", "lower"),
    ("Snap", "phone", "44 844 412 4653", "GB", "dc008fda46e2e640", "e164_noplus"),
    ("UID2", "email", "JANESaoirse@gmail.com", "US", "ku4mBX7Z3qJTXWyLFB1INzkyR2WZGW4ANSJUiW21iI8=", "lower"),
    ("Reddit", "email", "Al.ice$+Apple@example.com", "US", "ff8d9819fc0e12bf", "alnum_notag"),
    ("TikTok", "email", "janedoe@gmail.com", "US", "d6117306485ed0e5", "lower"),
    ("Google", "email", "jane.doe+shopping@gmail.com", "US", sha256("janedoe@gmail.com"), "gmail_canonical"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("vendor", "kind", "typed", "region", "published", "recipe"),
    VECTORS,
    ids=[f"{v[0]} {v[2]}" for v in VECTORS],
)
def test_published_digests(
    vendor: str, kind: str, typed: str, region: str, published: str, recipe: str
) -> None:
    spellings = variants(kind, typed, region)
    by_digest = {sha256(text): spelling.recipes for text, spelling in spellings.items()}
    if published.endswith("="):
        published = base64.b64decode(published).hex()
    found = [recipes for digest, recipes in by_digest.items() if digest.startswith(published[:16])]
    assert found and recipe in found[0]
    index = Index()
    index.add(kind, typed, Person("p", (("country", (region,)),)))
    digest = next(bytes.fromhex(d) for d in by_digest if d.startswith(published[:16]))
    assert index.digests[digest].type == kind


def test_the_digest_of_nothing_is_known() -> None:
    """Google's empty value: base64url of the SHA-256 of an empty text."""
    assert base64.urlsafe_b64decode("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=") in NOTHINGS
