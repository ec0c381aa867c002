"""How long it takes until the proxy listens, beside bare mitmdump by turns, and until `--help` is there.

    python bench/startup.py [--quick] [--json FILE]

Rules and identity are those of bench/proxy.py: the analyser loads them while the proxy starts already.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import figures
import load
from figures import Figure
from processes import end, free_port, wait_for
from proxy import Bench

TITLE = "Start"
STARTS, QUICK_STARTS = 15, 5


def listening(bench: Bench, name: str) -> float:
    """Seconds from the command to a port that takes connections."""
    port, quiet = free_port(), subprocess.DEVNULL
    with TemporaryDirectory(dir=bench.folder) as place:
        words = bench.command(name, port) + (["--db", f"{place}/bench.db"] if name != "mitmdump" else [])
        process = subprocess.Popen(words, env=bench.environment, stdin=quiet, stdout=quiet, stderr=quiet)
        try:
            return wait_for(port, process)
        finally:
            end(process)


def helped(bench: Bench, words: list[str]) -> float:
    """Seconds until a command has said its help."""
    began = time.perf_counter()
    subprocess.run(words, env=bench.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def by_turns(starts: int, ways: dict[str, Callable[[], float]]) -> dict[str, float]:
    """The median of each; a first time, with cold files and no certificate yet, does not count."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(starts + 1):
        for name in list(ways)[:: -1 if number % 2 else 1]:
            took[name].append(ways[name]())
    return {name: median(times[1:]) for name, times in took.items()}


def main() -> None:
    """Measure by turns."""
    given = figures.arguments(__doc__).parse_args()
    with TemporaryDirectory(prefix="mouchard-bench-") as name:
        bench = Bench(Path(name), 0, 0, 0, 0, (0, 0))
        (bench.folder / "person.json").write_text(json.dumps(load.PERSON))
        python = [sys.executable, "-c"]
        plain = [*python, "pass"]
        bare = [*python, "from mitmproxy.tools.main import mitmdump; mitmdump(['--help'])"]
        ours = [sys.executable, "-m", "mouchard", "--help"]
        took = by_turns(
            QUICK_STARTS if given.quick else STARTS,
            {
                "mitmdump": lambda: listening(bench, "mitmdump"),
                "mouchard": lambda: listening(bench, "mouchard"),
                "bare --help": lambda: helped(bench, bare),
                "--help": lambda: helped(bench, ours),
                "python": lambda: helped(bench, plain),
            },
        )
    figures.give(
        TITLE,
        [
            Figure("start to listening", took["mouchard"], "s", "mitmdump", took["mitmdump"], "<= 1.15 x"),
            Figure("mouchard --help", took["--help"], "s", "mitmdump --help", took["bare --help"], "<= 0.25"),
            Figure("Python alone", took["python"], "s"),
        ],
        given.json,
    )


if __name__ == "__main__":
    main()
