"""A long visit: an nginx on loopback, and clients that post to it through a proxy, over HTTP/1.1 and 2."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import h2.config
import h2.connection
import h2.events

from tests.faults.load import name

CONNECTIONS, STREAMS = 16, 8
"""At a time over HTTP/1.1; on each of the two connections over HTTP/2."""
PATIENCE = 30.0
"""Seconds after which an answer no longer comes."""
SITE = "https://www.magasin-long.example"
BODY = b'{"event":"page_view","user":{"email":"camille.durand@boutique.example"},"items":[%b]}' % b",".join(
    b'{"id":%d,"name":"Lampe"}' % number for number in range(60)
)
FIELDS = (
    ("user-agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0"),
    ("origin", SITE), ("referer", f"{SITE}/"), ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "cors"),
    ("sec-fetch-dest", "empty"), ("cookie", "sid=abcdef0123456789abcdef0123456789"),
    ("content-type", "application/json"), ("content-length", str(len(BODY))),
)  # fmt: skip
NGINX = """daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_buffer_size 64k; client_body_temp_path {at}/body; proxy_temp_path {at}/p;
  fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u; scgi_temp_path {at}/s;
  server {{ listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {at}/cert.pem; ssl_certificate_key {at}/key.pem; location / {{ return 204; }} }} }}"""

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@contextmanager
def origin(folder: Path, port: int) -> Iterator[None]:
    """A server that answers everything with 204, and leaves a connection after 1000 requests, as most do."""
    files = ["-newkey", "rsa:2048", "-nodes", "-keyout", f"{folder}/key.pem", "-out", f"{folder}/cert.pem"]
    subprocess.run(
        ["openssl", "req", "-x509", *files, "-subj", "/CN=localhost"], check=True, capture_output=True
    )
    (folder / "nginx.conf").write_text(NGINX.format(at=folder, port=port))
    server = subprocess.Popen(["nginx", "-c", f"{folder}/nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        server.terminate()
        server.wait()


class Traffic:
    """Posts through one proxy to one server; `statuses` counts the answers, `broken` what had none."""

    def __init__(self, proxy: str, port: int) -> None:
        self.statuses: Counter[int] = Counter()
        self.broken = 0
        self._proxy = proxy
        self._place = f"127.0.0.1:{port}"

    @property
    def failed(self) -> int:
        """Requests that the server did not answer."""
        return self.statuses[502] + self.broken

    async def http1(self, numbers: range) -> None:
        """One request each, over a few kept connections."""
        await self._all(self._http1, numbers, CONNECTIONS)

    async def http2(self, numbers: range) -> None:
        """One request each, over two connections with several streams at a time."""
        await self._all(self._http2, numbers, 2)

    async def _all(self, work, numbers: range, times: int) -> None:  # type: ignore[no-untyped-def]
        left = iter(numbers)
        async with asyncio.TaskGroup() as group:
            for _ in range(times):
                group.create_task(work(left))

    async def _http1(self, numbers: Iterator[int]) -> None:
        opened: Stream | None = None
        head = "".join(f"{key}: {value}\r\n" for key, value in FIELDS)
        for number in numbers:
            try:
                reader, writer = opened = opened or await self._open("http/1.1")
                line = f"POST {name(number)} HTTP/1.1\r\nhost: mesure.long.example\r\n{head}\r\n"
                writer.write(line.encode() + BODY)
                async with asyncio.timeout(PATIENCE):
                    answer = await reader.readuntil(b"\r\n\r\n")
                self.statuses[int(answer.split(b" ", 2)[1])] += 1
                if b"connection: close" in answer.lower() or b" 204 " not in answer:
                    writer.close()
                    opened = None
            except (OSError, EOFError):  # a TimeoutError is one of these
                self.broken += 1
                opened = None
        if opened:
            opened[1].close()

    async def _http2(self, numbers: Iterator[int]) -> None:
        left = True
        while left:
            left = await self._session(numbers, *await self._open("h2"))

    async def _session(
        self, numbers: Iterator[int], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """Post until the connection is given up; whether there is more to do."""
        told = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        told.initiate_connection()
        streams: set[int] = set()
        left, going = True, True
        while streams or (left and going):
            while left and going and len(streams) < STREAMS and told.outbound_flow_control_window > len(BODY):
                number = next(numbers, None)
                if number is None:
                    left = False
                    break
                stream = told.get_next_available_stream_id()
                told.send_headers(stream, [
                    (":method", "POST"), (":path", name(number)), (":scheme", "https"),
                    (":authority", "mesure.long.example"), *FIELDS,
                ])  # fmt: skip
                told.send_data(stream, BODY, end_stream=True)
                streams.add(stream)
            if left and not streams:  # the other side gives no more room on this connection
                break
            writer.write(told.data_to_send())
            data = b""
            with contextlib.suppress(OSError):
                async with asyncio.timeout(PATIENCE):
                    data = await reader.read(65536)
            if not data:
                self.broken += len(streams)
                return left
            for event in told.receive_data(data):
                match event:
                    case h2.events.ResponseReceived():
                        fields = dict(event.headers or ())
                        self.statuses[int(fields[":status"])] += 1
                    case h2.events.StreamEnded():
                        streams.discard(event.stream_id or 0)
                    case h2.events.DataReceived():
                        told.acknowledge_received_data(
                            event.flow_controlled_length or 0, event.stream_id or 0
                        )
                    case h2.events.StreamReset():
                        self.broken += event.stream_id in streams
                        streams.discard(event.stream_id or 0)
                    case h2.events.ConnectionTerminated():
                        going = False
        writer.close()
        return left

    async def _open(self, protocol: str) -> Stream:
        host, _, port = self._proxy.rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"CONNECT {self._place} HTTP/1.1\r\nHost: {self._place}\r\n\r\n".encode())
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_alpn_protocols([protocol])
        await writer.start_tls(context, server_hostname="mesure.long.example")
        return reader, writer


async def listening(port: int, seconds: float = 30.0) -> None:
    """Wait until the port takes connections."""
    end = time.monotonic() + seconds
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            assert time.monotonic() < end, f"nothing listens on {port}"
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
