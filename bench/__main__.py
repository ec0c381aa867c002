"""Run every measurement here and make one table of them.

    python bench [NAME…] [--quick] [--also PYTHON] [--results FOLDER] [--page FILE]

Each runs in a process of its own, one after the other, and leaves its JSON in build/bench/. `--also` measures
the proxy on a second interpreter too, and so on the other major version of mitmproxy. `--page` puts the
table between the markers of that page.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from figures import Result, table

HERE = Path(__file__).parent
ROOT = HERE.parent
ORDER = ("startup", "proxy", "blocklists", "detector", "scan", "tui", "report", "scale")
"""Of these, those that are there are run, in this order."""
PER_INTERPRETER = ("startup", "proxy")
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def main() -> int:
    """Measure what was asked for; 1 where a measurement broke."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="measure only these")
    parser.add_argument("--quick", action="store_true", help="about three minutes instead of half an hour")
    parser.add_argument("--also", action="append", default=[], metavar="PYTHON")
    parser.add_argument("--results", type=Path, default=ROOT / "build" / "bench", metavar="FOLDER")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table into this page too")
    parser.add_argument("--no-run", action="store_true", help="only the table, from earlier results")
    given = parser.parse_args()
    broken = [] if given.no_run else list(_run(given))
    results = [Result.read(file) for file in _files(given.results)]
    page = "\n".join(_page(results))
    print("\n" + page)
    if given.page is not None:
        _insert(given.page, page)
    for name in broken:
        print(f"bench/{name}.py failed", file=sys.stderr)
    return 1 if broken else 0


def _run(given: argparse.Namespace) -> Iterator[str]:
    """Names of the measurements that broke."""
    jobs = [(name, sys.executable) for name in ORDER if not given.names or name in given.names]
    jobs = [(name, python) for name, python in jobs if (HERE / f"{name}.py").exists()]
    jobs = [
        job
        for name, python in jobs
        for job in ((name, one) for one in (python, *(given.also if name in PER_INTERPRETER else ())))
    ]
    for number, (name, python) in enumerate(jobs, 1):
        file = given.results / (f"{name}.json" if python == sys.executable else f"{name}-also.json")
        words = [python, str(HERE / f"{name}.py"), "--json", str(file), *(["--quick"] if given.quick else [])]
        print(f"[{number}/{len(jobs)}] {name}, {python}", file=sys.stderr, flush=True)
        file.unlink(missing_ok=True)
        began = time.perf_counter()
        code = subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}).returncode
        print(f"[{number}/{len(jobs)}] {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        if code or not file.exists():
            yield name


def _files(folder: Path) -> list[Path]:
    found = [folder / f"{name}{end}.json" for name in ORDER for end in ("", "-also")]
    return [file for file in found if file.exists()]


def _page(results: Sequence[Result]) -> Iterator[str]:
    """The table of all, and where it was measured."""
    rows = []
    for result in results:
        rows.append((f"**{result.title}**", result.skipped and f"not measured: {result.skipped}", *[""] * 4))
        rows += [figure.row() for figure in result.figures]
    yield from table(rows)
    yield ""
    for python, machine in {r.machine["python"]: r.machine for r in results}.items():
        packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
        yield (
            f"Python {python} on {machine['system']}, {machine['cores']} cores ({machine['processor']}); "
            f"{packages}."
        )


def _insert(file: Path, page: str) -> None:
    text = file.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"{file} has no {BEGIN} … {END}")
    file.write_text(f"{before}{begin}\n{page}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
