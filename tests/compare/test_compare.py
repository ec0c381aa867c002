"""Two measurements side by side: changes, and what is not compared."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from mouchard.compare.change import compare
from mouchard.compare.measured import Leak, Measured, baseline, of_database, read
from mouchard.errors import BadInput
from mouchard.model import Level
from mouchard.report import files
from mouchard.store.read import Reader
from tests.evidence import visit
from tests.evidence.conftest import Visit


def measured(*leaks: tuple[str, str, str, Level], rules: str = "r1", phases: str = "") -> Measured:
    found = Measured("x", rulesets=frozenset({rules} if rules else ()))
    found.phases["s.example"] |= set(phases.split()) or {"none"}
    for recipient, kind, phase, level in leaks:
        found.add(Leak("s.example", recipient, kind, phase), level)
    return found


def changes(before: Measured, after: Measured) -> list[tuple[str, str, str]]:
    return [(c.kind, c.leak.recipient, c.leak.type) for c in compare(before, after).changes]


def test_each_kind_of_change_worst_first() -> None:
    before = measured(
        ("A", "email", "none", "L1"),
        ("B", "search", "none", "L2"),
        ("C", "", "none", "L0"),
        ("D", "email", "none", "L4"),
    )
    after = measured(
        ("A", "email", "none", "L3"),
        ("E", "", "none", "L0"),
        ("C", "", "none", "L0"),
        ("D", "email", "none", "L3"),
    )
    assert changes(before, after) == [
        ("level down", "D", "email"), ("level up", "A", "email"), ("gone", "B", "search"), ("new", "E", ""),
    ]  # fmt: skip


def test_a_phase_that_one_side_did_not_measure_is_no_change() -> None:
    before = measured(("A", "email", "before", "L3"), phases="before")
    after = measured(("A", "email", "before", "L3"), ("B", "email", "refused", "L3"))
    found = compare(before, after)
    assert found.changes == ()
    assert ("s.example", "refused") in found.unmeasured


@pytest.mark.parametrize(("one", "other", "same"), [("a", "a", True), ("a", "b", False), ("a", "", None)])
def test_rules_that_differ_are_said(one: str, other: str, same: bool | None) -> None:
    assert compare(measured(rules=one), measured(rules=other)).same_rules is same


def test_database_bundle_report_and_baseline_say_the_same(
    seen: Visit, make: Callable[..., Path], tmp_path: Path
) -> None:
    of_db = of_database(seen.db, [visit.SITE])
    assert any(leak.type == "email" for leak in of_db.levels)
    kept = tmp_path / "baseline.json"
    kept.write_text(baseline(of_db))
    with Reader(seen.db) as reader:
        (report,) = files.write(reader, visit.SITE, tmp_path, ["json"])
    for path in (make(), kept, report, seen.db):
        found = compare(of_db, read(path, [visit.SITE]))
        assert (found.changes, found.unmeasured) == ((), ()), path
        assert found.same_rules is True


def test_a_baseline_holds_nothing_personal_and_is_stable(seen: Visit) -> None:
    text = baseline(of_database(seen.db, [visit.SITE]))
    assert [word for word in visit.forbidden(share=True) if word.lower() in text.lower()] == []
    assert text == baseline(of_database(seen.db, [visit.SITE]))
    assert json.loads(text)["format"]


HOSTILE = json.dumps(
    {
        "format": "mouchard baseline 1",
        "rulesets": [],
        "phases": {"a": ["none"]},
        "leaks": [{"site": "a", "recipient": "b", "type": "\x1b", "phase": "none", "level": "L1"}],
    }
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": "mouchard baseline 1"}',
        "[" * 100_000,
        '{"site": 1, "marks": [], "recipients": {}}',
        HOSTILE,
    ],
)
def test_what_is_no_measurement_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(BadInput):
        read(path)
