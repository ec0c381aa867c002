"""`check` ends with 0, 1 or 2: kept, broken, or not measured, which is never a pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mouchard.failure import Failure
from mouchard.store.write import Entry, Writer
from tests.cli.test_evidence import run
from tests.store.build import CAPTURE, KEYS, RULESET, capture, entry, gap, mark, request, response, sealed

SITE, TRACKER = "shop.example", "www.facebook.com"
AGAIN = "fedcba98765432100123456789abcdef"


def of(capture: str, entries: Iterable[Entry]) -> list[Entry]:
    """The same in another capture."""
    return [
        Entry(
            replace(one.record, capture=capture),
            tuple(
                replace(
                    told,
                    message=replace(told.message, capture=capture),
                    findings=tuple(replace(found, id=f"{capture}/{found.id}") for found in told.findings),
                )
                for told in one.judgements
            ),
        )
        for one in entries
    ]


def page(seq: int = 1) -> list[Entry]:
    """The page itself, answered."""
    shown = request(seq, f"https://{SITE}/")
    return [
        entry(shown, party="first", company=None, findings=(), matches=(), type="document"),
        Entry(response(seq + 1, seq)),
    ]


def leak(seq: int = 3) -> list[Entry]:
    """An address to Meta, answered."""
    return [entry(request(seq)), Entry(response(seq + 1, seq))]


def record(path: Path, *captures: list[Entry], fail: bool = False) -> Path:
    with Writer(path, KEYS, RULESET) as writer:
        for id, entries in zip((CAPTURE, AGAIN), captures, strict=False):
            writer.begin(capture(id))
            writer.commit(entries if id == CAPTURE else of(id, entries))
        if fail:
            writer.commit([Entry(request(99), failure=Failure("detect", "it broke"))])
    return path


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Records, checks, and gives the exit code with what was said."""

    def ended(
        *captures: list[Entry], policy: str = "max.L3 = 0", more: tuple[object, ...] = (), fail: bool = False
    ):
        file = tmp_path / "policy.toml"
        file.write_text(policy)
        db = record(tmp_path / "a.db", *captures, fail=fail)
        done = run("check", "--db", db, "--policy", file, "--site", SITE, *more)
        return done.exit_code, done.output

    return ended


BLOCKED = Entry(replace(sealed(5), host=TRACKER))


@pytest.mark.parametrize(
    ("entries", "policy", "code", "words"),
    [
        (page(), "max.L3 = 0", 0, "the page and all it asked for"),
        (page() + leak(), "max.L3 = 0", 1, "1 at L3 or above, 0 allowed"),
        (page() + leak(), "max.L3 = 1", 0, "1 at L3 or above, 1 allowed"),
        (leak(), "max.L3 = 1", 2, "the page itself was not seen"),
        ([*page(), Entry(gap(5))], "max.L3 = 0", 2, "3 messages passed unrecorded"),
        ([*page(), *leak(), BLOCKED], "max.L3 = 1", 2, "connections stayed sealed: www.facebook.com"),
        ([*page(), Entry(sealed(5, "else.example"))], "max.L3 = 0", 0, "passed"),
        (page(), "max.L3.refused = 0", 2, "phase refused was not measured"),
        (page(), "refused_equals_before = true", 2, "was not measured"),
        (page(), 'new_company = "fail"', 2, "there is no baseline"),
        ([*page(), Entry(mark(5, "refused")), *page(6)], "refused_equals_before = true", 0, "passed"),
    ],
)
def test_how_it_ends(check, entries: list[Entry], policy: str, code: int, words: str) -> None:
    ended, said = check(entries, policy=policy)
    assert (ended, words in said) == (code, True), said


def test_a_message_that_could_not_be_judged_is_not_measured(check) -> None:
    ended, said = check(page(), fail=True)
    assert ended == 2 and "1 message could not be judged" in said


@pytest.mark.parametrize(
    ("captures", "repeat", "code", "words"),
    [
        ([page() + leak(), page()], 1, 1, "1 at L3"),
        ([page() + leak(), page()], 2, 0, "0 at L3"),
        ([page() + leak(), page() + leak()], 2, 1, "1 at L3"),
        ([page()], 2, 2, "2 captures are asked for, there are 1"),
        ([page(), leak()], 2, 2, "the page itself was not seen in 1 of 2 captures"),
    ],
)
def test_repeated_visits(check, captures: list[list[Entry]], repeat: int, code: int, words: str) -> None:
    ended, said = check(*captures, more=("--repeat", repeat))
    assert (ended, words in said) == (code, True), said


def test_junit_and_sarif_say_the_same(check, tmp_path: Path) -> None:
    junit, sarif = tmp_path / "j.xml", tmp_path / "s.sarif"
    policy = "max.L3 = 0\nmax.L1.refused = 0\nmax.L4 = 0"
    ended, _said = check(page() + leak(), policy=policy, more=("--junit", junit, "--sarif", sarif))
    assert ended == 2
    suite = ElementTree.parse(junit).getroot()
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("4", "1", "1")
    (failure,) = suite.findall(".//failure")
    assert "Meta: email" in (failure.text or "")
    (one,) = json.loads(sarif.read_text())["runs"]
    assert [(result["ruleId"], result["level"]) for result in one["results"]] == [
        ("max.L3 = 0", "error"),
        ("max.L1.refused = 0", "warning"),
    ]
    assert "not measured" in one["results"][1]["message"]["text"]
    assert {result["ruleId"] for result in one["results"]} <= {
        rule["id"] for rule in one["tool"]["driver"]["rules"]
    }
