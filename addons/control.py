"""The proxy's end of the control channel: JSON lines, with file descriptors beside them."""

from __future__ import annotations

import asyncio
import json
import socket
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_LINE_CAP = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Command:
    """One request of the supervisor."""

    id: Any
    do: str
    values: Mapping[str, Any]
    channel: socket.socket | None
    """The data channel that came with `attach`."""


class Control:
    """Reads commands and writes events and answers, from within the running event loop.

    `gone` is called once when the other end is closed: nobody is left to stop us."""

    def __init__(
        self, channel: socket.socket, command: Callable[[Command], None], gone: Callable[[], None]
    ) -> None:
        channel.setblocking(False)
        self._channel = channel
        self._command = command
        self._gone = gone
        self._in = bytearray()
        self._out = bytearray()
        self._passed: deque[socket.socket] = deque()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(channel, self._readable)

    def event(self, name: str, **values: Any) -> None:
        """Tell the supervisor something it did not ask."""
        self._send({"event": name, **values})

    def answer(self, command: Command, **values: Any) -> None:
        """Answer a command: `ok` is true."""
        self._send({"re": command.id, "ok": True, **values})

    def refuse(self, command: Command, error: str, hint: str = "") -> None:
        """Answer a command that cannot be done."""
        self._send({"re": command.id, "ok": False, "error": error, "hint": hint})

    def _send(self, message: Mapping[str, Any]) -> None:
        self._out += json.dumps(message).encode() + b"\n"
        self._flush()

    def _flush(self) -> None:
        try:
            while self._out:
                del self._out[: self._channel.send(self._out)]
        except BlockingIOError:
            self._loop.add_writer(self._channel, self._flush)
        except OSError:
            self._out.clear()  # the reader sees that the other end is gone
        else:
            self._loop.remove_writer(self._channel)

    def _readable(self) -> None:
        try:
            data, descriptors, _, _ = socket.recv_fds(self._channel, 65536, 8)
        except BlockingIOError:
            return
        except OSError:
            data, descriptors = b"", []
        self._passed.extend(socket.socket(fileno=descriptor) for descriptor in descriptors)
        self._in += data
        if not data or len(self._in) > _LINE_CAP:
            self._loop.remove_reader(self._channel)
            self._loop.remove_writer(self._channel)
            self._gone()
            return
        *lines, rest = bytes(self._in).split(b"\n")
        self._in = bytearray(rest)
        for line in lines:
            self._line(line)

    def _line(self, line: bytes) -> None:
        try:
            values = json.loads(line)
            do = str(values.pop("do"))
        except (ValueError, AttributeError, KeyError, RecursionError):
            self._send({"re": None, "ok": False, "error": "not a command", "hint": ""})
            return
        channel = self._passed.popleft() if do == "attach" and self._passed else None
        self._command(Command(values.pop("id", None), do, values, channel))
