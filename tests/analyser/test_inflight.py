"""The note of the message in flight: what the next process learns of the one that died."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from mouchard.analyser.inflight import InFlight, note_path
from mouchard.supervisor.child import environment

CAPTURE = "cd" * 16


def die_on(path: Path, seq: int, how: str = "os.kill(os.getpid(), 9)", capture: str = CAPTURE) -> int:
    """A process that dies with this message in flight; its exit code."""
    program = (
        "import os, sys, pathlib\n"
        "from mouchard.analyser import inflight\n"
        "inflight.WATCHDOG_SECONDS = 0.2\n"
        "note = inflight.InFlight(pathlib.Path(sys.argv[1]))\n"
        "note.begin(sys.argv[2])\n"
        f"with note.on(int(sys.argv[3])):\n    {how}\n"
    )
    command = [sys.executable, "-c", program, str(path), capture, str(seq)]
    return subprocess.run(command, env=environment(), check=False).returncode


def learn(path: Path, capture: str = CAPTURE) -> tuple[int, int]:
    note = InFlight(path)
    note.begin(capture)
    return note.suspect, note.condemned


def test_two_deaths_on_one_message_condemn_it(tmp_path: Path) -> None:
    path = note_path(tmp_path / "m.db")
    assert die_on(path, 7) == -signal.SIGKILL
    assert learn(path) == (7, 0)
    assert die_on(path, 7) == -signal.SIGKILL
    assert learn(path) == (7, 7)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_deaths_on_different_messages_condemn_none(tmp_path: Path) -> None:
    path = tmp_path / "note"
    for seq in (3, 4, 3):
        die_on(path, seq)
        assert learn(path) == (seq, 0)


def test_the_kernel_ends_what_hangs_even_where_python_never_comes_to_act(tmp_path: Path) -> None:
    path = tmp_path / "note"
    busy_in_c = "sum(range(10**13))"
    assert die_on(path, 9, busy_in_c) == -signal.SIGALRM
    assert learn(path) == (9, 0)


def test_a_note_of_another_capture_is_void(tmp_path: Path) -> None:
    path = tmp_path / "note"
    die_on(path, 5)
    assert learn(path, "ef" * 16) == (0, 0)
    assert learn(path) == (0, 0)


def test_a_death_between_messages_accuses_none(tmp_path: Path) -> None:
    path = tmp_path / "note"
    assert die_on(path, 5, "pass") == 0
    assert learn(path) == (0, 0)


def test_an_acquitted_message_starts_anew(tmp_path: Path) -> None:
    path = tmp_path / "note"
    die_on(path, 5)
    note = InFlight(path)
    note.begin(CAPTURE)
    note.acquit()
    die_on(path, 5)
    assert learn(path) == (5, 0)


def test_a_clean_end_takes_the_note_away_and_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "note"
    note = InFlight(path)
    note.begin(CAPTURE)
    note.close()
    assert not path.exists()
    os.symlink(tmp_path / "other", path)
    with pytest.raises(OSError):
        InFlight(path)
    assert not (tmp_path / "other").exists()
