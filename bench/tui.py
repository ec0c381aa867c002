"""Measure the live view on a large database: first picture, keys, refresh, and what it costs the proxy.

    python bench/tui.py [MESSAGES] [DATABASE] [--quick] [--json FILE]

MESSAGES: 1,000,000 unless given. DATABASE is made if absent, and kept; else a temporary one is used.
The refresh is measured while another process commits 200 messages a second; the proxy's times are those of
the same requests to a server on this machine, first without a live view, then with one, in the same run.
"""

from __future__ import annotations

import asyncio
import http.client
import os
import pty
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import figures
from figures import Figure
from textual.pilot import Pilot

from mouchard import paths
from mouchard.capture.records import Capture, Origin, Request, Response
from mouchard.keys import Keys
from mouchard.model import Attributed, Company, Finding, Judgement, Verdict, message
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer
from mouchard.supervisor import client
from mouchard.tui.app import LiveView
from mouchard.tui.feed import Feed
from mouchard.tui.screens.overview import Overview
from mouchard.tui.widgets.who_gets_what import WhoGetsWhat

SITES, COMPANIES = 120, 60
BATCH = 1000
RATE = 200
SECONDS = 10
ORIGIN = Origin("127.0.0.1", "regular", "", "bench")


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
            fill(database, count)
            print(f"{count} messages recorded in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        found = asyncio.run(view(database))
        found.append(proxy(Path(folder)))
    figures.give(f"Live view, {count:,} messages", found, given.json)


def records(capture: Capture, first: int, count: int) -> Iterator[Entry]:
    """Requests with their answers; every third one carries a finding."""
    chance = random.Random(first)
    for number in range(first, first + count):
        seq = 2 * number + 1
        site = f"site-{chance.randrange(SITES)}.example"
        company = Company(
            f"Company {chance.randrange(COMPANIES)}", "US", "advertising", "bench", "2026-01-01"
        )
        when = capture.started + number / 50
        url = f"https://t{chance.randrange(200)}.example/collect?id=‹22 chars›"
        request = Request(capture.id, seq, when, ORIGIN, "GET", url, "HTTP/2.0", (), b"", 0)
        kind, level = chance.choice([("email", "L3"), ("device_id", "L1"), ("product", "L2")])
        found = Finding(
            f"{capture.id}/{seq}/{kind}", kind, "field", "", "", "query", "id", ("percent",), "",
            "‹22 chars›", f"t{chance.randrange(50)}", level, f"identity: {kind}",
        ) if number % 3 == 0 else None  # fmt: skip
        judgement = Judgement(
            message(request), Attributed(seq, site, "high", "Referer", "laptop"),
            Verdict("xmlhttprequest", "third", company, (), False),
            (found,) if found else (), level if found else "L0", (), url,
        )  # fmt: skip
        yield Entry(request, (judgement,))
        yield Entry(Response(capture.id, seq + 1, when + 0.05, seq, "answered", 200, (), b"", 0, "", 0.0))


def fill(database: Path, count: int, first: int = 0, rate: float = 0.0) -> None:
    """Record so many messages with the real writer, at this rate a second if given."""
    capture = Capture("be" * 16, "live", "bench", time.time() - 86400, "bench")
    with Writer(database, Keys.load(database.with_name("bench.key")), Ruleset("bench")) as writer:
        writer.begin(capture)
        step = max(int(rate / 4), 1) if rate else BATCH
        for start in range(first, first + count, step):
            writer.commit(list(records(capture, start, min(step, first + count - start))))
            if rate:
                time.sleep(step / rate)


async def view(database: Path) -> list[Figure]:
    """First picture, keys, refresh."""
    found = []
    begin = time.perf_counter()
    feed = Feed(database)
    app = LiveView(feed)
    try:
        async with app.run_test(size=(140, 40)) as pilot:
            while not (isinstance(app.screen, Overview) and app.screen.query_one(WhoGetsWhat).rows):
                await asyncio.sleep(0.005)
            found.append(Figure("first picture", time.perf_counter() - begin, "s", target="<= 1"))
            idle = await presses(pilot, [""] * 20)
            moves = await presses(pilot, ["down"] * 40)
            took = (p95(moves) - statistics.median(idle)) * 1e3
            found.append(Figure("key, a row down, p95", took, "ms", target="<= 100"))
            for key, name in (("2", "sites"), ("3", "recipients"), ("4", "data types"), ("5", "events")):
                begin = time.perf_counter()
                await pilot.press(key)
                for worker in list(app.workers):
                    if worker.group in ("default", "detail"):
                        await worker.wait()
                found.append(Figure(f"view of {name}", time.perf_counter() - begin, "s"))
            await pilot.press("1")
            writing = [sys.executable, __file__, "--write", str(database), str(RATE * SECONDS)]
            writer = subprocess.Popen(writing, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
            used, began = time.process_time(), time.perf_counter()
            while writer.poll() is None:
                await asyncio.sleep(0.1)
            share = (time.process_time() - used) / (time.perf_counter() - began)
            name = f"refresh at {RATE} messages/s"
            found.append(Figure(name, share * 100, "% of a core", target="<= 25"))
    finally:
        feed.close()
    return found


async def presses(pilot: Pilot[None], keys: Sequence[str]) -> list[float]:
    """Seconds from each key to the picture; no key measures what waiting itself takes."""
    times = []
    for key in keys:
        begin = time.perf_counter()
        await (pilot.press(key) if key else pilot.pause())
        times.append(time.perf_counter() - begin)
    return times


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
        requests(address, server.server_address[1], 200)
        without = requests(address, server.server_address[1], 1000)
        ours, theirs = pty.openpty()
        seen = subprocess.Popen(
            [*command, "tui", "--db", str(database)], stdin=theirs, stdout=theirs, stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "140", "LINES": "40"},
        )  # fmt: skip
        os.close(theirs)
        drawn = threading.Event()
        threading.Thread(target=drain, args=(ours, drawn), daemon=True).start()
        drawn.wait(60)
        time.sleep(2)
        beside = requests(address, server.server_address[1], 1000)
        seen.terminate()
        seen.wait()
        client.stop(control)
    finally:
        run.terminate()
        run.wait()
        server.shutdown()
    name, peer = "p95 of the proxy beside it", "without a live view"
    return Figure(name, p95(beside) * 1e3, "ms", peer, p95(without) * 1e3, "<= 1.20 x")


def drain(terminal: int, drawn: threading.Event) -> None:
    """Takes what the live view draws."""
    try:
        while os.read(terminal, 65536):
            drawn.set()
    except OSError:
        return


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
    if sys.argv[1:2] == ["--write"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]), first=10_000_000, rate=RATE)
    else:
        main()
