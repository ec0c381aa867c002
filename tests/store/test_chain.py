"""The chain: holds when nothing changed, tells what did, survives expiry and purge."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from mouchard.attribute.facts import sighting
from mouchard.capture import wire
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store import chain, leaves
from mouchard.store.captured import message_row
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store import released
from tests.store.build import (
    CAPTURE,
    KEYS,
    RULESET,
    START,
    capture,
    entry,
    frame,
    gap,
    mark,
    request,
    response,
    sealed,
)


@pytest.fixture
def filled(db: Path, writer: Writer) -> Path:
    writer.commit([
        entry(request(1, body=b'{"email":"c@example.org"}')), Entry(response(2, 1)), Entry(sealed(3)),
        Entry(mark(4, "refused")), Entry(gap(5)), entry(frame(6, 1, 1)),
    ])  # fmt: skip
    writer.commit([entry(request(7))])
    writer.close()
    return db


def change(db: Path, sql: str) -> None:
    connection = sqlite3.connect(db)
    assert connection.execute(sql).rowcount == 1
    connection.commit()
    connection.close()


def verified(db: Path, keys: Keys | None = KEYS) -> chain.Verification:
    with Reader(db) as reader:
        return reader.verify(keys)


def test_untouched_it_holds(filled: Path) -> None:
    found = verified(filled)
    assert (found.records, found.purged, found.raw, found.broken) == (7, 0, 3, ())
    assert len(found.head) == 64
    assert verified(filled, None).broken == ()


@pytest.mark.parametrize(
    ("sql", "place", "why"),
    [
        ("UPDATE messages SET method = 'POST' WHERE seq = 1", 1, "changed"),
        ("UPDATE messages SET url = 'https://x/' WHERE seq = 1", 1, "changed"),
        ("UPDATE messages SET time = time + 1 WHERE seq = 7", 7, "changed"),
        ("UPDATE responses SET status = 404 WHERE seq = 2", 2, "changed"),
        ("UPDATE responses SET location_token = 'x' WHERE seq = 2", 2, "changed"),
        ("UPDATE sealed SET host = 'x' WHERE seq = 3", 3, "changed"),
        ("UPDATE marks SET phase = 'accepted' WHERE seq = 4", 4, "changed"),
        ("UPDATE gaps SET hosts = '[]' WHERE seq = 5", 5, "changed"),
        ("DELETE FROM gaps WHERE seq = 5", 5, "missing"),
        ("DELETE FROM chain WHERE seq = 5", 5, "not in the chain"),
        ("UPDATE chain SET raw = zeroblob(32) WHERE seq = 1", 1, "changed"),
        ("UPDATE chain SET commitment = zeroblob(32) WHERE seq = 1", 1, "order"),
        ("UPDATE chain SET head = zeroblob(32) WHERE seq = 1", 1, "order"),
    ],
)
def test_a_change_is_told(filled: Path, sql: str, place: int, why: str) -> None:
    change(filled, sql)
    broken = verified(filled).broken
    assert any(one.place == f"{CAPTURE}/{place}" and why in one.why for one in broken)


def test_a_dropped_link_is_told(filled: Path) -> None:
    change(filled, "DELETE FROM gaps WHERE seq = 5")
    change(filled, "DELETE FROM chain WHERE seq = 5")
    assert "1 records before this one are missing" in [one.why for one in verified(filled).broken]


def test_changed_sealed_bytes_are_told(filled: Path) -> None:
    forged = replace(request(1), url="https://innocent.example/")
    connection = sqlite3.connect(filled)
    blob = KEYS.seal(wire.encode(forged), f"{CAPTURE}/1".encode())
    connection.execute("UPDATE evidence SET sealed = ? WHERE seq = 1", (blob,))
    connection.commit()
    connection.close()
    assert [(one.place, one.why) for one in verified(filled).broken] == [
        (f"{CAPTURE}/1", "the sealed bytes were changed")
    ]


def test_it_holds_when_the_raw_bytes_have_expired(db: Path, filled: Path) -> None:
    head = verified(filled).head
    connection = sqlite3.connect(db)
    connection.execute("DELETE FROM evidence")
    connection.commit()
    connection.close()
    found = verified(db)
    assert (found.raw, found.broken, found.head) == (0, (), head)


def test_another_key_verifies_only_the_order(filled: Path) -> None:
    assert len([one for one in verified(filled, Keys(bytes(32))).broken if "changed" in one.why]) >= 7


@pytest.mark.parametrize(
    ("seq", "side", "name", "value"),
    [
        (1, "raw", "url", b"https://www.facebook.com/tr/?id=1&ud[em]=camille.martin@example.org"),
        (1, "raw", "body", b'{"email":"c@example.org"}'),
        (1, "raw", "header/1/referer", b"https://shop.example/basket"),
        (1, "row", "method", b"GET"),
        (2, "row", "date", b"Sat, 21 Nov 2026 10:00:00 GMT"),
        (2, "row", "status", b"200"),
        (6, "raw", "data", b"hello"),
    ],
)
def test_one_value_can_be_shown_alone(
    filled: Path, seq: int, side: chain.Side, name: str, value: bytes
) -> None:
    with Reader(filled) as reader:
        shown = reader.reveal(CAPTURE, seq, KEYS, side, name)
        connection = sqlite3.connect(filled)
        (commitment,) = connection.execute("SELECT commitment FROM chain WHERE seq = ?", (seq,)).fetchone()
        connection.close()
    assert shown.value == value
    assert chain.proves(shown, commitment)
    assert not chain.proves(replace(shown, value=value + b"x"), commitment)
    assert not chain.proves(replace(shown, name="other"), commitment)
    assert not chain.proves(replace(shown, other=bytes(32)), commitment)
    assert not chain.proves(replace(shown, side="row" if side == "raw" else "raw"), commitment)
    assert not chain.proves(shown, bytes(32))
    leaf = sha256(shown.salt + name.encode() + b"\0" + value).digest()
    assert leaf in shown.leaves


@pytest.mark.parametrize(("seq", "name"), [(1, "header/9/cookie"), (99, "url"), (7, "nothing")])
def test_what_cannot_be_shown(filled: Path, seq: int, name: str) -> None:
    with Reader(filled) as reader, pytest.raises(BadInput):
        reader.reveal(CAPTURE, seq, KEYS, "raw", name)


def test_the_head_does_not_depend_on_the_batches(tmp_path: Path) -> None:
    heads = set()
    for size in (1, 3):
        db = tmp_path / f"{size}.db"
        entries = [entry(request(seq)) for seq in range(1, 7)]
        with Writer(db, KEYS, RULESET) as writer:
            writer.begin(capture())
            for start in range(0, 6, size):
                writer.commit(entries[start : start + size])
        heads.add(verified(db).head)
    assert len(heads) == 1


def test_links_of_the_first_release_hold_beside_new_ones(filled: Path) -> None:
    released.restore(filled)
    with pytest.raises(BadInput):
        Reader(filled)  # only a writer brings it up to date
    with Writer(filled, KEYS, RULESET, clock=lambda: START) as writer:
        writer.commit([entry(request(8))])
    found = verified(filled)
    assert (found.records, found.raw, found.broken) == (8, 4, ())
    with Reader(filled) as reader:
        for seq in (1, 8):
            shown = reader.reveal(CAPTURE, seq, KEYS, "raw", "url")
            connection = sqlite3.connect(filled)
            sql = "SELECT commitment FROM chain WHERE seq = ?"
            (commitment,) = connection.execute(sql, (seq,)).fetchone()
            connection.close()
            assert chain.proves(shown, commitment)
    change(filled, "UPDATE chain SET salts = 2 WHERE seq = 1")
    assert [(one.place, one.why) for one in verified(filled).broken] == [
        (f"{CAPTURE}/1", "the record was changed"),
        (f"{CAPTURE}/1", "the sealed bytes were changed"),
    ]


def test_no_two_leaves_of_a_record_share_a_salt() -> None:
    sides = [
        leaves.of_record(request(1)),
        leaves.of_row(CAPTURE, message_row(request(1), sighting(request(1), str), None, None)),
    ]
    salts = [salt for of in sides for seq in (1, 2) for salt in of.salts(KEYS, leaves.WAY, CAPTURE, seq)]
    assert len(set(salts)) == len(salts) > 20
    assert {len(salt) for salt in salts} == {16}
