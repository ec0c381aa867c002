"""A loopback origin and browsers enough to keep a capture busy."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import struct
from collections.abc import Iterator

WORKERS = 8
DIGITS = str.maketrans("0123456789", "abcdefghij")
PART = bytes(range(256)) * 256
"""What the origin gives, again and again."""


def name(number: int) -> str:
    """A path of letters alone, which masking leaves readable: `/rbcd` for 123."""
    return "/r" + str(number).translate(DIGITS)


class Origin:
    """An HTTP server that answers each request with its path, but for a few.

    `/give/N` sends N bytes of video, `/take` answers the SHA-256 of what came, `/break` resets in the middle
    of its answer, `/hang` reads a little of the body and then resets.
    """

    def __init__(self) -> None:
        self.port = 0
        self.seen: list[str] = []
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Origin:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                self.seen.append(path)
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                if path == "/hang":
                    await reader.readexactly(min(length, 65536))
                    reset(writer)
                elif path == "/break":
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + b"x" * 20)
                    await writer.drain()
                    reset(writer)
                elif path.startswith("/give/"):
                    await _give(writer, int(path.rpartition("/")[2]))
                else:
                    body = await _digest(reader, length) if path == "/take" else path.encode()
                    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                    await writer.drain()
        writer.close()


async def _give(writer: asyncio.StreamWriter, size: int) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % size)
    for _ in range(size // len(PART)):
        writer.write(PART)
        await writer.drain()


async def _digest(reader: asyncio.StreamReader, length: int) -> bytes:
    digest = hashlib.sha256()
    while length:
        data = await reader.read(min(length, 1 << 18))
        if not data:
            raise asyncio.IncompleteReadError(b"", length)
        digest.update(data)
        length -= len(data)
    return digest.hexdigest().encode()


def reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset, as a crashed program or a lost network does."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Load:
    """So many requests through the proxy, over a few kept connections; each is tried until answered."""

    def __init__(
        self, proxy: str, origin: Origin, count: int, first: int = 0, query: str = "", referer: str = ""
    ) -> None:
        self._proxy = proxy
        self._origin = origin
        self._numbers: Iterator[int] = iter(range(first, first + count))
        self.answered: list[str] = []
        """Paths whose answer arrived, in order."""
        self.errors = 0
        self._query = query
        self._header = f"Referer: {referer}\r\n" if referer else ""
        self._progress = asyncio.Condition()
        self._workers = [asyncio.create_task(self._work()) for _ in range(WORKERS)]

    async def reached(self, count: int) -> None:
        """Wait until so many requests are answered."""
        async with self._progress:
            await self._progress.wait_for(lambda: len(self.answered) >= count)

    async def done(self) -> list[str]:
        """Wait for all; the answered paths."""
        await asyncio.gather(*self._workers)
        return self.answered

    async def cancel(self) -> list[str]:
        """Leave it at what is answered now."""
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        return self.answered

    async def _work(self) -> None:
        connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        for number in self._numbers:
            path = name(number) + self._query
            while True:
                try:
                    connection = connection or await self._connect()
                    await self._ask(path, *connection)
                    break
                except (OSError, EOFError):
                    self.errors += 1
                    if connection:
                        connection[1].close()
                    connection = None
                    await asyncio.sleep(0.02)  # the proxy is being started again
            async with self._progress:
                self.answered.append(path)
                self._progress.notify_all()
        if connection:
            connection[1].close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, _, port = self._proxy.rpartition(":")
        return await asyncio.open_connection(host, int(port))

    async def _ask(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = f"127.0.0.1:{self._origin.port}"
        writer.write(f"GET http://{host}{path} HTTP/1.1\r\nHost: {host}\r\n{self._header}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise EOFError("the proxy refused")
        assert await reader.readexactly(len(path)) == path.encode()
