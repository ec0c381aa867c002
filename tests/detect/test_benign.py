"""Thousands of harmless requests, made at random: nobody's identity, no documented field."""

from __future__ import annotations

import base64
import json
import random
import uuid
from collections.abc import Callable
from urllib.parse import quote

import pytest

from mouchard.detect import Detector
from mouchard.model import Hit

WORDS = """page view click session id name value city country lang theme cart event type ref source campaign
    medium title path zip code phone test lat lon x y w h screen tz offset ts time rnd cb v ver build hash key
    token sid cid uid vid pid item sku price qty cur tag nom ville mail tel card""".split()


def _value(chance: random.Random) -> str:
    kinds: tuple[Callable[[], str], ...] = (
        lambda: str(chance.randrange(10 ** chance.randrange(1, 19))),
        lambda: str(uuid.UUID(int=chance.getrandbits(128))),
        lambda: chance.randbytes(chance.choice((8, 12, 16, 20, 32))).hex(),
        lambda: base64.b64encode(chance.randbytes(chance.randrange(6, 60))).decode(),
        lambda: base64.urlsafe_b64encode(chance.randbytes(chance.randrange(6, 60))).decode().rstrip("="),
        lambda: str(chance.random()),
        lambda: str(1_700_000_000_000 + chance.randrange(10**10)),
        lambda: f"{chance.randrange(1990, 2030)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
        lambda: " ".join(chance.choice(WORDS) for _ in range(chance.randrange(1, 6))),
        lambda: f"https://cdn.mesure.test/{chance.choice(WORDS)}.js?v={chance.randrange(999)}",
        lambda: f"GA1.2.{chance.randrange(10**10)}.{chance.randrange(10**10)}",
        lambda: chance.choice(("true", "null", "undefined", "fr-FR", "EUR", "1920x1080", "42")),
        lambda: f"{chance.randrange(99)}.{chance.randrange(99)}.{chance.randrange(9999)}",
        lambda: json.dumps({"a": chance.randrange(999), "b": chance.choice(WORDS)}),
        lambda: f"fb.1.{1_700_000_000_000 + chance.randrange(10**10)}.{chance.randrange(10**10)}",
        lambda: "".join(chance.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789") for _ in range(24)),
    )  # fmt: skip
    return chance.choice(kinds)()


@pytest.mark.parametrize("seed", range(10))
def test_random_requests_say_nothing(
    person: Detector, hits: Callable[..., tuple[Hit, ...]], seed: int
) -> None:
    chance = random.Random(seed)
    found = []
    for _ in range(500):
        pairs = [
            f"{chance.choice(WORDS)}{chance.choice(('', '_id', 'Id', '1'))}={quote(_value(chance), safe='')}"
            for _ in range(10)
        ]
        found += hits(person, f"https://t.mesure.test/c?{'&'.join(pairs)}")
    assert [hit for hit in found if hit.proof in ("identity", "field", "sync")] == []
    assert len(found) <= 3, "shapes of nobody in 5,000 values"
