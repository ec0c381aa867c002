"""A bundle judged again: the same findings from the same bytes, and what a redacted one still tells."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mouchard.errors import BadInput
from mouchard.evidence.archive import Archive
from mouchard.evidence.replay import Replayed, replay
from mouchard.evidence.verify import verify
from mouchard.identity import Identity
from mouchard.judge import Judge
from mouchard.store.ruleset import Ruleset
from tests.evidence.conftest import PASSPHRASE, Visit
from tests.evidence.test_verify import Files, rewrite


def again(path: Path, rules: Judge, passphrase: str = "") -> Replayed:
    with Archive(path) as archive:
        return replay(archive, verify(archive), rules, passphrase)


def anyone(rules: Judge, ruleset: str = "") -> Judge:
    """The same rules in other hands: nobody's identity is known."""
    return Judge(rules.classifier, Identity(), rules.keys, Ruleset(ruleset or rules.ruleset.id))


def test_all_is_found_again_from_the_raw_bytes(make, seen: Visit) -> None:
    found = again(make(passphrase=PASSPHRASE), seen.rules, PASSPHRASE)
    assert found.differ == []
    assert found.equal
    assert found.same > 10


def test_a_redacted_bundle_tells_companies_rules_and_fields(make, seen: Visit) -> None:
    found = again(make(), anyone(seen.rules))
    assert found.differ == []
    assert found.same > 10
    assert not found.equal
    assert found.unchecked["the exact bytes are not in the bundle"] >= 4


def test_a_stranger_is_told_what_cannot_be_found_again(make, seen: Visit) -> None:
    found = again(make(passphrase=PASSPHRASE), anyone(seen.rules), PASSPHRASE)
    assert found.differ == []
    assert found.unchecked["whose data it was is not known here (--identity)"] >= 4


def test_other_rules_are_no_difference(make, seen: Visit) -> None:
    found = again(make(passphrase=PASSPHRASE), anyone(seen.rules, "other"), PASSPHRASE)
    assert found.differ == []


def test_phases_are_judged_again_from_the_marks(phased: Visit, tmp_path: Path) -> None:
    path = tmp_path / "phased.zip"
    phased.bundle(path, passphrase=PASSPHRASE)
    assert again(path, phased.rules, PASSPHRASE).differ == []
    phased.bundle(path, share=True)
    found = again(path, phased.rules)
    assert found.differ == []
    assert any("phases" in why for why in found.unchecked)


def phase(held: Files) -> None:
    page = json.loads(held["redacted.har"])
    page["log"]["entries"][-1]["pageref"] = "before"
    held["redacted.har"] = json.dumps(page).encode()


def test_a_forged_phase_is_found(phased: Visit, tmp_path: Path) -> None:
    path = tmp_path / "phased.zip"
    phased.bundle(path)
    assert "phase before, but the marks say refused" in "".join(
        again(rewrite(path, phase), phased.rules).differ
    )


def invent(held: Files) -> None:
    page = json.loads(held["report/report.json"])
    page["findings"].append(page["findings"][-1] | {"id": "invented", "proof": "field", "basis": ""})
    held["report/report.json"] = json.dumps(page).encode()


def test_an_invented_finding_is_not_found_again(make, seen: Visit) -> None:
    found = again(rewrite(make(passphrase=PASSPHRASE), invent), seen.rules, PASSPHRASE)
    assert "invented is not found again" in found.differ


def test_a_wrong_passphrase_and_changed_bytes_are_refused(make, seen: Visit) -> None:
    path = make(passphrase=PASSPHRASE)
    with pytest.raises(BadInput, match="cannot be opened"):
        again(path, seen.rules, "wrong horse")

    def flip(held: Files) -> None:
        held["private.enc"] = held["private.enc"][:-1] + bytes([held["private.enc"][-1] ^ 1])

    with pytest.raises(BadInput, match="cannot be opened"):
        again(rewrite(path, flip), seen.rules, PASSPHRASE)
