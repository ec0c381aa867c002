"""What the proxy costs: bare mitmdump and Mouchard by turns, over https, on loopback.

    python bench/proxy.py [-n MESSAGES] [--rounds ROUNDS] [-c CONNECTIONS] [--out FILE.json]

Posts 2 KB to an nginx of its own through each proxy in turn, started fresh each round. CPU counts until all
processes are idle again, so that work put off counts too; n of 10,000 and more keeps a backlog from hiding.
`proxy` is the process that forwards, `tree` all of them together. Linux, with nginx and openssl.
Targets: proxy 0.80 of bare mitmdump, tree 1.35.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

BODY = json.dumps(
    {"event": "page_view", "user": {"email": "camille@example.org"}, "pad": "x" * 1950}
).encode()
PAGE = b"https://shop.example/"
IDLE = 0.004
"""Seconds of CPU in a quarter of a second: below, nothing is under way any more."""
NGINX = """daemon off; worker_processes 1; pid {at}/nginx.pid; error_log {at}/error.log;
events {{ worker_connections 1024; }}
http {{ access_log off; keepalive_requests 10000000; client_body_buffer_size 64k;
  client_body_temp_path {at}/body; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u;
  scgi_temp_path {at}/s;
  server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {at}/cert.pem; ssl_certificate_key {at}/key.pem;
    location / {{ return 204; }} }} }}"""


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


def cpu(pids: list[int]) -> float:
    """Seconds of CPU that these processes have used."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory(pids: list[int]) -> float:
    """Megabytes that these processes hold."""
    pages = 0
    for pid in pids:
        with suppress(OSError):
            pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6


def forwarding(root: int, port: int) -> list[int]:
    """The process of the tree that listens on the port: the proxy itself."""
    wanted = f"0100007F:{port:04X}"
    rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:])
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1] == wanted and row[3] == "0A"}
    holders = []
    for pid in tree(root):
        with suppress(OSError):
            if inodes & {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}:
                holders.append(pid)
    return holders[-1:]


def wait_for(port: int, process: subprocess.Popen[bytes]) -> float:
    """Seconds until the port takes connections."""
    began = time.perf_counter()
    while time.perf_counter() - began < 60 and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return time.perf_counter() - began
        time.sleep(0.02)
    raise SystemExit(f"not listening: {process.args!r}")


def origin(folder: Path, port: int) -> subprocess.Popen[bytes]:
    """A server that answers everything with 204."""
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key = [
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "cert.pem"),
    ]
    subprocess.run(["openssl", "req", "-x509", *key, *subject], check=True, capture_output=True)
    (folder / "nginx.conf").write_text(NGINX.format(at=folder, port=port))
    server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    wait_for(port, server)
    return server


async def _client(
    proxy: int, target: int, context: ssl.SSLContext, todo: list[int], took: list[float]
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy)
    place = b"127.0.0.1:%d" % target
    writer.write(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (place, place))
    if b" 200 " not in await reader.readuntil(b"\r\n\r\n"):
        raise SystemExit("the proxy opened no tunnel")
    await writer.start_tls(context, server_hostname="localhost")
    while todo:
        number = todo.pop()
        began = time.perf_counter()
        writer.write(
            b"POST /collect?i=%d HTTP/1.1\r\nHost: %b\r\nUser-Agent: bench\r\nReferer: %b\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (number, place, PAGE, len(BODY), BODY)
        )
        if b" 204 " not in await reader.readuntil(b"\r\n\r\n"):
            raise SystemExit("a request failed")
        took.append(time.perf_counter() - began)
    writer.close()


async def load(proxy: int, target: int, messages: int, connections: int) -> list[float]:
    """Seconds that each request took, shortest first."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    todo, took = list(range(messages)), list[float]()
    await asyncio.gather(*(_client(proxy, target, context, todo, took) for _ in range(connections)))
    return sorted(took)


def measure(command: str, folder: Path, target: int, messages: int, connections: int) -> dict[str, float]:
    """One proxy, started, warmed up, loaded, drained and ended."""
    port = free_port()
    words = shlex.split(command.format(port=port, python=sys.executable, folder=folder))
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    home = {**os.environ, "MOUCHARD_HOME": str(folder / "home"), "PYTHONPATH": str(Path(__file__).parents[1])}
    process = subprocess.Popen(words, env=home, **quiet)  # type: ignore[call-overload]
    try:
        listening = wait_for(port, process)
        asyncio.run(load(port, target, max(50, messages // 5), connections))
        drain(process.pid)
        proxy, whole = forwarding(process.pid, port), tree(process.pid)
        before, before_whole = cpu(proxy), cpu(whole)
        began = time.perf_counter()
        took = asyncio.run(load(port, target, messages, connections))
        seconds = time.perf_counter() - began
        drain(process.pid)
        return {
            "listening_s": listening,
            "rps": messages / seconds,
            "p50_ms": took[len(took) // 2] * 1e3,
            "p95_ms": took[int(len(took) * 0.95)] * 1e3,
            "proxy_us": (cpu(proxy) - before) / messages * 1e6,
            "tree_us": (cpu(whole) - before_whole) / messages * 1e6,
            "proxy_mb": memory(proxy),
            "tree_mb": memory(whole),
        }
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def drain(pid: int) -> None:
    """Wait until the processes have nothing under way any more, a minute at most."""
    for _ in range(240):
        before = cpu(tree(pid))
        time.sleep(0.25)
        if cpu(tree(pid)) - before < IDLE:
            return


def main() -> None:
    """Measure by turns and print the medians with their ratios to bare mitmdump."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", type=int, default=10_000, help="requests a round")
    parser.add_argument("-c", type=int, default=16, help="connections at a time")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, default=Path("build/bench-proxy.json"))
    given = parser.parse_args()
    python = shlex.quote(sys.executable)
    mitmdump = f"{python} -c 'from mitmproxy.tools.main import mitmdump; mitmdump()' --ssl-insecure -q"
    variants = {
        "mitmdump": f"{mitmdump} --set confdir={{folder}}/bare --listen-host 127.0.0.1 -p {{port}}",
        "mouchard": f"{python} -m mouchard run --headless --insecure-upstream --no-cname --port {{port}}",
    }
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in variants}
    with TemporaryDirectory() as name:
        folder, target = Path(name), free_port()
        server = origin(folder, target)
        try:
            for number in range(given.rounds):
                order = list(variants)[:: -1 if number % 2 else 1]
                for variant in order:
                    rounds[variant].append(measure(variants[variant], folder, target, given.n, given.c))
        finally:
            server.terminate()
            server.wait()
    middle = {v: {key: median(row[key] for row in rows) for key in rows[0]} for v, rows in rounds.items()}
    print(
        f"python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}", end="; "
    )
    print(f"{given.rounds} rounds of {given.n} posts of 2 KB over https, {given.c} connections")
    print(f"{'':14}{'mitmdump':>12}{'mouchard':>12}{'ratio':>8}")
    for key, bare in middle["mitmdump"].items():
        ours = middle["mouchard"][key]
        print(f"{key:14}{bare:12.2f}{ours:12.2f}{ours / bare:8.2f}")
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(
        json.dumps({"n": given.n, "c": given.c, "median": middle, "rounds": rounds}, indent=1)
    )


if __name__ == "__main__":
    main()
