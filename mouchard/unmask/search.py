"""The search itself: every candidate hashed and compared, on all cores."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing import get_context

from mouchard.unmask.space import Space
from mouchard.unmask.target import Target, digest_of

CHUNK = 1_000_000
"""Candidates given to a process at a time."""


@dataclass(frozen=True, slots=True)
class Found:
    """How a search ended."""

    candidate: str
    """Empty where nothing matched within the space or the time given."""
    tried: int
    seconds: float
    cores: int


def search(
    target: Target,
    space: Space,
    progress: Callable[[int], None],
    seconds: float,
    cores: int = 0,
    chunk: int = CHUNK,
) -> Found:
    """Try the candidates in order until one matches or the time is up; `progress` gets the number tried."""
    cores = cores or os.cpu_count() or 1
    began, tried = time.monotonic(), 0
    chunks = _chunks(space, chunk)
    if space.size <= chunk:
        return Found(_try(target, space, 0, space.size), space.size, time.monotonic() - began, 1)
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        running: set[Future[str]] = set()
        try:
            while time.monotonic() - began < seconds:
                for start, stop in chunks:
                    running.add(pool.submit(_try, target, space, start, stop))
                    if len(running) > cores:
                        break
                if not running:
                    break
                done, running = wait(running, return_when=FIRST_COMPLETED)
                tried += chunk * len(done)
                progress(min(tried, space.size))
                if candidate := next((found.result() for found in done if found.result()), ""):
                    return Found(candidate, min(tried, space.size), time.monotonic() - began, cores)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return Found("", min(tried, space.size), time.monotonic() - began, cores)


def _chunks(space: Space, size: int) -> Iterator[tuple[int, int]]:
    for start in range(0, space.size, size):
        yield start, min(start + size, space.size)


def _try(target: Target, space: Space, start: int, stop: int) -> str:
    """The matching candidate of one chunk, or empty. Runs in a process of its own."""
    digest, wanted = digest_of(target.steps), target.digest
    if len(space.groups) == 1:  # the usual spellings: one run of digits, put together without a call
        before, after = (piece.encode() for piece in space.template)
        form = (
            before.replace(b"%", b"%%")
            + b"%0"
            + str(space.groups[0]).encode()
            + b"d"
            + after.replace(b"%", b"%%")
        )
        for number in range(space.first + start, space.first + stop):
            if digest(form % number) == wanted:
                return (form % number).decode()
        return ""
    for place in range(start, stop):
        candidate = space.candidate(place)
        if digest(candidate.encode()) == wanted:
            return candidate
    return ""
