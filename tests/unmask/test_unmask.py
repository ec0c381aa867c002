"""A hash of one's own value undone by trying every value; nothing else can be aimed at."""

from __future__ import annotations

import base64
import hashlib
from datetime import date

import pytest

from mouchard import identity
from mouchard.errors import BadInput
from mouchard.extract import extract
from mouchard.model import Extraction, Finding, Message
from mouchard.unmask import Space, Target, search, space, target

CAMILLE = identity.parse(
    {"phone": ["06 39 98 41 27"], "zip": ["42000"], "dob": ["1987-05-14"], "email": ["c@example.org"]}
)
NAME = next(iter(CAMILLE)).name
TODAY = date(2026, 11, 21)


def told(value: str) -> Extraction:
    return extract(Message("c", 1, "http", 0.0, "GET", f"https://t.example/?x={value}", (), b"", False, 1))


def finding(kind: str, chain: tuple[str, ...], proof: str = "identity") -> Finding:
    return Finding("c/1/x", kind, proof, "declared", NAME, "query", "x", chain, "", "•", "t", "L3", "g")  # type: ignore[arg-type]


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("wire", "chain", "spelling"),
    [
        (sha("33639984127"), ("sha256",), "33639984127"),
        (sha("+33639984127").upper(), ("sha256:hexupper",), "+33639984127"),
        (hashlib.md5(b"0639984127").hexdigest(), ("md5",), "0639984127"),
        (
            hashlib.sha256(hashlib.md5(b"0639984127").hexdigest().encode()).hexdigest(),
            ("sha256", "md5"),
            "0639984127",
        ),
        (
            base64.urlsafe_b64encode(hashlib.sha256(b"33639984127").digest()).decode(),
            ("sha256:raw",),
            "33639984127",
        ),
    ],
)
def test_the_spelling_behind_the_wire_is_known(wire: str, chain: tuple[str, ...], spelling: str) -> None:
    assert target(finding("phone", chain), told(wire), CAMILLE).spelling == spelling


@pytest.mark.parametrize(
    "one", [finding("phone", ()), finding("phone", ("sha256",), "field"), finding("phone", ("percent",))]
)
def test_only_a_hash_of_ones_own_value_can_be_aimed_at(one: Finding) -> None:
    with pytest.raises(BadInput, match="not a hash of a value of yours"):
        target(one, told(sha("33639984127")), CAMILLE)


def test_a_digest_of_somebody_else_is_refused() -> None:
    with pytest.raises(BadInput, match="not in its message"):
        target(finding("phone", ("sha256",)), told(sha("33639980000")), CAMILLE)


@pytest.mark.parametrize(
    "spelling", ["0639984127", "+33639984127", "06 39 98 41 27", "+33 (0)6.39.98.41.27", "33-6-39-98-41-27"]
)
def test_every_number_is_written_as_the_one_that_travelled(spelling: str) -> None:
    numbers = space(Target("phone", b"", ("md5",), spelling), TODAY)
    assert numbers.size == 200_000_000
    assert numbers.candidate(39984127) == spelling
    assert numbers.candidate(100_000_000) != numbers.candidate(0)


def around(numbers: Space, number: int, width: int) -> Space:
    return Space(numbers.name, number - width // 2, width, numbers.template, numbers.groups)


@pytest.mark.parametrize("spelling", ["33639984127", "06 39 98 41 27"])
def test_a_number_is_found_on_one_core_and_on_several(spelling: str) -> None:
    goal = Target("phone", hashlib.sha256(spelling.encode()).digest(), ("sha256",), spelling)
    numbers = space(goal, TODAY)
    assert search(goal, around(numbers, 639984127, 1000), lambda n: None, 60).candidate == spelling
    steps: list[int] = []
    wide = around(numbers, 639984127 - 4_000, 16_000)
    found = search(goal, wide, steps.append, 60, cores=2, chunk=2_000)
    assert found.candidate == spelling
    assert steps and steps[-1] <= wide.size


def test_nothing_is_made_up() -> None:
    goal = Target("zip", hashlib.sha256(b"elsewhere").digest(), ("sha256",), "42000")
    assert search(goal, space(goal, TODAY), lambda n: None, 60).candidate == ""


@pytest.mark.parametrize(("kind", "spelling"), [("zip", "42000"), ("dob", "19870514"), ("dob", "14/05/1987")])
def test_small_spaces_are_searched_whole(kind: str, spelling: str) -> None:
    goal = Target(kind, hashlib.sha1(spelling.encode()).digest(), ("sha1",), spelling)
    assert search(goal, space(goal, TODAY), lambda n: None, 60).candidate == spelling


@pytest.mark.parametrize(
    ("kind", "spelling"), [("email", "c@example.org"), ("phone", "0146000000"), ("zip", "SW1A 1AA")]
)
def test_what_cannot_be_listed_is_said(kind: str, spelling: str) -> None:
    with pytest.raises(BadInput):
        space(Target(kind, b"", ("md5",), spelling), TODAY)
