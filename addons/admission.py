"""The way of every message into the hand-over: recorded now, or when there is room, or counted as missed."""

from __future__ import annotations

import functools
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from mouchard.addons.handover import Handover

log = logging.getLogger(__name__)


class Admission:
    """Shared by the recording addons: pause, the wait for room, and what becomes of our own faults."""

    def __init__(self, handover: Handover) -> None:
        self.handover = handover
        self.paused = False
        self.failures = 0
        """Times that a fault of our own was met."""

    def pause(self) -> None:
        """Let messages pass unrecorded from now on, counted per host."""
        self.paused = True

    def resume(self) -> None:
        """Record again; what passed meanwhile is told as one gap."""
        self.paused = False
        self.handover.tell("paused")

    def admit(
        self, record: Callable[[], None], host: str, skipped: Callable[[int], object] = lambda seq: None
    ) -> Awaitable[None] | None:
        """Run `record` now, or when there is room; else count the message, and tell `skipped` its number."""
        if self.handover.full and not self.paused:
            return self._later(record, host, skipped)
        self.admit_now(record, host, skipped)
        return None

    def admit_now(
        self, record: Callable[[], None], host: str, skipped: Callable[[int], object] = lambda seq: None
    ) -> None:
        """The same without waiting: a full buffer takes it all the same, a stalled one does not."""
        if self.paused:
            skipped(self.handover.skip(host, "paused"))
        elif self.handover.stalled:
            skipped(self.handover.skip(host))
        else:
            try:
                record()
            except Exception as error:
                self.failed(error)
                skipped(self.handover.skip(host, "recorder failed"))
                self.handover.tell("recorder failed")

    async def _later(self, record: Callable[[], None], host: str, skipped: Callable[[int], object]) -> None:
        if await self.handover.room():
            self.admit_now(record, host, skipped)
        else:
            skipped(self.handover.skip(host))

    def failed(self, error: Exception) -> None:
        """Count and log a fault of our own; its text may quote the wire, so only its place is logged."""
        self.failures += 1
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f"{place.tb_frame.f_code.co_name}:{place.tb_lineno}" if place is not None else "?"
        log.error("a message could not be recorded: %s in %s", type(error).__name__, where)


class _Admits(Protocol):
    admission: Admission


_Hook = TypeVar("_Hook", bound=Callable[..., Any])


def guarded(hook: _Hook) -> _Hook:
    """Make a hook that never raises into browsing: its faults are counted and logged, the flow goes on."""

    @functools.wraps(hook)
    def call(self: _Admits, *args: Any) -> Any:
        try:
            return hook(self, *args)
        except Exception as error:
            self.admission.failed(error)
            return None

    return call  # type: ignore[return-value]
