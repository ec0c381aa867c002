"""A clock that jumps: nothing is lost, no phase is claimed that was not seen, bytes still expire."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.keys import Keys
from mouchard.store.read import Reader
from tests.faults.load import Load, Origin
from tests.faults.running import Recorded, Running

HOUR = 3600.0
REFERER = "http://shop.example/"


@pytest.fixture
def jump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clock of a capture so many seconds off ours."""
    file = tmp_path / "clock"
    monkeypatch.setenv("MOUCHARD_TEST_CLOCK", str(file))
    known = os.environ.get("PYTHONPATH", "")
    here = str(Path(__file__).parent / "clock")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, [here, known])))

    def set_to(seconds: float) -> None:
        draft = file.with_suffix(".new")
        draft.write_text(str(seconds))
        draft.replace(file)  # read while it is written, it would be no number

    set_to(0.0)
    return set_to


def ask(db: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        try:
            return connection.execute(sql).fetchall()
        except sqlite3.OperationalError:  # its tables are being made
            return []


async def test_jumps_lose_nothing_and_claim_nothing(
    db: Path, origin: Origin, jump: Callable[[float], None]
) -> None:
    async def visit(run: Running, first: int) -> list[str]:
        return await Load(run.address, origin, 40, first=first, referer=REFERER).done()

    async with Running(db) as run:
        answered = await visit(run, 0)
        await run.ask(do="phase", phase="refused", site="shop.example")
        jump(-HOUR)
        answered += await visit(run, 1000)
        jump(+HOUR)
        answered += await visit(run, 2000)
        pid = await run.pid("analyser")
        os.kill(pid, 9)  # what it remembers is read again, by times that make no sense
        answered += await visit(run, 3000)
        await run.pid("analyser", instead_of=pid)
        await run.stopped()
    found = Recorded(db)
    assert sorted(found.paths) == sorted(answered)
    assert found.gaps == {} and found.unexplained == 0
    times = [time for (time,) in ask(db, "SELECT time FROM messages ORDER BY seq")]
    assert max(times[:40]) - min(times[40:80]) > HOUR / 2, "the clock of the capture did jump"  # type: ignore[operator]
    phases = ask(
        db, "SELECT phase, count(*) FROM judgements j JOIN messages m ON m.id = j.message"
        " WHERE site = 'shop.example' AND seq BETWEEN 83 AND 160 GROUP BY 1",
    )  # fmt: skip
    assert {phase for phase, _ in phases} <= {"unsettled"}, "just after a key press nobody can say"
    with Reader(db) as reader:
        assert reader.verify(Keys.load(paths.sealing_key())).broken == ()


async def test_bytes_expire_by_the_clock_whichever_way_it_went(
    db: Path, origin: Origin, jump: Callable[[float], None]
) -> None:
    async def visit(run: Running, first: int, whole: int) -> None:
        await Load(run.address, origin, 20, first=first, referer=REFERER).done()
        await run.until(lambda: db.exists() and ask(db, "SELECT count(*) FROM messages") == [(whole,)])

    jump(+10 * HOUR)
    async with Running(db) as run:
        await visit(run, 0, 20)
        jump(0.0)  # set right: the next look for old bytes must not wait for ten hours
        await visit(run, 1000, 40)
        jump(+11 * HOUR)
        await visit(run, 2000, 60)
        await run.stopped()
    assert ask(db, "SELECT count(*) FROM evidence") == [(20,)]
    assert len(Recorded(db).paths) == 60
