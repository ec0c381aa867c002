"""What the proxy costs: bare mitmdump and Mouchard by turns, over https, on loopback.

    python bench/proxy.py [--quick] [-n MESSAGES] [--rounds ROUNDS] [--only PART] [--json FILE]

Posts 2 KB to an nginx of its own through each proxy in turn, started fresh each round, with a whole invented
person and, where ../shared/lists is there, the 111,000 rules of EasyList and EasyPrivacy. Processor time
counts until all processes are idle again, so that work put off counts too; 10,000 requests a round keep a
backlog from hiding. `proxy` is the process that forwards, `tree` all of them together.
The proxy has one core, clients and server the other; the analyser shares that one, or in `one core` the
proxy's.
"""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import figures
import load
from figures import Figure
from processes import cpu, drain, end, forwarding, free_port, memory, pin, running, tree, wait_for

ROOT = Path(__file__).parents[1]
LISTS = ("easylist.txt", "easyprivacy.txt")
PARTS = ("cost", "latency", "memory")
RATE = 100
MARKS = 4
"""Times that memory is looked at on the way through the long run."""
TITLE = "Proxy"


@dataclass(frozen=True, slots=True)
class Bench:
    """What all measurements share."""

    folder: Path
    target: int
    messages: int
    rounds: int
    connections: int
    cores: tuple[int, int]

    @property
    def environment(self) -> dict[str, str]:
        """Settings and data of its own, for all that is started."""
        return {**os.environ, "MOUCHARD_HOME": str(self.folder / "home"), "PYTHONPATH": str(ROOT)}

    def command(self, name: str, port: int) -> list[str]:
        """The command line of a proxy."""
        python = sys.executable
        if name == "mitmdump":
            start = "from mitmproxy.tools.main import mitmdump; mitmdump()"
            place = ["--set", f"confdir={self.folder}/bare", "--listen-host", "127.0.0.1", "-p", str(port)]
            return [python, "-c", start, "--ssl-insecure", "-q", "--set", "flow_detail=0", *place]
        words = [python, "-m", "mouchard", "run", "--headless", "--insecure-upstream", "--no-cname"]
        words += ["--identity", str(self.folder / "person.json"), "--port", str(port)]
        for name in LISTS:
            if (file := ROOT.parent / "shared" / "lists" / name).exists():
                words += ["--list", str(file)]
        return words

    @contextmanager
    def started(self, name: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
        """The proxy, listening on a port, with a database of its own."""
        port = free_port()
        with TemporaryDirectory(dir=self.folder) as place:
            words = self.command(name, port)
            if name != "mitmdump":
                words += ["--db", f"{place}/bench.db"]
            quiet = subprocess.DEVNULL
            process = subprocess.Popen(words, env=self.environment, stdin=quiet, stdout=quiet, stderr=quiet)
            try:
                wait_for(port, process)
                yield process, port
            finally:
                end(process)

    def spread(self, process: subprocess.Popen[bytes], port: int, one_core: bool) -> int:
        """Put the proxy on its core and the rest on the other, or all on one; the proxy's process."""
        proxy, (first, second) = forwarding(process.pid, port), self.cores
        pin(tree(process.pid), {first if one_core else second})
        pin([proxy], {first})
        return proxy

    def cost(self, name: str, one_core: bool) -> dict[str, float]:
        """Processor time, throughput and memory of one round."""
        with self.started(name) as (process, port):
            proxy = self.spread(process, port, one_core)
            load.closed_loop(port, self.target, max(50, self.messages // 5), self.connections)
            drain(process.pid)
            analyser = running(process.pid, "mouchard.analyser")
            before, before_analyser, before_all = cpu([proxy]), cpu([analyser]), cpu(tree(process.pid))
            began = time.perf_counter()
            took = load.closed_loop(port, self.target, self.messages, self.connections)
            seconds = time.perf_counter() - began
            waited = drain(process.pid)
            return {
                "rps": self.messages / seconds,
                "p50_ms": took[len(took) // 2] * 1e3,
                "p95_ms": took[int(len(took) * 0.95)] * 1e3,
                "proxy_us": (cpu([proxy]) - before) / self.messages * 1e6,
                "analyser_us": (cpu([analyser]) - before_analyser) / self.messages * 1e6,
                "tree_us": (cpu(tree(process.pid)) - before_all) / self.messages * 1e6,
                "drain_s": waited,
                "proxy_mb": memory(proxy),
                "analyser_mb": memory(analyser) if analyser else 0.0,
            }

    def latency(self, name: str, messages: int) -> dict[str, float]:
        """Percentiles at a steady rate; with the live view on the capture, and no process held to a core."""
        with self.started(name) as (process, port), self.watched(name, process):
            load.open_loop(port, self.target, RATE * 3, self.connections, RATE)
            took = load.open_loop(port, self.target, messages, self.connections, RATE)
        return {f"p{share}_ms": took[int(len(took) * share / 100)] * 1e3 for share in (50, 95, 99)}

    @contextmanager
    def watched(self, name: str, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """The live view, drawn on a terminal of its own."""
        if name == "mitmdump":
            yield
            return
        while not (found := list(self.folder.glob("*/bench.db"))):
            time.sleep(0.05)
        ours, theirs = pty.openpty()
        terminal = {"TERM": "xterm-256color", "COLUMNS": "140", "LINES": "40"}
        view = subprocess.Popen(
            [sys.executable, "-m", "mouchard", "tui", "--db", str(found[0])],
            stdin=theirs, stdout=theirs, stderr=theirs, env={**self.environment, **terminal},
        )  # fmt: skip
        os.close(theirs)
        drawn = threading.Event()
        threading.Thread(target=_read, args=(ours, drawn), daemon=True).start()
        try:
            drawn.wait(60)
            time.sleep(1)
            if view.poll() is not None:
                raise SystemExit("the live view did not start")
            yield
        finally:
            end(view)

    def memory(self, messages: int) -> list[dict[str, float]]:
        """Megabytes at equal steps through a long run."""
        with self.started("mouchard") as (process, port):
            proxy, analyser = self.spread(process, port, False), running(process.pid, "mouchard.analyser")
            found = []
            for _ in range(MARKS):
                load.closed_loop(port, self.target, messages // MARKS, self.connections)
                drain(process.pid)
                found.append({"proxy_mb": memory(proxy), "analyser_mb": memory(analyser)})
            return found


def _read(terminal: int, drawn: threading.Event) -> None:
    try:
        while os.read(terminal, 65536):
            drawn.set()
    except OSError:
        return


def by_turns(bench: Bench, variants: dict[str, tuple[str, bool]]) -> dict[str, dict[str, float]]:
    """The median of each variant over all rounds, forwards and backwards in turn."""
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in variants}
    for number in range(bench.rounds):
        for name in list(variants)[:: -1 if number % 2 else 1]:
            rounds[name].append(bench.cost(*variants[name]))
            progress(number, bench.rounds, name, rounds[name][-1])
    return {name: {key: median(row[key] for row in rows) for key in rows[0]} for name, rows in rounds.items()}


def progress(number: int, rounds: int, name: str, row: dict[str, float]) -> None:
    """Tell one round."""
    told = ", ".join(f"{key} {value:.1f}" for key, value in row.items())
    print(f"  {number + 1}/{rounds} {name}: {told}", file=sys.stderr, flush=True)


def cost(bench: Bench) -> Iterator[Figure]:
    """Processor time and throughput beside bare mitmdump."""
    two, one = "mouchard", "mouchard, one core"
    middle = by_turns(
        bench, {"mitmdump": ("mitmdump", False), two: ("mouchard", False), one: ("mouchard", True)}
    )
    bare, ours, alone, peer = middle["mitmdump"], middle[two], middle[one], "bare mitmdump"
    yield Figure("proxy process, a request", ours["proxy_us"], "µs CPU", peer, bare["proxy_us"], "<= 0.80 x")
    yield Figure("analyser, a request", ours["analyser_us"], "µs CPU")
    yield Figure("all processes, a request", ours["tree_us"], "µs CPU", peer, bare["tree_us"], "<= 1.35 x")
    yield Figure("throughput, analyser on the other core", ours["rps"], "/s", peer, bare["rps"], ">= 1.00 x")
    yield Figure("throughput, all on one core", alone["rps"], "/s", peer, bare["rps"], ">= 0.75 x")
    yield Figure("all processes on one core, a request", alone["tree_us"], "µs CPU", peer, bare["tree_us"])
    yield Figure("p95 under full load", ours["p95_ms"], "ms", peer, bare["p95_ms"])
    yield Figure("backlog after the load", ours["drain_s"], "s")
    yield Figure("memory of the proxy", ours["proxy_mb"], "MB", peer, bare["proxy_mb"], "<= 120")
    yield Figure("memory of the analyser", ours["analyser_mb"], "MB", target="<= 220")


def latency(bench: Bench, messages: int, rounds: int) -> Iterator[Figure]:
    """Answer times at a steady rate with the live view running."""
    rows: dict[str, list[dict[str, float]]] = {"mitmdump": [], "mouchard": []}
    for number in range(rounds):
        for name in list(rows)[:: -1 if number % 2 else 1]:
            rows[name].append(bench.latency(name, messages))
            progress(number, rounds, name, rows[name][-1])
    for share, target in ((50, ""), (95, "<= 1.30 x"), (99, "")):
        bare, ours = (median(row[f"p{share}_ms"] for row in rows[name]) for name in rows)
        name = f"p{share} at {RATE} requests/s, live view running"
        yield Figure(name, ours, "ms", "bare mitmdump", bare, target)


def flat(bench: Bench, messages: int) -> Iterator[Figure]:
    """Memory through a long run."""
    rows = bench.memory(messages)
    for who, target in (("proxy", "<= 120"), ("analyser", "<= 220")):
        half, last = rows[MARKS // 2 - 1][f"{who}_mb"], rows[-1][f"{who}_mb"]
        yield Figure(f"memory of the {who}, {messages:,} messages", last, "MB", target=target)
        goal = "<= 1.05 x" if messages >= 50_000 else ""  # memories of what was seen are full by then
        yield Figure(f"growth of the {who}, second half", last, "MB", f"after {messages // 2:,}", half, goal)


def main() -> None:
    """Measure by turns."""
    parser = figures.arguments(__doc__)
    parser.add_argument("-n", type=int, default=10_000, help="requests a round")
    parser.add_argument("-c", type=int, default=16, help="connections at a time")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", action="append", choices=PARTS, help="only these parts")
    given = parser.parse_args()
    if given.quick:
        given.n, given.rounds = min(given.n, 1500), min(given.rounds, 2)
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if reason := load.missing() or ("" if len(cores) > 1 else "needs two cores"):
        figures.skip(TITLE, reason, given.json)
    parts, found = given.only or PARTS, list[Figure]()
    with TemporaryDirectory(prefix="mouchard-bench-") as name:
        folder = Path(name)
        (folder / "person.json").write_text(json.dumps(load.PERSON))
        with load.origin(folder) as target:
            bench = Bench(folder, target, given.n, given.rounds, given.c, (cores[0], cores[1]))
            if "latency" in parts:
                messages, rounds = (500, 1) if given.quick else (3000, 3)
                found += latency(bench, messages, rounds)
            pin(tree(os.getpid()), {cores[1]})
            if "cost" in parts:
                found = [*cost(bench), *found]
            if "memory" in parts:
                found += flat(bench, 5000 if given.quick else 50_000)
    from mitmproxy.version import VERSION

    figures.give(f"{TITLE}, mitmproxy {VERSION}", found, given.json)


if __name__ == "__main__":
    main()
