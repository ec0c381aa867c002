"""70,000 requests through the real processes: nothing lost, memory flat, no failure of our own making.

`-s` shows the figures; SOAK_SHARE=0.1 takes a tenth, and leaves memory alone.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.load import name
from tests.faults.running import Recorded, Running
from tests.soak.traffic import Traffic, listening, origin

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1800), pytest.mark.needs("nginx", "openssl")]

SHARE = float(os.environ.get("SOAK_SHARE", "1"))
STEP = int(10_000 * SHARE)
HTTP1, HTTP2 = 5, 2
"""Steps over each protocol."""
BARE = "from mitmproxy.tools.main import mitmdump; mitmdump()"
GROWTH = 1.08
"""What memory may grow by once every table is full: in the end of HTTP/1.1, in the second half of HTTP/2."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def memory(pid: int) -> float:
    """Megabytes of a process that are in memory now."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


async def visit(traffic: Traffic, steps: range, after: Callable[[str], None] = lambda step: None) -> None:
    """So many steps of it."""
    for step in steps:
        numbers = range(step * STEP, (step + 1) * STEP)
        await (traffic.http1(numbers) if step < HTTP1 else traffic.http2(numbers))
        after(f"{'HTTP/1.1' if step < HTTP1 else 'HTTP/2'} {numbers.stop:,}")


def tell(who: str, traffic: Traffic) -> int:
    """Say how it went; the number of requests that failed."""
    print(f"{who:<18} {dict(traffic.statuses)}, {traffic.broken} without an answer", flush=True)
    return traffic.failed


@asynccontextmanager
async def mitmdump(folder: Path) -> AsyncIterator[str]:
    """A mitmdump with nothing of ours; its address."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", BARE, "--ssl-insecure", "-q", "--set", "flow_detail=0",
        "--set", f"confdir={folder}/bare", "--listen-host", "127.0.0.1", "-p", str(port),
        stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL,
    )  # fmt: skip
    try:
        await listening(port)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.wait()


async def test_a_long_visit_loses_nothing_and_memory_stays_flat(tmp_path: Path) -> None:
    port, sizes = free_port(), dict[str, tuple[float, float]]()
    with origin(tmp_path, port):
        await listening(port)
        async with Running(tmp_path / "m.db", "--insecure-upstream") as run:
            proxy, analyser = await run.pid("proxy"), await run.pid("analyser")
            ours = Traffic(run.address, port)

            def after(step: str) -> None:
                sizes[step] = memory(proxy), memory(analyser)
                print(
                    f"{step:<18} proxy {sizes[step][0]:6.1f} MB   analyser {sizes[step][1]:6.1f} MB",
                    flush=True,
                )

            await visit(ours, range(HTTP1), after)
            early = ours.failed
            await visit(ours, range(HTTP1, HTTP1 + HTTP2), after)
            while (status := await run.status())["proxy"]["pending"]:
                await asyncio.sleep(0.1)
            assert (await run.pid("proxy"), await run.pid("analyser")) == (proxy, analyser)
            await run.stopped()
        found, total = Recorded(tmp_path / "m.db"), STEP * (HTTP1 + HTTP2)
        print(f"recorded {len(found.paths):,} of {total:,}, gaps {found.gaps}, failures {found.failures}")
        failed = tell("Mouchard", ours)
        if (
            failed
        ):  # a server that leaves a connection loses what is on it: no more than without us, but for chance
            async with mitmdump(tmp_path) as address:
                bare = Traffic(address, port)
                await visit(bare, range(0 if early else HTTP1, HTTP1 + HTTP2))
            expected = tell("bare mitmdump", bare)
            assert failed <= expected + 3 * (expected + 1) ** 0.5
    assert sorted(found.paths) == sorted(map(name, range(total)))
    assert found.gaps == {} and found.unexplained == 0 and found.failures == 0
    assert status["proxy"]["dropped"] == 0
    assert ours.statuses[204] + ours.statuses[502] + ours.broken == total
    if SHARE < 1:  # the tables are not full yet
        return
    steps = list(sizes.values())
    for early, late in ((HTTP1 - 3, HTTP1 - 1), (HTTP1, HTTP1 + HTTP2 - 1)):
        for before, after in zip(steps[early], steps[late], strict=True):
            assert after <= before * GROWTH, sizes
