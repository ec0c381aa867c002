"""Deleting while the capture runs: what was named is gone, the rest goes on, the counts stay true."""

from __future__ import annotations

import asyncio
import sqlite3
from asyncio.subprocess import PIPE
from contextlib import closing
from pathlib import Path

from mouchard import paths
from mouchard.keys import Keys
from mouchard.store import rollup
from mouchard.store.read import Reader
from tests.faults.load import Load, Origin
from tests.faults.running import COMMAND, Recorded, Running

ONE, OTHER = "http://one.example/", "http://other.example/"
PERSON = '{"email": ["zoe@example.org"]}'
QUERY = "?m=zoe%40example.org"


async def purge(db: Path, *words: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND, "purge", "--db", str(db), *words, stdout=PIPE, stderr=PIPE
    )
    told, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode(), said.decode()


def sites(db: Path) -> dict[str, int]:
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return dict(connection.execute("SELECT site, count(*) FROM judgements GROUP BY 1").fetchall())


def counts_are_true(db: Path) -> None:
    """The counts kept by difference are those that a count of everything gives, and the chain holds."""
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        kept = connection.execute("SELECT * FROM rollups ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall()
        connection.execute("BEGIN")
        rollup.rebuild(connection)
        assert connection.execute("SELECT * FROM rollups ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall() == kept
        connection.execute("ROLLBACK")
    with Reader(db) as reader:
        assert reader.verify(Keys.load(paths.sealing_key())).broken == ()


STEPS: list[tuple[tuple[str, ...], int, dict[str, int]]] = [
    (("--client", "nobody"), 0, {"one.example": 60, "other.example": 40, "third.example": 20}),
    (("--site", "one.example"), 60, {"other.example": 40, "third.example": 20}),
    (("--type", "email"), 40, {"third.example": 20}),
    (("--max-size", "1K"), 20, {}),
]
"""What is deleted one after the other, how many messages go, what stays of which site."""


async def test_deleting_from_a_running_capture(db: Path, origin: Origin, tmp_path: Path) -> None:
    identity = tmp_path / "me.json"
    identity.write_text(PERSON)
    async with Running(db, "--identity", str(identity)) as run:
        await Load(run.address, origin, 60, referer=ONE).done()
        await Load(run.address, origin, 40, first=1000, referer=OTHER, query=QUERY).done()
        await Load(run.address, origin, 20, first=2000, referer="http://third.example/").done()
        await run.until(lambda: db.exists() and sum(sites(db).values()) == 120)
        for words, gone, left in STEPS:
            before = sites(db)
            code, told, said = await purge(db, *words)
            assert (code, f"would delete {gone} messages" in said) == (0, True), said
            assert sites(db) == before, "nothing goes without --yes"
            code, shown, said = await purge(db, *words, "--yes")
            assert code == 0 and f"deleted {gone} messages" in said, said
            assert shown == told
            assert sites(db) == left
        more = await Load(run.address, origin, 30, first=3000, referer=ONE).done()
        status = await run.status()
        assert (status["analyser"]["restarts"], status["trouble"]) == (0, "")
        await run.stopped()
    found = Recorded(db)
    assert sorted(found.paths) == sorted(more)
    assert found.gaps == {} and found.unexplained == 0 and found.failures == 0
    assert sites(db) == {"one.example": 30}
    counts_are_true(db)


async def test_deleting_all_under_load_loses_nothing_that_comes_after(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        load = Load(run.address, origin, 700, referer=ONE)
        for reached in (150, 300, 450):
            await load.reached(reached)
            assert (await run.ask(do="purge", filter=""))["purged"] > 0
        await load.done()
        last = await Load(run.address, origin, 50, first=5000, referer=ONE).done()
        await run.stopped()
    found = Recorded(db)
    assert set(last) <= set(found.paths) and len(found.paths) < 600
    assert found.gaps == {} and found.unexplained == 0 and found.failures == 0
    counts_are_true(db)


async def test_what_is_deleted_is_not_in_the_files_any_more(db: Path, origin: Origin) -> None:
    async with Running(db) as run:
        await Load(run.address, origin, 50, referer="http://deleted-site.example/").done()
        await Load(run.address, origin, 50, first=1000, referer=OTHER).done()
        await run.until(lambda: db.exists() and sum(sites(db).values()) == 100)
        await run.ask(do="purge", filter="site:deleted-site.example")
        while_running = b"".join(path.read_bytes() for path in (db, db.with_name("m.db-wal")))
        await run.stopped()
    assert b"deleted-site" not in while_running
    assert b"deleted-site" not in db.read_bytes()
    assert b"other.example" in db.read_bytes()
