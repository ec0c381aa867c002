"""Measure the live view on a large database: first picture, keys, refresh, and what it costs the proxy.

    python bench/tui.py [MESSAGES] [DATABASE] [--quick] [--json FILE]

MESSAGES: 1,000,000 unless given. DATABASE is made if absent, and kept; else a temporary one is used.
The live view runs in a terminal of its own, as a person would start it. The refresh is measured while another
process commits 200 messages a second; the proxy's times are those of the same requests to a server on this
machine, by turns with the live view and with it stopped. Processor seconds are told beside those of the
clock: on a busy machine they are the ones to compare.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import pty
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Self

import figures
import traffic
from figures import Figure

from mouchard import paths
from mouchard.supervisor import client

RATE = 200
SECONDS = 15
TURNS = 8


def main() -> None:
    """Give the figures."""
    parser = figures.arguments(__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=1_000_000, metavar="MESSAGES")
    parser.add_argument("database", nargs="?", type=Path, metavar="DATABASE")
    given = parser.parse_args()
    count = min(given.messages, 50_000) if given.quick else given.messages
    with tempfile.TemporaryDirectory(prefix="mouchard-bench-") as folder:
        os.environ["MOUCHARD_HOME"] = folder
        database = given.database or Path(folder, "bench.db")
        if not database.exists():
            begin = time.perf_counter()
            traffic.fill(database, count)
            print(f"{count} messages recorded in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        found = view(database)
        found.append(proxy(Path(folder)))
    figures.give(f"Live view, {count:,} messages", found, given.json)


class View:
    """A live view in a terminal of 140 by 40, read as it draws; a context manager."""

    def __init__(self, database: Path) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
        self._begin = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "mouchard", "tui", "--db", str(database)],
            stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        )  # fmt: skip
        os.close(theirs)
        self._terminal = ours
        self._drawn = bytearray()
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.process.terminate()
        self.process.wait()

    def _read(self) -> None:
        while True:
            try:
                drawn = os.read(self._terminal, 65536)
            except OSError:
                return
            with self._changed:
                self._drawn += drawn
                self._changed.notify_all()

    def until(self, *words: str) -> float:
        """Seconds, from now on, until one of these words is drawn; without words, until anything is."""
        begin = time.perf_counter()
        wanted = [word.encode() for word in words] or [b""]
        with self._changed:
            drawn = self._changed.wait_for(
                lambda: self._drawn and any(word in self._drawn for word in wanted), timeout=60
            )
            if not drawn:
                raise SystemExit(f"never drawn: {words}")
            return time.perf_counter() - begin

    def key(self, key: str, *words: str) -> float:
        """Seconds from a key to what it draws."""
        with self._changed:
            self._drawn.clear()
        begin = time.perf_counter()
        os.write(self._terminal, key.encode())
        self.until(*words)
        return time.perf_counter() - begin

    def rest(self) -> None:
        """Waits until nothing was drawn for half a second."""
        with self._changed:
            while self._changed.wait(0.5):
                pass

    @property
    def age(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._begin

    @property
    def processor(self) -> float:
        """Processor seconds used so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


VIEWS = (
    ("2", "sites", "data about you left"),
    ("3", "recipients", "got data about you"),
    ("4", "data types", "of data left"),
    ("5", "events", "GET t"),
)
"""Key, name, and words that are drawn with the data."""


def view(database: Path) -> list[Figure]:
    """First picture, keys, refresh."""
    found = []

    def note(name: str, clock: float, used: float, unit: str = "s", target: str = "") -> None:
        found.append(Figure(name, clock, unit, "on the processor", used, target))

    with View(database) as seen:
        seen.until("Mouchard")
        note("first paint", seen.age, seen.processor, target="<= 1")
        seen.until("site-")
        note("first picture with the data", seen.age, seen.processor)
        seen.rest()
        used, moves = seen.processor, []
        for _move in range(60):
            moves.append(seen.key("j") * 1e3)
            time.sleep(0.05)  # a person is no faster
        used = (seen.processor - used) / len(moves) * 1e3
        note("key, a row down, p95", p95(moves), used, "ms", "<= 100")
        for key, name, words in VIEWS:
            used = seen.processor
            note(f"view of {name}", seen.key(key, words), seen.processor - used)
            seen.rest()
        seen.key("1")
        seen.rest()
        writing = [sys.executable, traffic.__file__, str(database), str(RATE * SECONDS), str(RATE)]
        writer = subprocess.Popen(writing, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
        used, began = seen.processor, time.perf_counter()
        writer.wait()
        share = (seen.processor - used) / (time.perf_counter() - began)
        name = f"refresh at {RATE} messages/s"
        found.append(Figure(name, share * 100, "% of a core", target="<= 25"))
    return found


def p95(times: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(times, n=20)[-1]


class Answer(BaseHTTPRequestHandler):
    """A server that says yes."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_words: object) -> None:
        """Says nothing."""


def proxy(folder: Path) -> Figure:
    """Requests through a running capture, without and with a live view attached."""
    database = folder / "proxy.db"
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    command = [sys.executable, "-m", "mouchard"]
    run = subprocess.Popen(
        [*command, "run", "--headless", "--port", "0", "--db", str(database)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        control = paths.control_socket(database)
        while not client.is_running(control):
            time.sleep(0.1)
        address = str(client.request(control, {"do": "status"})["address"])
        port = server.server_address[1]
        requests(address, port, 200)
        without, beside = [], []
        with View(database) as seen:
            seen.until("Mouchard")
            seen.rest()
            for _turn in range(TURNS):
                seen.process.send_signal(signal.SIGSTOP)
                without += requests(address, port, RATE)
                seen.process.send_signal(signal.SIGCONT)
                beside += requests(address, port, RATE)
        client.stop(control)
    finally:
        run.terminate()
        run.wait()
        server.shutdown()
    name, peer = "p95 of the proxy beside it", "without a live view"
    return Figure(name, p95(beside) * 1e3, "ms", peer, p95(without) * 1e3, "<= 1.20 x")


def requests(address: str, port: int, count: int) -> list[float]:
    """Seconds of each of so many requests through the proxy, one after the other, at most 200 a second."""
    channel = http.client.HTTPConnection(address, timeout=30)
    times = []
    for number in range(count):
        begin = time.perf_counter()
        channel.request("GET", f"http://127.0.0.1:{port}/?email=camille%40boutique.example&n={number}")
        channel.getresponse().read()
        times.append(time.perf_counter() - begin)
        time.sleep(max(1 / RATE - times[-1], 0))
    channel.close()
    return times


if __name__ == "__main__":
    main()
