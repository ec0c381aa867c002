"""The analyser's side of the hand-over: frames in, acknowledgements out."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

from mouchard.capture import wire
from mouchard.capture.wire import Frame

CHUNK = 256 * 1024
PAUSE_SECONDS = 0.02
"""Between two reads that took all there was: less to and fro between the processes."""
DRAIN_SECONDS = 10.0
"""How long a silent but open socket is waited for when its rest is drained."""


@dataclass(frozen=True, slots=True)
class LostTail:
    """Order to count what a dead proxy had numbered and nobody received, as the gap `capture/seq`."""

    capture: str
    seq: int
    until: float
    reason: str
    always: bool
    """Whether the interruption is recorded even if nothing was lost."""


class Intake:
    """A socket from the proxy. At its end (`ended`) a frame cut short is forgotten: it was never whole."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setblocking(False)
        self.ended = False
        self._read_at = 0.0
        self._socket = sock
        self._decoder = wire.Decoder()
        self._unsent = b""

    def fileno(self) -> int:
        return self._socket.fileno()

    @property
    def pause(self) -> float:
        """Seconds until the next read, so that what comes meanwhile is taken together."""
        return max(0.0, self._read_at - time.monotonic())

    @property
    def waiting(self) -> bool:
        """True while an acknowledgement has not been taken by the socket yet."""
        return bool(self._unsent)

    @property
    def readable(self) -> bool:
        """True when a read would give something, or the end."""
        return bool(select.select([self._socket], [], [], 0)[0])

    def read(self) -> Iterable[Frame]:
        """The whole frames of what is there now."""
        try:
            data = self._socket.recv(CHUNK)
        except BlockingIOError:
            return ()
        except OSError:  # reset: the proxy died with acknowledgements unread
            data = b""
        self._read_at = time.monotonic() + PAUSE_SECONDS if len(data) < CHUNK else 0.0
        if not data:
            self.ended = True
            return ()
        return self._decoder.feed(data)

    def rest(self) -> Iterable[Frame]:
        """All that is still to come, up to the end of the other side."""
        while not self.ended:
            if not select.select([self._socket], [], [], DRAIN_SECONDS)[0]:
                return
            yield from self.read()

    def acknowledge(self, seq: int) -> None:
        """Tell the proxy that everything up to `seq` is safe."""
        self._unsent += wire.encode(wire.Ack(seq))
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the socket takes it."""
        try:
            self._unsent = self._unsent[self._socket.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError:
            self._unsent = b""

    def close(self) -> None:
        """Let the socket go."""
        self._socket.close()
