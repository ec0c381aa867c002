"""`doctor`: each fault is a line with a hint, and a broken installation an exit code."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard import certificate, paths
from mouchard.capture.records import Capture
from mouchard.cli import doctor
from mouchard.keys import Keys
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Writer


def run(*arguments: str) -> Result:
    return CliRunner().invoke(doctor.doctor, arguments, catch_exceptions=False)


def line(found: Result, what: str) -> str:
    """The line about one thing, with the hint below it."""
    lines = found.stdout.splitlines()
    at = next(place for place, text in enumerate(lines) if text[6:28].strip() == what)
    hint = lines[at + 1].strip() if at + 1 < len(lines) and lines[at + 1].startswith(" ") else ""
    return f"{lines[at]} | {hint}"


def database() -> None:
    writer = Writer(paths.database(), Keys.load(paths.sealing_key()), Ruleset("test"))
    writer.begin(Capture("0" * 32, "live", "", 1.0, "test"))
    writer.close()


def test_a_healthy_machine_has_no_failure() -> None:
    certificate.ensure(paths.ca())
    database()
    found = run()
    assert found.exit_code == 0, found.stdout
    assert "fail" not in found.stdout
    for what in (
        "Python",
        "mitmproxy",
        "certificate authority",
        "sealing key",
        "public suffixes",
        "database",
    ):
        assert line(found, what)


def test_an_empty_home_is_healthy_too() -> None:
    found = run()
    assert found.exit_code == 0
    assert "none yet" in line(found, "database")
    assert "identity add" in line(found, "identity")


def open_key() -> None:
    Keys.load(paths.sealing_key())
    paths.sealing_key().chmod(0o644)


def open_authority() -> None:
    certificate.ensure(paths.ca()).key_path.chmod(0o640)


def foreign_authority() -> None:
    paths.ca().mkdir(parents=True)
    (paths.ca() / "mitmproxy-ca.pem").write_text("nonsense")


def foreign_database() -> None:
    paths.database().write_bytes(b"nonsense" * 1000)


def damaged_database() -> None:
    database()
    size = paths.database().stat().st_size
    with paths.database().open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 2))


def bad_identity() -> None:
    paths.identity().write_text("[person.me\n")
    paths.identity().chmod(0o600)


@pytest.mark.parametrize(
    ("breaks", "what", "words"),
    [
        (open_key, "sealing key", "chmod 600"),
        (open_authority, "its key", "chmod 600"),
        (foreign_authority, "certificate authority", "is not a certificate authority"),
        (foreign_database, "database", "is not a database"),
        (damaged_database, "database", "damaged"),
        (bad_identity, "identity", "neither TOML nor JSON"),
    ],
)
def test_what_is_broken_fails_with_a_way_out(breaks: Callable[[], None], what: str, words: str) -> None:
    breaks()
    found = run()
    assert found.exit_code == 2
    said = line(found, what)
    assert said.startswith("fail")
    assert words in said
    assert not said.endswith("| ")
    assert "Traceback" not in found.output


def test_a_port_in_use_is_a_warning() -> None:
    with socket.socket() as taken:
        try:
            taken.bind(("127.0.0.1", doctor.PORT))
            taken.listen()
        except OSError:
            pass  # somebody else has it: as good
        found = run()
    assert line(found, f"port {doctor.PORT}").startswith("warn")
    assert "--port" in line(found, f"port {doctor.PORT}")


def test_an_old_python_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 11, 9, "final", 0))
    assert "mitmproxy 11" in line(run(), "Python")


def test_a_machine_without_browsers_is_told_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt install chromium" in line(run(), "browsers")


def test_another_database_can_be_named(tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_text("x")
    assert run("--db", str(other)).exit_code == 2
    assert run().exit_code == 0


@pytest.mark.parametrize(("days", "status"), [(179, "ok"), (181, "warn")])
def test_public_suffixes_half_a_year_old_are_worth_an_update(days: int, status: str) -> None:
    made = date.today() - timedelta(days=days)
    bundled = Path(str(files("tldextract")), ".tld_set_snapshot").read_text(encoding="utf-8")
    text = re.sub(r"^// VERSION: [\d-]+", f"// VERSION: {made}", bundled, count=1, flags=re.MULTILINE)
    paths.lists().mkdir(parents=True)
    (paths.lists() / "psl.dat").write_text(text, encoding="utf-8")
    told = line(run(), "public suffixes")
    assert told.startswith(status)
    assert str(made) in told
    assert ("mouchard lists update psl" in told) == (status == "warn")
