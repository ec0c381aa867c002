"""Ctrl-C at every stage: in words, with nothing half written, and the next start finds all in order."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
from asyncio.subprocess import DEVNULL, PIPE, Process
from contextlib import closing
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.keys import Keys
from mouchard.store.write import Writer
from tests.faults.running import COMMAND, Running
from tests.store.build import RULESET, capture, entry, request


async def start(*words: str) -> Process:
    return await asyncio.create_subprocess_exec(*COMMAND, *words, stdin=DEVNULL, stdout=PIPE, stderr=PIPE)


async def interrupted(process: Process) -> tuple[int, str]:
    """Its exit code and what it said, once it has heard of Ctrl-C."""
    async with asyncio.timeout(60):
        process.send_signal(signal.SIGINT)
        _, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()


def children(pid: int) -> str:
    """The command lines of its children."""
    try:
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return " ".join(Path(f"/proc/{child}/cmdline").read_bytes().decode() for child in found)
    except OSError:
        return ""


@pytest.mark.parametrize("stage", ["mouchard.analyser", "mouchard.addons.proxy", ".db.sock"])
async def test_while_it_starts(db: Path, stage: str) -> None:
    """Just as its first process, its second, its socket is there."""
    process = await start("run", "--headless", "--port", "0", "--db", str(db))
    async with asyncio.timeout(60):
        while stage not in children(process.pid) and not (
            stage == ".db.sock" and paths.control_socket(db).exists()
        ):
            assert process.returncode is None
            await asyncio.sleep(0.002)
    code, said = await interrupted(process)
    assert code == 0, said
    assert "Traceback" not in said
    await Running(db).no_children()
    assert not paths.control_socket(db).exists()
    Writer(db, Keys.load(paths.sealing_key()), RULESET).close()  # the lock is free, the database whole


@pytest.fixture
def filled(db: Path) -> Path:
    with Writer(db, Keys.load(paths.sealing_key()), RULESET) as writer:
        writer.begin(capture())
        for start_at in range(1, 1600, 200):
            writer.commit([
                entry(request(seq), site=f"site{seq % 40}.example")
                for seq in range(start_at, start_at + 200)
            ])  # fmt: skip
    return db


@pytest.mark.parametrize("written", [1, 12])
async def test_while_reports_are_written(filled: Path, tmp_path: Path, written: int) -> None:
    """Every file that is there is whole."""
    out = tmp_path / "out"
    process = await start("report", "--all", "-o", str(out), "--db", str(filled), "--format", "html,json,csv")
    async with asyncio.timeout(60):
        while len([*out.rglob("*.html*"), *out.rglob("*.json*")]) < written and process.returncode is None:
            await asyncio.sleep(0.001)
    code, said = await interrupted(process)
    assert code in (0, 130), said
    assert said.splitlines()[-1:] == ["mouchard: interrupted"] or code == 0
    assert "Traceback" not in said
    files = [path for path in out.rglob("*") if path.is_file()]
    assert files or written == 1  # the first may have been under way
    for path in files:
        assert path.suffix in (".html", ".json", ".csv"), f"{path} was left behind"
        text = path.read_text()
        if path.suffix == ".json":
            json.loads(text)
        else:
            assert text.rstrip().endswith("</html>") or path.suffix == ".csv"


async def test_while_a_file_is_scanned(db: Path, tmp_path: Path) -> None:
    """The scan is done again, and all is there once."""
    har = tmp_path / "visit.har"
    entries = [
        {
            "startedDateTime": "2026-11-21T10:00:00Z", "time": 1,
            "request": {"method": "GET", "url": f"https://t.example/{n}?e=zoe%40example.org", "headers": []},
            "response": {"status": 200, "headers": [], "content": {}},
        }
        for n in range(1500)
    ]  # fmt: skip
    har.write_text(json.dumps({"log": {"entries": entries}}))
    identity = tmp_path / "me.json"
    identity.write_text('{"email": ["zoe@example.org"]}')
    words = ("scan", str(har), "--identity", str(identity), "--db", str(db), "--format", "jsonl")
    process = await start(*words)
    async with asyncio.timeout(60):
        while not recorded(db) and process.returncode is None:
            await asyncio.sleep(0.005)
    code, said = await interrupted(process)
    assert code == 130 and said.splitlines()[-1] == "mouchard: interrupted" and "Traceback" not in said
    assert 0 < recorded(db) < 1500
    process = await start(*words)
    told, said_again = await process.communicate()
    assert process.returncode == 0, said_again
    assert recorded(db) == 1500 == told.count(b"\n")


def recorded(db: Path) -> int:
    """Messages in the database by now."""
    if not db.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
            (count,) = connection.execute("SELECT count(*) FROM messages").fetchone()
            return int(count)
    except sqlite3.OperationalError:  # its tables are being made
        return 0


@pytest.mark.parametrize("tries", range(2))
async def test_while_it_deletes(filled: Path, tries: int) -> None:
    """All of it, or nothing."""
    process = await start("purge", "--site", "site7.example", "--yes", "--db", str(filled))
    lock = filled.with_name(filled.name + ".lock")
    async with asyncio.timeout(60):
        while not lock.read_bytes() and process.returncode is None:
            await asyncio.sleep(0.001)
    await asyncio.sleep(tries / 50)  # not for something to be done: for another place to be hit
    code, said = await interrupted(process)
    assert code in (0, 130, -signal.SIGINT) and "Traceback" not in said
    assert recorded(filled) in (1600, 1560)
    with Writer(filled, Keys.load(paths.sealing_key()), RULESET) as writer:
        writer.rebuild_rollups()
    assert os.listdir(filled.parent).count(filled.name) == 1
