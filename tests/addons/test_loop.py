"""The loop that the proxy runs on takes what mitmproxy asks of it."""

from __future__ import annotations

import asyncio
import contextvars
import sys

import pytest

from mouchard.addons.loop import loop_factory

WHO = contextvars.ContextVar("who", default="nobody")


def test_uvloop_is_taken_wherever_it_is_installed() -> None:
    pytest.importorskip("uvloop")
    make = loop_factory()
    assert make is not None
    loop = make()
    try:
        assert any(kind.__module__.startswith("uvloop") for kind in type(loop).__mro__)
    finally:
        loop.close()


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks are of Python 3.12")
def test_tasks_are_started_at_once_with_name_and_context() -> None:
    async def main() -> tuple[list[str], str]:
        asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
        began: list[str] = []

        async def work() -> None:
            began.append(WHO.get())

        context = contextvars.copy_context()
        context.run(WHO.set, "somebody")
        task = asyncio.create_task(work(), name="told", context=context)
        return list(began), task.get_name()

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(main()) == (["somebody"], "told")


def test_the_factory_of_tasks_can_be_taken_away_again() -> None:
    async def main() -> int:
        loop = asyncio.get_running_loop()
        before = loop.get_task_factory()
        loop.set_task_factory(getattr(asyncio, "eager_task_factory", None))
        loop.set_task_factory(before)
        return await asyncio.create_task(asyncio.sleep(0, 7))

    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(main()) == 7
