"""Measure the report of one site out of a large database: seconds and memory, each kind of file.

    python bench/report.py [MESSAGES] [--quick] [--json FILE]

Makes a database of that many messages (default 1,000,000) on a thousand sites below build/, once, and writes
the report of one of them in a process of its own. Targets: 2 s, 300 MB.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import figures
from figures import Figure

ROOT = Path(__file__).parents[1]
SITES = 1000
BATCH = 5000
SECONDS, MEGABYTES = 2.0, 300
COMPANIES = ("Meta", "Google", "Criteo", "LiveRamp", "TikTok", "Pinterest", "Microsoft", "Snap", "Adobe", "X")


def fill(path: Path, messages: int) -> None:
    """A database like that of months of browsing: each third message carries a finding."""
    from mouchard.capture.records import Capture, Origin, Request, Response
    from mouchard.keys import Keys
    from mouchard.masking.url import mask_url
    from mouchard.model import Attributed, Company, Finding, Judgement, Match, Verdict, message
    from mouchard.store.ruleset import Ruleset
    from mouchard.store.write import Entry, Writer

    keys, capture, start = Keys(bytes(range(32))), "b" * 32, 1_795_000_000.0
    origin = Origin("127.0.0.1", "regular", "", "c1")
    names = {name: Company(name, "US", "advertising", "own", "2026-11") for name in COMPANIES}
    rule = Match("EasyPrivacy", "1", "||tracker.example^", 1, "general", "A")

    def entries() -> Iterator[Entry]:
        for number in range(messages):
            seq, time_ = 2 * number + 1, start + number / 10
            site, name = f"site{number % SITES}.example", COMPANIES[number // SITES % len(COMPANIES)]
            host = f"t.{name.lower()}.example"
            url = f"https://{host}/collect?id={number}&em=hash"
            headers = (("Host", host), ("Referer", f"https://{site}/"))
            record = Request(capture, seq, time_, origin, "GET", url, "HTTP/2.0", headers, b"", 0)
            told, found = message(record), ()
            if number % 3 == 0:
                kind, level = (("email", "L3"), ("page_url", "L1"), ("product", "L2"))[number // 3 % 3]
                found = (
                    Finding(
                        f"{told.id}/x", kind, "identity", "declared", "p", "query", "em",
                        ("percent", "sha256"), "lower", "c•••@e•••.org", keys.token(kind, "v"), level,
                        f"identity: {kind}",
                    ),
                )  # fmt: skip
            judged = Judgement(
                told, Attributed(seq, site, "high", "Referer names the open page", "127.0.0.1/firefox"),
                Verdict("image", "third", names[name], (rule,), True),
                found, found[0].level if found else "L0", ("query.em",), mask_url(url),
            )  # fmt: skip
            yield Entry(record, (judged,))
            yield Entry(Response(capture, seq + 1, time_, seq, "answered", 200, (), b"", 0, "", time_))

    with Writer(path, keys, Ruleset("bench"), ring=0, keep=0, clock=lambda: start) as writer:
        writer.begin(Capture(capture, "live", "", start, "bench"))
        batch: list[Entry] = []
        for entry in entries():
            batch.append(entry)
            if len(batch) == BATCH:
                writer.commit(batch)
                batch = []
        writer.commit(batch)


def measure(path: Path) -> Iterator[Figure]:
    """Seconds for each kind of file, and for all, with the most memory this process had."""
    from mouchard.report import files
    from mouchard.store.read import Reader

    site = f"site{SITES // 2}.example"
    with TemporaryDirectory() as folder, Reader(path) as reader:
        for kinds in (("html",), ("md",), ("json",), ("csv",), ("html", "md", "json", "csv")):
            began = time.perf_counter()
            written = files.write(reader, site, Path(folder), kinds, "en")
            took = time.perf_counter() - began
            size = sum(file.stat().st_size for file in written) / 1024
            target = f"<= {SECONDS:.0f}" if len(kinds) > 1 else ""
            yield Figure(f"one site, {' '.join(kinds)} ({size:,.0f} KB)", took, "s", target=target)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("most memory", most, "MB", target=f"<= {MEGABYTES}")


def main() -> None:
    """Make the database where there is none yet, then measure in a fresh process."""
    parser = figures.arguments(__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=1_000_000, metavar="MESSAGES")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    messages = min(given.messages, 50_000) if given.quick else given.messages
    if given.measure:
        figures.give(
            f"Report, {messages:,} messages, {SITES:,} sites", list(measure(given.measure)), given.json
        )
        return
    path = ROOT / "build" / f"bench-report-{messages}.db"
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        began, unfinished = time.perf_counter(), path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        fill(unfinished, messages)
        unfinished.rename(path)
        unfinished.with_name(unfinished.name + ".lock").unlink(missing_ok=True)
        print(f"{messages:,} messages written in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    words = [sys.executable, __file__, str(messages), "--measure", str(path)]
    subprocess.run([*words, *(["--json", str(given.json)] if given.json else [])], check=True)


if __name__ == "__main__":
    main()
