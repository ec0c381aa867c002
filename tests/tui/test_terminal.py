"""The real thing in a real terminal: what it shows, and that the terminal is as before when it is gone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0
"""Seconds a screen may take on a loaded machine before the test gives up; never waited for in full."""

pytestmark = [pytest.mark.needs("tmux"), pytest.mark.slow]


class Terminal:
    """A terminal of its own, with a shell in it."""

    def __init__(self, folder: Path, width: int, height: int) -> None:
        self._folder = tempfile.mkdtemp(prefix="tmux-")  # short: the address of a socket has 108 bytes
        self._socket = f"{self._folder}/socket"
        self._tmux("-f", os.devnull, "new-session", "-d", "-x", str(width), "-y", str(height), "exec sh")
        places = f"MOUCHARD_HOME={shlex.quote(str(folder))} PYTHONPATH={shlex.quote(str(ROOT))}"
        self.type(f"unset COLUMNS LINES; export PS1='ready> ' {places}; clear")
        self.wait_for("ready>")

    def type(self, line: str) -> None:
        self._tmux("send-keys", "-l", line)
        self.press("Enter")

    def press(self, *keys: str) -> None:
        self._tmux("send-keys", *keys)

    def resize(self, width: int, height: int) -> None:
        self._tmux("resize-window", "-x", str(width), "-y", str(height))

    def screen(self) -> str:
        return self._tmux("capture-pane", "-p")

    def value(self, name: str) -> str:
        """Of a tmux format, such as `alternate_on`."""
        return self._tmux("display-message", "-p", f"#{{{name}}}").strip()

    def wait_for(self, *words: str) -> str:
        """The screen, once all these words are on it."""
        return self._look(lambda shown: all(word in shown for word in words), words)

    def wait_for_lines(self, pattern: str) -> str:
        """The screen, once the pattern is found on it; `.` ends with the line."""
        return self._look(lambda shown: re.search(pattern, shown), pattern)

    def press_until(self, words: str, key: str) -> str:
        """Press a key again and again, which does no harm where these words are shown."""
        return self._look(lambda shown: words in shown or self.press(key), words)

    def _look(self, enough: Callable[[str], object], awaited: object) -> str:
        until = time.monotonic() + PATIENCE
        while not enough(shown := self.screen()):
            assert time.monotonic() < until, f"never shown: {awaited}\n{shown}"
            time.sleep(0.05)  # between two looks; the event is on somebody else's screen
        return shown

    def close(self) -> None:
        self._tmux("kill-server")
        shutil.rmtree(self._folder)

    def _tmux(self, *arguments: str) -> str:
        return subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, timeout=60, check=True
        ).stdout


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(tmp_path, 80, 24)
    yield opened
    opened.close()


def view(db: Path, *options: str) -> str:
    return shlex.join([sys.executable, "-m", "mouchard.tui", "--db", str(db), "--lang", "en", *options])


def test_look_resize_quit_and_find_the_terminal_as_before(terminal: Terminal, db: Path) -> None:
    terminal.type(view(db) + "; echo code $?")
    terminal.wait_for("who gets it", "Meta", "q Quit")
    assert terminal.value("alternate_on") == "1"
    terminal.resize(140, 40)
    terminal.wait_for("7 companies", "Meta")
    terminal.resize(60, 15)
    terminal.wait_for("AppsFlyer", "q Quit")
    terminal.press("q")  # nothing is captured: no question
    terminal.wait_for("code 0")
    assert terminal.value("alternate_on") == "0"
    assert terminal.value("cursor_flag") == "1"
    assert terminal.value("mouse_any_flag") == "0"
    terminal.type("echo typed")
    terminal.wait_for("\ntyped")


def test_a_byte_that_is_no_text_is_left_out(terminal: Terminal, db: Path) -> None:
    terminal.type(view(db) + "; echo code $?")
    terminal.wait_for("Meta", "q Quit")
    terminal.press("-H", "e9")
    terminal.press_until("as they come", "5")  # what came together with the byte is left out with it
    terminal.press("q")
    terminal.wait_for("code 0")


def test_a_view_that_cannot_read_its_terminal_has_not_been_quit(terminal: Terminal, db: Path) -> None:
    terminal.type(view(db) + " 0>/dev/null; echo code $?")
    terminal.wait_for("code 1")
    assert terminal.value("alternate_on") == "0"


def test_what_a_view_starts_has_the_share_of_any_other(terminal: Terminal, db: Path) -> None:
    """The demo is started by it, proxy included: at a lower priority a busy machine holds them up."""
    terminal.type(f"{view(db)} & sleep 0; fg >/dev/null; echo code $?")
    terminal.wait_for("Meta", "q Quit")
    children = subprocess.check_output(["pgrep", "-P", terminal.value("pane_pid")], text=True)
    assert {os.getpriority(os.PRIO_PROCESS, int(pid)) for pid in children.split()} == {
        os.getpriority(os.PRIO_PROCESS, 0)
    }
    terminal.press("q")
    terminal.wait_for("code 0")


def test_a_view_that_was_told_to_go_on_can_be_quit(terminal: Terminal, db: Path) -> None:
    terminal.type(f"{view(db)} & sleep 0; fg >/dev/null; echo code $?")
    terminal.wait_for("Meta", "q Quit")
    pid = terminal.value("pane_pid")
    subprocess.run(["pkill", "-CONT", "-P", pid], check=True)
    terminal.press("q")
    terminal.wait_for("code 0")


@pytest.mark.parametrize(("signal", "code"), [("TERM", 143), ("HUP", 129)])
def test_a_signal_leaves_the_terminal_as_before(terminal: Terminal, db: Path, signal: str, code: int) -> None:
    terminal.type(f"{view(db)} & sleep 0; fg >/dev/null; echo code $?")
    terminal.wait_for("Meta", "q Quit")
    pid = terminal.value("pane_pid")
    (child,) = subprocess.run(["pgrep", "-P", pid], capture_output=True, text=True, check=True).stdout.split()
    subprocess.run(["kill", f"-{signal}", child], check=True)
    terminal.wait_for(f"code {code}")
    assert terminal.value("alternate_on") == "0"
    assert terminal.value("cursor_flag") == "1"


def test_no_database_is_one_line_a_hint_and_code_2(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type(view(tmp_path / "absent.db") + "; echo code $?")
    shown = terminal.wait_for("code 2")
    assert "mouchard: " in shown and "Traceback" not in shown


def test_hostile_text_moves_nothing_in_a_real_terminal(
    terminal: Terminal, tmp_path: Path, writer: object
) -> None:
    from test_hostile import hostile  # type: ignore[import-not-found]
    from tui_world import put

    put(writer, hostile())
    terminal.type(view(tmp_path / "test.db") + "; echo code $?")
    terminal.wait_for("who gets it", "q Quit")
    for _page in range(4):
        terminal.press("PageDown")
    shown = terminal.wait_for("q Quit")
    assert shown.splitlines()[0].startswith(" Mouchard")
    assert terminal.value("pane_title") != "pwned"
    terminal.press("q")
    terminal.wait_for("code 0")


def mouchard(*arguments: str) -> str:
    return shlex.join([sys.executable, "-m", "mouchard", *arguments])


def test_a_newcomer_needs_five_keys_in_the_demonstration(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type(f"cd {shlex.quote(str(tmp_path))}; LANG=C.UTF-8 {mouchard('demo')}; echo code $?")
    site = "boutique-lilas.example"  # which was visited before the other one
    terminal.wait_for("● capturing", f"▾ {site}", "▾ le-quotidien.example")
    terminal.wait_for_lines(rf"▾ {re.escape(site)}.*\n +Meta .*identity")  # what is worst stands first
    terminal.press("Down")
    terminal.wait_for("Meta (US)", f"{site} sent Meta")
    terminal.press("Enter")
    terminal.wait_for(f"{site} → Meta", "findings")
    terminal.press("Enter")
    terminal.wait_for("Where it was", "How it was read")
    terminal.press("e")
    terminal.wait_for(f"Write the report of {site}?")
    terminal.press("Enter")
    terminal.wait_for("The report is written")
    assert (tmp_path / "mouchard-report" / site / "report.html").is_file()
    terminal.press("Enter")
    terminal.resize(110, 30)
    terminal.wait_for("Why it matters", "q Quit")
    terminal.press("q")
    terminal.wait_for("Quitting stops the capture. Quit?")
    terminal.press("Enter")
    terminal.wait_for("code 0")
    assert terminal.value("alternate_on") == "0"
    assert terminal.value("cursor_flag") == "1"


def test_attaching_to_a_running_capture_and_leaving_it_alone(terminal: Terminal, tmp_path: Path) -> None:
    db = ("--db", str(tmp_path / "attached.db"))
    said = shlex.quote(str(tmp_path / "capture.log"))
    terminal.type(mouchard("run", "--headless", "--port", "0", *db) + f" 2>{said} & sleep 0")
    terminal.type(f"until {mouchard('status', *db)} >/dev/null 2>&1; do :; done; printf '\\nit %s\\n' runs")
    terminal.wait_for("\nit runs")
    terminal.type(f"LANG=C.UTF-8 {mouchard('tui', *db)}; echo code $?")
    terminal.wait_for("● capturing 127.0.0.1:", "Or point any program at the proxy")
    terminal.press("q")  # not its own capture: no question
    terminal.wait_for("code 0")
    assert terminal.value("alternate_on") == "0"
    terminal.type(mouchard("stop", *db) + "; echo stopped $?")
    terminal.wait_for("stopped 0")


def test_an_interrupted_question_leaves_the_capture_running(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type(
        f"LANG=C.UTF-8 {mouchard('run', '--port', '0', '--db', str(tmp_path / 'own.db'))}; echo code $?"
    )
    terminal.wait_for("● capturing 127.0.0.1:", "i  say who you are")
    terminal.press("i")
    terminal.wait_for("E-mail address:")
    terminal.press("C-c")
    terminal.wait_for("Enter: back to your own live view")
    terminal.press("Enter")
    terminal.wait_for("● capturing 127.0.0.1:", "It stopped with code 130.")
    terminal.press("i")
    terminal.wait_for_lines(r"\A(?!(?s:.*)Enter: back)(?s:.*)E-mail address:")  # asked anew
    terminal.type("camille@boutique.example")
    terminal.press_until("● capturing 127.0.0.1:", "Enter")  # it asks for more, and then to go back
    terminal.press("s")
    terminal.wait_for("Who am I", "e-mail (1)")
    terminal.press("q")
    terminal.wait_for("Quitting stops the capture. Quit?")
    terminal.press("Enter")
    terminal.wait_for("code 0")
    assert terminal.value("alternate_on") == "0"


def test_a_question_cannot_be_stopped_where_no_shell_would_go_on_with_it(
    terminal: Terminal, tmp_path: Path
) -> None:
    terminal.type(
        f"LANG=C.UTF-8 {mouchard('run', '--port', '0', '--db', str(tmp_path / 'own.db'))}; echo code $?"
    )
    terminal.wait_for("● capturing 127.0.0.1:", "i  say who you are")
    terminal.press("i")
    terminal.wait_for("E-mail address:")
    terminal.press("C-z")
    terminal.wait_for("E-mail address: ^Z")
    terminal.type("")
    terminal.wait_for("Phone number:")
    terminal.press("C-c")
    terminal.wait_for("Enter: back to your own live view")
    terminal.press("Enter")
    terminal.wait_for("● capturing 127.0.0.1:")
    terminal.press("q")
    terminal.wait_for("Quitting stops the capture. Quit?")
    terminal.press("Enter")
    terminal.wait_for("code 0")
