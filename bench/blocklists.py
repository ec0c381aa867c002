"""Measure the matcher beside the Rust engine, in one run: load, memory, microseconds per request.

    python bench/blocklists.py [SHARED] [--quick] [--json FILE]

SHARED holds `lists/` and `corpus/` (default: ../shared). Every request is asked for all matches with
their evidence; the Rust engine (`adblock`, a development dependency) gives one rule, without its list.
Each engine is measured in a process of its own, first pass (rules still unread) and later passes apart,
in processor time of its thread, so that whatever else the machine does stays out of the figures.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import figures
from figures import Figure

ROOT = Path(__file__).parents[1]
LISTS = ("easylist.txt", "easyprivacy.txt")
CORPORA = ("requests.jsonl", "benign_urls.jsonl")
PASSES = 5
TITLE = "Rules"

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


def measure(name: str, shared: Path, passes: int) -> dict[str, object]:
    """Load one engine and ask it everything."""
    from mouchard.classify.site import site_of

    site_of("warm.example.com")  # neither the suffix list nor the questions are what is measured
    asked = {
        corpus: [json.loads(line) for line in (shared / "corpus" / corpus).read_text().splitlines()]
        for corpus in CORPORA
    }
    before = resident()
    seconds, ask = ENGINES[name](shared)
    result: dict[str, object] = {
        "engine": name,
        "load_s": round(seconds, 3),
        "load_mb": round(resident() - before, 1),
    }
    for corpus, rows in asked.items():
        first: list[int] = []
        later: list[int] = []
        for number in range(passes):
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


def main() -> None:
    """Run each engine in a process of its own and give the figures."""
    parser = figures.arguments(__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared", metavar="SHARED")
    parser.add_argument("--engine", choices=list(ENGINES), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        print(json.dumps(measure(given.engine, given.shared, 2 if given.quick else PASSES)))
        return
    if not all((given.shared / "lists" / name).exists() for name in LISTS):
        figures.skip(TITLE, f"no EasyList and EasyPrivacy in {given.shared.name}/lists", given.json)
    results: dict[str, dict[str, Any]] = {}
    for name in ENGINES:
        words = [sys.executable, __file__, "--engine", name, str(given.shared)]
        words += ["--quick"] if given.quick else []
        done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
        if done.returncode:
            print(f"{name}: not measured ({done.stderr.strip().splitlines()[-1]})", file=sys.stderr)
            continue
        results[name] = json.loads(done.stdout)
    figures.give(TITLE, list(told(results)), given.json)


def told(results: dict[str, dict[str, Any]]) -> Iterator[Figure]:
    """The figures of the matcher, each beside that of the Rust engine where that is installed."""
    ours, rust = results["mouchard"], results.get("adblock (Rust)", {})
    peer = "adblock (Rust)" if rust else ""
    yield Figure("load EasyList and EasyPrivacy", ours["load_s"], "s", peer, rust.get("load_s"), "<= 0.3")
    yield Figure("memory after use", ours["used_mb"], "MB", peer, rust.get("used_mb"), "<= 40")
    for corpus, median, p99 in (("requests", "<= 30", "<= 80"), ("benign_urls", "", "")):
        for label, target in (("median", median), ("p99", p99)):
            for name in (corpus, f"{corpus}, first pass"):
                theirs = rust.get(name, {}).get(label)
                goal = "" if name != corpus and label == "median" else target  # rules are read on first use
                yield Figure(f"{name}, {label}", ours[name][label], "µs CPU", peer, theirs, goal)
    long = rust.get("70 kB URL", {}).get("median")
    yield Figure("70 kB URL, median", ours["70 kB URL"]["median"], "µs CPU", peer, long, "<= 300")
    alone = results.get("mouchard, matcher alone")
    if alone:
        theirs = rust.get("requests", {}).get("median")
        median = alone["requests"]["median"]
        yield Figure("matcher alone, requests, median", median, "µs CPU", peer, theirs)


if __name__ == "__main__":
    sys.path.insert(1, str(ROOT))
    main()
