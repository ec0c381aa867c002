"""A file that is not there, is no file, is empty or cannot be read: one line, a hint, exit code 2."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from mouchard import cli

ROOT = Path(__file__).parents[2]
EMPTY_HAR = '{"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "entries": []}}'

READS = """
scan FILE
scan OK --identity FILE
scan OK --list FILE
inspect FILE
inspect --identity FILE
inspect --list FILE
classify https://shop.example/ --list FILE
verify FILE
diff FILE DB
diff DB FILE
check --policy FILE --db DB
evidence shop.example -o NEW --attach FILE --db DB
lists add FILE
merge FILE
compact FILE
publish FILE -o NEW
query who_gets_what --parquet FILE
"""
DATABASES = """
leaks
requests
sites
companies
query who_gets_what
purge --all --yes
report --all
letter shop.example --kind access
hold shop.example
reveal 0/1/2
export --parquet NEW
check
unmask-demo 0/1/2
"""
READING = READS.strip().splitlines() + [f"{words} --db FILE" for words in DATABASES.strip().splitlines()]
MAY_BE_EMPTY = ("inspect", "classify", "scan OK")
"""No line, no list, nobody: nothing is wrong with that."""
MAY_BE_A_FOLDER = ("scan FILE", "merge", "compact", "publish", "query who_gets_what --parquet")
CASES = [
    (words, kind)
    for words in READING
    for kind in ("absent", "folder", "empty", "unreadable")
    if not words.startswith({"empty": MAY_BE_EMPTY, "folder": MAY_BE_A_FOLDER}.get(kind, ("never",)))
] + [
    ("scan OK --db DB --requests FILE", "unreadable"),
    ("scan OK --db DB --requests FILE", "folder"),
    ("scan OK --parquet FILE", "unreadable"),
    ("scan OK --parquet FILE", "empty"),
]


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every kind of file, a capture and a database of it."""
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "unreadable").symlink_to(tmp_path / "unreadable")  # for whoever asks, the superuser too
    (tmp_path / "ok.har").write_text(EMPTY_HAR, encoding="utf-8")
    monkeypatch.setenv("MOUCHARD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """The exit code of a command."""
    monkeypatch.setattr(sys, "argv", ["mouchard", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


@pytest.mark.parametrize(("words", "kind"), CASES)
def test_what_cannot_be_used_is_told(
    there: Path, words: str, kind: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = {"FILE": there / kind, "OK": there / "ok.har", "DB": there / "visit.db", "NEW": there / "new"}
    if "DB" in words.split():
        assert run(["scan", "ok.har", "--db", "visit.db"], monkeypatch) == 0
        capsys.readouterr()
    assert run([str(names.get(word, word)) for word in words.split()], monkeypatch) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("mouchard: ") and second.startswith("  hint: ")


def test_halves_of_characters_are_no_error(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON may hold them, text for a database, a file or a screen may not."""
    tool = {"name": "recorder \ud800", "version": "1"}
    asked = {"method": "GET", "url": "https://t.traceur.example/c?m=zoe.\ud800x@poste-unie.fr"}
    entry = {"startedDateTime": "2024-01-01T00:00:00Z", "request": asked, "response": {"status": 200}}
    (there / "odd.har").write_text(
        json.dumps({"log": {"creator": tool, "entries": [entry]}}), encoding="utf-8"
    )
    words = "scan odd.har --db visit.db --format jsonl --unmasked-urls --requests requests.jsonl"
    assert run(words.split(), monkeypatch) == 0
    told = (there / "requests.jsonl").read_text(encoding="utf-8")
    assert json.loads(told)["url"] == "https://t.traceur.example/c?m=zoe.?x@poste-unie.fr"


@pytest.mark.parametrize("words", ["report NAME", "hold NAME", "reveal NAME", "evidence NAME -o new.zip"])
def test_a_broken_character_in_a_command_is_told(
    there: Path, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As an argument comes that is no UTF-8."""
    assert run(["scan", "ok.har", "--db", "visit.db"], monkeypatch) == 0
    capsys.readouterr()
    told = [word.replace("NAME", "shop\udcff") for word in words.split()]
    assert run([*told, "--db", "visit.db"], monkeypatch) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("mouchard: ") and second.startswith("  hint: ")


def test_every_error_of_a_person_has_a_hint() -> None:
    family = {"MouchardError", "BadInput", "StartUpFailed", "MissingProgram", "DatabaseBusy"}
    bare = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for part in ("mouchard", "addons", "tui", "blocklists")
        for path in sorted((ROOT / part).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in family
        if len(node.args) + len(node.keywords) < 2
    ]
    assert bare == []
