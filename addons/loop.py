"""The event loop of the proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed and takes the eager tasks that mitmproxy starts: uvloop 0.23 does not
    on Python 3.13.0, whose factory knows fewer arguments than it passes."""
    try:
        import uvloop
    except ImportError:
        return None
    eager = getattr(asyncio, "eager_task_factory", None)
    if eager is not None:
        loop = uvloop.new_event_loop()
        loop.set_task_factory(eager)
        trial = asyncio.sleep(0)
        try:
            loop.run_until_complete(loop.create_task(trial))
        except TypeError:
            trial.close()
            return None
        finally:
            loop.close()
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
