"""Other commands of Mouchard started from the live view, apart from its terminal."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    said: str
    """The end of what it wrote on stderr, at most 600 characters; hostile until shown through `cell`."""


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
