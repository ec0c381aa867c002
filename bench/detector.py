"""Measure extract and detect, beside a naive search of the same spellings, in one run.

    python bench/detector.py [SHARED]

SHARED holds `corpus/detect_cases.jsonl` (default: ../shared). Processor time of the thread per message:
`cold` with nothing remembered of earlier messages, `warm` as in traffic, where cookies, page addresses and
parameters come again and again. The naive search looks for every spelling and every hexadecimal or Base64
digest of it with `in` in the URL, the headers and the body; it decodes nothing.
"""

from __future__ import annotations

import base64
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mouchard import identity
from mouchard.cli.inspect import message
from mouchard.detect import Detector
from mouchard.extract import extract, peel
from mouchard.extract.decoders import percent
from mouchard.identity import Identity
from mouchard.model import Attributed, Message, Verdict

ROOT = Path(__file__).parents[1]
PASSES = 20
THIRD = Verdict("other", "third", None, (), False)
WHERE = Attributed(1, "boutique-exemple.fr", "high", "", "bench")

Look = Callable[[Message], object]


def main() -> None:
    """Print one table."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared"
    file = shared / "corpus" / "detect_cases.jsonl"
    if not file.is_file():
        sys.exit(f"no {file}: give the folder that holds corpus/detect_cases.jsonl")
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    known = identity.parse(cases[0]["identity"], strict=False)
    begin = time.thread_time()
    detector = Detector(known)
    built = time.thread_time() - begin
    digests = f"{len(detector.index.digests)} digests in {built * 1e3:.0f} ms"
    print(f"Python {platform.python_version()}, {len(cases)} cases, {digests}")
    print(f"{'microseconds':32}{'median':>9}{'p95':>9}{'max':>9}")
    messages = [message(case, 1) for case in cases]
    report("cases, cold", messages, mouchard(detector), forget=True)
    report("cases, warm", messages, mouchard(detector))
    report("cases, naive search", messages, naive(detector))
    query = [big_query(seed) for seed in range(20)]
    report("2 KB, 60 parameters, cold", query, mouchard(detector), forget=True)
    report("2 KB, 60 parameters, warm", query, mouchard(detector))
    report("2 KB, 60 parameters, naive", query, naive(detector))
    report("cases, nobody declared, warm", messages, mouchard(Detector(Identity())))


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


def report(name: str, messages: Sequence[Message], look: Look, forget: bool = False) -> None:
    """One line of the table."""
    spent: list[float] = []
    slow = name.endswith(("search", "naive"))
    for number in range(2 if slow else PASSES):
        if forget:
            peel.remembered.cache_clear()
            peel.remembered_token.cache_clear()
            peel.remembered_binary.cache_clear()
            percent.component.cache_clear()
        for told in messages:
            begin = time.thread_time()
            look(told)
            if number or forget:
                spent.append((time.thread_time() - begin) * 1e6)
    spent.sort()
    print(f"{name:32}{statistics.median(spent):9.0f}{spent[int(len(spent) * 0.95)]:9.0f}{spent[-1]:9.0f}")


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
