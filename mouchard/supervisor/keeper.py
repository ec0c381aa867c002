"""Keeps one process running: starts it again when it dies, with patience; gives up on a crash loop."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from mouchard.errors import StartUpFailed
from mouchard.supervisor.child import Child

DEATHS, WITHIN_SECONDS = 5, 30.0
"""More deaths than this within this time are a crash loop."""

FIRST_WAIT, LONGEST_WAIT = 0.05, 2.0
"""Seconds before the second start of a series, doubled up to the longest; the first is at once."""


class Keeper:
    """`start` makes the process, `died` hears of each unexpected end before the next start."""

    def __init__(
        self,
        name: str,
        start: Callable[[], Awaitable[Child]],
        died: Callable[[int, str], None],
        *,
        must_finish: bool = False,
    ) -> None:
        """`must_finish`: a death while it stops does not count as its end; it is started to stop again."""
        self.name = name
        self.up = asyncio.Event()
        """Set once the process has said that it works."""
        self.over = asyncio.Event()
        """Set when it has ended for good."""
        self.child: Child | None = None
        """The process, while it runs."""
        self.restarts = 0
        self._start = start
        self._died = died
        self._must_finish = must_finish
        self._ask: Callable[[Child], None] | None = None
        self.killed = False
        """Whether `stop` had to end it by force."""
        self._deaths: deque[float] = deque()

    async def keep(self) -> None:
        """Until `stop`. StartUpFailed where it does not come up at first, says why it cannot go on, or
        dies all the time."""
        try:
            while not await self._once():
                self.restarts += 1
                await asyncio.sleep(self._pause())
                if self._ask and not self._must_finish:
                    return
        finally:
            self.child = None
            self.over.set()

    async def _once(self) -> bool:
        try:
            child = self.child = await self._start()
        except OSError as error:
            raise StartUpFailed(
                f"cannot start the {self.name}: {error.strerror}", "`mouchard doctor` looks for the cause"
            ) from error
        if self._ask:
            self._ask(child)
        code = await child.wait()
        self.child = None
        if self._ask and (code == 0 or self.killed or not self._must_finish):
            return True
        self._judge(child, code)
        self._died(code, child.last_words)
        return False

    async def stop(
        self, ask: Callable[[Child], None], seconds: float, hurry: Callable[[], Awaitable[object]]
    ) -> None:
        """Ask it to end; kill it when that takes longer than `seconds`, or when `hurry` comes back, or at
        once where it never came up and so has nothing to finish."""
        self._ask = ask
        if not self.up.is_set():
            seconds = 0
        if self.child is not None:
            ask(self.child)
        ended = asyncio.ensure_future(self.over.wait())
        hurried = asyncio.ensure_future(hurry())
        await asyncio.wait((ended, hurried), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if self.child is not None:
            self.killed = True
            self.child.kill()
        await ended

    def _judge(self, child: Child, code: int) -> None:
        words = child.last_words or (f"signal {-code}" if code < 0 else f"exit code {code}")
        if child.failure:
            raise StartUpFailed(words, str(child.failure.get("hint", "")))
        if not self.up.is_set():
            raise StartUpFailed(f"the {self.name} did not start: {words}", "see `mouchard doctor`")
        now = time.monotonic()
        self._deaths.append(now)
        while self._deaths[0] < now - WITHIN_SECONDS:
            self._deaths.popleft()
        if len(self._deaths) > DEATHS:
            raise StartUpFailed(f"the {self.name} ends again and again: {words}", "see `mouchard doctor`")

    def _pause(self) -> float:
        return 0.0 if len(self._deaths) < 2 else min(FIRST_WAIT * 2 ** (len(self._deaths) - 2), LONGEST_WAIT)
