"""A database that breaks under the capture: browsing goes on, what waits is counted, the person is told."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.keys import Keys
from mouchard.store.write import Writer
from tests.faults.load import Load, Origin
from tests.faults.running import COMMAND, Running
from tests.store.build import RULESET, capture, entry, request

PAGE = 4096


def spoil(db: Path) -> None:
    """Every page but the first, which holds the schema."""
    size = db.stat().st_size
    with db.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xa5" * (size - PAGE))


async def command(*words: str, before: tuple[str, ...] = ()) -> tuple[int, str, list[str]]:
    process = await asyncio.create_subprocess_exec(*before, *COMMAND, *words, stdout=PIPE, stderr=PIPE)
    told, said = await process.communicate()
    assert process.returncode is not None
    return process.returncode, told.decode(), said.decode().splitlines()


@pytest.fixture
def filled(db: Path, home: Path) -> Path:
    """What an earlier capture recorded."""
    with Writer(db, Keys.load(paths.sealing_key()), RULESET) as writer:
        writer.begin(capture())
        writer.commit([entry(request(seq)) for seq in range(1, 300)])
    return db


async def test_a_database_spoilt_under_the_capture(filled: Path, origin: Origin) -> None:
    async with Running(filled) as run:
        spoil(filled)
        answered = await Load(run.address, origin, 300, first=1000).done()
        await run.heard("database damaged: browsing goes on")
        answered += await Load(run.address, origin, 50, first=3000).done()
        status = await run.status()
        assert status["trouble"] == "database damaged"
        assert not any("ended unexpectedly" in line for line in run.said)
        run.signal(signal.SIGINT)
        assert await run.ended() == 2
        await run.no_children()
    assert len(answered) == 350
    assert "doctor" in run.said[-1], "a way out"
    lost = run.said[-2].removeprefix("mouchard: ").split(" ")
    assert " ".join(lost[1:]) == "records could not be written: database damaged"
    assert 350 <= int(lost[0]) <= 700, "messages and their answers"


@pytest.mark.parametrize("words", ["leaks", "report", "doctor", "purge", "check", "run"])
async def test_a_spoilt_database_is_told_by_every_command(filled: Path, tmp_path: Path, words: str) -> None:
    spoil(filled)
    before = filled.read_bytes()
    more = {
        "report": ("--all", "-o", str(tmp_path / "out")),
        "purge": ("--older-than", "1d", "--yes"),
        "check": ("--policy", str(Path(__file__).parent / "policy.toml")),
        "run": ("--headless", "--port", "0"),
    }.get(words, ())  # fmt: skip
    code, told, said = await command(words, "--db", str(filled), *more)
    everything = "\n".join([told, *said])
    assert code == 2, everything
    assert "damaged" in everything and "Traceback" not in everything
    assert len(said) <= 2
    assert filled.read_bytes() == before, "left as it is"


@pytest.mark.parametrize(
    ("words", "more", "code", "says"),
    [
        ("run", ("--headless", "--port", "0"), 2, "cannot write"),
        ("purge", ("--all", "--yes"), 2, "cannot write"),
        ("report", ("--all", "-o", "{folder}/out"), 2, "Permission denied"),
        ("leaks", (), 0, ""),
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can take this right from root")
async def test_a_place_that_cannot_be_written(
    filled: Path, words: str, more: tuple[str, ...], code: int, says: str
) -> None:
    filled.with_name("m.db.lock").unlink()
    filled.chmod(0o400)
    filled.parent.chmod(0o500)
    before = filled.read_bytes()
    try:
        given = [word.format(folder=filled.parent) for word in more]
        ended, told, said = await command(words, "--db", str(filled), *given, before=as_anyone())
    finally:
        filled.parent.chmod(0o700)
    assert ended == code, said
    assert "Traceback" not in "".join(said) and len(said) <= 2
    assert says in "".join(said) and "Errno" not in "".join(said)
    assert code or "shop.example" in told
    assert filled.read_bytes() == before


def as_anyone() -> tuple[str, ...]:
    """Before a command: without the right of root to write whatever its mode says."""
    return ("setpriv", "--bounding-set", "-dac_override,-dac_read_search") if os.geteuid() == 0 else ()
