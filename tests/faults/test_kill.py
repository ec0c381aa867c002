"""Kill any process under load: nothing acknowledged is lost, nothing is doubled, no orphan records."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.faults.load import Load, Origin
from tests.faults.running import Recorded, Running, kill


async def test_killing_the_analyser_loses_nothing(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 900)
        pid = 0
        for reached in (100, 350, 600):
            await load.reached(reached)
            pid = await run.pid("analyser", instead_of=pid)
            kill(pid)
        answered = await load.done()
        assert load.errors == 0
        await run.pid("analyser", instead_of=pid)
        await run.stopped()
    found = Recorded(db)
    assert sorted(found.paths) == sorted(answered)
    assert found.gaps == {} and found.unexplained == 0 and found.failures == 0


async def test_killing_the_proxy_loses_what_is_counted_and_no_more(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        address = run.address
        load = Load(address, origin, 900)
        pid = 0
        for reached in (150, 500):
            await load.reached(reached)
            pid = await run.pid("proxy", instead_of=pid)
            kill(pid)
        answered = await load.done()
        assert load.errors > 0
        assert (await run.status())["address"] == address
        await run.stopped()
    found = Recorded(db)
    assert found.interruptions == 2
    assert found.unexplained == 0
    assert len(set(answered) - set(found.paths)) <= sum(found.gaps.values())
    assert set(found.gaps) <= {"proxy stopped unexpectedly"}


async def test_a_pause_outlives_the_proxy(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        await Load(run.address, origin, 10).done()
        await run.ask(do="pause")
        pid = await run.pid("proxy")
        kill(pid)
        await run.pid("proxy", instead_of=pid)
        await Load(run.address, origin, 20, first=1000).done()
        assert (await run.status())["proxy"]["paused"]
        await run.ask(do="resume")
        await Load(run.address, origin, 10, first=2000).done()
        await run.stopped()
    found = Recorded(db)
    assert len(found.paths) == 20
    assert found.gaps["paused"] >= 20 and found.unexplained == 0


@pytest.mark.slow
async def test_killing_both_at_once_starts_both_again(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 400)
        await load.reached(100)
        status = await run.status()
        kill(status["analyser"]["pid"])
        kill(status["proxy"]["pid"])
        await load.done()
        await run.pid("analyser", instead_of=status["analyser"]["pid"])
        last = Load(run.address, origin, 50, first=1000)
        await last.done()
        await run.stopped()
    found = Recorded(db)
    assert found.unexplained == 0
    assert set(last.answered) <= set(found.paths)


async def test_killing_the_supervisor_leaves_no_orphan_and_no_loss(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 2000)
        await load.reached(200)
        run.signal(signal.SIGKILL)
        await run.no_children()
        answered = await load.cancel()
    found = Recorded(db)
    assert set(answered) <= set(found.paths)
    assert found.unexplained == 0
    async with Running(db) as again:  # the stale socket and the lock are no obstacle
        await Load(again.address, origin, 5, first=5000).done()
        await again.stopped()
    assert len(Recorded(db).paths) == len(found.paths) + 5


@pytest.mark.slow
async def test_a_crash_loop_ends_the_run_with_one_line(db: Path) -> None:
    async with Running(db) as run:
        killed = {0}
        while run.process.returncode is None:
            if (pid := run.child("mouchard.analyser")) not in killed:  # however slowly it starts
                killed.add(pid)
                kill(pid)
            await asyncio.sleep(0.005)
        assert await run.ended() == 2
        assert run.said[-2:] == [
            "mouchard: the analyser ends again and again: signal 9",
            "  hint: see `mouchard doctor`",
        ]
        await run.no_children()


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_faults_of_all_kinds_in_any_order(db: Path, origin: Origin, seed: int) -> None:
    """Kills, stops, pauses, deletions and marks under load: each message is a record or counted."""
    chance = random.Random(seed)
    recorded: list[str] = []
    async with Running(db, "--buffer-bytes", "60000", "--stall-seconds", "0.2") as run:
        for turn in range(12):
            load = Load(run.address, origin, 400, first=1000 * turn)
            await load.reached(chance.randrange(50, 300))
            fault = chance.choice(["kill analyser", "kill proxy", "stop", "pause", "mark", "kill both"])
            status = await run.status()
            if fault.startswith("kill"):
                await faults_are_far_apart(run)
                for name in ("proxy", "analyser"):
                    if fault in (f"kill {name}", "kill both"):
                        kill(status[name]["pid"])
            elif fault == "stop":
                os.kill(status["analyser"]["pid"], signal.SIGSTOP)
                await load.done()
                os.kill(status["analyser"]["pid"], signal.SIGCONT)
            elif fault == "pause":
                await run.ask(do="pause")
                await load.done()
                await run.ask(do="resume")
            else:
                await run.ask(do="phase", phase="refused", site="shop.example")
            await load.done()
            await run.pid("proxy")
            await run.pid("analyser")
        recorded = await Load(run.address, origin, 50, first=90_000).done()
        await run.stopped()
    found = Recorded(db)
    assert len(found.paths) == len(set(found.paths))
    assert found.unexplained == 0 and found.failures == 0
    assert set(recorded) <= set(found.paths)


async def faults_are_far_apart(run: Running) -> None:
    """More than five deaths within half a minute are a crash loop, which rightly ends the run."""
    since = time.monotonic()
    await run.until(lambda: time.monotonic() - since > 7)
