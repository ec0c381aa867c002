"""The live view on a terminal of its own: quit, killed, hung up; the terminal is always as it was."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import socket
import struct
import subprocess
import termios
from collections.abc import Callable
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.supervisor import client
from tests.faults.load import Load, Origin
from tests.faults.running import COMMAND, PATIENCE, Recorded, Running, kill

ALTERNATE = b"\x1b[?1049h"
BACK = b"\x1b[?1049l"


class Terminal:
    """`mouchard run` on a pseudo-terminal of 80x24."""

    def __init__(self, db: Path, *arguments: str, shell: bool = False) -> None:
        """`shell`: a shell starts it, and ends with 7 once the live view is gone."""
        self.db = db
        self.shown = b""
        self._master, self._slave = pty.openpty()
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        self.before = termios.tcgetattr(self._slave)
        command = [*COMMAND, "run", "--db", str(db), *arguments]
        gone = 'while pgrep -s 0 -f "m mouchard[.]tui" >/dev/null; do sleep 0.1; done'
        waiting = f'trap "" TTOU; "$@"; {gone}; exit 7'
        self._shell = shell
        self.process = subprocess.Popen(
            ["sh", "-c", waiting, "sh", *command] if shell else command,
            stdin=self._slave, stdout=self._slave, stderr=self._slave,
            env={**os.environ, "TERM": "xterm-256color"}, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        asyncio.get_running_loop().add_reader(self._master, self._read)

    async def __aenter__(self) -> Terminal:
        return self

    async def __aexit__(self, *_: object) -> None:
        for pid in [*Running(self.db)._pids(), self.process.pid]:
            kill(pid)
        self.process.wait()
        self.hang_up()
        os.close(self._slave)

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.01)

    async def shows(self, words: bytes) -> None:
        await self.until(lambda: words in self.shown)

    def type(self, keys: bytes) -> None:
        os.write(self._master, keys)

    def hang_up(self) -> None:
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = -1

    async def ended(self) -> int:
        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(self.process.wait)

    def supervisor(self) -> int:
        """Process id of `mouchard run`, 0 for none."""
        return _child(self.process.pid, b"run") if self._shell else self.process.pid

    def view(self) -> int:
        """Process id of the live view, 0 for none."""
        return _child(self.supervisor(), b"mouchard.tui")

    @property
    def as_before(self) -> bool:
        return termios.tcgetattr(self._slave) == self.before

    async def capturing(self) -> str:
        """Address of the proxy, once the live view is on the screen."""
        await self.shows(ALTERNATE)
        await self.until(lambda: not self.as_before)
        status = await asyncio.to_thread(client.request, paths.control_socket(self.db), {"do": "status"})
        return str(status["address"])

    def _read(self) -> None:
        try:
            self.shown += os.read(self._master, 65536)
        except OSError:
            asyncio.get_running_loop().remove_reader(self._master)


def _child(pid: int, word: bytes) -> int:
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        if word in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
            return int(child)
    return 0


async def test_quitting_the_live_view_ends_the_capture(db: Path, origin: Origin) -> None:
    async with Terminal(db, "--port", "0") as terminal:
        address = await terminal.capturing()
        await Load(address, origin, 30).done()
        await terminal.shows(address.encode())  # the view knows that a capture runs: it will ask
        terminal.type(b"q")
        await terminal.shows(b"Quitting stops the capture")
        terminal.type(b"\r")
        assert await terminal.ended() == 0
        assert terminal.as_before
        assert terminal.shown.rindex(BACK) > terminal.shown.rindex(ALTERNATE)
        await Running(db).no_children()
    assert len(Recorded(db).paths) == 30


async def test_a_killed_live_view_leaves_the_terminal_sane_and_the_capture_going(
    db: Path, origin: Origin
) -> None:
    async with Terminal(db, "--port", "0") as terminal:
        address = await terminal.capturing()
        load = Load(address, origin, 300)
        await load.reached(50)
        kill(terminal.view())
        await terminal.shows(b"the live view ended unexpectedly; recording goes on")
        assert terminal.as_before
        assert BACK in terminal.shown and b"\x1b[?25h" in terminal.shown
        await load.done()
        terminal.type(b"\x03")
        await terminal.shows(b"stopping")
        assert await terminal.ended() == 0
        await Running(db).no_children()
    assert sorted(Recorded(db).paths) == sorted(load.answered)


async def test_a_closed_terminal_ends_the_capture(db: Path, origin: Origin) -> None:
    async with Terminal(db, "--port", "0") as terminal:
        address = await terminal.capturing()
        await Load(address, origin, 30).done()
        terminal.hang_up()
        assert await terminal.ended() == 0
        await Running(db).no_children()
    assert len(Recorded(db).paths) == 30


async def test_a_closed_terminal_ends_the_capture_behind_another_program(db: Path) -> None:
    async with Terminal(db, "--port", "0", shell=True) as terminal:
        await terminal.capturing()
        await terminal.until(lambda: terminal.supervisor() and terminal.view())
        supervisor = Path(f"/proc/{terminal.supervisor()}")
        terminal.type(b"i")
        await terminal.shows(b"E-mail address")
        terminal.hang_up()
        await terminal.until(lambda: not supervisor.exists())
        await Running(db).no_children()


async def test_a_killed_supervisor_takes_the_live_view_along(db: Path) -> None:
    async with Terminal(db, "--port", "0", shell=True) as terminal:
        await terminal.capturing()
        await terminal.until(lambda: terminal.supervisor() and terminal.view())
        kill(terminal.supervisor())
        assert await terminal.ended() == 7
        await Running(db).no_children()
        assert terminal.as_before
        assert terminal.shown.rindex(BACK) > terminal.shown.rindex(ALTERNATE)


@pytest.mark.slow
async def test_a_stop_from_outside_gives_the_terminal_back(db: Path) -> None:
    async with Terminal(db, "--port", "0") as terminal:
        await terminal.capturing()
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert await terminal.ended() == 0
        assert terminal.as_before
        assert terminal.shown.rindex(BACK) > terminal.shown.rindex(ALTERNATE)


async def test_a_failed_start_does_not_touch_the_terminal(db: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with Terminal(db, "--port", str(taken.getsockname()[1])) as terminal:
            assert await terminal.ended() == 2
            await terminal.shows(b"hint: ")
            assert terminal.as_before
            assert b"\x1b" not in terminal.shown
