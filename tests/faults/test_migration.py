"""A database of an older Mouchard is brought up to date whole, also when that is cut short, by whatever."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from mouchard.keys import Keys
from mouchard.store.connection import open_to_read
from mouchard.store.read import Reader
from mouchard.store.ruleset import Ruleset
from mouchard.store.schema import migrations
from mouchard.store.write import Writer
from tests.faults.load import Load, Origin
from tests.faults.running import COMMAND, Recorded, Running

FILL = """
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
"""
ROWS = (
    "INSERT INTO captures VALUES (1, '0123456789abcdef0123456789abcdef', 'live', '', 1.79e9, 'Mouchard')",
    "INSERT INTO rulesets VALUES ('old', '[]', 'code')",
    "INSERT INTO companies VALUES (1, 'Meta', 'US', 'advertising', 'own', '2026')",
    "INSERT INTO clients VALUES ('127.0.0.1/firefox', 'Firefox', 1.79e9, 1.79e9)",
    """INSERT INTO messages SELECT i, 1, i, 'http', i, 0, 1.79e9 + i / 20.0, 'GET',
       'https://t' || (i % 40) || '.example/c?id=‹9 chars›', printf('%020x', i % 5000), 't' || (i % 40) ||
       '.example', 'HTTP/2.0', '["query.id"]', 120, 120, 'c' || (i % 500), 'regular', '127.0.0.1/firefox',
       'firefox', 1, 'shop.example', '', 'cross-site', 'no-cors', 'image', '', 0, 0, '' FROM n""",
    """INSERT INTO chain SELECT i, 1, i, 'messages', zeroblob(32), randomblob(32), randomblob(32), NULL
       FROM n""",
    """INSERT INTO judgements SELECT i, 1, 'old', 1.79e9 + i / 20.0, 't' || (i % 40) || '.example',
       'site' || (i % 200) || '.example', 'high', 'why', '127.0.0.1/firefox', 'image', 'third', 'Meta', 1, 1,
       'A', 3, 'none', '', '', '', '' FROM n""",
    """INSERT INTO findings SELECT i, 'f' || i, i, 'email', 'identity', 'declared', 'me', 'query', 'em',
       '["percent"]', 'encoded', 'lower', 'c•••@e•••.org', printf('%020x', i % 50), 3, 'identity', ''
       FROM n WHERE i % 3 = 0""",
    """INSERT INTO rollups SELECT j.site, 'Meta', 'third', '', '', 'none', '127.0.0.1/firefox', count(*), 0,
       0, 0, count(*), 0 FROM judgements j GROUP BY 1""",
    """INSERT INTO rollups SELECT j.site, 'Meta', 'third', 'email', 'encoded', 'none', '127.0.0.1/firefox',
       count(*), 0, 0, 0, count(*), 0 FROM findings f JOIN judgements j ON j.message = f.message
       GROUP BY 1""",
)  # fmt: skip


def old_database(path: Path, rows: int) -> None:
    """As the first version left it, so many messages in it."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = OFF")
    migrations().apply(Database(connection, execute_plugins=False), stop_before="0002_snapshots")
    connection.execute("BEGIN")
    for sql in ROWS:
        if " FROM n" in sql:
            into, select = sql.split(" SELECT ", 1)
            sql = f"{into} {FILL.format(rows=rows)} SELECT {select}"
        connection.execute(sql)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def writer(path: Path) -> Writer:
    return Writer(path, Keys(bytes(32)), Ruleset("new"))


@pytest.mark.parametrize("rows", [50_000, pytest.param(1_000_000, marks=[pytest.mark.soak])])
async def test_an_old_database_is_brought_up_to_date_and_recorded_into(
    db: Path, origin: Origin, rows: int
) -> None:
    old_database(db, rows)
    async with Running(db) as run:
        await Load(run.address, origin, 30).done()
        await run.stopped()
    with Reader(db) as reader:
        totals = reader.totals()
    assert totals.messages == rows + 30
    with closing(open_to_read(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (counted,) = connection.execute("SELECT sum(n) FROM rollups WHERE type = ''").fetchone()
        assert counted == rows + 30
    code = await asyncio.to_thread(
        subprocess.run, [*COMMAND, "leaks", "--db", str(db), "--filter", "site:site7.example"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert code.returncode == 0 and code.stdout.count(b"email") >= rows // 600


@pytest.mark.parametrize("after", [0.0, 0.05])
def test_a_killed_migration_begins_anew(db: Path, root: Path, after: float) -> None:
    """Killed at some moment of it: whatever that hits, the next start ends with a whole database."""
    old_database(db, 20_000)
    program = f"""
import pathlib, sys
from tests.faults.test_migration import writer
print(flush=True)
writer(pathlib.Path({str(db)!r})).close()
"""
    process = subprocess.Popen([sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        process.wait(after or 0.001)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()
    process.stdout.close()
    with writer(db) as again:
        again.rebuild_rollups()
    with Reader(db) as reader:
        assert reader.totals().messages == 20_000


async def test_an_interrupt_while_it_waits_for_the_database(db: Path, origin: Origin) -> None:
    old_database(db, 1000)
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the migration waits for this to end
        process = await asyncio.create_subprocess_exec(
            *COMMAND, "run", "--headless", "--port", "0", "--db", str(db),
            stdin=DEVNULL, stdout=PIPE, stderr=PIPE,
        )  # fmt: skip
        async with asyncio.timeout(60):
            while not _waits(process.pid, db):
                assert process.returncode is None
                await asyncio.sleep(0.01)
            os.kill(process.pid, signal.SIGINT)
            told, said = await process.communicate()
        other.execute("ROLLBACK")
    assert process.returncode == 0 and told == b""
    assert b"Traceback" not in said
    await Running(db).no_children()
    async with Running(db) as run:
        await Load(run.address, origin, 10).done()
        await run.stopped()
    assert len(Recorded(db).paths) == 1010


def _waits(supervisor: int, db: Path) -> bool:
    """Whether the analyser has the database open by now."""
    try:
        children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
        return any(
            os.readlink(link) == str(db) for child in children for link in Path(f"/proc/{child}/fd").iterdir()
        )
    except OSError:
        return False
