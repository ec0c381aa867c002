"""Policies: a table of measurements and verdicts."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mouchard.compare import outputs
from mouchard.compare.measured import Leak, Measured
from mouchard.compare.policy import Outcome, check, load
from mouchard.errors import BadInput
from mouchard.model import Level

TODAY = date(2026, 11, 21)
META_L3 = ("Meta", "email", "none", "L3")


def measured(
    *leaks: tuple[str, str, str, Level], phases: str = "none", missing: str = "", runs: int = 1
) -> Measured:
    found = Measured("x")
    found.phases["s.example"] |= set(phases.split())
    found.runs["s.example"] |= {str(run) for run in range(runs)}
    if missing:
        found.missing["s.example"].append(missing)
    for recipient, kind, phase, level in leaks:
        found.add(Leak("s.example", recipient, kind, phase), level, "0")
    return found


def outcomes(
    tmp_path: Path, policy: str, now: Measured, old: Measured | None = None, repeat: int = 1
) -> list[Outcome]:
    path = tmp_path / "policy.toml"
    path.write_text(policy)
    return list(check(load(path), now, old, TODAY, repeat))


def states(*args: object, **more: object) -> set[str]:
    return {outcome.state for outcome in outcomes(*args, **more)}  # type: ignore[arg-type]


BEFORE, REFUSED = ("A", "page_url", "before", "L1"), ("A", "page_url", "refused", "L1")
ACCEPT = '[[accept]]\ncompany = "Meta"\ntype = "email"\nreason = "contract"\nuntil = {}\n'


@pytest.mark.parametrize(
    ("policy", "leaks", "phases", "state"),
    [
        ("max.L3 = 0", (), "none", "passed"),
        ("max.L3 = 0", (META_L3,), "none", "failed"),
        ("max.L3 = 1", (META_L3,), "none", "passed"),
        ("max.L3 = 0", (("A", "email", "none", "L4"),), "none", "failed"),
        ("max.L4 = 0", (META_L3,), "none", "passed"),
        ("max.L0 = 0", (("A", "", "none", "L0"),), "none", "failed"),
        ("max.L1.before = 0", (BEFORE,), "before", "failed"),
        ("max.L1.before = 0", (REFUSED,), "before refused", "passed"),
        ("max.L1.before = 0", (META_L3,), "none", "not measured"),
        ("refused_equals_before = true", (BEFORE, REFUSED), "before refused", "passed"),
        ("refused_equals_before = true", (REFUSED,), "before refused", "failed"),
        ("refused_equals_before = true", (BEFORE,), "before", "not measured"),
        (
            "refused_equals_before = true",
            (BEFORE, ("A", "page_url", "refused", "L2")),
            "before refused",
            "failed",
        ),
        ("max.L3 = 0\n" + ACCEPT.format("2026-11-21"), (META_L3,), "none", "passed"),
        ("max.L3 = 0\n" + ACCEPT.format("2026-11-20"), (META_L3,), "none", "failed"),
        ("max.L3 = 0\n" + ACCEPT.format("2027-01-01"), (("Meta", "phone", "none", "L3"),), "none", "failed"),
    ],
)
def test_verdicts(tmp_path: Path, policy: str, leaks: tuple, phases: str, state: str) -> None:
    assert states(tmp_path, policy, measured(*leaks, phases=phases)) == {state, "passed"}


def test_an_incomplete_capture_is_not_measured(tmp_path: Path) -> None:
    assert "not measured" in states(tmp_path, "max.L3 = 0", measured(missing="the page itself was not seen"))


def test_a_new_company_needs_a_baseline(tmp_path: Path) -> None:
    rule, now = 'new_company = "fail"', measured(META_L3)
    assert states(tmp_path, rule, now, None) == {"not measured", "passed"}
    assert states(tmp_path, rule, now, measured(("Criteo", "", "none", "L0"))) == {"failed", "passed"}
    assert states(tmp_path, rule, now, measured(("Meta", "", "none", "L0"))) == {"passed"}


def test_other_rules_make_no_new_company(tmp_path: Path) -> None:
    """A list that names more companies is no change of the site; one that all rules know is none either."""
    rule, now, old = 'new_company = "fail"', measured(META_L3), measured(("Criteo", "", "none", "L0"))
    now.rulesets, old.rulesets = frozenset({"new"}), frozenset({"old"})
    (told,) = (one for one in outcomes(tmp_path, rule, now, old) if one.rule == rule)
    assert told.state == "not measured" and "judged by other rules" in told.message
    assert states(tmp_path, rule, now, measured(("Meta", "", "none", "L0"))) == {"passed"}
    old.rulesets = now.rulesets
    assert states(tmp_path, rule, now, old) == {"failed", "passed"}


def test_repeated_visits_count_only_what_each_saw(tmp_path: Path) -> None:
    now = measured(META_L3, runs=2)
    assert states(tmp_path, "max.L3 = 0", now, repeat=2) == {"passed"}
    now.add(Leak("s.example", "Meta", "email", "none"), "L3", "1")
    assert states(tmp_path, "max.L3 = 0", now, repeat=2) == {"failed", "passed"}
    assert "not measured" in states(tmp_path, "max.L3 = 0", now, repeat=3)


@pytest.mark.parametrize(
    "text",
    [
        "max.L9 = 0",
        "max.L3 = true",
        'max.L3 = "0"',
        "max.L3.lunch = 0",
        "max = 3",
        "mxa.L3 = 0",
        "= 3",
        'new_company = "maybe"',
        "refused_equals_before = 1",
        '[[accept]]\ncompany = "A"\nuntil = 2027-01-01',
        '[[accept]]\ncompany = "A"\nreason = "x"',
        '[[accept]]\nreason = "x"\nuntil = 2027-01-01',
        '[[accept]]\ntype = "x"\nreason = "x"\nuntil = 2027-01-01',
        '[[accept]]\ncompany = "A"\nreason = "x"\nuntil = "soon"',
        '[[accept]]\ncompany = 3\nreason = "x"\nuntil = 2027-01-01',
        "accept = 3",
    ],
)
def test_a_wrong_policy_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    with pytest.raises(BadInput):
        load(path)


def test_junit_and_sarif_hold_hostile_names_safely(tmp_path: Path) -> None:
    nasty = ("<a>&\x1b[31m\u202e]]>", "email", "none", "L3")
    told = outcomes(tmp_path, "max.L3 = 0\nmax.L1.before = 0", measured(nasty))
    suite = ElementTree.fromstring(outputs.junit(told))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "1")
    assert "\x1b" not in outputs.junit(told) and "\u202e" not in outputs.junit(told)
    run = json.loads(outputs.sarif(told, "policy.toml"))["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} >= {
        result["ruleId"] for result in run["results"]
    }
