"""The real proxy process on loopback: what passes, what is recorded, and how it starts, stalls and stops."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import ssl
import struct
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import h2.config
import h2.connection
import h2.events
import pytest

from mouchard import certificate
from mouchard.capture.records import Gap, Mark, Record, Request, Response, Sealed, WebSocketFrame
from mouchard.capture.wire import Ack, Begin, Decoder, End, encode

sys.path.insert(0, str(Path(__file__).parent))
from proxy_world import CAPTURE, Origin, Peer, ProxyProcess, answered, fetch, here, origin, process, proxy


@pytest.fixture
async def web() -> AsyncIterator[Origin]:
    async with origin() as world:
        yield world


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[Origin]:
    """An origin that speaks TLS with a certificate of its own."""
    key = certificate.ensure(tmp_path / "theirs").key_path
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(key)
    async with origin(context) as world:
        yield world


@pytest.fixture
async def running(home: Path) -> AsyncIterator[Peer]:
    async with proxy(home, "--insecure-upstream") as peer:
        yield peer


def url(world: Origin, path: str) -> str:
    return f"http://127.0.0.1:{world.address[1]}{path}"


def kinds(records: list[Record]) -> list[str]:
    return [type(record).__name__ for record in records]


async def tunnel(
    running: Peer, home: Path, world: Origin | str, trusts: bool = True, alpn: str = "http/1.1"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A TLS connection to the origin through the proxy, as a browser makes it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    place = world if isinstance(world, str) else f"127.0.0.1:{world.address[1]}"
    writer.write(f"CONNECT {place} HTTP/1.1\r\n\r\n".encode())
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    authority = certificate.ensure(home / "ca")
    context = ssl.create_default_context(cafile=str(authority.cert_path) if trusts else None)
    context.check_hostname = False
    context.set_alpn_protocols([alpn])
    await writer.start_tls(context, server_hostname="shop.example")
    return reader, writer


# --- what is recorded ----------------------------------------------------------------------------


async def test_every_way_a_request_can_end(web: Origin, running: Peer) -> None:
    assert b'{"a":1}' in await fetch(running.port, url(web, "/json"), "Sec-Fetch-Site: same-origin")
    assert b" 502 " in await fetch(running.port, url(web, "/silent"))
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening: refused
        refused = f"http://127.0.0.1:{nobody.getsockname()[1]}/"
        assert b" 502 " in await fetch(running.port, refused)
    records = await running.read_records(6)
    assert running.frames[0] == Begin(running.frames[0].capture)  # type: ignore[union-attr]
    assert kinds(records) == ["Request", "Response"] * 3
    assert [r.seq for r in records] == [1, 2, 3, 4, 5, 6]
    assert {r.capture for r in records} == {CAPTURE}
    ends = [(r.outcome, r.status, r.body) for r in records if isinstance(r, Response)]
    assert ends == [("answered", 200, b'{"a":1}\n'), ("forwarded", 0, b""), ("failed", 0, b"")]


async def test_a_request_is_recorded_before_it_is_forwarded(web: Origin, running: Peer) -> None:
    await fetch(running.port, url(web, "/silent"))
    assert web.seen
    await running.read_records(1)
    first = running.records()[0]
    assert isinstance(first, Request) and first.url == url(web, "/silent")


async def test_large_answers_stream_whole_and_only_their_size_is_kept(web: Origin, running: Peer) -> None:
    answer = await fetch(running.port, url(web, "/big/3000000"))
    assert len(answer.partition(b"\r\n\r\n")[2]) == 3_000_000
    html = await fetch(running.port, url(web, "/html"))
    assert b"<html>" in html
    records = await running.read_records(4)
    sizes = [(len(r.body), r.body_size) for r in records if isinstance(r, Response)]
    assert sizes == [(0, 3_000_000), (64 * 1024, 100_000)]


async def test_a_large_upload_arrives_whole(web: Origin, running: Peer) -> None:
    body = os.urandom(6_000_000)
    assert b" 204 " in await fetch(running.port, url(web, "/up"), method="POST", body=body)
    first = (await running.read_records(2))[0]
    assert isinstance(first, Request)
    assert (first.body, first.body_size) == (body[: 256 * 1024], 6_000_000)


async def test_https_is_read(home: Path, secure: Origin, running: Peer) -> None:
    reader, writer = await tunnel(running, home, secure)
    writer.write(b"GET /json?email=a%40b.example HTTP/1.1\r\nHost: shop.example\r\n\r\n")
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    writer.close()
    first = (await running.read_records(2))[0]
    assert isinstance(first, Request) and first.url == "https://shop.example/json?email=a%40b.example"


async def test_a_server_whose_certificate_is_not_trusted_gets_nothing(home: Path, secure: Origin) -> None:
    async with proxy(home) as running:
        reader, writer = await tunnel(running, home, secure)
        writer.write(b"GET /json HTTP/1.1\r\nHost: shop.example\r\n\r\n")
        async with asyncio.timeout(60):
            assert b" 502 " in await reader.readuntil(b"\r\n\r\n")
        writer.close()
        records = await running.read_records(2)
    assert isinstance(records[1], Response) and records[1].outcome == "failed"
    assert secure.seen == []


async def test_http2_is_read(home: Path, secure: Origin) -> None:
    resolve = f"mouchard_resolve=shop.example=127.0.0.1:{secure.address[1]}"
    async with proxy(home, "--insecure-upstream", "--set", resolve) as running:
        await http2_is_read(home, running)


async def http2_is_read(home: Path, running: Peer) -> None:
    reader, writer = await tunnel(running, home, "shop.example:443", alpn="h2")
    connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    connection.initiate_connection()
    fields = [(":method", "POST"), (":path", "/x"), (":scheme", "https"), (":authority", "shop.example")]
    for stream in (1, 3):
        connection.send_headers(stream, [*fields, ("content-length", "5")])
        connection.send_data(stream, b"hello", end_stream=True)
    writer.write(connection.data_to_send())
    ended: set[int] = set()
    async with asyncio.timeout(60):
        while ended != {1, 3}:
            for event in connection.receive_data(await reader.read(65536)):
                if isinstance(event, h2.events.StreamEnded):
                    ended.add(event.stream_id)
            writer.write(connection.data_to_send())
    writer.close()
    records = await running.read_records(4)
    requests = [r for r in records if isinstance(r, Request)]
    assert [(r.http_version, r.url, r.body) for r in requests] == [
        ("HTTP/2.0", "https://shop.example/x", b"hello")
    ] * 2
    assert len({r.origin.connection for r in requests}) == 1


async def test_a_device_that_refuses_the_certificate(home: Path, secure: Origin, running: Peer) -> None:
    place = f"127.0.0.1:{secure.address[1]}"
    assert not await answered(running.port, place, "shop.example", ssl.create_default_context())
    (record,) = await running.read_records(1)
    assert isinstance(record, Sealed) and (record.host, record.reason) == ("shop.example", "distrusted")


async def test_a_browser_that_dropped_its_handshakes_is_read_when_it_comes_again(
    home: Path, secure: Origin, running: Peer
) -> None:
    """As Chromium does once its certificates are loaded, or when the machine changes its network."""
    hello = ssl.MemoryBIO()
    begun = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), hello, server_hostname="shop.example")
    with suppress(ssl.SSLWantReadError):
        begun.do_handshake()
    said = hello.read()
    for _ in range(4):
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
        writer.write(f"CONNECT 127.0.0.1:{secure.address[1]} HTTP/1.1\r\n\r\n".encode())
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(said)
        assert await reader.read(1)  # the server's side of it has begun
        writer.close()
        await writer.wait_closed()
    await test_https_is_read(home, secure, running)


async def test_a_host_that_is_never_opened_passes_unread(home: Path, secure: Origin, running: Peer) -> None:
    assert "error" not in await running.ask("never-open", hosts=["shop.example"])
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(f"CONNECT 127.0.0.1:{secure.address[1]} HTTP/1.1\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    context = ssl._create_unverified_context()
    await writer.start_tls(context, server_hostname="shop.example")
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    own = (home.parent / "theirs" / "mitmproxy-ca-cert.pem").read_text()
    assert ssl.DER_cert_to_PEM_cert(shown).split() == own.split()
    writer.write(b"GET /json HTTP/1.1\r\nHost: shop.example\r\n\r\n")
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    writer.close()
    (record,) = await running.read_records(1)
    assert isinstance(record, Sealed) and record.reason == "never-open"


async def test_websocket_frames_of_the_client(web: Origin, running: Peer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(
        f"GET {url(web, '/socket')} HTTP/1.1\r\nHost: 127.0.0.1:{web.address[1]}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    for text in (b"one", b"two"):
        writer.write(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)
        assert (await reader.readexactly(2 + len(text)))[2:] == text
    records = await running.read_records(4)
    writer.close()
    assert kinds(records) == ["Request", "Response", "WebSocketFrame", "WebSocketFrame"]
    frames = [r for r in records if isinstance(r, WebSocketFrame)]
    assert [(f.request, f.number, f.data, f.is_text) for f in frames] == [
        (1, 1, b"one", True),
        (1, 2, b"two", True),
    ]


async def test_events_of_the_server_arrive_as_they_are_sent(web: Origin, running: Peer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(f"GET {url(web, '/events')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(60):
        assert b"data: one" in await reader.readuntil(b"one\n\n")  # the answer has not ended
        web.go_on.set()
        assert b"data: two" in await reader.read()
    writer.close()
    records = await running.read_records(2)
    assert kinds(records) == ["Request", "Response"]


async def test_a_server_that_speaks_first_is_heard_and_sealed(running: Peer) -> None:
    """As SMTP and SSH: the client waits for the greeting."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example\r\n")
        writer.write((await reader.readline()).upper())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
    async with asyncio.timeout(60):
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readline() == b"220 mail.example\r\n"
        writer.write(b"helo me\r\n")
        assert await reader.read() == b"HELO ME\r\n"
    writer.close()
    server.close()
    (record,) = await running.read_records(1)
    assert isinstance(record, Sealed) and (record.reason, record.port) == ("not-tls", port)


async def test_a_port_where_nothing_listens_is_told_at_once(running: Peer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
    async with asyncio.timeout(60):
        assert b" 502 " in await reader.readline()
    writer.close()


async def test_the_check_page_is_answered_and_not_recorded(running: Peer, web: Origin) -> None:
    assert b'"intercepted": true' in await fetch(running.port, "http://mouchard.check/status.json")
    assert b"address of a proxy" in await fetch(running.port, f"http://127.0.0.1:{running.port}/")
    await fetch(running.port, url(web, "/x"))
    first = (await running.read_records(2))[0]
    assert isinstance(first, Request) and first.url == url(web, "/x")


# --- commands ------------------------------------------------------------------------------------


async def test_marks_take_their_place_among_the_messages(running: Peer, web: Origin) -> None:
    await fetch(running.port, url(web, "/x"))
    mark = {"site": "shop.example", "client": "c", "phase": "refused", "source": "key", "undo": False}
    assert (await running.ask("mark", **mark))["seq"] == 3
    last = (await running.read_records(3))[-1]
    assert isinstance(last, Mark) and (last.site, last.phase) == ("shop.example", "refused")
    assert "error" in await running.ask("mark", phase="perhaps")
    assert "error" in await running.ask("mark", colour="red")
    assert "error" in await running.ask("sing")


async def test_paused_traffic_passes_and_is_counted(running: Peer, web: Origin) -> None:
    await running.ask("pause")
    assert b" 204 " in await fetch(running.port, url(web, "/x"))
    assert (await running.ask("status"))["paused"] is True
    await running.ask("resume")
    (gap,) = await running.read_records(1)
    assert isinstance(gap, Gap) and (gap.reason, gap.hosts) == ("paused", (("127.0.0.1", 1),))


async def test_a_new_analyser_gets_what_the_dead_one_did_not_acknowledge(running: Peer, web: Origin) -> None:
    running.acknowledge = False
    await fetch(running.port, url(web, "/x"))
    await running.read_records(2)
    running.data.close()
    while (await running.hear()).get("event") != "detached":
        pass
    await fetch(running.port, url(web, "/y"))
    ours, theirs = socket.socketpair()
    running.tell("attach", (theirs.fileno(),))
    theirs.close()
    ours.setblocking(False)
    running.data, running.frames, running._decoder = ours, [], Decoder()
    running.acknowledge = True
    records = await running.read_records(4)
    assert [r.seq for r in records] == [1, 2, 3, 4]
    assert isinstance(running.frames[0], Begin)
    while (await running.ask("status"))["pending"]:
        pass


async def test_a_stalled_analyser_does_not_stop_browsing(home: Path, web: Origin) -> None:
    async with proxy(home, "--buffer-bytes", "3000", "--stall-seconds", "0.1") as running:
        running.acknowledge = False
        for _ in range(40):
            assert b" 204 " in await fetch(running.port, url(web, "/x"))
        status = await running.ask("status")
        assert status["stalled"] is True and status["dropped"] > 0
        held, lost = status["pending"], status["dropped"]
        assert held + lost == status["last_seq"]
        await running.read_records(held)
        await asyncio.get_running_loop().sock_sendall(running.data, encode(Ack(held)))
        gap = (await running.read_records(held + 1))[-1]
        assert isinstance(gap, Gap) and gap.reason == "recorder stalled"
        assert gap.hosts == (("127.0.0.1", lost),)
        assert gap.seq == status["last_seq"] + 1
        assert b" 204 " in await fetch(running.port, url(web, "/x"))


# --- start and stop ------------------------------------------------------------------------------


async def test_stop_frees_the_port_hands_over_and_ends(home: Path, web: Origin, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    async with process(home, "--counter", str(counter), "--first-seq", "11") as running:
        await fetch(running.port, url(web, "/x"))
        _, idle = await asyncio.open_connection("127.0.0.1", running.port)
        running.tell("stop")
        await running.read(lambda frames: bool(frames) and isinstance(frames[-1], End))
        assert running.frames[-1] == End(12)
        assert await running.ended() == 0
        idle.close()
        assert running.process.stderr is not None and running.process.stderr.read() == b""
        assert struct.unpack("=Q", counter.read_bytes()) == (12,)
        socket.create_server(("127.0.0.1", running.port)).close()


async def test_signals_of_the_terminal_are_ignored_and_sigterm_stops(home: Path, web: Origin) -> None:
    async with process(home) as running:
        running.process.send_signal(signal.SIGINT)
        running.process.send_signal(signal.SIGHUP)
        assert b" 204 " in await fetch(running.port, url(web, "/x"))
        running.process.send_signal(signal.SIGTERM)
        await running.read(lambda frames: bool(frames) and isinstance(frames[-1], End))
        assert await running.ended() == 0


async def test_what_is_under_way_at_the_stop_is_told(home: Path) -> None:
    hanging = asyncio.Event()

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        hanging.set()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with proxy(home) as running:
        asking = asyncio.create_task(fetch(running.port, f"http://127.0.0.1:{port}/"))
        await hanging.wait()
        running.tell("stop")
        records = await running.read_records(2)
        last = records[-1]
        assert isinstance(last, Response) and (last.outcome, last.reason) == (
            "forwarded",
            "the proxy stopped",
        )
        await running.read(lambda frames: bool(frames) and isinstance(frames[-1], End))
        asking.cancel()
    server.close()


async def test_without_its_supervisor_it_ends_at_once(home: Path) -> None:
    async with process(home) as running:
        running.control.close()
        assert await running.ended() == 3


async def test_a_killed_proxy_leaves_what_it_forwarded_in_the_channel(home: Path, web: Origin) -> None:
    async with process(home) as running:
        running.acknowledge = False
        await fetch(running.port, url(web, "/x"))
        running.process.send_signal(signal.SIGKILL)
        await running.ended()
        first = (await running.read_records(1))[0]
        assert isinstance(first, Request) and first.url == url(web, "/x")


@pytest.mark.parametrize(
    ("arguments", "says", "hint"),
    [
        (["--set", "no_such_option=1"], "no_such_option", "options"),
        (["--set", "stream_large_bodies=abc"], "stream_large_bodies", "options"),
        (["--set", "mouchard_resolve=nonsense"], "PATTERN=HOST:PORT", "options"),
        (["--mode", "teleport"], "teleport", "options"),
        (["--port", "99999"], "99999", "0-65535"),
        (["--listen", "192.0.2.1"], "192.0.2.1", "--listen"),
    ],
)
async def test_what_cannot_start_says_why(home: Path, arguments: list[str], says: str, hint: str) -> None:
    peer = Peer()
    starting = here(peer, home, *arguments)
    try:
        heard = await peer.hear()
        assert heard["event"] == "failed" and says in heard["error"] and hint in heard["hint"]
        assert "\n" not in heard["error"]
        assert await starting == 2
    finally:
        peer.drop()


async def test_a_port_in_use_is_said(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = ProxyProcess(home, "--port", str(port))
        try:
            heard = await started.hear()
            assert heard["event"] == "failed" and f"127.0.0.1:{port}" in heard["error"]
            assert "in use" in heard["error"] and "--port" in heard["hint"]
            assert await started.ended() == 2
            assert started.process.stderr is not None and started.process.stderr.read() == b""
        finally:
            started.close()
