"""The event loop of the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

_EAGER: Any = getattr(asyncio, "eager_task_factory", None)
"""Starts tasks at once; of Python 3.12 and newer."""


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed and takes the eager tasks that mitmproxy starts; else asyncio's own."""
    try:
        import uvloop
    except ImportError:
        return None

    class Lenient(uvloop.Loop):
        """For Python 3.13.0 to 3.13.2, whose eager factory knows fewer arguments than uvloop passes."""

        def set_task_factory(self, factory: Any) -> None:
            def fitting(loop: Any, work: Any, *, context: Any = None, **_newer: Any) -> Any:
                return factory(loop, work, context=context)

            super().set_task_factory(fitting if factory and factory is _EAGER else factory)

    plain: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return next((make for make in (plain, Lenient) if _is_eager(make)), None)


def _is_eager(make: Callable[[], asyncio.AbstractEventLoop]) -> bool:
    """Whether tasks of this loop can be started at once, where this Python has such."""
    if _EAGER is None:
        return True
    loop = make()
    trial = asyncio.sleep(0)
    try:
        loop.set_task_factory(_EAGER)
        loop.run_until_complete(loop.create_task(trial))
    except TypeError:
        trial.close()
        return False
    finally:
        loop.close()
    return True
