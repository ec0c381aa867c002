"""A socket in a folder where others may write: whoever is not us, or root, is not spoken to."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mouchard.supervisor import client
from mouchard.supervisor.control import ControlServer
from mouchard.supervisor.peer import is_other_user

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A folder as /tmp is."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    tmp_path.chmod(0o1777)
    return tmp_path


@pytest.fixture
def squatted(shared: Path) -> Iterator[Path]:
    """A control socket put there by another user, who answers everything, in our name."""
    path, (ready, told) = shared / "m.sock", os.pipe()
    child = os.fork()
    if child == 0:
        try:
            listener = socket.socket(socket.AF_UNIX)
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            listener.bind(str(path))
            os.chmod(path, 0o777)
            listener.listen()
            os.write(told, b"!")
            while True:
                channel, _ = listener.accept()
                channel.sendall(json.dumps({"ok": True, "purged": 0}).encode() + b"\n")
        finally:
            os._exit(1)
    os.read(ready, 1)
    yield path
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_stranger_is_told_apart(squatted: Path) -> None:
    with socket.socket(socket.AF_UNIX) as channel:
        channel.connect(str(squatted))
        assert is_other_user(channel)
    one, other = socket.socketpair()
    with one, other:
        assert not is_other_user(one)


def test_nothing_is_asked_of_a_stranger(squatted: Path) -> None:
    """What would be deleted, whose site: the question alone says much."""
    assert not client.is_running(squatted)
    for question in ({"do": "status"}, {"do": "purge", "filter": "site:secret.example"}):
        with pytest.raises(client.NotRunning) as refused:
            client.request(squatted, question)
        assert "another user" in refused.value.hint


async def test_a_stranger_is_not_answered(shared: Path) -> None:
    async def answer(request: dict[str, Any]) -> dict[str, Any]:
        return {"heard": request}

    path = shared / "c.sock"
    server = ControlServer(path, answer)
    await server.open()
    path.chmod(0o777)  # as if its mode protected nothing
    done = await asyncio.to_thread(_as_nobody, path)
    await server.close()
    assert done == b""


def _as_nobody(path: Path) -> bytes:
    """What another user gets as an answer."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            channel = socket.socket(socket.AF_UNIX)
            channel.connect(str(path))
            channel.settimeout(20)
            try:
                channel.sendall(b'{"do": "status"}\n')
                os.write(write, channel.recv(100))
            except ConnectionError:
                pass
        finally:
            os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with open(read, "rb") as told:
        return told.read()
