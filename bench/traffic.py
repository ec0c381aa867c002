"""Invented traffic in a database of the real writer: for `bench/tui.py`, which also runs it beside the view.

python bench/traffic.py DATABASE MESSAGES RATE
"""

from __future__ import annotations

import random
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from mouchard.capture.records import Capture, Origin, Request, Response
from mouchard.keys import Keys
from mouchard.model import Attributed, Company, Finding, Judgement, Verdict, message
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer

SITES, COMPANIES = 120, 60
BATCH = 1000
ORIGIN = Origin("127.0.0.1", "regular", "", "bench")


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


def fill(database: Path, count: int, rate: float = 0.0) -> None:
    """Record so many messages with the real writer; at this rate a second if given, as a new capture."""
    name, began = (secrets.token_hex(16), time.time()) if rate else ("be" * 16, time.time() - 86400)
    capture = Capture(name, "live", "bench", began, "bench")
    with Writer(database, Keys.load(database.with_name("bench.key")), Ruleset("bench")) as writer:
        writer.begin(capture)
        step = max(int(rate / 4), 1) if rate else BATCH
        for start in range(0, count, step):
            writer.commit(list(records(capture, start, min(step, count - start))))
            if rate:
                time.sleep(step / rate)


if __name__ == "__main__":
    fill(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
