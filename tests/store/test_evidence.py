"""Sealed raw bytes: who gets a seal, how long it stays, what opens it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store.evidence import KEEP, RING
from mouchard.store.filterlang import EVERYTHING, parse
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store.build import CAPTURE, KEYS, START, Clock, entry, frame, judge, request, response


def kept(db: Path) -> dict[int, float]:
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    try:
        return dict(connection.execute("SELECT seq, expires FROM evidence"))
    finally:
        connection.close()


def test_who_is_sealed_and_for_how_long(db: Path, writer: Writer) -> None:
    writer.commit([
        entry(request(1)),
        entry(request(2), findings=()),
        entry(request(3), party="first", company=None, findings=()),
        entry(request(4), party="first", company=None, findings=[("password", "L4")]),
        entry(request(5), party="relay", findings=()),
        Entry(request(6)),
        Entry(response(7, 1)),
        entry(frame(8, 1, 1)),
    ])  # fmt: skip
    assert kept(db) == {
        1: START + KEEP, 2: START + RING, 4: START + KEEP, 5: START + RING, 6: START + KEEP, 8: START + KEEP,
    }  # fmt: skip


def test_the_raw_record_comes_back_whole(writer: Writer, reader: Reader) -> None:
    told = replace(request(1, headers=(("Cookie", "a=\xe9\xff"),), body=bytes(range(256))), body_size=10**6)
    writer.commit([entry(told), entry(frame(2, 1, 1, data=b"\0\xff"))])
    assert reader.raw(f"{CAPTURE}/1", KEYS) == told
    assert reader.raw(f"{CAPTURE}/1.1", KEYS) == frame(2, 1, 1, data=b"\0\xff")
    with pytest.raises(BadInput, match="cannot be opened"):
        reader.raw(f"{CAPTURE}/1", Keys(b"\1" * 32))


def test_expiry(db: Path, writer: Writer, reader: Reader, clock: Clock) -> None:
    writer.commit([entry(request(1)), entry(request(2), findings=())])
    (row,) = reader.findings()
    assert row.raw_until == START + KEEP
    assert writer.expire(START + RING - 1) == 0
    assert writer.expire(START + RING) == 1
    assert list(kept(db)) == [1]
    with pytest.raises(BadInput, match="not kept any more"):
        reader.raw(f"{CAPTURE}/2", KEYS)
    clock.now = START + KEEP
    writer.commit([entry(request(3), findings=())])  # committing expires too
    assert list(kept(db)) == [3]
    (row,) = reader.findings()
    assert row.raw_until == 0.0
    assert reader.verify(KEYS).broken == ()


def test_a_clock_set_back_makes_the_next_look_come_at_once(db: Path, writer: Writer, clock: Clock) -> None:
    writer.commit([entry(request(1), findings=())])
    clock.now = START + 40 * KEEP  # a clock that was wrong
    writer.commit([entry(request(2), findings=())])
    assert list(kept(db)) == [2]
    clock.now = START + RING
    writer.commit([entry(request(3), findings=())])
    clock.now += RING + 61
    writer.commit([entry(request(4), findings=())])
    assert list(kept(db)) == [2, 4], "without waiting for the wrong clock's next minute"


def test_a_late_finding_keeps_the_bytes_longer(db: Path, writer: Writer, clock: Clock) -> None:
    told = request(1)
    writer.commit([entry(told, findings=())])
    clock.now += 60
    writer.commit([Entry(response(2, 1), (judge(told),))])
    assert kept(db) == {1: START + 60 + KEEP}


def test_a_pin_holds_until_it_is_taken_out(db: Path, writer: Writer, reader: Reader) -> None:
    writer.commit([entry(request(1)), entry(request(2), site="other.example")])
    assert writer.pin(parse("site:shop.example"), "hold") == 1
    assert {row.site: row.raw_until for row in reader.findings()} == {
        "shop.example": float("inf"), "other.example": START + KEEP,
    }  # fmt: skip
    assert writer.expire(START + 10 * KEEP) == 1
    assert list(kept(db)) == [1]
    assert writer.pin(EVERYTHING, "") == 1
    assert writer.expire(START + 10 * KEEP) == 1
    assert kept(db) == {}


def test_settings(db: Path) -> None:
    from tests.store.build import RULESET, capture

    with Writer(db, KEYS, RULESET, ring=5.0, keep=50.0, clock=lambda: 1000.0) as writer:
        writer.begin(capture())
        writer.commit([entry(request(1)), entry(request(2), findings=())])
        assert kept(db) == {1: 1050.0, 2: 1005.0}


def test_a_record_too_long_for_a_seal_is_stored_without(db: Path, writer: Writer, reader: Reader) -> None:
    writer.commit([entry(request(1, body=b"x" * 2**21))])
    assert kept(db) == {}
    assert reader.totals().findings == 1
    assert reader.verify(KEYS).broken == ()
