"""The control socket and its client: own user, one answer per request, refusals in words."""

from __future__ import annotations

import asyncio
import socket
import stat
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from mouchard.errors import BadInput
from mouchard.supervisor import client
from mouchard.supervisor.control import LONGEST_REQUEST, ControlServer


async def _echo(request: dict[str, Any]) -> dict[str, Any]:
    if request.get("do") == "refuse":
        raise BadInput("no", "ask otherwise")
    return {"heard": request}


async def test_a_request_is_answered_and_a_refusal_says_why(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    server = ControlServer(path, _echo)
    await server.open()
    try:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        answer = await asyncio.to_thread(client.request, path, {"do": "status"})
        assert answer == {"ok": True, "heard": {"do": "status"}}
        with pytest.raises(client.Refused) as refused:
            await asyncio.to_thread(client.request, path, {"do": "refuse"})
        assert (refused.value.message, refused.value.hint) == ("no", "ask otherwise")
    finally:
        await server.close()
    assert not path.exists()


@pytest.mark.parametrize(
    "line", [b"\n", b"[]\n", b'"stop"\n', b"{\n", b"\xff\xfe\n", b"[" * 5000 + b"\n", b"nul\n"]
)
async def test_what_is_no_request_is_refused_and_the_next_works(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "c.sock"
    server = ControlServer(path, _echo)
    await server.open()
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(line)
        assert b'"ok": false' in await reader.readline()
        writer.write(b'{"do": "status"}\n')
        assert b'"ok": true' in await reader.readline()
        writer.close()
    finally:
        await server.close()


async def test_an_endless_line_ends_the_talk_not_the_server(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    server = ControlServer(path, _echo)
    await server.open()
    try:
        reader, writer = await asyncio.open_unix_connection(str(path))
        writer.write(b"x" * (LONGEST_REQUEST * 3))
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
        writer.close()
        assert (await asyncio.to_thread(client.request, path, {}))["ok"]
    finally:
        await server.close()


async def test_the_socket_of_a_dead_run_is_none(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert path.exists()
    assert not client.is_running(path)
    with pytest.raises(client.NotRunning):
        client.request(path, {"do": "status"})
    server = ControlServer(path, _echo)
    await server.open()
    try:
        assert client.is_running(path)
    finally:
        await server.close()


async def test_stop_waits_for_the_end_of_the_capture(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    server = ControlServer(path, _echo)
    await server.open()
    stopping = asyncio.create_task(asyncio.to_thread(client.stop, path))
    while not server.talks:
        await asyncio.sleep(0)
    done, _ = await asyncio.wait([stopping], timeout=0.05)
    assert not done
    await server.close()
    assert await stopping is None


async def test_a_mute_capture_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "c.sock"
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(path))
        mute.listen()
        with pytest.raises(client.Refused, match="does not answer"):
            await asyncio.to_thread(client.request, path, {"do": "status"}, 0.05)
