"""The proxy's end of the channel to the analyser: numbers records, keeps them until they are committed."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Callable
from itertools import islice

from mouchard.addons.counter import Counter
from mouchard.capture.records import Capture, Gap, Record, Request, WebSocketFrame
from mouchard.capture.wire import Ack, Begin, Decoder, End, WireError, encode

log = logging.getLogger(__name__)

BUFFER_BYTES = 32 * 1024 * 1024
STALL_SECONDS = 5.0
DRAIN_SECONDS = 5.0
"""How long the hand-over may stand still at the end before the rest is given up, and counted."""
STARTING_SECONDS = 20.0
"""The same while an analyser is starting: it reads its rules and the identity first."""
_COALESCE_SECONDS = 0.02
"""How long a record that no one waits for may stay behind for others to travel with."""
_GAP_HOSTS = 2000
"""Hosts named in one gap; further ones are counted under the empty name."""


class _Missed:
    """The messages of one reason that passed unrecorded and are not yet told."""

    def __init__(self, now: float) -> None:
        self.first = self.last = now
        self.hosts: dict[str, int] = {}

    def add(self, host: str, now: float) -> None:
        self.last = now
        if host not in self.hosts and len(self.hosts) >= _GAP_HOSTS:
            host = ""
        self.hosts[host] = self.hosts.get(host, 0) + 1


class Handover:
    """Hands records to the analyser, lossless while it keeps up, honest about what was lost when not.

    Every record is kept until its number is acknowledged, through any number of analysers
    (`attach`). While more than `limit` bytes are kept, `room` makes a hook wait, at most
    `stall_seconds` in one stall; then the messages are counted (`skip`) and let through, until half of
    the buffer is free again. Skipped messages take a number too, so that the holes in the sequence
    are what the gaps count, also after a kill.
    """

    def __init__(
        self,
        capture: Capture,
        *,
        first_seq: int = 1,
        counter: Counter | None = None,
        limit: int = BUFFER_BYTES,
        stall_seconds: float = STALL_SECONDS,
        notice: Callable[[str], None] = lambda event: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.capture = capture
        self.stalled = False
        """True from the end of a stall's patience until half of the buffer is free."""
        self.dropped = 0
        """Messages that passed unrecorded, for whatever reason."""
        self.pending_bytes = 0
        self._last = first_seq - 1
        self._counter = counter
        if counter is not None:
            counter.value = self._last
        self._limit = limit
        self._patience = stall_seconds
        self._deadline: float | None = None
        self._notice = notice
        self._clock = clock
        self._missed: dict[str, _Missed] = {}
        self._unacked: deque[tuple[int, bytes]] = deque()
        self._outbox: deque[bytes] = deque()
        self._offset = 0  # bytes of the first frame of the outbox that are written
        self._socket: socket.socket | None = None
        self._decoder = Decoder()
        self._blocked = False
        self._later: asyncio.TimerHandle | None = None
        self._change = asyncio.Event()
        self._starting = True  # until the analyser on the channel has acknowledged something
        self._ended = False

    @property
    def next_seq(self) -> int:
        """The number that the next record must carry."""
        return self._last + 1

    @property
    def pending(self) -> int:
        """Records not yet acknowledged."""
        return len(self._unacked)

    @property
    def attached(self) -> bool:
        """Whether there is an analyser at the other end."""
        return self._socket is not None

    @property
    def full(self) -> bool:
        """Whether a hook has to ask for `room` first."""
        return self.stalled or self.pending_bytes >= self._limit

    # --- records in ------------------------------------------------------------------------------

    def put(self, record: Record) -> None:
        """Take a record that carries `next_seq`. Requests and frames are on the channel on return, where
        it is free, so that killing the proxy loses none that was forwarded. Raises WireError, and
        takes no number, where the record does not fit a frame."""
        assert record.seq == self.next_seq
        frame = encode(record)
        self._number()
        self._unacked.append((record.seq, frame))
        self.pending_bytes += len(frame)
        if self._socket is None:
            return
        self._outbox.append(frame)
        if self._blocked:
            return
        if isinstance(record, (Request, WebSocketFrame)):
            self._flush()
        elif self._later is None:
            self._later = asyncio.get_running_loop().call_later(_COALESCE_SECONDS, self._flush)

    async def room(self) -> bool:
        """Wait for room; False when the patience of this stall is over and the message must be skipped."""
        loop = asyncio.get_running_loop()
        while self.full:
            if self.stalled:
                return False
            if self._deadline is None:
                self._deadline = loop.time() + self._patience
            self._change.clear()
            try:
                async with asyncio.timeout_at(self._deadline):
                    await self._change.wait()
            except TimeoutError:
                if not self.stalled and self.full:
                    self.stalled = True
                    self._notice("stalled")
        return True

    def skip(self, host: str, reason: str = "recorder stalled") -> int:
        """Count a message that passes unrecorded; returns the number it would have had."""
        now = self._clock()
        self.dropped += 1
        if reason not in self._missed:
            self._missed[reason] = _Missed(now)
        self._missed[reason].add(host, now)
        return self._number()

    def tell(self, reason: str) -> None:
        """Record what was skipped for this reason as one gap."""
        missed = self._missed.pop(reason, None)
        if missed is not None:
            hosts = tuple(sorted(missed.hosts.items()))
            self.put(Gap(self.capture.id, self.next_seq, missed.first, missed.last, reason, hosts))

    def _number(self) -> int:
        self._last += 1
        if self._counter is not None:
            self._counter.value = self._last
        return self._last

    # --- the channel -----------------------------------------------------------------------------

    def attach(self, channel: socket.socket) -> None:
        """Use this channel from now on; what is not acknowledged is sent again, in order."""
        self.detach()
        channel.setblocking(False)
        self._socket = channel
        self._decoder = Decoder()
        self._outbox.append(encode(Begin(self.capture)))
        self._outbox.extend(frame for _, frame in self._unacked)
        if self._ended:
            self._outbox.append(encode(End(self._last)))
        self._starting = True
        asyncio.get_running_loop().add_reader(channel, self._readable)
        self._flush()

    def detach(self) -> None:
        """Let go of the channel; records are kept for the next one."""
        if self._socket is None:
            return
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        loop.remove_writer(self._socket)
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._socket.close()
        self._socket = None
        self._outbox.clear()
        self._offset = 0
        self._blocked = False

    async def drain(self, patience: float = DRAIN_SECONDS, starting: float = STARTING_SECONDS) -> bool:
        """Say that nothing follows and wait for the last acknowledgement; False if nothing moved for
        `patience` seconds, or `starting` seconds where the analyser has not acknowledged anything yet."""
        for reason in list(self._missed):
            self.tell(reason)
        self._ended = True
        if self._socket is not None:
            self._outbox.append(encode(End(self._last)))
            self._flush()
        try:
            while self._unacked or self._outbox:
                self._change.clear()
                async with asyncio.timeout(starting if self._starting else patience):
                    await self._change.wait()
        except TimeoutError:
            return False
        return True

    def _flush(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        try:
            while self._outbox and self._socket is not None:
                frames: list[bytes | memoryview] = list(islice(self._outbox, 64))
                frames[0] = memoryview(frames[0])[self._offset :]
                self._written(self._socket.sendmsg(frames))
        except BlockingIOError:
            if not self._blocked and self._socket is not None:
                self._blocked = True
                asyncio.get_running_loop().add_writer(self._socket, self._flush)
            return
        except OSError:
            self._lost()
            return
        if self._blocked and self._socket is not None:
            self._blocked = False
            asyncio.get_running_loop().remove_writer(self._socket)
        self._change.set()

    def _written(self, count: int) -> None:
        count += self._offset
        while self._outbox and count >= len(self._outbox[0]):
            count -= len(self._outbox.popleft())
        self._offset = count

    def _readable(self) -> None:
        assert self._socket is not None
        try:
            data = self._socket.recv(65536)
            frames = self._decoder.feed(data)
        except BlockingIOError:
            return
        except (OSError, WireError) as error:
            log.error("the channel to the analyser failed: %s", error)
            self._lost()
            return
        if not data:
            self._lost()
            return
        for frame in frames:
            if isinstance(frame, Ack):
                self._acknowledged(frame.seq)

    def _lost(self) -> None:
        self.detach()
        self._notice("detached")

    def _acknowledged(self, seq: int) -> None:
        self._starting = False
        while self._unacked and self._unacked[0][0] <= seq:
            self.pending_bytes -= len(self._unacked.popleft()[1])
        if self.pending_bytes <= self._limit // 2:  # all the way down, or browsing would stop and go
            self._deadline = None
            if self.stalled:
                self.stalled = False
                self.tell("recorder stalled")
                self._notice("recovered")
        self._change.set()
