"""JSON lines over a Unix socket, open files alongside: how the supervisor and its processes talk."""

from __future__ import annotations

import json
import os
import socket
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

Line: TypeAlias = dict[str, Any]

MAX_WAITING = 256 * 1024
"""Bytes that may wait for a reader who does not read; `offer` gives up beyond."""


class Lines:
    """One end of a control channel, never blocking. Sent descriptors are closed here once handed over."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.closed = False
        """True once the other end is gone."""
        self._socket = sock
        self._waiting: deque[tuple[bytes, list[int]]] = deque()
        self._size = 0
        self._partial = b""
        self._received: deque[int] = deque()

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def waiting(self) -> bool:
        """True while something said has not been taken by the socket yet."""
        return bool(self._waiting)

    def send(self, line: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Say one line; it waits here while the socket is full, and is lost where the other end is gone."""
        self._queue(_encoded(line), descriptors)

    def _queue(self, data: bytes, descriptors: Sequence[int]) -> None:
        self._waiting.append((data, list(descriptors)))
        self._size += len(data)
        self.flush()

    def offer(self, lines: Iterable[Mapping[str, Any]]) -> bool:
        """Say these at once unless too much waits already; False where they were dropped."""
        if self._size > MAX_WAITING:
            return False
        if data := b"".join(_encoded(line) for line in lines):
            self._queue(data, ())
        return True

    def flush(self) -> None:
        """Hand to the socket what it takes now."""
        while self._waiting:
            data, descriptors = self._waiting[0]
            try:
                if descriptors:
                    sent = socket.send_fds(self._socket, [data], descriptors)
                else:
                    sent = self._socket.send(data)
            except BlockingIOError:
                return
            except OSError:
                self._lose()
                return
            _close(descriptors)
            self._size -= sent
            if sent < len(data):
                self._waiting[0] = (data[sent:], [])
            else:
                self._waiting.popleft()

    def receive(self) -> list[Line]:
        """The whole lines that have come in; sets `closed` at the end of the other side."""
        lines: list[Line] = []
        while not self.closed:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, 65536, 8)
            except BlockingIOError:
                break
            except OSError:
                data, descriptors = b"", []
            for descriptor in descriptors:
                os.set_inheritable(descriptor, False)
                self._received.append(descriptor)
            if not data:
                self.closed = True
                break
            *whole, self._partial = (self._partial + data).split(b"\n")
            lines += [json.loads(line) for line in whole if line]
        return lines

    def take(self) -> socket.socket:
        """The next socket that came with a line; LookupError where none did."""
        if not self._received:
            raise LookupError("no socket came with this line")
        return socket.socket(fileno=self._received.popleft())

    def shut(self) -> None:
        """Say no more; the other end hears it, and may still speak."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close this end and every descriptor still on its way."""
        self._lose()
        self._socket.close()
        _close(self._received)
        self._received.clear()

    def _lose(self) -> None:
        for _, descriptors in self._waiting:
            _close(descriptors)
        self._waiting.clear()
        self._size = 0


def _encoded(line: Mapping[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"


def _close(descriptors: Sequence[int] | deque[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
