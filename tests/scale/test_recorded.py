"""One file: what cannot be judged in it is told, and keeps nothing else from being judged."""

from __future__ import annotations

from pathlib import Path

from mouchard.analysis import Analysis
from mouchard.capture.records import Record
from mouchard.judge import judge
from mouchard.model import Judgement
from mouchard.scale import recorded
from mouchard.store.named import Tables
from mouchard.store.read import Reader
from mouchard.store.write import Writer
from tests.scale.visits import identity, visits


class Faulty(Analysis):
    """Stumbles over the first record of each file."""

    def feed(self, record: Record) -> tuple[Judgement, ...]:
        if record.seq == 1:
            raise ZeroDivisionError(record)
        return super().feed(record)


def test_a_message_that_cannot_be_judged_keeps_no_other_from_it(tmp_path: Path) -> None:
    visits(tmp_path / "captures", 1)
    [file] = (tmp_path / "captures").iterdir()
    setup = judge(identity(tmp_path))
    capture, records = recorded.read(file)
    faulty = Faulty(setup.classifier, setup.analysis().detector, setup.keys)
    with Writer(tmp_path / "scan.db", setup.keys, setup.ruleset) as writer:
        recorded.store(writer, capture, records, faulty)
    with Reader(tmp_path / "scan.db") as reader:
        rows = list(reader.requests())
        assert (len(rows) > 2, reader.totals().failures) == (True, 1)
        assert [row.type for row in rows if row.type == "document"] == []
        assert reader.totals().findings > 0
    with Tables(tmp_path / "scan.db") as tables:
        reasons = [str(reason) for *_, reason, _ in tables.table("not_measured").rows]
    assert any(reason.startswith("ZeroDivisionError") for reason in reasons)
