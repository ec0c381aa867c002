"""One end of a control channel, read as lines come by the running event loop."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence

from mouchard.supervisor.lines import Line, Lines


class Control:
    """`heard` gets each line; `gone` is called once, when the other end is closed or speaks no JSON."""

    def __init__(
        self, channel: socket.socket, heard: Callable[[Line], None], gone: Callable[[], None]
    ) -> None:
        self._lines = Lines(channel)
        self._heard = heard
        self._gone = gone
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._lines, self._readable)

    def say(self, line: Line, descriptors: Sequence[int] = ()) -> None:
        """Say one line; the descriptors are closed here once they are handed over."""
        self._lines.send(line, descriptors)
        if self._lines.waiting:
            self._loop.add_writer(self._lines, self._flush)

    def take(self) -> socket.socket:
        """The next socket that came with a line; LookupError where none did."""
        return self._lines.take()

    def close(self) -> None:
        """Let go of the channel: the other end hears it."""
        self._loop.remove_reader(self._lines)
        self._loop.remove_writer(self._lines)
        self._lines.close()

    def _flush(self) -> None:
        self._lines.flush()
        if not self._lines.waiting:
            self._loop.remove_writer(self._lines)

    def _readable(self) -> None:
        try:
            lines = self._lines.receive()
        except ValueError:
            lines = []
            self._lines.closed = True
        for line in lines:
            self._heard(line)
        if self._lines.closed:
            self.close()
            self._gone()
