"""Opening databases: private, one writer, nothing foreign overwritten."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from mouchard.errors import BadInput, DatabaseBusy
from mouchard.store.connection import open_to_read, open_to_write
from mouchard.store.read import Reader
from mouchard.store.write import Writer
from tests.store.build import CAPTURE, KEYS, RULESET, capture, entry, request


def test_every_file_is_private(db: Path) -> None:
    old = os.umask(0)
    try:
        with Writer(db, KEYS, RULESET) as writer:
            writer.begin(capture())
            writer.commit([entry(request(1))])
            files = {path.name: path.stat().st_mode & 0o777 for path in db.parent.iterdir() if path.is_file()}
    finally:
        os.umask(old)
    assert set(files) >= {"capture.db", "capture.db-wal", "capture.db-shm", "capture.db.lock"}
    assert set(files.values()) == {0o600}


def test_a_database_open_to_others_is_closed(db: Path) -> None:
    Writer(db, KEYS, RULESET).close()
    db.chmod(0o644)
    Writer(db, KEYS, RULESET).close()
    assert db.stat().st_mode & 0o777 == 0o600


def test_settings_of_the_writer(db: Path) -> None:
    connection = open_to_write(db)
    values = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "foreign_keys", "secure_delete", "synchronous")
    }
    connection.close()
    assert values == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1, "synchronous": 1}


def test_one_writer(db: Path) -> None:
    with Writer(db, KEYS, RULESET):
        with pytest.raises(DatabaseBusy, match=str(os.getpid())) as raised:
            Writer(db, KEYS, RULESET)
        assert "mouchard tui" in raised.value.hint
    Writer(db, KEYS, RULESET).close()


def test_a_killed_writer_leaves_no_lock(db: Path, root: Path) -> None:
    program = f"""
import os, pathlib
from tests.store.build import KEYS, RULESET, capture, entry, request
from mouchard.store.write import Writer
writer = Writer(pathlib.Path({str(db)!r}), KEYS, RULESET)
writer.begin(capture())
writer.commit([entry(request(1))])
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=root, timeout=60, check=False)
    assert done.returncode == -9
    with Writer(db, KEYS, RULESET) as writer:
        assert writer.last_seq(CAPTURE) == 1


@pytest.mark.parametrize("content", [b"hello, this is no database", b"SQLite format 3\0" + b"\xff" * 4096])
def test_what_is_no_database_is_left_as_it_is(db: Path, content: bytes) -> None:
    db.write_bytes(content)
    with pytest.raises(BadInput):
        Writer(db, KEYS, RULESET)
    with pytest.raises(BadInput):
        Reader(db)
    assert db.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(db: Path) -> None:
    other = sqlite3.connect(db)
    other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.commit()
    other.close()
    before = db.read_bytes()
    for use in (lambda: Writer(db, KEYS, RULESET), lambda: Reader(db)):
        with pytest.raises(BadInput, match="another program"):
            use()
    assert db.read_bytes() == before


def test_a_newer_schema_is_refused(db: Path) -> None:
    connection = open_to_write(db)
    connection.execute(
        """INSERT INTO _sqlite_migrations (migration_set, name, applied_at)
           VALUES ('mouchard', '9999_future', 'then')"""
    )
    connection.close()
    for use in (lambda: Writer(db, KEYS, RULESET), lambda: Reader(db)):
        with pytest.raises(BadInput, match="newer Mouchard"):
            use()


def test_reading_what_is_not_there(db: Path) -> None:
    with pytest.raises(BadInput, match="no capture yet"):
        Reader(db)
    assert not db.exists()
    db.touch()
    with pytest.raises(BadInput, match="older Mouchard"):
        Reader(db)


def test_readers_cannot_write(db: Path) -> None:
    Writer(db, KEYS, RULESET).close()
    connection = open_to_read(db)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM captures")
    connection.close()


def test_the_log_is_empty_after_closing(db: Path) -> None:
    with Writer(db, KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit([entry(request(1))])
    wal = Path(f"{db}-wal")
    assert not wal.exists() or wal.stat().st_size == 0
    with Reader(db) as reader:
        assert reader.totals().messages == 1


def test_a_lock_that_leads_elsewhere_is_refused(db: Path, tmp_path: Path) -> None:
    """In a folder where others may write: a link put there must not make us empty a file of ours."""
    precious = tmp_path / "precious"
    precious.write_text("mine")
    db.with_name(db.name + ".lock").symlink_to(precious)
    with pytest.raises(BadInput, match="cannot write beside"):
        Writer(db, KEYS, RULESET)
    assert precious.read_text() == "mine"
