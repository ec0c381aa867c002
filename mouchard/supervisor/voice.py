"""What the person hears: narration on standard error, findings on standard output."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from mouchard.printable import printable
from mouchard.supervisor.lines import Line

WAITING = 2000
"""Lines kept for a reader who does not read (a paused pager); later ones are dropped, and counted."""


class Voice:
    """Prints from a thread of its own: a terminal that is held up never holds up the capture."""

    def __init__(self, closed: Callable[[], None]) -> None:
        """`closed` is called, from the printing thread, when nobody reads standard output any more."""
        self.silent = False
        """True while something else owns the terminal."""
        self._closed = closed
        self._dropped = 0
        self._lines: queue.Queue[tuple[TextIO, str] | None] = queue.Queue(WAITING)
        self._thread = threading.Thread(target=self._print, daemon=True)
        self._thread.start()

    def say(self, text: str) -> None:
        """One line of narration."""
        if not self.silent:
            self._put(sys.stderr, f"mouchard: {printable(text)}")

    def tell(self, finding: Line) -> None:
        """One finding: time, site → recipient, type, form, level, masked value."""
        if self.silent:
            return
        clock = time.strftime("%H:%M:%S", time.localtime(float(finding["time"])))
        site = str(finding["site"]) or "unknown site"
        words = [f"{site} → {finding['to']}", *(finding[name] for name in ("type", "form", "level", "value"))]
        self._put(sys.stdout, f"{clock}  " + "  ".join(printable(str(word), 120) for word in words))

    def close(self, seconds: float = 2.0) -> None:
        """Print what waits, as far as somebody reads it within this time."""
        with suppress(queue.Full):
            self._lines.put(None, timeout=seconds)
            self._thread.join(seconds)

    def _put(self, stream: TextIO, text: str) -> None:
        try:
            if self._dropped:
                self._lines.put_nowait((sys.stderr, f"mouchard: {self._dropped} lines were not shown"))
                self._dropped = 0
            self._lines.put_nowait((stream, text))
        except queue.Full:
            self._dropped += 1

    def _print(self) -> None:
        gone = False
        while (line := self._lines.get()) is not None:
            stream, text = line
            try:
                print(text, file=stream, flush=True)
            except (OSError, ValueError):  # the terminal, or the reader of our pipe, is gone
                if stream is sys.stdout and not gone:
                    gone = True
                    self._closed()
