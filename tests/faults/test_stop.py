"""Every way to end a capture: ports free, everything recorded, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import socket
import sys
from pathlib import Path

import pytest

from mouchard.supervisor.supervisor import ECHO_SECONDS
from tests.faults.load import Load, Origin
from tests.faults.running import COMMAND, Recorded, Running


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow), signal.SIGHUP]
)
async def test_a_signal_ends_it_cleanly_under_load(db: Path, origin: Origin, number: int) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 2000)
        await load.reached(300)
        run.signal(number)
        assert await run.ended() == 0
        assert run.said[1:] == ["mouchard: stopping… (again: at once)"]
        await run.no_children()
        answered = await load.cancel()
        with socket.create_server(("127.0.0.1", int(run.address.rpartition(":")[2]))):
            left = sorted(path.name for path in db.parent.iterdir() if not path.is_dir())
    assert left == ["m.db", "m.db.lock"]
    found = Recorded(db)
    assert set(answered) <= set(found.paths)
    assert found.unexplained == 0 and found.gaps == {}


async def test_a_second_interrupt_hastens(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        await Load(run.address, origin, 20).done()
        analyser = await run.pid("analyser")
        os.kill(analyser, signal.SIGSTOP)  # it will never come to acknowledge
        await Load(run.address, origin, 20, first=100).done()
        run.signal(signal.SIGINT)
        await run.heard("stopping")
        await asyncio.sleep(2 * ECHO_SECONDS)  # a person; what comes at once is the same signal
        run.signal(signal.SIGINT)
        assert await run.ended() == 0
        assert run.said[-1] == "mouchard: ended by force: the last records may be missing"
        await run.no_children()
    assert Recorded(db).unexplained == 0


async def test_a_signal_that_comes_twice_at_once_is_one(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 2000)
        await load.reached(300)
        run.signal(signal.SIGTERM)
        run.signal(signal.SIGINT)
        assert await run.ended() == 0
        assert run.said[1:] == ["mouchard: stopping… (again: at once)"]
        answered = await load.cancel()
    assert set(answered) <= set(Recorded(db).paths)


async def test_the_stop_command_returns_when_all_is_recorded(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        await Load(run.address, origin, 200).done()
        stop = await asyncio.create_subprocess_exec(*COMMAND, "stop", "--db", str(db))
        assert await stop.wait() == 0
        assert len(Recorded(db).paths) == 200
        assert await run.ended() == 0
    stop = await asyncio.create_subprocess_exec(
        *COMMAND, "stop", "--db", str(db), stderr=asyncio.subprocess.PIPE
    )
    _, said = await stop.communicate()
    assert stop.returncode == 2
    assert said.decode().startswith("mouchard: nothing is being captured\n")


async def test_a_reader_that_goes_away_ends_it(db: Path, origin: Origin, tmp_path: Path) -> None:
    identity = tmp_path / "me.json"
    identity.write_text('{"email": ["zoe@example.org"]}')
    script = (
        f"{shlex.quote(sys.executable)} -m mouchard run --headless --port 0 --db {db} --identity {identity}"
        f" 2>{tmp_path}/said | head -n 1"
    )
    pipe = await asyncio.create_subprocess_shell(script, stdout=asyncio.subprocess.PIPE)
    while b"listening on " not in (said := _read(tmp_path / "said")):
        await asyncio.sleep(0.01)
    address = said.split(b"listening on ")[1].split(b",")[0].decode()
    load = Load(address, origin, 100_000, query="?m=zoe%40example.org", referer="http://shop.example/")
    async with asyncio.timeout(60):
        assert pipe.stdout is not None
        line = (await pipe.stdout.read()).decode()
        assert await pipe.wait() == 0
    await load.cancel()
    assert line.count("\n") == 1
    assert "shop.example → 127.0.0.1  email" in line and "zoe" not in line


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
