"""One request on the way in is one request on the way out: nothing leaves that was not recorded as such."""

from __future__ import annotations

import asyncio
import ssl
import sys
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from mouchard import certificate

sys.path.insert(0, str(Path(__file__).parent))
from proxy_world import origin, proxy

ORDINARY = [(":method", "GET"), (":path", "/a"), (":scheme", "https"), (":authority", "shop.example")]
SECOND = "x\r\n\r\nGET /b?email=camille@example.org HTTP/1.1\r\nHost: tracker.example\r\n\r\n"


@pytest.mark.parametrize(
    "fields",
    [
        [*ORDINARY, ("x-a", SECOND)],
        [*ORDINARY, ("x-a", "x\nHost: tracker.example")],
        [*ORDINARY, ("x-a", "x\0y")],
        [*ORDINARY[:1], (":path", f"/a {SECOND}"), *ORDINARY[2:]],
        [*ORDINARY, ("host", "shop.example"), ("host", "tracker.example")],
        [*ORDINARY, ("host", "tracker.example")],
    ],
    ids=["second request", "second field", "null", "in the path", "two hosts", "another host"],
)
async def test_a_crooked_http2_request_goes_nowhere(
    home: Path, tmp_path: Path, fields: list[tuple[str, str]]
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate.ensure(tmp_path / "theirs").key_path)
    async with origin(server) as world:
        resolve = f"mouchard_resolve=shop.example=127.0.0.1:{world.address[1]}"
        async with proxy(home, "--insecure-upstream", "--set", resolve) as running:
            reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
            writer.write(b"CONNECT shop.example:443 HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            context = ssl.create_default_context(cafile=str(certificate.ensure(home / "ca").cert_path))
            context.set_alpn_protocols(["h2"])
            await writer.start_tls(context, server_hostname="shop.example")
            loose = h2.config.H2Configuration(
                header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False
            )
            connection = h2.connection.H2Connection(loose)
            connection.initiate_connection()
            connection.send_headers(1, fields, end_stream=True)
            writer.write(connection.data_to_send())
            over = False
            async with asyncio.timeout(60):
                while not over and (data := await reader.read(65536)):
                    for event in connection.receive_data(data):
                        over |= isinstance(
                            event,
                            (h2.events.StreamEnded, h2.events.StreamReset, h2.events.ConnectionTerminated),
                        )
                    writer.write(connection.data_to_send())
            writer.close()
            assert world.seen == []
            assert (await running.ask("status"))["attached"]
