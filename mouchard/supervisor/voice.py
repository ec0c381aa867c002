"""What the person hears: narration on standard error, findings on standard output."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TextIO

from mouchard.printable import printable
from mouchard.supervisor.lines import Line

WAITING = 200
"""Times that something was said which is kept for a reader who does not read (a paused pager); what comes
later is dropped, and its lines counted."""


class Voice:
    """Prints from a thread of its own: a terminal that is held up never holds up the capture."""

    def __init__(self, closed: Callable[[], None]) -> None:
        """`closed` is called, from the printing thread, when nobody reads standard output any more."""
        self.silent = False
        """True while something else owns the terminal."""
        self._closed = closed
        self._dropped = 0
        self._lines: queue.Queue[tuple[TextIO, tuple[str, ...]] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._print, daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """One line of narration."""
        if not self.silent:
            self._put(sys.stderr, f"mouchard: {printable(text)}")

    def tell(self, findings: Sequence[Line]) -> None:
        """A line for each finding: time, site → recipient, type, form, level, masked value."""
        if not self.silent:
            self._put(sys.stdout, *map(_line, findings))

    def close(self, seconds: float = 2.0) -> None:
        """Print what waits, as far as somebody reads it within this time."""
        with suppress(queue.Full):
            self._lines.put(None, timeout=seconds)
            self._thread.join(seconds)

    def _put(self, stream: TextIO, *lines: str) -> None:
        try:
            if self._dropped:
                self._lines.put_nowait((sys.stderr, (f"mouchard: {self._dropped} lines were not shown",)))
                self._dropped = 0
            self._lines.put_nowait((stream, lines))
        except queue.Full:
            self._dropped += len(lines)

    def _print(self) -> None:
        gone = False
        while (told := self._lines.get()) is not None:
            stream, lines = told
            try:
                print(*lines, sep="\n", file=stream, flush=True)
            except (OSError, ValueError):  # the terminal, or the reader of our pipe, is gone
                if stream is sys.stdout and not gone:
                    gone = True
                    self._closed()


def _line(finding: Line) -> str:
    clock = time.strftime("%H:%M:%S", time.localtime(float(finding["time"])))
    site = str(finding["site"]) or "unknown site"
    words = [f"{site} → {finding['to']}", *(finding[name] for name in ("type", "form", "level", "value"))]
    return f"{clock}  " + "  ".join(printable(str(word), 120) for word in words)
