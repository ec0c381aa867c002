"""What the database refuses: as much as can be is kept of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from mouchard.analyser.ledger import Ledger
from mouchard.store.write import Writer
from tests.store.build import KEYS, RULESET, capture, entry, request


@pytest.mark.parametrize(
    ("table", "kept", "judged"), [("messages", [1, 3], [1, 3]), ("judgements", [1, 2, 3], [1, 3])]
)
def test_what_is_refused_is_a_failure_and_keeps_nothing_else_from_the_disk(
    tmp_path: Path, table: str, kept: list[int], judged: list[int]
) -> None:
    path = tmp_path / "capture.db"
    second = {"messages": "NEW.seq = 2", "judgements": "NEW.host = 'odd.example'"}[table]
    with Writer(path, KEYS, RULESET) as writer, closing(sqlite3.connect(path)) as database:
        database.execute(
            f"CREATE TRIGGER odd BEFORE INSERT ON {table} WHEN {second} BEGIN SELECT RAISE(ABORT, 'odd'); END"
        )
        ledger = Ledger(writer)
        ledger.begin(capture())
        for one in (request(1), request(2, "https://odd.example/"), request(3)):
            ledger.add(entry(one))
        told = ledger.commit()
        assert [one.failure is not None for one in told] == [False, True, False]

        def seqs(sql: str) -> list[int]:
            return [seq for (seq,) in database.execute(sql)]

        assert seqs("SELECT seq FROM messages ORDER BY seq") == kept
        assert seqs("SELECT seq FROM failures") == [2]
        sql = "SELECT seq FROM judgements j JOIN messages m ON m.id = j.message ORDER BY seq"
        assert seqs(sql) == judged
