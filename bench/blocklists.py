"""Measure the matcher beside the Rust engine, in one run: load, memory, microseconds per request.

    python bench/blocklists.py [SHARED]

SHARED holds `lists/` and `corpus/` (default: ../shared). Every request is asked for all matches with
their evidence; the Rust engine (`adblock`, a development dependency) gives one rule, without its list.
Each engine is measured in a process of its own, first pass (rules still unread) and later passes apart,
in processor time of its thread, so that whatever else the machine does stays out of the figures.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
LISTS = ("easylist.txt", "easyprivacy.txt")
CORPORA = ("requests.jsonl", "benign_urls.jsonl")
PASSES = 5

Ask = Callable[[str, str, str], object]


def resident() -> float:
    """Resident memory of this process, in MB."""
    for line in Path("/proc/self/status").read_text().split("\n"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def mouchard(shared: Path) -> tuple[float, Ask]:
    """Seconds to load both lists, and how to ask. The company table and the suffix list are loaded before."""
    from mouchard.classify.classifier import Classifier
    from mouchard.classify.companies import bundled
    from mouchard.classify.rulelist import RuleList

    companies = bundled()
    begin = time.thread_time()
    lists = [RuleList.read(shared / "lists" / name) for name in LISTS]
    classifier = Classifier(lists, companies, with_signatures=False)
    seconds = time.thread_time() - begin
    return seconds, lambda url, source, kind: classifier.verdict(url, source, kind)


def matcher(shared: Path) -> tuple[float, Ask]:
    """The matcher alone: no company, no party beyond what rules ask."""
    from mouchard.classify.options import BIT
    from mouchard.classify.request import normal_type
    from mouchard.classify.rule import Asker
    from mouchard.classify.rulelist import RuleList
    from mouchard.classify.ruleset import RuleSet
    from mouchard.classify.site import site_of
    from mouchard.classify.target import Target

    begin = time.thread_time()
    rules = RuleSet(RuleList.read(shared / "lists" / name) for name in LISTS)
    seconds = time.thread_time() - begin

    def ask(url: str, source: str, kind: str) -> object:
        target, page = Target(url), Target(source)
        third = site_of(target.host) != site_of(page.host)
        return rules.matches(target, Asker(BIT[normal_type(kind)], page.host, third), page)

    return seconds, ask


def rust(shared: Path) -> tuple[float, Ask]:
    """adblock 0.6.0, with the rule that matched (`debug`)."""
    import adblock

    begin = time.thread_time()
    rules = adblock.FilterSet(debug=True)
    for name in LISTS:
        rules.add_filter_list((shared / "lists" / name).read_text(encoding="utf-8"))
    engine = adblock.Engine(rules)
    seconds = time.thread_time() - begin
    return seconds, lambda url, source, kind: engine.check_network_urls(url, source, kind)


ENGINES = {"mouchard": mouchard, "mouchard, matcher alone": matcher, "adblock (Rust)": rust}


def measure(name: str, shared: Path) -> dict[str, object]:
    """Load one engine and ask it everything."""
    from mouchard.classify.site import site_of

    site_of("warm.example.com")  # the suffix list is not what is measured
    before = resident()
    seconds, ask = ENGINES[name](shared)
    result: dict[str, object] = {
        "engine": name,
        "load_s": round(seconds, 3),
        "load_mb": round(resident() - before, 1),
    }
    for corpus in CORPORA:
        rows = [json.loads(line) for line in (shared / "corpus" / corpus).read_text().splitlines()]
        first: list[int] = []
        later: list[int] = []
        for number in range(PASSES):
            for row in rows:
                url, source, kind = row["url"], row["source"], row["type"]
                begin = time.thread_time_ns()
                ask(url, source, kind)
                (later if number else first).append(time.thread_time_ns() - begin)
        label = corpus.removesuffix(".jsonl")
        result[f"{label}, first pass"] = _spread(first)
        result[label] = _spread(later)
    long = "https://www.example.org/" + "abc/def=" * 9_000
    times = []
    for _ in range(200):
        begin = time.thread_time_ns()
        ask(long, "https://boutique-exemple.fr/", "image")
        times.append(time.thread_time_ns() - begin)
    result["70 kB URL"] = _spread(times)
    result["used_mb"] = round(resident() - before, 1)
    return result


def _spread(times: list[int]) -> dict[str, float]:
    times.sort()
    return {
        "median": round(times[len(times) // 2] / 1000, 1),
        "p99": round(times[len(times) * 99 // 100] / 1000, 1),
    }


def main(shared: Path) -> None:
    """Run each engine in a process of its own and print the table."""
    results = []
    for name in ENGINES:
        done = subprocess.run(
            [sys.executable, __file__, "--engine", name, str(shared)],
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        if done.returncode:
            print(f"{name}: not measured ({done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
            continue
        results.append(json.loads(done.stdout))
    print(f"Python {platform.python_version()}, {platform.machine()}")
    print("microseconds of processor time per request, median / p99\n")
    columns = ["engine", "load_s", "load_mb", "used_mb"]
    columns += [key for key in results[0] if isinstance(results[0][key], dict)]
    print("| " + " | ".join(columns) + " |")
    print("|" + " --- |" * len(columns))
    for result in results:
        print("| " + " | ".join(_cell(result[key]) for key in columns) + " |")
    ours, theirs = results[0], results[-1]
    if theirs["engine"] == "adblock (Rust)":
        for corpus in ("requests", "benign_urls"):
            ratio = ours[corpus]["median"] / theirs[corpus]["median"]
            print(f"\n{corpus}: {ratio:.1f} times the median of the Rust engine", end="")
        print()


def _cell(value: object) -> str:
    return f"{value['median']} / {value['p99']}" if isinstance(value, dict) else str(value)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    words = sys.argv[1:]
    if words[:1] == ["--engine"]:
        print(json.dumps(measure(words[1], Path(words[2]))))
    else:
        main(Path(words[0]) if words else ROOT.parent / "shared")
