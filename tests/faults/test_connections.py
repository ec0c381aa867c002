"""Many connections, slow ones, broken ones, huge bodies: the others go on, and the record is exact."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.load import PART, Load, Origin, reset
from tests.faults.running import Recorded, Running

MB = 1024 * 1024


async def opened(run: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = run.address.rpartition(":")
    return await asyncio.open_connection(host, int(port))


def head(origin: Origin, path: str, method: str = "GET", length: int = 0) -> bytes:
    host = f"127.0.0.1:{origin.port}"
    size = f"Content-Length: {length}\r\n" if length else ""
    return f"{method} http://{host}{path} HTTP/1.1\r\nHost: {host}\r\n{size}\r\n".encode()


def outcomes(db: Path) -> list[tuple[str, str, int, int]]:
    """Path, outcome, size of what was sent and of what was kept of it, in order."""
    sql = """SELECT url, outcome, m.size, m.kept FROM messages m
             JOIN responses r ON r.capture = m.capture AND r.request = m.seq ORDER BY m.seq"""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return [("/" + url.split("/", 3)[3], *rest) for url, *rest in connection.execute(sql)]


def memory(pid: int) -> int:
    """The most that a process ever held, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    raise LookupError


def room(wanted: int) -> int:
    """So many connections, or as many as the limit on open files lets this process hold."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted + 500:
        soft = hard if hard != resource.RLIM_INFINITY else wanted + 500
        soft = min(soft, wanted + 500)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return min(wanted, soft - 500)


@pytest.mark.parametrize("count", [500, pytest.param(5000, marks=pytest.mark.soak)])
async def test_so_many_open_connections_hinder_nobody(db: Path, origin: Origin, count: int) -> None:
    count = room(count)
    held = []
    async with Running(db) as run:
        for start in range(0, count, 50):
            held += await asyncio.gather(*(opened(run) for _ in range(start, min(start + 50, count))))
        proxy = Path(f"/proc/{await run.pid('proxy')}/fd")
        await run.until(lambda: len(list(proxy.iterdir())) > count)  # they are open at its end too
        answered = await Load(run.address, origin, 200).done()
        for _, writer in held:
            writer.close()
        answered += await Load(run.address, origin, 50, first=1000).done()
        assert (await run.status())["proxy"]["restarts"] == 0
        await run.stopped()
    found = Recorded(db)
    assert sorted(found.paths) == sorted(answered)
    assert found.gaps == {} and found.unexplained == 0


async def test_without_a_free_descriptor_browsing_goes_on_when_one_is_free(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        pid = await run.pid("proxy")
        used = len(list(Path(f"/proc/{pid}/fd").iterdir()))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 20, used + 20))
        held = [await opened(run) for _ in range(60)]  # the kernel takes them, the proxy cannot
        for _, writer in held:
            writer.close()
        answered = await Load(run.address, origin, 50).done()
        assert (await run.status())["proxy"]["restarts"] == 0
        await run.stopped()
    found = Recorded(db)
    assert set(answered) <= set(found.paths)
    assert found.unexplained == 0


async def test_slow_clients_hold_up_nobody_and_no_stop(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        slow = [await opened(run) for _ in range(200)]
        for at, (_, writer) in enumerate(slow):
            part = b"GET http://slow.example/ HTTP/1.1\r\nHost: slow.example\r\nX-Slow: "
            body = head_of_slow(origin) + b"a"
            writer.write(part if at % 2 else body)
        load = Load(run.address, origin, 300)
        for reached in (100, 200):
            await load.reached(reached)
            for _, writer in slow:
                writer.write(b"b")
        answered = await load.done()
        assert not [path for path in origin.seen if path == "/slow"], "what never came whole never left"
        await run.stopped()
    found = Recorded(db)
    assert sorted(path for path in found.paths if path != "/slow") == sorted(answered)
    assert found.gaps == {} and found.unexplained == 0


def head_of_slow(origin: Origin) -> bytes:
    host = f"127.0.0.1:{origin.port}"
    return f"POST http://{host}/slow HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\n".encode()


async def test_resets_on_both_sides_in_the_middle_of_bodies(db: Path, origin: Origin) -> None:
    large = 20 * MB
    async with Running(db) as run:
        for _ in range(3):
            reader, writer = await opened(run)  # the server resets while it answers
            writer.write(head(origin, "/break"))
            answer = await reader.read()
            assert answer.startswith(b"HTTP/1.1 200 ") and len(answer) < 1000
            writer.close()

            reader, writer = await opened(run)  # the server resets while it is sent to
            writer.write(head(origin, "/hang", "POST", large))
            with contextlib.suppress(ConnectionError):
                for _ in range(large // len(PART)):
                    writer.write(PART)
                    await writer.drain()
            with contextlib.suppress(ConnectionError):
                await reader.read()
            writer.close()

            reader, writer = await opened(run)  # the client resets while it is answered
            writer.write(head(origin, f"/give/{large}"))
            await reader.readexactly(MB)
            reset(writer)

            reader, writer = await opened(run)  # the client resets while it sends: large, then small
            writer.write(head(origin, "/take", "POST", large) + PART * 8)
            await writer.drain()
            reset(writer)
            reader, writer = await opened(run)
            writer.write(head(origin, "/take", "POST", 1000) + b"a" * 500)
            await writer.drain()
            reset(writer)
        answered = await Load(run.address, origin, 100).done()
        status = await run.status()
        assert (status["proxy"]["restarts"], status["analyser"]["restarts"]) == (0, 0)
        assert status["proxy"]["failures"] == 0
        await run.stopped()
    found = Recorded(db)
    assert set(answered) <= set(found.paths)
    assert found.gaps == {} and found.unexplained == 0 and found.failures == 0
    told = {(path.partition("/‹")[0], outcome) for path, outcome, _, _ in outcomes(db)}
    assert ("/break", "answered") in told or ("/break", "forwarded") in told
    assert not any(outcome == "answered" for path, outcome in told if path == "/hang")


async def test_a_hundred_megabytes_each_way_pass_whole_in_little_memory(db: Path, origin: Origin) -> None:
    size = 100 * MB
    async with Running(db) as run:
        proxy, analyser = await run.pid("proxy"), await run.pid("analyser")
        before = memory(proxy), memory(analyser)
        reader, writer = await opened(run)
        writer.write(head(origin, "/take", "POST", size))
        digest = hashlib.sha256()
        for _ in range(size // len(PART)):
            digest.update(PART)
            writer.write(PART)
            await writer.drain()
        answer = await reader.readuntil(b"\r\n\r\n") + await reader.readexactly(64)
        assert answer.endswith(digest.hexdigest().encode()), "what arrived is what was sent"
        writer.close()
        reader, writer = await opened(run)
        writer.write(head(origin, f"/give/{size}"))
        await reader.readuntil(b"\r\n\r\n")
        came, digest = 0, hashlib.sha256()
        while came < size:
            data = await reader.read(1 << 18)
            assert data
            came += len(data)
            digest.update(data)
        whole = hashlib.sha256(PART * (size // len(PART))).hexdigest()
        assert (came, digest.hexdigest()) == (size, whole)
        writer.close()
        after = memory(proxy), memory(analyser)
        await run.stopped()
    grown = [(new - old) // MB for new, old in zip(after, before, strict=True)]
    assert max(grown) < 40, f"the proxy and the analyser grew by {grown} MB"
    (up, down) = outcomes(db)
    assert up[1:3] == ("answered", size) and 0 < up[3] <= 256 * 1024
    assert down[1] == "answered"
    assert db.stat().st_size < 5 * MB
