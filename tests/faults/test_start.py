"""A capture that cannot begin says why in one line, with a hint, exits with 2 and overwrites nothing."""

from __future__ import annotations

import asyncio
import json
import socket
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest

from tests.faults.load import Load, Origin
from tests.faults.running import COMMAND, Recorded, Running


async def attempt(db: Path, *arguments: str) -> tuple[int, list[str]]:
    """`mouchard run`, which is expected to fail: its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "run", "--db", str(db), *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE
    )
    try:
        async with asyncio.timeout(60):
            told, said = await process.communicate()
    except TimeoutError:
        process.terminate()
        await process.wait()
        raise
    assert told == b""
    assert process.returncode is not None
    return process.returncode, said.decode().splitlines()


async def test_a_port_in_use_is_named(db: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, said = await attempt(db, "--port", port)
    assert code == 2
    assert len(said) == 2
    assert said[0] == f"mouchard: cannot listen on 127.0.0.1:{port}: address already in use"
    assert "--port" in said[1] and "0" in said[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "no_such_option=1"), "no_such_option"),
        (("--set", "anticache=perhaps"), "anticache"),
        (("--listen", "256.256.256.256"), "cannot listen"),
        (("--upstream", "ftp://x"), "upstream"),
        (("--identity", "/nonexistent/me.toml"), "/nonexistent/me.toml"),
        (("--list", "/nonexistent/list.txt"), "/nonexistent/list.txt"),
        (("--port", "99999"), "--port"),
    ],
)
async def test_a_bad_option_is_named(db: Path, arguments: tuple[str, ...], words: str) -> None:
    port = () if "--port" in arguments else ("--port", "0")
    code, said = await attempt(db, *port, *arguments)
    assert code == 2
    assert words in said[0] and said[0].startswith("mouchard: ")
    assert len(said) <= 2 and "Traceback" not in "".join(said)


async def test_an_unreadable_identity_is_named(db: Path, tmp_path: Path) -> None:
    identity = tmp_path / "me.toml"
    identity.write_text("email = [")
    code, said = await attempt(db, "--port", "0", "--identity", str(identity))
    assert code == 2
    assert "me.toml" in said[0]


@pytest.mark.parametrize("content", [b"Dear diary, " * 500, b"SQLite format 3\0" + b"\xa5" * 8000])
async def test_a_file_that_is_no_sound_database_is_left_alone(db: Path, content: bytes) -> None:
    db.write_bytes(content)
    code, said = await attempt(db, "--port", "0")
    assert code == 2
    assert str(db) in said[0]
    assert db.read_bytes() == content
    assert not db.with_name("m.db.sock").exists()


async def test_a_place_that_cannot_be_written_is_named() -> None:
    code, said = await attempt(Path("/proc/nowhere/m.db"), "--port", "0")
    assert code == 2
    assert "/proc/nowhere" in said[0]


async def test_a_second_run_is_refused_and_the_first_goes_on(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        code, said = await attempt(db, "--port", "0")
        assert code == 2
        assert said[0] == f"mouchard: already capturing into {db}"
        assert "mouchard tui" in said[1]
        await Load(run.address, origin, 20).done()
        await run.stopped()
    assert len(Recorded(db).paths) == 20


async def test_status_and_phase_speak_to_the_capture(db: Path, origin: Origin) -> None:
    async def mouchard(*words: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *words, "--db", str(db), stdout=PIPE, stderr=PIPE
        )
        told, said = await process.communicate()
        assert process.returncode is not None
        return process.returncode, told.decode(), said.decode()

    async with Running(db) as run:
        code, _, said = await mouchard("phase", "refused")
        assert (code, said.splitlines()[0]) == (2, "mouchard: no page has been seen yet")
        await Load(run.address, origin, 20).done()
        assert (await mouchard("phase", "refused", "--site", "shop.example"))[0] == 0
        code, told, _ = await mouchard("status", "--format", "json")
        status = json.loads(told)
        assert code == 0
        assert status["address"] == run.address
        assert status["messages"] == 20
        assert not (status["paused"] or status["stalled"] or status["trouble"])
        code, told, _ = await mouchard("status")
        assert f"listening  {run.address}" in told
        await run.stopped()
    code, _, said = await mouchard("status")
    assert (code, said.splitlines()[0]) == (2, "mouchard: nothing is being captured")
