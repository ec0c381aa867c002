"""Keeping a process running, with real processes."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from mouchard.errors import StartUpFailed
from mouchard.supervisor import keeper as keeping
from mouchard.supervisor.child import Child
from mouchard.supervisor.keeper import Keeper
from mouchard.supervisor.lines import Line

PROGRAM = """
import argparse, json, os, socket, sys
parser = argparse.ArgumentParser()
for name in ("--control-fd", "--data-fd"):
    parser.add_argument(name, type=int)
parser.add_argument("--say", default='{"event": "ready"}')
parser.add_argument("--code", type=int, default=None)
parser.add_argument("--deaf", action="store_true")
options = parser.parse_args()
control = socket.socket(fileno=options.control_fd)
control.send(options.say.encode() + b"\\n")
if options.code is not None:
    sys.exit(options.code and "broken on purpose")
for line in control.makefile("rb"):
    request = json.loads(line)
    if request.get("do") == "die":
        os._exit(3)
    control.send(json.dumps({"re": request.get("id"), "heard": request["do"]}).encode() + b"\\n")
while options.deaf:
    pass
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that plays one of our processes."""
    (tmp_path / "stand_in.py").write_text(PROGRAM)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    return "stand_in"


class Watched:
    """A keeper of a stand-in, with what was heard of it."""

    def __init__(self, module: str, *arguments: str, must_finish: bool = False) -> None:
        self.said: list[Line] = []
        self.deaths: list[tuple[int, str]] = []
        self.module, self.arguments = module, arguments
        self.keeper = Keeper("stand-in", self._start, self._died, must_finish=must_finish)

    async def _start(self) -> Child:
        ours, theirs = socket.socketpair()
        with ours:
            return await Child.start(self.module, self.arguments, theirs, self._heard)

    def _heard(self, line: Line) -> None:
        self.said.append(line)
        if line["event"] == "ready":
            self.keeper.up.set()

    def _died(self, code: int, words: str) -> None:
        self.deaths.append((code, words))


async def _never() -> None:
    await asyncio.Event().wait()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():
            await asyncio.sleep(0.01)


async def test_it_starts_answers_and_stops(stand_in: str) -> None:
    watched = Watched(stand_in)
    keeping = asyncio.create_task(watched.keeper.keep())
    await watched.keeper.up.wait()
    child = watched.keeper.child
    assert child is not None
    answers = await asyncio.gather(*(child.ask({"do": str(n)}) for n in range(5)))
    assert [answer["heard"] for answer in answers] == list("01234")
    await watched.keeper.stop(Child.let_go, 60, _never)
    await keeping
    assert watched.keeper.child is None
    assert watched.deaths == []


async def test_a_dead_one_is_started_again(stand_in: str) -> None:
    watched = Watched(stand_in)
    task = asyncio.create_task(watched.keeper.keep())
    await watched.keeper.up.wait()
    first = watched.keeper.child
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)
    await _until(lambda: len(watched.said) == 2)
    assert watched.deaths == [(-signal.SIGKILL, "")]
    assert watched.keeper.child is not None
    assert watched.keeper.child.pid != first.pid
    await watched.keeper.stop(Child.let_go, 60, _never)
    await task


async def test_a_crash_loop_ends_in_one_line(stand_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "LONGEST_WAIT", 0.05)
    watched = Watched(stand_in, "--code", "1")
    watched.keeper.up.set()
    with pytest.raises(StartUpFailed, match="the stand-in ends again and again: broken on purpose"):
        await watched.keeper.keep()
    assert watched.deaths == [(1, "broken on purpose")] * keeping.DEATHS


async def test_one_that_never_comes_up_is_not_tried_again(stand_in: str) -> None:
    watched = Watched(stand_in, "--say", '{"event": "odd"}', "--code", "1")
    with pytest.raises(StartUpFailed, match="the stand-in did not start: broken on purpose"):
        await watched.keeper.keep()
    assert len(watched.said) == 1


async def test_its_own_words_of_failure_reach_the_person(stand_in: str) -> None:
    failed = '{"event": "failed", "error": "port 1 is taken", "hint": "--port 0"}'
    watched = Watched(stand_in, "--say", failed, "--code", "2")
    with pytest.raises(StartUpFailed) as error:
        await watched.keeper.keep()
    assert (error.value.message, error.value.hint) == ("port 1 is taken", "--port 0")


async def test_one_that_does_not_stop_is_killed_in_time_or_at_once_when_hurried(stand_in: str) -> None:
    for seconds, hurry in ((0.05, _never), (60, asyncio.Event().wait)):
        watched = Watched(stand_in, "--deaf")
        task = asyncio.create_task(watched.keeper.keep())
        await watched.keeper.up.wait()
        if seconds == 60:
            hurried = asyncio.Event()
            hurried.set()
            hurry = hurried.wait
        await watched.keeper.stop(Child.let_go, seconds, hurry)
        await task
        assert watched.keeper.child is None


async def test_one_that_must_finish_is_started_again_to_stop(stand_in: str) -> None:
    watched = Watched(stand_in, must_finish=True)
    task = asyncio.create_task(watched.keeper.keep())
    await watched.keeper.up.wait()
    asked: list[int] = []

    def ask(child: Child) -> None:
        asked.append(child.pid)
        if len(asked) == 1:
            os.kill(child.pid, signal.SIGKILL)
        else:
            child.let_go()

    await watched.keeper.stop(ask, 60, _never)
    await task
    assert len(asked) == 2


async def test_a_question_to_one_that_dies_is_refused(stand_in: str) -> None:
    watched = Watched(stand_in)
    task = asyncio.create_task(watched.keeper.keep())
    await watched.keeper.up.wait()
    child = watched.keeper.child
    assert child is not None
    with pytest.raises(Exception, match="it has just ended"):
        await child.ask({"do": "die"})
    await watched.keeper.stop(Child.let_go, 60, _never)
    await task
