"""`evidence`, `verify`, `reveal`, `hold`, `diff`, `check` as a person types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard.cli import cli
from mouchard.errors import BadInput
from mouchard.store.read import Reader
from tests.evidence import visit
from tests.evidence.conftest import PASSPHRASE


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "visit.db"
    visit.record(path, phases=True)
    return path


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "me.json"
    values = {kind: list(some) for kind, some in visit.IDENTITY.persons[0].values}
    path.write_text(json.dumps(values))
    return path


def run(*words: object, typed: str = "") -> Result:
    done = CliRunner().invoke(cli, [str(word) for word in words], input=typed)
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def raw_until(db: Path) -> list[float]:
    with Reader(db) as reader:
        return [row.raw_until for row in reader.findings() if row.site == visit.SITE]


def test_a_bundle_is_written_verified_and_replayed(db: Path, identity: Path, tmp_path: Path) -> None:
    path = tmp_path / "shop.zip"
    made = run(
        "evidence",
        visit.SITE,
        "-o",
        path,
        "--raw",
        "--identity",
        identity,
        "--db",
        db,
        typed=PASSPHRASE + "\n",
    )
    assert made.exit_code == 0, made.output
    digest = made.stdout.split()[1]
    assert "`mouchard hold shop.example --release`" in made.stderr
    checked = run("verify", path, "--replay", "--identity", identity, typed=PASSPHRASE + "\n")
    assert checked.exit_code == 0, checked.output
    assert digest in checked.stdout and "0 different" in checked.stdout
    assert set(raw_until(db)) == {float("inf")}, "what a bundle rests on is kept"


def test_a_changed_bundle_ends_with_1(db: Path, tmp_path: Path) -> None:
    from tests.evidence.test_verify import rewrite

    path = tmp_path / "shop.zip"
    run("evidence", visit.SITE, "-o", path, "--db", db)
    forged = rewrite(path, lambda held: held.update({"redacted.har": b"{}"}), forge=False)
    done = run("verify", forged)
    assert done.exit_code == 1 and "redacted.har was changed" in done.stdout


def test_reveal_opens_one_field_for_others_to_check(db: Path, tmp_path: Path) -> None:
    path, shown = tmp_path / "shop.zip", tmp_path / "reveal.json"
    run("evidence", visit.SITE, "-o", path, "--db", db)
    with Reader(db) as reader:
        row = next(
            row
            for row in reader.findings()
            if (row.site, row.finding.type, row.finding.location) == (visit.SITE, "email", "query")
        )
    assert run("reveal", row.finding.id, "-o", shown, "--db", db).exit_code == 0
    assert json.loads(shown.read_text())["name"] == "url"
    assert run("verify", path, "--reveal", shown).exit_code == 0
    page = json.loads(shown.read_text())
    shown.write_text(json.dumps(page | {"value": b"https://innocent.example/".hex()}))
    done = run("verify", path, "--reveal", shown)
    assert done.exit_code == 1 and "not what was recorded" in done.stdout


def test_hold_keeps_the_bytes_and_lets_them_go(db: Path) -> None:
    assert float("inf") not in raw_until(db)
    assert run("hold", visit.SITE, "--db", db).exit_code == 0
    assert set(raw_until(db)) == {float("inf")}
    assert run("hold", visit.SITE, "--release", "--db", db).exit_code == 0
    assert float("inf") not in raw_until(db)
    with pytest.raises(BadInput, match="no exact bytes"):
        run("hold", "unknown.example", "--db", db)


POLICIES = [
    ("max.L4 = 99", 0),
    ("max.L3 = 0", 1),
    ("max.L3.withdrawn = 0", 2),
    ("max.L3 = 0\nmax.L1.withdrawn = 0", 2),
    ("refused_equals_before = true", 1),
    ('new_company = "fail"', 0),
]


@pytest.mark.parametrize(("policy", "code"), POLICIES)
def test_check_ends_as_the_policy_says(db: Path, tmp_path: Path, policy: str, code: int) -> None:
    file, kept, junit, sarif = (tmp_path / name for name in ("p.toml", "base.json", "j.xml", "s.sarif"))
    file.write_text(policy)
    assert run("check", "--db", db, "--site", visit.SITE, "--write-baseline", kept).exit_code == 0
    outputs = ("--junit", junit, "--sarif", sarif)
    done = run("check", "--db", db, "--site", visit.SITE, "--policy", file, "--baseline", kept, *outputs)
    assert done.exit_code == code, done.output
    for text in (done.output, kept.read_text(), junit.read_text(), sarif.read_text()):
        assert [word for word in visit.forbidden() if word.lower() in text.lower()] == []


def test_diff_says_what_changed(db: Path, tmp_path: Path) -> None:
    kept = tmp_path / "base.json"
    run("check", "--db", db, "--site", visit.SITE, "--write-baseline", kept)
    page = json.loads(kept.read_text())
    gone = page["leaks"].pop()
    kept.write_text(json.dumps(page))
    done = run("diff", kept, db, "--site", visit.SITE, "--format", "jsonl")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["change"], line["recipient"], line["after"]) for line in lines] == [
        ("new", gone["recipient"], gone["level"])
    ]


def test_a_policy_or_a_baseline_has_to_be_asked_for(db: Path) -> None:
    with pytest.raises(BadInput, match="policy"):
        run("check", "--db", db)
