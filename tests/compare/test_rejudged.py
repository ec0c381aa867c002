"""Databases under different rules are judged alike, as far as their bytes are kept; the rest is left out."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard.capture.records import Capture
from mouchard.cli import cli
from mouchard.cli.scan import store
from mouchard.compare import rejudged
from mouchard.compare.change import compare
from mouchard.compare.measured import of_database, read
from mouchard.errors import BadInput
from mouchard.identity import Identity
from mouchard.judge import Judge, judge
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Writer
from tests.evidence import visit
from tests.evidence.conftest import PASSPHRASE

OLDER = Ruleset("older", (("EasyPrivacy", "1"),))
SITES = (visit.SITE,)


def recorded(path: Path, ruleset: Ruleset | None = None, *, knows: bool = True, keep: bool = True) -> Judge:
    """The visit under these rules; `knows`: they find the person's data, as older rules may not."""
    rules = judge()
    rules = Judge(rules.classifier, visit.IDENTITY, rules.keys, ruleset or rules.ruleset)
    found_by = rules if knows else Judge(rules.classifier, Identity(), rules.keys, rules.ruleset)
    seconds = 9e9 if keep else 0.0
    with Writer(path, rules.keys, rules.ruleset, ring=seconds, keep=seconds) as writer:
        capture = Capture(visit.CAPTURE, "live", "", visit.START, "Mouchard")
        store(writer, capture, visit.records(), found_by.analysis())
        writer.expire(time.time())
    return rules


def run(*words: object, typed: str = "") -> Result:
    done = CliRunner().invoke(cli, [str(word) for word in words], input=typed)
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


@pytest.fixture
def me(tmp_path: Path) -> Path:
    path = tmp_path / "me.json"
    path.write_text(json.dumps({kind: list(some) for kind, some in visit.IDENTITY.persons[0].values}))
    return path


def test_what_older_rules_missed_is_no_change_of_the_site(tmp_path: Path, me: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    recorded(old, OLDER, knows=False)
    rules = recorded(new)
    assert compare(of_database(old, SITES), of_database(new, SITES)).changes, "as they are, they differ"
    again = rejudged.of_database(old, rules, SITES)
    found = compare(again, rejudged.of_database(new, rules, SITES))
    assert (found.changes, found.unknown, found.same_rules) == ((), (), True)
    assert again.rejudged == 6
    done = run("diff", old, new, "--site", visit.SITE, "--identity", me, "--format", "jsonl")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "6 messages judged again" in done.stderr and "0 changes" in done.stderr


def test_what_is_not_kept_any_more_is_left_out_and_named(tmp_path: Path, me: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    recorded(old, OLDER, knows=False, keep=False)
    rules = recorded(new)
    found = compare(rejudged.of_database(old, rules, SITES), rejudged.of_database(new, rules, SITES))
    assert found.changes == ()
    assert (visit.SITE, "Meta", "none") in found.unknown and len(found.unknown) >= 3
    done = run("diff", old, new, "--site", visit.SITE, "--identity", me)
    assert "not compared: shop.example, Meta, phase none: judged by other rules" in done.stderr


def test_a_bundle_with_exact_bytes_is_judged_alike(tmp_path: Path, me: Path) -> None:
    old, new, bundle = tmp_path / "old.db", tmp_path / "new.db", tmp_path / "old.zip"
    recorded(old, OLDER, knows=False)
    rules = recorded(new)
    words = ("evidence", visit.SITE, "-o", bundle, "--raw", "--db", old)
    assert run(*words, typed=f"{PASSPHRASE}\n").exit_code == 0
    again = rejudged.of_bundle(bundle, rules, PASSPHRASE)
    found = compare(again, rejudged.of_database(new, rules, SITES))
    assert (found.changes, found.unknown, found.same_rules) == ((), (), True)
    diff = ("diff", bundle, new, "--site", visit.SITE, "--identity", me, "--format", "jsonl")
    done = run(*diff, typed=f"{PASSPHRASE}\n")
    assert (done.exit_code, done.stdout) == (0, "") and "judged again" in done.stderr
    with pytest.raises(BadInput, match="different rules"):
        run(*diff, typed="\n")
    with pytest.raises(BadInput, match="cannot be opened"):
        run(*diff, typed="wrong horse\n")


def test_a_real_change_is_still_seen(tmp_path: Path) -> None:
    old, new = tmp_path / "old.db", tmp_path / "new.db"
    recorded(old, OLDER)
    rules = judge()
    rules = Judge(rules.classifier, visit.IDENTITY, rules.keys, rules.ruleset)
    with Writer(new, rules.keys, rules.ruleset) as writer:
        less = [one for one in visit.records() if "facebook" not in getattr(one, "url", "")]
        capture = Capture(visit.CAPTURE, "live", "", visit.START, "Mouchard")
        store(writer, capture, iter(less), rules.analysis())
    found = compare(rejudged.of_database(old, rules, SITES), rejudged.of_database(new, rules, SITES))
    assert {(one.kind, one.leak.recipient) for one in found.changes} == {("gone", "Meta")}


def test_bytes_of_another_machine_are_not_kept_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "old.db"
    recorded(old, OLDER)
    monkeypatch.setenv("MOUCHARD_HOME", str(tmp_path / "elsewhere"))
    again = rejudged.of_database(old, judge(), SITES)
    assert again.rejudged == 0 and (visit.SITE, "Meta", "none") in again.unknown


def test_files_under_other_rules_are_compared_only_if_asked_for(tmp_path: Path, me: Path) -> None:
    db, base = tmp_path / "new.db", tmp_path / "base.json"
    recorded(db)
    run("check", "--db", db, "--site", visit.SITE, "--write-baseline", base)
    page = json.loads(base.read_text())
    base.write_text(json.dumps(page | {"rulesets": ["older"]}))
    words = ("diff", base, db, "--site", visit.SITE, "--identity", me)
    with pytest.raises(BadInput, match="judged by different rules") as refused:
        run(*words)
    assert "--anyway" in refused.value.hint
    done = run(*words, "--anyway")
    assert done.exit_code == 0 and "may come from the lists" in done.stderr


def test_a_file_that_is_not_there_is_one_line_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"cannot read .*none\.db") as refused:
        read(tmp_path / "none.db")
    assert "database" in refused.value.hint
    assert refused.value.exit_code == 2
