"""A running process of ours: its control channel, its last words, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import mouchard
from mouchard.supervisor.client import Refused
from mouchard.supervisor.lines import Line, Lines

ANSWER_SECONDS = 10.0
"""What an answer may take; who asked us waits a little longer."""

LAST_WORDS = 4096


def python(module: str) -> list[str]:
    """The command that runs one of our modules; `-P`: the current folder has no say in what is imported."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """The environment in which `python()` finds our modules, also from a checkout."""
    here = Path(mouchard.__file__).parent
    if (here / "addons").is_dir():
        return dict(os.environ)
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), *([known] if known else [])])}


class Child:
    """Own session, so that Ctrl-C in the terminal reaches the supervisor alone."""

    def __init__(self, process: Process, lines: Lines, heard: Callable[[Line], None]) -> None:
        self.pid = process.pid
        self.failure: Line = {}
        """What it said when it could not go on: `error` and `hint`."""
        self._process = process
        self._lines = lines
        self._heard = heard
        self._answers: dict[int, asyncio.Future[Line]] = {}
        self._asked = 0
        self._words = b""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(lines, self._read)
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(
        cls,
        module: str,
        arguments: Iterable[str],
        data: socket.socket,
        heard: Callable[[Line], None],
        orders: Iterable[Line] = (),
        descriptors: Sequence[int] = (),
    ) -> Child:
        """Start it with its end of the hand-over, which is closed here; `orders` wait in its channel."""
        ours, theirs = socket.socketpair()
        lines = Lines(ours)
        for order in orders:
            lines.send(order)
        with theirs, data:
            ends = ["--control-fd", str(theirs.fileno()), "--data-fd", str(data.fileno())]
            process = await asyncio.create_subprocess_exec(
                *python(module), *ends, *arguments,
                stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True, env=environment(),
                pass_fds=(theirs.fileno(), data.fileno(), *descriptors),
            )  # fmt: skip
        return cls(process, lines, heard)

    @property
    def last_words(self) -> str:
        """The last line it wrote on standard error, or what it said of its failure."""
        if self.failure:
            return str(self.failure.get("error", ""))
        lines = self._words.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def tell(self, line: Line, descriptors: Sequence[int] = ()) -> None:
        """Say something that needs no answer."""
        self._lines.send(line, descriptors)
        if self._lines.waiting:
            self._loop.add_writer(self._lines, self._flush)

    async def ask(self, line: Line, seconds: float = ANSWER_SECONDS) -> Line:
        """Say something and give the answer; Refused where it says no, or nothing within that time."""
        self._asked = number = self._asked + 1
        answer: asyncio.Future[Line] = self._loop.create_future()
        self._answers[number] = answer
        try:
            self.tell({**line, "id": number})
            async with asyncio.timeout(seconds):
                found = await answer
        except TimeoutError:
            raise Refused("the capture is overloaded", "try again") from None
        finally:
            self._answers.pop(number, None)
        if error := found.get("error"):
            raise Refused(str(error), str(found.get("hint", "")))
        return found

    def let_go(self) -> None:
        """Close our half of the channel: it hears nothing more, but may still speak."""
        self._lines.shut()

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code (negative: the signal), once all that it said has been heard."""
        code = await self._process.wait()
        self._loop.remove_reader(self._lines)
        self._loop.remove_writer(self._lines)
        self._read()
        await self._listener
        self._lines.close()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_result({"error": "it has just ended", "hint": "try again"})
        return code

    def _signal(self, number: int) -> None:
        if self._process.returncode is None:
            self._process.send_signal(number)

    def _read(self) -> None:
        for line in self._lines.receive():
            if line.get("event") == "failed":
                self.failure = line
            answer: Any = self._answers.get(line.get("re", 0))
            if answer is not None and not answer.done():
                answer.set_result(line)
            elif "event" in line:
                self._heard(line)
        if self._lines.closed:
            self._loop.remove_reader(self._lines)

    def _flush(self) -> None:
        self._lines.flush()
        if not self._lines.waiting:
            self._loop.remove_writer(self._lines)

    async def _listen(self) -> None:
        stderr = self._process.stderr
        assert stderr is not None
        while words := await stderr.read(LAST_WORDS):
            self._words = (self._words + words)[-LAST_WORDS:]
