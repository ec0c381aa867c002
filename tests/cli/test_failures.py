"""What the disk or a file refuses is one line with a way out, and that line cannot move a terminal."""

from __future__ import annotations

import errno
import sqlite3

import pytest

from mouchard import cli
from mouchard.errors import BadInput


def failing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception) -> str:
    """What the command line says where a command fails so."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(cli.cli, "main", fail)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    return capsys.readouterr().err


def of(code: int, text: str) -> sqlite3.Error:
    error = sqlite3.DatabaseError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (of(sqlite3.SQLITE_CORRUPT, "malformed"), "database damaged (malformed)"),
        (of(sqlite3.SQLITE_FULL, "full"), "disk full"),
        (of(sqlite3.SQLITE_BUSY, "locked"), "database locked"),
        (OSError(errno.ENOSPC, "No space left on device", "/x/report.html"), "/x/report.html: No space left"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "/x: Permission denied"),
    ],
)
def test_what_the_system_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception, words: str
) -> None:
    said = failing(monkeypatch, capsys, error)
    assert said.startswith("mouchard: ") and words in said and said.count("\n") <= 2


@pytest.mark.parametrize(
    "error", [of(sqlite3.SQLITE_ERROR, "no such column: x"), ValueError("x"), OSError(errno.EBADF, "x")]
)
def test_a_fault_of_our_own_is_not_hidden(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
) -> None:
    with pytest.raises(type(error)):
        failing(monkeypatch, capsys, error)


def test_words_of_a_stranger_do_not_move_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = failing(
        monkeypatch, capsys, BadInput("redirected to \x1b[2J\u202e", "\x9b31m\nmouchard: all is well")
    )
    assert said.replace("\n", "").isprintable()
    assert said.count("\n") == 2
