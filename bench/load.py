"""A server on loopback, and clients that post to it through a proxy as trackers' scripts do."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from processes import end, free_port, wait_for

PERSON = {
    "email": ["camille.durand+shop@boutique.example", "c.durand@bureau.example"],
    "phone": ["06 39 98 41 27"],
    "first_name": ["Camille"],
    "last_name": ["Durand-Lefèvre"],
    "dob": ["1987-05-14"],
    "street": ["12 rue des Lilas"],
    "city": ["Saint-Étienne"],
    "zip": ["42000"],
    "country": ["FR"],
    "loyalty_card": ["2613000427180", "9135720004271845501"],
    "nir": ["287054221803734"],
    "iban": ["FR1420041010050500013M02606"],
    "mac": ["A4:83:E7:1C:9B:52"],
    "gps": ["45.439695,4.387178"],
    "ad_id": ["7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31"],
    "username": ["camille_dl42"],
    "password": ["Tr0ub4dor&3-Lilas"],
}
"""An invented person with every kind of value that can be looked for."""


def _event() -> bytes:
    """A page view of a shop, 2 KB of JSON."""
    told = {
        "event": "page_view",
        "cid": "1234567890.987654321",
        "dl": "https://www.boutique-exemple.fr/commande?etape=2",
        "user": {"email": PERSON["email"][0], "phone": "+33639984127", "name": "Camille Durand-Lefèvre"},
        "items": [
            {"id": number, "name": f"Lampe numéro {number}", "price": 9.99, "category": "Salon"}
            for number in range(22)
        ],
        "pad": "",
    }
    told["pad"] = "x" * (2048 - len(json.dumps(told)))
    return json.dumps(told).encode()


BODY = _event()
HEAD = (
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 "
    "Safari/537.36\r\nAccept: */*\r\nAccept-Language: fr-FR,fr;q=0.9\r\nAccept-Encoding: gzip, deflate\r\n"
    "Origin: https://www.boutique-exemple.fr\r\nReferer: https://www.boutique-exemple.fr/\r\n"
    "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: empty\r\n"
    "Cookie: _ga=GA1.2.1234567890.1700000000; _fbp=fb.1.1700000000000.1234567890; "
    "sid=abcdef0123456789abcdef0123456789\r\nCache-Control: no-cache\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(BODY)}\r\n\r\n"
).encode()
HOST = b"www.google-analytics.com"
"""Whom the clients name; the connection goes to loopback all the same."""
PATIENCE = 60.0
"""Seconds for one answer; none by then is a fault, not a figure."""
NGINX = """daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 10000000; client_body_buffer_size 64k;
  client_body_temp_path {at}/body; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u;
  scgi_temp_path {at}/s;
  server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {at}/cert.pem; ssl_certificate_key {at}/key.pem;
    location / {{ return 204; }} }} }}"""


def missing() -> str:
    """What the system lacks, in words; empty where all is there."""
    lacking = [program for program in ("nginx", "openssl") if shutil.which(program) is None]
    if not Path("/proc/self/schedstat").exists():
        lacking.append("Linux's /proc")
    return f"{' and '.join(lacking)} not found" if lacking else ""


@contextmanager
def origin(folder: Path) -> Iterator[int]:
    """A server that answers everything with 204; its port."""
    port, key, certificate = free_port(), folder / "key.pem", folder / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", "-x509", *files, *subject], check=True, capture_output=True)
    (folder / "nginx.conf").write_text(NGINX.format(at=folder, port=port))
    server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    try:
        wait_for(port, server)
        yield port
    finally:
        end(server)


def closed_loop(proxy: int, target: int, messages: int, connections: int) -> list[float]:
    """So many requests, each connection's next one once it has the answer; seconds of each, sorted."""
    return asyncio.run(_load(proxy, target, messages, connections, 0))


def open_loop(proxy: int, target: int, messages: int, connections: int, rate: float) -> list[float]:
    """The same at a fixed rate; each counts from when it was due, so that waiting counts too."""
    return asyncio.run(_load(proxy, target, messages, connections, rate))


async def _load(proxy: int, target: int, messages: int, connections: int, rate: float) -> list[float]:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    took: list[float] = []
    async with asyncio.TaskGroup() as group:
        opened = [group.create_task(_open(proxy, target, context)) for _ in range(connections)]
    began = time.perf_counter()
    todo = iter([(number, began + number / rate if rate else 0.0) for number in range(messages)])
    async with asyncio.TaskGroup() as group:
        for one in opened:
            group.create_task(_client(*one.result(), todo, took))
    return sorted(took)


async def _open(
    proxy: int, target: int, context: ssl.SSLContext
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy)
    place = b"127.0.0.1:%d" % target
    writer.write(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (place, place))
    if b" 200 " not in await reader.readuntil(b"\r\n\r\n"):
        raise SystemExit("the proxy opened no tunnel")
    await writer.start_tls(context, server_hostname="localhost")
    return reader, writer


async def _client(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    todo: Iterator[tuple[int, float]],
    took: list[float],
) -> None:
    for number, due in todo:
        if due:
            await asyncio.sleep(max(due - time.perf_counter(), 0))
        began = due or time.perf_counter()
        line = b"POST /g/collect?v=2&tid=G-AB12CD34EF&cid=1234567890.987654321&_s=%d HTTP/1.1\r\nHost: %b\r\n"
        writer.write(line % (number, HOST) + HEAD + BODY)
        async with asyncio.timeout(PATIENCE):
            answer = await reader.readuntil(b"\r\n\r\n")
        if b" 204 " not in answer:
            raise SystemExit("a request failed")
        took.append(time.perf_counter() - began)
    with suppress(OSError):
        writer.close()
