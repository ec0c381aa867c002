"""The DevTools protocol of one Chromium, over a pipe that only its parent holds: no port, no visible flag."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from mouchard.errors import MouchardError

Values: TypeAlias = dict[str, Any]
Heard: TypeAlias = Callable[[str, Values, str], None]
"""Called with the name of an event, its values and its session."""

FLAGS = ("--remote-debugging-pipe", "--disable-blink-features=AutomationControlled")
"""The second one because Chromium otherwise tells pages of the first (`navigator.webdriver`)."""

PATIENCE = 60.0
"""Seconds an answer may take; a picture of a long page takes some, and so does a slow page to begin."""

LONGEST = 256 * 1024 * 1024
_LAUNCH = """
import fcntl, os, sys
pipe = fcntl.fcntl(int(sys.argv[1]), fcntl.F_DUPFD, 10)
os.dup2(pipe, 3), os.dup2(pipe, 4)
os.closerange(5, pipe + 1)
os.execv(sys.argv[2], sys.argv[2:])
"""


class DevToolsError(MouchardError):
    """The browser could not do what was asked of it."""


def available() -> bool:
    """Whether a browser can be given the pipe on this system."""
    return sys.platform != "win32"


def command(descriptor: int, program: Sequence[str]) -> list[str]:
    """A command line that becomes `program` with this descriptor as its pipe: it reads 3 and writes 4."""
    return [sys.executable, "-I", "-S", "-c", _LAUNCH, str(descriptor), *program]


class DevTools:
    """Asks, and hears events; `closed` is set once the browser is gone."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Heard) -> None:
        self.closed = asyncio.Event()
        self._writer = writer
        self._heard = heard
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Values]] = {}
        self._listening = asyncio.create_task(self._listen(reader))

    @classmethod
    async def open(cls, pipe: socket.socket, heard: Heard) -> DevTools:
        """The other end of the browser's pipe."""
        reader, writer = await asyncio.open_connection(sock=pipe, limit=LONGEST)
        return cls(reader, writer, heard)

    async def ask(self, method: str, session: str = "", /, **values: Any) -> Values:
        """The answer to one question. DevToolsError where there is none."""
        if self.closed.is_set():
            raise DevToolsError("the browser is closed")
        number = next(self._numbers)
        question: Values = {"id": number, "method": method, "params": values}
        if session:
            question["sessionId"] = session
        answer: asyncio.Future[Values] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        self._writer.write(json.dumps(question).encode() + b"\0")
        try:
            async with asyncio.timeout(None if values.get("awaitPromise") else PATIENCE):
                return await answer
        except TimeoutError:
            raise DevToolsError(f"the browser does not answer {method}") from None
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Hear no more; the browser ends when its pipe does."""
        self._listening.cancel()
        self._writer.close()
        await asyncio.wait([self._listening])
        self._end()

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                self._take(json.loads((await reader.readuntil(b"\0"))[:-1]))
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, ValueError):
            self._end()

    def _take(self, line: Values) -> None:
        if "id" not in line:
            self._heard(line["method"], line.get("params", {}), line.get("sessionId", ""))
            return
        waiting = self._waiting.get(line["id"])
        if waiting is None or waiting.done():
            return
        if "error" in line:
            waiting.set_exception(DevToolsError(str(line["error"].get("message", "refused"))))
        else:
            waiting.set_result(line.get("result", {}))

    def _end(self) -> None:
        self.closed.set()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(DevToolsError("the browser is closed"))
