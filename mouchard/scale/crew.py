"""Many hands: a function over many tasks, on the cores of this machine or by Dask on others.

Each task ends with a result or with a reason. A process that dies takes nothing with it: its tasks are done
again, those at work at that moment one by one, so that only the one that kills is given up.
"""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

from mouchard.errors import BadInput
from mouchard.scale.extra import need

Task = TypeVar("Task")
Result = TypeVar("Result")

TRIES = 2
"""How often a task may kill the process that does it."""
_PATIENCE = "30s"


@dataclass(frozen=True, slots=True)
class Done(Generic[Task, Result]):
    """A task with its result, or why it has none."""

    task: Task
    result: Result | None
    error: Exception | None = None


@dataclass(slots=True)
class Crew:
    """Who does the work."""

    hands: int
    """How many tasks are done at the same time."""
    start: Callable[[], Executor]
    _executor: Executor | None = None

    def work(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], window: int = 0
    ) -> Iterator[Done[Task, Result]]:
        """Results as they come; at most `window` tasks are under way (default: two for each hand)."""
        waiting, suspects = iter(tasks), deque[tuple[Task, int]]()
        at_work: dict[Future[Result], Task] = {}
        window = window or 2 * self.hands
        while True:
            if suspects and not at_work:
                task, tries = suspects.popleft()
                future = self._submit(function, task)
                error = future.exception()
                if isinstance(error, BrokenExecutor):
                    self.stop()
                    if tries < TRIES:
                        suspects.append((task, tries + 1))
                        continue
                yield _done(task, future)
                continue
            while not suspects and len(at_work) < window and (more := next(waiting, None)) is not None:
                at_work[self._submit(function, more)] = more
            if not at_work:
                return
            for future in wait(at_work, return_when=FIRST_COMPLETED).done:
                task = at_work.pop(future)
                error = future.exception()
                if isinstance(error, BrokenExecutor):
                    suspects.append((task, 1))
                else:
                    yield _done(task, future)
            if suspects and not at_work:
                self.stop()

    def stop(self) -> None:
        """Let everybody go."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    def _submit(self, function: Callable[[Task], Result], task: Task) -> Future[Result]:
        for _ in range(2):
            if self._executor is None:
                self._executor = self.start()
            try:
                return self._executor.submit(function, task)
            except BrokenExecutor:  # somebody died while nothing was under way
                self.stop()
        raise BadInput("the processes that scan do not start", "try with --jobs 1")


def _done(task: Task, future: Future[Result]) -> Done[Task, Result]:
    error = future.exception()
    if error is not None and not isinstance(error, Exception):  # Ctrl-C is no fault of the task
        raise error
    return Done(task, None if error else future.result(), error)


@contextmanager
def processes(jobs: int = 0) -> Iterator[Crew]:
    """As many processes as there are cores, or as are asked for."""
    count = jobs or cores()

    def start() -> Executor:
        return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_in_a_worker)

    crew = Crew(count, start)
    try:
        yield crew
    finally:
        crew.stop()


@contextmanager
def dask(address: str) -> Iterator[Crew]:
    """The workers of a Dask scheduler. BadInput where none answers."""
    distributed: Any = need("distributed", "--scheduler")
    try:
        client = distributed.Client(address, timeout=_PATIENCE)
    except (OSError, ValueError, TimeoutError) as error:
        raise BadInput(f"no Dask scheduler answers at {address}", "start one: dask scheduler") from error
    try:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            raise BadInput(
                f"the scheduler at {address} has no workers", f"dask worker {address} --nthreads 1"
            )
        yield Crew(len(workers), lambda: client.get_executor(pure=False, retries=TRIES))
    finally:
        client.close()


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_a_worker() -> None:
    """Ctrl-C is for whoever ordered the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
