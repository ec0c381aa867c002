"""Where a device's connection led in the end, and that no client is left waiting for ever."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import struct
import sys
from pathlib import Path

import pytest

from mouchard.capture.records import Response
from mouchard.devices import Register

sys.path.insert(0, str(Path(__file__).parent))
from proxy_world import Peer, fetch, origin, process, proxy


@pytest.mark.parametrize("spelt", ["127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1"])
async def test_no_spelling_leads_a_device_inside(home: Path, spelt: str) -> None:
    """Names of a hostile DNS take the same way: only the connection itself shows where they lead."""
    tablet = Register().add("tablet", "proxy", "127.0.0.1")
    code = base64.b64encode(f"{tablet.id}:{tablet.password}".encode()).decode()
    async with origin() as inside, process(home, "--lan", "127.0.0.1") as running:
        url = f"http://{spelt}:{inside.address[1]}/"
        answer = await fetch(tablet.port, url, f"Proxy-Authorization: Basic {code}")
        assert b" 502 " in answer.partition(b"\r\n")[0]
        assert inside.seen == []
        own = await fetch(running.port, url)
        assert b" 204 " in own.partition(b"\r\n")[0], "this computer itself may"


async def test_a_server_that_resets_in_the_middle_of_an_upload_leaves_no_client_waiting(home: Path) -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(65536)
        sock = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    rounds, size = 25, 20 * 1024 * 1024  # one in ten was left waiting
    async with server, proxy(home) as running:
        for _ in range(rounds):
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            head = f"POST http://{host}/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: {size}\r\n\r\n"
            writer.write(head.encode())
            async with asyncio.timeout(60):
                with contextlib.suppress(ConnectionError):
                    for _ in range(size // 65536):
                        writer.write(bytes(65536))
                        await writer.drain()
                    await reader.read()
            writer.close()
        await running.read(lambda _: len(outcomes(running)) == rounds)
    assert set(outcomes(running)) <= {"forwarded", "failed"}


def outcomes(running: Peer) -> list[str]:
    return [record.outcome for record in running.records() if isinstance(record, Response)]
