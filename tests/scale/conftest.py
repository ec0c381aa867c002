"""A database that has everything in it: phases, sync, lists, gaps, hostile names. All of it is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from mouchard.failure import Failure
from mouchard.keys import Keys
from mouchard.model import Company, Match
from mouchard.store.write import Entry, Writer
from tests.store.build import (
    CRITEO,
    KEYS,
    META,
    RULE,
    RULESET,
    START,
    capture,
    entry,
    gap,
    judge,
    mark,
    request,
    response,
    sealed,
)

HOSTILE = (
    "'; DROP TABLE requests; --",
    "<script>alert(1)</script>.example",
    "\x1b[2J\u202e=HYPERLINK(1)",
    'a|b\n"c",d \N{PILE OF POO}',
)
"""Names that somebody else chose."""
OWN_LIST = Match("Own | list", "1", "||criteo.com^", 1, "general", "A")

pytest.importorskip("pyarrow", reason="the extra `scale` is not installed")


def fill(path: Path, of: str, keys: Keys = KEYS, sites: int = 3) -> Path:
    """A database of one capture, the same each time."""
    with Writer(path, keys, RULESET, ring=0, keep=0) as writer:
        writer.begin(capture(of))
        entries = [replace_capture(one, of) for one in _entries(of, sites)]
        fault = Failure("detect", "a fault")
        writer.commit([replace(one, failure=fault) if one.record.seq == 4 else one for one in entries])
        return path


def replace_capture(one: Entry, of: str) -> Entry:
    return replace(one, record=replace(one.record, capture=of))


def _entries(of: str, sites: int) -> list[Entry]:
    found: list[Entry] = []
    seq = 0

    def one(**about: object) -> None:
        nonlocal seq
        seq += 1
        told = request(seq, f"https://t{seq % 4}.example/p?id={seq}", of=of, time=START + 60 * seq)
        found.append(Entry(told, (judge(told, **about),)))  # type: ignore[arg-type]
        seq += 1
        found.append(Entry(response(seq, seq - 1, 200 + seq % 3, of=of)))

    for number in range(sites):
        site = f"site{number}.example"
        one(site=site, company=None, party="first", findings=(), matches=(), type="document")
        for phase in ("refused", "accepted", "withdrawn")[: number + 1]:
            one(site=site, company=META, findings=(("email", "L3"), ("page_url", "L1")))
            one(site=site, company=CRITEO, findings=(("email", "L3"),), matches=(RULE, OWN_LIST))
            one(site=site, company=None, party="unknown", findings=(), matches=(), partial=("body", "nodes"))
            seq += 1
            found.append(
                Entry(replace(mark(seq, phase, site=site, source="key", time=START + 60 * seq), capture=of))
            )
        for company in (META, CRITEO):
            one(site=site, company=company, findings=(("user_id", "L1"),))
    for text in HOSTILE:
        one(site=text, company=Company(text, "FR", text, "own", "2026-11"), findings=(("search", "L2"),))
    found += [Entry(gap(seq + 1)), Entry(sealed(seq + 2)), Entry(sealed(seq + 3, "other.example"))]
    return found


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return fill(tmp_path / "capture.db", "1" * 32)


@pytest.fixture
def make(tmp_path: Path) -> Callable[[int], Path]:
    """Databases of different people."""
    return lambda number: fill(tmp_path / f"person{number}.db", f"{number:032x}", Keys(bytes([number]) * 32))


__all__ = ["HOSTILE", "entry"]
