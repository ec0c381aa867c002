"""`mouchard identity`: values by standard input, never as arguments; shown masked."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard.cli.identity import identity
from mouchard.errors import BadInput


def run(*words: str, given: str = "") -> Result:
    return CliRunner().invoke(identity, words, input=given, catch_exceptions=False)


def test_values_are_read_kept_and_shown_masked(home: Path) -> None:
    assert run("add", given="email: Rose.M@poste.test\nphone: 06 39 98 12 34\n").exit_code == 0
    assert run("add", "email", "--person", "paul", given="paul@poste.test\nneveu@poste.test\n").exit_code == 0
    file = home / "identity.toml"
    assert file.stat().st_mode & 0o777 == 0o600 and "Rose.M@poste.test" in file.read_text()
    shown = run("list").stdout
    assert shown.splitlines()[0] == "me\temail\tR•••@p•••.test\tdeclared"
    assert len(shown.splitlines()) == 4 and "Rose" not in shown and "neveu" not in shown


def test_a_value_as_argument_is_refused(home: Path) -> None:
    with pytest.raises(BadInput, match="no data type") as told:
        run("add", "rose@poste.test")
    assert "never given as arguments" in told.value.hint
    assert not (home / "identity.toml").exists()


def test_what_cannot_be_read_is_told() -> None:
    with pytest.raises(BadInput, match="line 2"):
        run("add", given="email: a@poste.test\nnonsense\n")
    with pytest.raises(BadInput, match="'shoe'"):
        run("add", given="shoe: 42\n")


def test_removing(home: Path) -> None:
    run("add", given="email: a@poste.test\nzip: 42000\n")
    run("remove", "zip")
    assert run("list").stdout.count("\n") == 1
    with pytest.raises(BadInput, match="has no zip"):
        run("remove", "zip")
    run("remove", "--person", "me")
    assert run("list").stdout == ""
    with pytest.raises(BadInput, match="no person 'me'"):
        run("remove")


def test_an_invented_person_is_shown_once_and_not_replaced(home: Path) -> None:
    shown = run("invent", "essai").stdout
    assert "@example.org" in shown and "06 39 98" in shown
    assert "\tinvented" in run("list").stdout
    with pytest.raises(BadInput, match="already"):
        run("invent", "essai")
