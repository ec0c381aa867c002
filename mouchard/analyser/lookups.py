"""CNAME look-ups beside the loop: hosts go in, chains come back through a socket that select watches."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from contextlib import suppress

from mouchard.analysis import host_of
from mouchard.classify.cname import Resolver, worth_asking
from mouchard.model import Judgement

REMEMBERED = 4_096
"""Hosts asked about, so that each is asked once."""
AT_ONCE = 8
"""Look-ups under way at a time."""


class Lookups:
    """Asks the system's resolver what a host points to; never waits for it."""

    def __init__(self, resolver: Resolver | None = None) -> None:
        self._resolver = resolver or Resolver()
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._answers: deque[tuple[str, tuple[str, ...]]] = deque()
        self._bell, self._ring = socket.socketpair()
        self._bell.setblocking(False)
        self._ring.setblocking(False)
        self._loop = asyncio.new_event_loop()
        self._limit = asyncio.Semaphore(AT_ONCE)
        self._thread = threading.Thread(target=self._loop.run_forever, name="look-ups", daemon=True)
        self._thread.start()

    def fileno(self) -> int:
        """Readable when a chain has come."""
        return self._bell.fileno()

    def ask_about(self, judgements: Iterable[Judgement]) -> None:
        """Look up the hosts of these that may hide a tracker."""
        for judgement in judgements:
            if worth_asking(host := host_of(judgement.message.url), judgement.verdict):
                self.ask(host)

    def ask(self, host: str) -> None:
        """Look the host up, once."""
        if host in self._asked:
            return
        self._asked[host] = None
        if len(self._asked) > REMEMBERED:
            self._asked.popitem(last=False)
        asyncio.run_coroutine_threadsafe(self._look_up(host), self._loop)

    def answers(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Hosts with the names they point to, in order; hosts that point nowhere are left out."""
        with suppress(BlockingIOError):
            self._bell.recv(4096)
        while self._answers:
            yield self._answers.popleft()

    def close(self) -> None:
        """Ask no more."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._bell.close()
        self._ring.close()

    async def _look_up(self, host: str) -> None:
        async with self._limit:
            chain = await self._resolver.chain(host)
        if chain:
            self._answers.append((host, chain))
            with suppress(BlockingIOError):  # the bell is ringing already
                self._ring.send(b"!")
