"""The shared cases, through `mouchard inspect` as anyone would run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mouchard.cli.inspect import inspect


@pytest.fixture
def corpus(shared: Path) -> Path:
    return shared / "corpus" / "detect_cases.jsonl"


@pytest.fixture
def cases(corpus: Path) -> dict[str, dict[str, Any]]:
    lines = corpus.read_text(encoding="utf-8").splitlines()
    return {case["id"]: case for case in map(json.loads, lines)}


def test_the_shared_cases(corpus: Path, cases: dict[str, dict[str, Any]]) -> None:
    run = CliRunner().invoke(inspect, [str(corpus)], catch_exceptions=False)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == list(cases)
    expected = missed = 0
    flagged = []
    for answer in answers:
        case = cases[answer["id"]]
        found = answer["findings"] + answer["posterior_findings"]
        for wanted in case["expect"]:
            expected += 1
            place = wanted["location"].partition(".")[0]
            missed += not any(
                (one["type"], one["proof"], one["location"]) == (wanted["type"], wanted["proof"], place)
                for one in found
            )
        if not case["expect"] and found:
            flagged.append((case["id"], [(one["type"], one["field"]) for one in found]))
    assert flagged == []
    assert (expected - missed) / expected >= 0.98


def test_no_plain_value_is_printed(corpus: Path, cases: dict[str, dict[str, Any]]) -> None:
    run = CliRunner().invoke(inspect, [str(corpus)], catch_exceptions=False)
    plain = {
        value
        for case in cases.values()
        for kind, values in case["identity"].items()
        for value in values
        if kind not in ("country", "local_ip", "first_name", "zip", "city")
    }
    assert plain and not [value for value in plain if value in run.stdout]
