"""A real `mouchard run` in its own process, started, waited for, stopped."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Running:
    """A capture that listens at `address`; `said` and `told` fill up with its narration and its findings."""

    db: Path
    process: subprocess.Popen[str]
    address: str = ""
    said: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def stop(self) -> int:
        """End it as a person does, and give its exit code once everything is written."""
        mouchard("stop", "--db", str(self.db))
        return self.process.wait(60)


def mouchard(*arguments: str) -> str:
    """Standard output of a command that must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "mouchard", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def capture(db: Path, *arguments: str) -> Iterator[Running]:
    """`mouchard run --headless` into `db` on a free port, killed at the end if it still runs."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mouchard", "run", "--headless", "--port", "0", "--db", str(db), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running = Running(db, process)
    listening = threading.Event()
    readers = [
        threading.Thread(target=_narration, args=(running, listening)),
        threading.Thread(target=lambda: running.told.extend(process.stdout or ())),
    ]
    for reader in readers:
        reader.start()
    try:
        assert listening.wait(60) and running.address, "".join(running.said)
        yield running
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(30)
        for reader in readers:
            reader.join()
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            stream.close()


def _narration(running: Running, listening: threading.Event) -> None:
    for line in running.process.stderr or ():
        running.said.append(line)
        if found := re.search(r"listening on (\S+:\d+)", line):
            running.address = found[1]
            listening.set()
    listening.set()


def jsonl(text: str) -> Sequence[str]:
    """The lines of an output in JSON lines."""
    return [line for line in text.splitlines() if line]
