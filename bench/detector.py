"""Measure extract and detect, beside a naive search of the same spellings, in one run.

    python bench/detector.py [SHARED] [--quick] [--json FILE]

SHARED holds `corpus/detect_cases.jsonl` (default: ../shared). Processor time of the thread per message:
`cold` with nothing remembered of earlier messages, `warm` as in traffic, where cookies, page addresses and
parameters come again and again. The naive search looks for every spelling and every hexadecimal or Base64
digest of it with `in` in the URL, the headers and the body; it decodes nothing.
"""

from __future__ import annotations

import base64
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import figures
from figures import Figure

from mouchard import identity
from mouchard.cli.inspect import message
from mouchard.detect import Detector
from mouchard.extract import extract, octets, peel, walk
from mouchard.extract.decoders import percent
from mouchard.identity import Identity
from mouchard.model import Attributed, Message, Verdict

ROOT = Path(__file__).parents[1]
PASSES = 20
TITLE = "Detector"
THIRD = Verdict("other", "third", None, (), False)
WHERE = Attributed(1, "boutique-exemple.fr", "high", "", "bench")

Look = Callable[[Message], object]


def main() -> None:
    """Give the figures."""
    parser = figures.arguments(__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared", metavar="SHARED")
    given = parser.parse_args()
    file = given.shared / "corpus" / "detect_cases.jsonl"
    if not file.is_file():
        figures.skip(TITLE, f"no corpus/detect_cases.jsonl in {given.shared.name}", given.json)
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    known = identity.parse(cases[0]["identity"], strict=False)
    begin = time.thread_time()
    detector = Detector(known)
    built = time.thread_time() - begin
    messages, query = [message(case, 1) for case in cases], [big_query(seed) for seed in range(20)]
    passes = 3 if given.quick else PASSES
    found = [Figure(f"index of {len(detector.index.digests):,} digests", built * 1e3, "ms CPU")]
    slow = spread(messages, naive(detector), 2)
    warm = spread(messages, mouchard(detector), passes)
    cold = spread(messages, mouchard(detector), passes, forget=True)
    for label, median, p95 in (("warm", *warm), ("cold", *cold)):
        targets = ("<= 60", "<= 250") if label == "warm" else ("", "")
        found.append(Figure(f"cases, {label}, median", median, "µs CPU", "naive search", slow[0], targets[0]))
        found.append(Figure(f"cases, {label}, p95", p95, "µs CPU", "naive search", slow[1], targets[1]))
    slow = spread(query, naive(detector), 2)
    warm = spread(query, mouchard(detector), passes)
    cold = spread(query, mouchard(detector), passes, forget=True)
    name = "2 KB, 60 parameters"
    found.append(Figure(f"{name}, warm, median", warm[0], "µs CPU", "naive search", slow[0], "<= 200"))
    found.append(Figure(f"{name}, cold, median", cold[0], "µs CPU", "naive search", slow[0]))
    nobody = spread(messages, mouchard(Detector(Identity())), passes)
    found.append(Figure("cases, nobody declared, median", nobody[0], "µs CPU"))
    figures.give(TITLE, found, given.json)


def mouchard(detector: Detector) -> Look:
    """Extract and detect one message."""
    return lambda told: detector.detect(told, extract(told), THIRD, WHERE)


def naive(detector: Detector) -> Look:
    """Every needle, one after the other, in the text of the message."""
    needles = [text.encode() for text in detector.index.spellings()]
    for digest in detector.index.digests:
        needles += [digest.hex().encode(), base64.b64encode(digest).rstrip(b"=")]

    def look(told: Message) -> list[bytes]:
        headers = "".join(value for _, value in told.headers)
        text = (told.url + headers).encode() + told.body
        return [needle for needle in needles if needle in text]

    return look


def spread(messages: Sequence[Message], look: Look, passes: int, forget: bool = False) -> tuple[float, float]:
    """Microseconds of each message: the median and the 95th percentile."""
    spent: list[float] = []
    for number in range(passes):
        if forget:
            peel.remembered.cache_clear()
            peel.remembered_token.cache_clear()
            octets.remembered_binary.cache_clear()
            percent.remembered.cache_clear()
            walk.grown.cache_clear()
        for told in messages:
            begin = time.thread_time()
            look(told)
            if number or forget:
                spent.append((time.thread_time() - begin) * 1e6)
    spent.sort()
    return statistics.median(spent), spent[int(len(spent) * 0.95)]


def big_query(seed: int) -> Message:
    """A request of 2 KB with 60 parameters of the usual kinds and four cookies."""
    chance = random.Random(seed)
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: chance.randrange(10**6), lambda: f"{chance.random():.4f}", lambda: "fr-FR",
        lambda: 1718000000000 + chance.randrange(10**9), lambda: chance.randbytes(8).hex(),
        lambda: "https%3A%2F%2Fwww.boutique-exemple.fr%2Frayon%2Flampes", lambda: "GTM-ABC123",
    )  # fmt: skip
    pairs = "&".join(f"p{number}={kinds[number % len(kinds)]()}" for number in range(60))
    cookies = "; ".join(f"c{number}={chance.randbytes(12).hex()}" for number in range(4))
    headers = (
        ("Cookie", cookies),
        ("Referer", "https://www.boutique-exemple.fr/"),
        ("User-Agent", "Mozilla/5.0"),
    )
    url = f"https://t.traceur-exemple.com/c?{pairs}"
    return Message(
        "bench", 1, "http", 0.0, "GET", url + "&pad=" + "x" * max(0, 2040 - len(url)), headers, b"", False, 1
    )


if __name__ == "__main__":
    main()
