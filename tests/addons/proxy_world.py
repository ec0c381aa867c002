"""A small world on loopback: an origin that answers as its path says, and raw clients of the proxy."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mouchard.addons.proxy import Proxy, parse_arguments
from mouchard.capture.records import Record
from mouchard.capture.wire import Ack, Begin, Decoder, End, Frame, encode

ROOT = Path(__file__).parents[2]
CAPTURE = "ab" * 16


@dataclass
class Origin:
    """Answers by path: `/json`, `/html`, `/events`, `/big/N`, `/silent` (reads, closes), else 204."""

    address: tuple[str, int] = ("", 0)
    seen: list[bytes] = field(default_factory=list)
    """Heads of the requests that arrived."""
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    """`/events` sends its second event once this is set."""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                self.seen.append(head)
                fields = dict(
                    line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line
                )
                if b"content-length" in fields:
                    await reader.readexactly(int(fields[b"content-length"]))
                path = head.split(b" ")[1].decode().partition("?")[0]
                if path == "/silent":
                    break
                await self.answer(path, writer)
                if fields.get(b"upgrade") == b"websocket":
                    await self.echo(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        if path == "/socket":
            writer.write(
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
            )
        elif path == "/json":
            writer.write(
                b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{"a":1}\n'
            )
        elif path == "/events":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n")
            await writer.drain()
            await self.go_on.wait()
            writer.write(b"data: two\n\n")
            writer.close()
        elif path.startswith("/html"):
            body = b"<html>" + b"x" * 99_994
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
            writer.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
        elif path.startswith("/big/"):
            size = int(path.removeprefix("/big/"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % size)
            writer.write(bytes(size))
        else:
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()

    async def echo(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """WebSocket frames below 126 bytes, sent back unmasked."""
        while True:
            first, second = await reader.readexactly(2)
            mask = await reader.readexactly(4)
            data = bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(second & 0x7F)))
            writer.write(bytes([first, len(data)]) + data)


@asynccontextmanager
async def origin(context: ssl.SSLContext | None = None) -> AsyncIterator[Origin]:
    """An origin that listens on loopback."""
    world = Origin()
    server = await asyncio.start_server(world.serve, "127.0.0.1", 0, ssl=context)
    world.address = server.sockets[0].getsockname()
    try:
        yield world
    finally:
        server.close()


class Peer:
    """Us as the supervisor and the analyser of a proxy: both channels."""

    def __init__(self) -> None:
        self.control, self.control_end = socket.socketpair()
        self.data, self.data_end = socket.socketpair()
        for channel in (self.control, self.data):
            channel.setblocking(False)
        self._lines = b""
        self._asked = 0
        self._decoder = Decoder()
        self.frames: list[Frame] = []
        self.port = 0
        self.acknowledge = True

    async def hear(self) -> dict[str, Any]:
        """The next line on the control channel."""
        async with asyncio.timeout(60):
            while b"\n" not in self._lines:
                data = await asyncio.get_running_loop().sock_recv(self.control, 65536)
                assert data, "the control channel was closed"
                self._lines += data
        line, self._lines = self._lines.split(b"\n", 1)
        heard: dict[str, Any] = json.loads(line)
        return heard

    async def ask(self, do: str, **values: Any) -> dict[str, Any]:
        """The answer to a command; events in between are skipped."""
        self._asked += 1
        self.tell(do, id=self._asked, **values)
        while (heard := await self.hear()).get("re") != self._asked:
            pass
        return heard

    def tell(self, do: str, descriptors: tuple[int, ...] = (), **values: Any) -> None:
        line = json.dumps({"do": do, **values}).encode() + b"\n"
        socket.send_fds(self.control, [line], list(descriptors))

    async def listening(self) -> None:
        heard = await self.hear()
        assert heard["event"] == "listening", heard
        self.port = int(heard["address"].rpartition(":")[2])

    async def read(self, enough: Callable[[list[Frame]], bool]) -> list[Frame]:
        """Frames so far, once there are enough; acknowledges what it reads."""
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):
            while not enough(self.frames):
                data = await loop.sock_recv(self.data, 1 << 20)
                assert data, "the data channel was closed"
                new = self._decoder.feed(data)
                self.frames += new
                last = [f.seq for f in new if not isinstance(f, (Begin, Ack, End))]
                if last and self.acknowledge:
                    await loop.sock_sendall(self.data, encode(Ack(last[-1])))
        return self.frames

    def records(self) -> list[Record]:
        return [f for f in self.frames if not isinstance(f, (Begin, Ack, End))]

    async def read_records(self, count: int) -> list[Record]:
        await self.read(lambda _: len(self.records()) >= count)
        return self.records()

    def drop(self) -> None:
        """Acknowledge all, so that nothing is waited for, and let go of both channels."""
        with suppress(OSError):
            self.data.send(encode(Ack(2**62)))
        self.control.close()
        self.data.close()


async def answered(port: int, place: str, host: str, context: ssl.SSLContext, *headers: str) -> bool:
    """Whether `/json` is answered over TLS through the proxy. A certificate that is refused is told it by an
    alert, which asyncio's own TLS drops."""

    def ask() -> bool:
        with socket.create_connection(("127.0.0.1", port), timeout=60) as plain:
            plain.sendall("\r\n".join([f"CONNECT {place} HTTP/1.1", *headers, "", ""]).encode())
            assert b" 200 " in plain.recv(4096)
            try:
                with context.wrap_socket(plain, server_hostname=host) as secure:
                    secure.sendall(f"GET /json HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
                    return b" 200 " in secure.recv(4096)
            except ssl.SSLError:
                return False

    return await asyncio.to_thread(ask)


class ProxyProcess(Peer):
    """The real proxy process."""

    def __init__(self, home: Path, *arguments: str) -> None:
        super().__init__()
        ends = (self.control_end.fileno(), self.data_end.fileno())
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "mouchard.addons.proxy", "--control-fd", str(ends[0]),
                "--data-fd", str(ends[1]), "--capture", CAPTURE, "--port", "0",
                "--confdir", str(home / "ca"), *arguments,
            ],
            cwd=ROOT, pass_fds=ends, stderr=subprocess.PIPE, env={**os.environ, "MOUCHARD_HOME": str(home)},
        )  # fmt: skip
        self.control_end.close()
        self.data_end.close()

    async def ended(self) -> int:
        """Its exit code."""
        return await asyncio.to_thread(self.process.wait, 60)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self.process.stderr:
            self.process.stderr.close()
        self.drop()


class ProxyHere(Proxy):
    """The same in our own process, which must not end with its supervisor."""

    def _orphaned(self) -> None:
        self.stop()


@asynccontextmanager
async def process(home: Path, *arguments: str) -> AsyncIterator[ProxyProcess]:
    """A proxy process that listens; killed at the end if need be."""
    started = ProxyProcess(home, *arguments)
    try:
        await started.listening()
        yield started
    finally:
        started.close()


@asynccontextmanager
async def proxy(home: Path, *arguments: str) -> AsyncIterator[Peer]:
    """A proxy that listens, in our own process and event loop: quicker to start."""
    peer = Peer()
    running = here(peer, home, *arguments)
    try:
        await peer.listening()
        yield peer
    finally:
        peer.drop()
        await running


def here(peer: Peer, home: Path, *arguments: str) -> asyncio.Task[int]:
    """The proxy as a task; its exit code."""
    ends = ("--control-fd", str(peer.control_end.detach()), "--data-fd", str(peer.data_end.detach()))
    place = ("--capture", CAPTURE, "--port", "0", "--confdir", str(home / "ca"))
    return asyncio.create_task(ProxyHere(parse_arguments([*ends, *place, *arguments])).run())


async def fetch(port: int, url: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    """One plain request through the proxy; the whole answer up to the end of the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    host = url.split("/")[2]
    lines = [f"{method} {url} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    async with asyncio.timeout(60):
        answer = await reader.read()
    writer.close()
    return answer
