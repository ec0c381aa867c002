"""Other commands of Mouchard started from the live view."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from mouchard.language import _

if TYPE_CHECKING:
    from mouchard.tui.app import LiveView


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    said: str
    """The end of what it wrote on stderr, at most 600 characters; hostile until shown through `cell`."""


def lend(*arguments: str) -> int:
    """Runs `mouchard ARGUMENTS…` on this terminal, then waits for Enter; the command's exit code."""
    print("\x1b[2J\x1b[H", end="", flush=True)
    child = subprocess.Popen([sys.executable, "-m", "mouchard", *arguments], process_group=0)
    with in_front(child.pid):
        code = wait(child)
    print("\n" + _("Enter: back to your own live view "), end="", flush=True)
    sys.stdin.readline()
    return code


def wait(child: subprocess.Popen[bytes]) -> int:
    """Its exit code. Stopped (Ctrl-Z), it goes on at once: no shell is there to call it back."""
    while True:
        _pid, status = os.waitpid(child.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode
        give_terminal(child.pid)


def give_terminal(group: int) -> None:
    """The terminal's keys go to these processes, which go on if they asked for them too early."""
    with suppress(OSError):  # they ended already
        os.tcsetpgrp(sys.stdin.fileno(), group)
        os.killpg(group, signal.SIGCONT)


@contextmanager
def in_front(group: int) -> Iterator[None]:
    """The terminal's keys go to these processes alone: Ctrl-C ends a question, not the capture."""
    if not sys.stdin.isatty():
        yield
        return
    before = signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # else who takes the terminal back is stopped
    try:
        give_terminal(group)
        yield
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
        signal.signal(signal.SIGTTOU, before)


def borrow(app: LiveView, *arguments: str) -> bool:
    """Takes the terminal from the live view for one command; True where it ended well."""
    try:
        with app.suspend():
            code = lend(*arguments)
    except SuspendNotSupported:
        asked = f"mouchard {' '.join(arguments)}"
        said = _("Not possible in this terminal. In another one: {command}").format(command=asked)
        app.say(said, "warning")
        return False
    if code:
        app.say(_("It stopped with code {n}.").format(n=code), "error")
    return code == 0


async def run(*arguments: str) -> Ended:
    """Runs `mouchard ARGUMENTS…` in a session of its own, so that it lives on when the live view is closed.

    Its words go to a nameless file, not to a pipe that would break then.
    """
    with tempfile.TemporaryFile() as words:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "mouchard",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=words.fileno(),
            start_new_session=True,
        )
        code = await process.wait()
        words.seek(0)
        said = words.read(1_000_000).decode(errors="replace").strip()
    return Ended(code, said[-600:])
