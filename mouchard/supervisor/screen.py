"""The live view as a companion of the capture, on this terminal, which is put right again after it."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
from collections.abc import Sequence
from contextlib import suppress

from mouchard.supervisor.child import environment

RESTORE = (
    "\x1b[?1049l\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1004l\x1b[?1006l\x1b[?1015l"
    "\x1b[?2004l\x1b[?2026l\x1b[<u\x1b[?25h\x1b[0m"
)
"""Leave the alternate screen; no mouse, focus, paste or key reports; cursor and plain text back."""


def has_terminal() -> bool:
    """True where a live view can be shown: both ends a terminal, and ours to use now."""
    try:
        return sys.stdin.isatty() and sys.stdout.isatty() and os.tcgetpgrp(0) == os.getpgrp()
    except (OSError, ValueError, AttributeError):
        return False


def is_gone() -> bool:
    """True where standard input was a terminal that has been closed."""
    try:
        termios.tcgetattr(0)
    except termios.error:
        return True
    return False


async def show(command: Sequence[str]) -> int:
    """Run a full-screen program to its end and give its exit code; cancelled, end it.

    The terminal is as before, however the program ended.
    """
    saved = termios.tcgetattr(0)
    process = await asyncio.create_subprocess_exec(*command, env=environment())
    try:
        return await process.wait()
    except asyncio.CancelledError:
        await _end(process)
        raise
    finally:
        if process.returncode != 0:
            with suppress(OSError):
                os.write(1, RESTORE.encode())
        with suppress(termios.error, OSError):
            termios.tcsetattr(0, termios.TCSANOW, saved)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(2.0):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
