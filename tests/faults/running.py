"""`mouchard run` as a process, and what can be asked of its database."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from mouchard import paths
from mouchard.supervisor import client

PATIENCE = 60.0
COMMAND = [sys.executable, "-m", "mouchard"]


class Running:
    """A headless capture on a free port."""

    def __init__(self, db: Path, *arguments: str) -> None:
        self.db = db
        self.address = ""
        self.said: list[str] = []
        """Lines of standard error."""
        self.told: list[str] = []
        """Lines of standard output."""
        self._arguments = arguments
        self._process: Process | None = None
        self._listeners: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Running:
        await self.start()
        await self.until(lambda: self.address)
        return self

    async def __aexit__(self, *_: object) -> None:
        for pid in [*self._pids(), self.process.pid]:
            kill(pid)
        await self.process.wait()
        await asyncio.gather(*self._listeners)

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            *COMMAND, "run", "--headless", "--port", "0", "--db", str(self.db), *self._arguments,
            stdin=DEVNULL, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        streams = ((self.process.stderr, self.said), (self.process.stdout, self.told))
        self._listeners = [asyncio.create_task(self._listen(*stream)) for stream in streams]

    @property
    def process(self) -> Process:
        assert self._process is not None
        return self._process

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    async def ask(self, **question: Any) -> dict[str, Any]:
        return await asyncio.to_thread(client.request, paths.control_socket(self.db), question)

    async def status(self) -> dict[str, Any]:
        return await self.ask(do="status")

    async def pid(self, name: str, instead_of: int = 0) -> int:
        """Process id of the proxy or the analyser, once it runs and answers."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    told = (await self.status())[name]
                except client.Refused:  # overloaded, for once
                    continue
                if told["pid"] not in (0, instead_of) and "problem" not in told:
                    return int(told["pid"])

    def child(self, module: str) -> int:
        """Process id of its child that runs this module, 0 for none."""
        pid = self.process.pid
        with suppress(OSError):
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                if os.fsencode(module) in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0"):
                    return int(child)
        return 0

    async def heard(self, words: str) -> None:
        """Wait for narration that holds these words."""
        await self.until(lambda: any(words in line for line in self.said))

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                assert self.process.returncode is None or true(), f"it ended: {self.said}"
                await asyncio.sleep(0.01)

    async def ended(self) -> int:
        """Its exit code."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            await asyncio.gather(*self._listeners)
        return code

    async def stopped(self) -> None:
        """Stop it as a person does; it must end well, with nothing left."""
        self.signal(signal.SIGINT)
        assert await self.ended() == 0, self.said
        assert not paths.control_socket(self.db).exists()
        assert not self.db.with_name(self.db.name + "-wal").exists()

    async def _listen(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream is not None
        while line := await stream.readline():
            lines.append(line.decode().rstrip("\n"))
            if found := re.search(r"listening on (\S+),", lines[-1]):
                self.address = found[1]

    def _pids(self) -> list[int]:
        """Our processes that write this database or serve it, whoever their parent is."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    words = (entry / "cmdline").read_bytes()
                    environment = (entry / "environ").read_bytes()
                except OSError:
                    continue
                if b"mouchard." in words and os.fsencode(os.environ["MOUCHARD_HOME"]) in environment:
                    found.append(int(entry.name))
        return found

    async def no_children(self) -> None:
        """Wait until none of our processes is left."""
        async with asyncio.timeout(PATIENCE):
            while self._pids():
                await asyncio.sleep(0.01)


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


class Recorded:
    """What a database holds once a capture is over."""

    def __init__(self, db: Path) -> None:
        with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            self.seqs = [seq for (seq,) in connection.execute("SELECT seq FROM chain ORDER BY n")]
            urls = connection.execute("SELECT url FROM messages ORDER BY seq").fetchall()
            self.paths = ["/" + url.split("/", 3)[3] for (url,) in urls]
            counts = "SELECT reason, sum(json_extract(h.value, '$[1]')) FROM gaps, json_each(hosts) h"
            self.gaps = dict(connection.execute(counts + " GROUP BY reason").fetchall())
            self.interruptions = connection.execute("SELECT count(*) FROM gaps").fetchone()[0]
            self.failures = connection.execute("SELECT count(*) FROM failures").fetchone()[0]

    @property
    def unexplained(self) -> int:
        """Numbers given out that are neither a record nor counted in a gap."""
        return max(self.seqs, default=0) - len(self.seqs) - sum(self.gaps.values())
