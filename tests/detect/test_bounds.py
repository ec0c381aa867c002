"""What somebody writes to slow the detector down: four times as much takes about four times the work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from mouchard import identity
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.model import Attributed, Message, Verdict

MAIL = "camille.roche@poste-roche.example"
PERSON = {
    "email": [MAIL], "first_name": ["Camille"], "last_name": ["Roche"], "dob": ["1987-05-14"],
    "gps": ["45.439695,4.387178"],
}  # fmt: skip
THIRD = Verdict("other", "third", None, (), False)
WHERE = Attributed(1, "marchand.example", "high", "", "bounds")

CASES: dict[str, Callable[[int], Any]] = {
    "names in a list": lambda n: [{f"prenom{i}": "Camille"} for i in range(n)],
    "names beside stronger values": lambda n: {
        f"a{i}": {"first_name": "Camille", "email": MAIL} for i in range(n)
    },
    "addresses": lambda n: {f"em{i}": MAIL for i in range(n)},
    "lists beside addresses": lambda n: {f"l{i}": f"{MAIL};Camille;x{i}" for i in range(n)},
    "local parts": lambda n: {f"u{i}": "camille.roche" for i in range(n)},
    "addresses in one text": lambda n: {"t": f"{MAIL} " * n},
    "latitudes": lambda n: {f"lat{i}": "45.439695" for i in range(n)},
    "years of birth": lambda n: {"birth": {f"year_{i}": "1987" for i in range(n)}},
    "lists of three people": lambda n: {
        f"l{i}": [{"prenom": name} for name in ("Camille", "Anne", "Paul", "Anne")] for i in range(n)
    },
    "shops with addresses": lambda n: {
        f"s{i}": {"@type": "Store", "email": f"a{i}@poste-exemple.fr"} for i in range(n)
    },
}


def steps(detector: Detector, content: object) -> int:
    """Lines and calls that the interpreter needs to look at a message."""
    body = json.dumps(content).encode()
    url = "https://t.traceur.example/c"
    told = Message("bounds", 1, "http", 0.0, "POST", url, (), body, False, 1)
    extraction = extract(told)
    assert not extraction.partial
    counted = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal counted
        counted += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        detector.detect(told, extraction, THIRD, WHERE)
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.parametrize("name", CASES)
def test_the_work_grows_with_the_message_and_no_faster(name: str) -> None:
    detector = Detector(identity.parse(PERSON, strict=False))
    make = CASES[name]
    steps(detector, make(800))  # what is remembered of names is made once
    few, many = (steps(detector, make(count)) for count in (200, 800))
    assert many < 6 * few
