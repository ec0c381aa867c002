"""Measure `mouchard scan`: requests a second and core, what each stage takes, memory.

    python bench/scan.py [SHARED] [-n REQUESTS] [--quick] [--json FILE]

SHARED holds `corpus/` and `lists/` (default: ../shared). The HAR files have that many requests (default
10,000; see `captures`): visits of pages as a browser records them, and strangers alone, the hardest. The
rate is that of the whole command in processor time, less that of scanning a single request: interpreter,
imports, lists and a new database.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import figures
from captures import STRANGERS, VISITS, har, person
from figures import Figure

ROOT = Path(__file__).parents[1]
REQUESTS, ROUNDS = 10_000, 3
RATE, MEGABYTES = 2_500, 400
LISTS = ("easylist.txt", "easyprivacy.txt")


def main() -> None:
    """Make the HAR files where there are none yet, measure, and print the figures."""
    parser = figures.arguments(__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("-n", type=int, default=REQUESTS, help="requests in a capture")
    parser.add_argument("--stages", type=Path, help="measure the stages on this HAR, in this process")
    given = parser.parse_args()
    if given.stages is not None:
        print(json.dumps(stages(given.stages, given.shared)))
        return
    if not (given.shared / "corpus" / "requests.jsonl").is_file():
        figures.skip("scan", f"no {given.shared}/corpus/requests.jsonl", given.json)
    count = 2_000 if given.quick else given.n
    captures = {habit: har(given.shared, count, habit) for habit in (VISITS, STRANGERS)}
    single = har(given.shared, 1)
    rounds = 1 if given.quick else ROUNDS
    start = statistics.median(scan(single, given.shared)[0] for _ in range(rounds))
    runs = {habit: [scan(file, given.shared) for _ in range(rounds)] for habit, file in captures.items()}
    seconds = {habit: statistics.median(run[0] for run in of) - start for habit, of in runs.items()}
    command = [sys.executable, __file__, str(given.shared), "--stages", str(captures[VISITS])]
    parts: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    whole = sum(parts.values())
    found = [
        Figure(
            f"scan, {count:,} requests of visits", count / seconds[VISITS], "requests/s and core",
            target=f">= {RATE}",
        ),
        *(
            Figure(f"of that, {name}", took / count * 1e6, "us a request", note=f"{took / whole:.0%}")
            for name, took in parts.items()
        ),
        Figure(f"scan, {count:,} to strangers alone", count / seconds[STRANGERS], "requests/s and core"),
        Figure("start-up: imports, lists, a new database", start, "s"),
        Figure(
            "most memory", max(run[1] for of in runs.values() for run in of), "MB",
            target=f"<= {MEGABYTES}",
        ),
    ]  # fmt: skip
    figures.give("scan", found, given.json)


def scan(capture: Path, shared: Path) -> tuple[float, float]:
    """Processor seconds and most memory (MB) of the whole command, in a home of its own."""
    lists = [word for name in LISTS for word in ("--list", str(shared / "lists" / name))]
    with TemporaryDirectory() as home:
        file = Path(home, "person.json")
        file.write_text(json.dumps(person(shared)), encoding="utf-8")
        words = [sys.executable, "-m", "mouchard", "scan", str(capture), "--identity", str(file), *lists]
        environment = os.environ | {"MOUCHARD_HOME": home, "PYTHONPATH": str(ROOT)}
        quiet = subprocess.DEVNULL
        child = subprocess.Popen([*words, "--format", "jsonl"], env=environment, stdout=quiet)
        _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit("the scan failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def stages(capture: Path, shared: Path) -> dict[str, float]:
    """Processor seconds of reading, analysing, storing and printing, one after the other."""
    with TemporaryDirectory() as home:
        os.environ["MOUCHARD_HOME"] = home
        from mouchard import formats
        from mouchard.capture import har
        from mouchard.judge import judge
        from mouchard.scale.recorded import BATCH
        from mouchard.store import filterlang
        from mouchard.store.read import Reader
        from mouchard.store.write import Entry, Writer

        file = Path(home, "person.json")
        file.write_text(json.dumps(person(shared)), encoding="utf-8")
        setup = judge(file, [shared / "lists" / name for name in LISTS])
        took: dict[str, float] = {}
        begin = time.process_time()
        told, records = har.read(capture)
        every = list(records)
        took["reading"] = time.process_time() - begin
        analysis = setup.analysis()
        begin = time.process_time()
        entries = [Entry(record, analysis.feed(record)) for record in every]
        took["analysing"] = time.process_time() - begin
        with Writer(Path(home, "bench.db"), setup.keys, setup.ruleset) as writer:
            begin = time.process_time()
            writer.begin(told)
            for at in range(0, len(entries), BATCH):
                writer.commit(entries[at : at + BATCH])
        took["storing"] = time.process_time() - begin
        begin = time.process_time()
        with Reader(Path(home, "bench.db")) as reader, Path(os.devnull).open("w") as out:
            rows = reader.findings(filterlang.of_capture(told.id), newest_first=False)
            formats.write(out, "jsonl", map(formats.finding_json, rows), formats.FINDING_COLUMNS)
        took["printing"] = time.process_time() - begin
    return took


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
