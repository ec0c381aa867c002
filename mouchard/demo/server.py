"""A web server on loopback that plays every host of an invented world: HTTP, HTTPS, WebSockets, one port."""

from __future__ import annotations

import base64
import contextlib
import datetime
import hashlib
import socket
import ssl
import struct
import tempfile
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import SplitResult, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BODY_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as it reached the world."""

    host: str
    method: str
    url: SplitResult
    """Path and query; the host is apart."""
    headers: Message
    body: bytes
    secure: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What the world says; the body is sent with its length."""

    status: int = 200
    type: str = "text/html; charset=utf-8"
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class WorldServer:
    """Serves `answer` on 127.0.0.1 in background threads; TLS is told from plain http by the first byte.

    A WebSocket handshake is accepted for every path; each client message goes to `frame` and is not
    answered. Use as a context manager; `port` is valid inside it.
    """

    def __init__(
        self, answer: Callable[[Ask], Answer], frame: Callable[[Ask, bytes], None] = lambda ask, data: None
    ) -> None:
        self._answer = answer
        self._frame = frame

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> WorldServer:
        self._server = _Server(("127.0.0.1", 0), _handler(self._answer, self._frame), _throwaway_tls())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext
    ) -> None:
        super().__init__(address, handler)
        self._tls = tls

    def finish_request(self, request: object, client_address: object) -> None:
        """Runs in the connection's own thread, so that a slow handshake holds nobody up."""
        assert isinstance(request, socket.socket)
        with contextlib.suppress(OSError):  # the proxy may leave at any moment
            if request.recv(1, socket.MSG_PEEK) == b"\x16":
                request = self._tls.wrap_socket(request, server_side=True)
            super().finish_request(request, client_address)
            if isinstance(request, ssl.SSLSocket):
                request.unwrap()

    def handle_error(self, request: object, client_address: object) -> None:
        """A broken connection is everyday life of a server, not a message for the person."""


def _handler(
    answer: Callable[[Ask], Answer], frame: Callable[[Ask, bytes], None]
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 60

        def handle_any(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), BODY_LIMIT)
            ask = Ask(
                (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host") or "",
                self.command,
                urlsplit(self.path),
                self.headers,
                self.rfile.read(length),
                isinstance(self.connection, ssl.SSLSocket),
            )
            if self.headers.get("Upgrade", "").lower() == "websocket":
                self._websocket(ask)
                return
            reply = answer(ask)
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        do_GET = do_POST = do_PUT = do_HEAD = do_OPTIONS = handle_any

        def _websocket(self, ask: Ask) -> None:
            key = (self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()
            self.send_response(101)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key).digest()).decode())
            self.end_headers()
            self.close_connection = True
            while True:
                opcode, data = self._frame_in()
                if opcode == 8:
                    self.wfile.write(b"\x88" + bytes([len(data)]) + data)
                    return
                if opcode in (1, 2):
                    frame(ask, data)

        def _frame_in(self) -> tuple[int, bytes]:
            """One unfragmented client frame; the end of the stream counts as a close frame."""
            head = self.rfile.read(2)
            if len(head) < 2:
                return 8, b""
            length = head[1] & 0x7F
            if length == 126:
                length = struct.unpack(">H", self.rfile.read(2))[0]
            elif length == 127:
                length = min(struct.unpack(">Q", self.rfile.read(8))[0], BODY_LIMIT)
            mask = self.rfile.read(4)
            data = self.rfile.read(length)
            return head[0] & 0x0F, bytes(byte ^ mask[place % 4] for place, byte in enumerate(data))

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def _throwaway_tls() -> ssl.SSLContext:
    """A server context with a self-signed certificate that lives only as long as this process."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mouchard demo world")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("*.example")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols(["http/1.1"])
    with tempfile.TemporaryDirectory(prefix="mouchard-world-") as folder:
        pem = Path(folder, "world.pem")
        pem.touch(mode=0o600)
        pem.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context.load_cert_chain(pem)
    return context
