"""A recorder that cannot keep up or cannot write: browsing goes on, and what passed unrecorded is counted."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.load import Load, Origin
from tests.faults.running import Recorded, Running


async def test_a_short_stop_of_the_analyser_loses_nothing(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 600)
        await load.reached(100)
        pid = await run.pid("analyser")
        os.kill(pid, signal.SIGSTOP)
        stopped = time.monotonic()
        await load.done()  # browsing does not wait: the buffer holds it all
        await run.until(lambda: time.monotonic() - stopped > 3)
        os.kill(pid, signal.SIGCONT)
        await run.stopped()
    found = Recorded(db)
    assert sorted(found.paths) == sorted(load.answered)
    assert found.gaps == {} and found.unexplained == 0


async def test_a_long_stop_lets_browsing_go_on_and_counts_exactly(db: Path, origin: Origin) -> None:
    async with Running(db, "--buffer-bytes", "20000", "--stall-seconds", "0.2") as run:
        before = await Load(run.address, origin, 50).done()
        pid = await run.pid("analyser")
        os.kill(pid, signal.SIGSTOP)
        during = await Load(run.address, origin, 900, first=1000).done()
        await run.heard("recorder stalled")
        os.kill(pid, signal.SIGCONT)
        await run.heard("recording again")
        after = await Load(run.address, origin, 50, first=3000).done()
        status = await run.status()
        await run.stopped()
    found = Recorded(db)
    assert len(during) == 900
    assert set(before) | set(after) <= set(found.paths)
    assert found.gaps == {"recorder stalled": status["proxy"]["dropped"]}
    assert found.unexplained == 0
    lost = len({*before, *during, *after} - set(found.paths))
    assert 0 < lost <= found.gaps["recorder stalled"]


@pytest.mark.soak
async def test_thirty_seconds_without_an_analyser(db: Path, origin: Origin) -> None:
    async with Running(db, "--buffer-bytes", "2000000") as run:
        load = Load(run.address, origin, 20_000)
        await load.reached(100)
        pid = await run.pid("analyser")
        os.kill(pid, signal.SIGSTOP)
        stopped = time.monotonic()
        await load.done()
        while time.monotonic() - stopped < 30:
            await Load(run.address, origin, 20, first=50_000).done()
        os.kill(pid, signal.SIGCONT)
        await run.heard("recording again")
        status = await run.status()
        await run.stopped()
    found = Recorded(db)
    assert found.gaps == {"recorder stalled": status["proxy"]["dropped"]}
    assert found.unexplained == 0


async def test_a_full_disk_is_survived(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        first = await Load(run.address, origin, 50).done()
        pid = await run.pid("analyser")
        limit = db.with_name("m.db-wal").stat().st_size + 4096
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        second = await Load(run.address, origin, 600, first=1000).done()
        await run.heard("disk")
        assert "disk" in (await run.status())["trouble"]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await run.heard("writing again")
        third = await Load(run.address, origin, 50, first=3000).done()
        await run.stopped()
    found = Recorded(db)
    assert sorted(found.paths) == sorted([*first, *second, *third])
    assert found.gaps == {} and found.unexplained == 0


@pytest.mark.slow
async def test_a_locked_database_is_survived(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        await Load(run.address, origin, 20).done()
        with closing(sqlite3.connect(db, isolation_level=None)) as other:
            await run.pid("analyser")
            other.execute("BEGIN IMMEDIATE")
            await Load(run.address, origin, 200, first=1000).done()
            await run.heard("database locked")
            other.execute("ROLLBACK")
        await run.heard("writing again")
        await run.stopped()
    found = Recorded(db)
    assert len(found.paths) == len(set(found.paths)) == 220
    assert found.gaps == {} and found.unexplained == 0


async def test_a_pause_is_counted_too(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        await Load(run.address, origin, 20).done()
        assert (await run.ask(do="pause"))["paused"]
        await Load(run.address, origin, 30, first=1000).done()
        assert (await run.status())["paused"]
        assert not (await run.ask(do="resume"))["paused"]
        await Load(run.address, origin, 20, first=2000).done()
        await run.stopped()
    found = Recorded(db)
    assert len(found.paths) == 40
    assert found.gaps["paused"] >= 30
    assert found.unexplained == 0
