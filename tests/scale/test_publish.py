"""What may be published: sums of enough people; shown by a real Datasette."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.printable import printable
from mouchard.scale.export import export
from mouchard.scale.folder import Folder
from mouchard.scale.place import place
from mouchard.scale.publish import publish
from mouchard.store.named import Tables
from mouchard.store.published import QUERIES, TABLES
from tests.scale.conftest import HOSTILE, fill
from tests.scale.test_export import run


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Five people saw three sites; four of them saw two more."""
    folder = tmp_path / "all"
    for number in range(5):
        keys = Keys(bytes([number]) * 32)
        db = fill(tmp_path / f"p{number}.db", f"{number:032x}", keys, sites=3 if number == 0 else 5)
        export(db, place(str(tmp_path / f"e{number}")), keys)
        shutil.copytree(tmp_path / f"e{number}", folder, dirs_exist_ok=True)
    return folder


def published(study: Path, out: Path, **more: Any) -> dict[str, int]:
    with Folder(place(str(study))) as folder:
        return publish(folder, out, **more)


def rows(path: Path, sql: str, *parameters: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql, parameters).fetchall()


def test_a_line_of_four_people_is_left_out(study: Path, tmp_path: Path) -> None:
    counts = published(study, tmp_path / "public.db")
    for table in ("who_gets_what", "contacts", "sites", "not_measured"):
        assert counts[table] > 0
        assert rows(tmp_path / "public.db", f"SELECT min(people) FROM {table}") == [(5,)]
    sites = {site for (site,) in rows(tmp_path / "public.db", "SELECT site FROM sites")}
    assert {"site0.example", "site2.example"} <= sites
    everything = "\n".join(map(repr, _everything(tmp_path / "public.db")))
    assert "site3.example" not in everything and "site4.example" not in everything
    assert counts["hidden"] > 0


def test_words_of_a_line_are_of_enough_people_too(study: Path, tmp_path: Path) -> None:
    """Site 2 was measured in other phases by the one person who saw three sites only: nothing of it shows."""
    published(study, tmp_path / "public.db")
    for phase in ("before", "accepted", "refused", "withdrawn"):
        sql = f"SELECT count(*) FROM sites WHERE {phase} = 1 AND people < 5"
        assert rows(tmp_path / "public.db", sql) == [(0,)]


def test_no_value_token_person_or_address_is_published(study: Path, tmp_path: Path) -> None:
    published(study, tmp_path / "public.db")
    everything = "\n".join(map(repr, _everything(tmp_path / "public.db")))
    with Folder(place(str(study))) as folder:
        for column in ("value", "value_token", "client", "person", "capture", "contribution", "field"):
            for (text,) in folder.ask(f"SELECT DISTINCT {column} FROM findings").rows:
                assert text not in everything, column
    assert "https://" not in everything


def test_more_people_may_be_asked_for_but_not_fewer(study: Path, tmp_path: Path) -> None:
    assert published(study, tmp_path / "public.db", least=6)["who_gets_what"] == 0
    with pytest.raises(BadInput, match="hide"):
        published(study, tmp_path / "public.db", least=4)


def test_a_crawl_is_published_whole_and_without_people(study: Path, db: Path, tmp_path: Path) -> None:
    published(study, tmp_path / "a.db", crawl=True)
    assert "site4.example" in {site for (site,) in rows(tmp_path / "a.db", "SELECT site FROM sites")}
    with Tables(db) as tables:
        assert publish(tables, tmp_path / "b.db", crawl=True)["who_gets_what"] > 5
    for path in (tmp_path / "a.db", tmp_path / "b.db"):
        assert "people" not in [row[1] for row in rows(path, "PRAGMA table_info(who_gets_what)")]


def test_one_person_alone_publishes_nothing(db: Path, tmp_path: Path) -> None:
    run("publish", str(db), "-o", str(tmp_path / "public.db"))
    for table in ("who_gets_what", "contacts", "sites", "not_measured"):
        assert rows(tmp_path / "public.db", f"SELECT count(*) FROM {table}") == [(0,)]


def test_another_file_is_never_overwritten(study: Path, tmp_path: Path, db: Path) -> None:
    before = db.read_bytes()
    for out in (db, tmp_path / "notes.txt"):
        (tmp_path / "notes.txt").write_text("mine")
        with pytest.raises(BadInput, match="another file"):
            run("publish", str(study), "-o", str(out))
    assert db.read_bytes() == before
    for _ in range(2):
        run("publish", str(study), "-o", str(tmp_path / "public.db"))
    assert not list(tmp_path.glob(".public*"))
    with pytest.raises(BadInput, match="no folder"):
        run("publish", str(study), "-o", str(tmp_path / "absent" / "public.db"))


def test_descriptions_name_what_is_there(study: Path, tmp_path: Path) -> None:
    published(study, tmp_path / "public.db")
    told = json.loads((tmp_path / "public.metadata.json").read_text())["databases"]["public"]
    assert set(told["tables"]) == {name for (name,) in rows(tmp_path / "public.db", _NAMES)} == set(TABLES)
    for name, table in told["tables"].items():
        columns = {row[1] for row in rows(tmp_path / "public.db", f"PRAGMA table_info({name})")}
        assert {*table["columns"], *table["facets"]} <= columns
    with closing(sqlite3.connect(tmp_path / "public.db")) as connection:
        for query in told["queries"].values():
            assert connection.execute(query["sql"], {"site": "site1.example"}).fetchall()


_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table'"


def _everything(path: Path) -> Iterator[Any]:
    for (name,) in rows(path, _NAMES):
        yield from rows(path, f"SELECT * FROM {name}")


# --- Datasette ---------------------------------------------------------------------------------


@pytest.fixture
def datasette(study: Path, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Pages of a real Datasette that shows the study."""
    pytest.importorskip("datasette", reason="Datasette is not installed")
    published(study, tmp_path / "public.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["-i", str(tmp_path / "public.db"), "--metadata", str(tmp_path / "public.metadata.json")]
    server = subprocess.Popen(
        [sys.executable, "-m", "datasette", "serve", *words, "-h", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def page(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return str(answer.read().decode())

    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                page("/-/versions.json")
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None and time.monotonic() < deadline, "Datasette does not start"
                time.sleep(0.1)
        yield page
    finally:
        server.terminate()
        server.wait(20)


@pytest.mark.slow
def test_datasette_shows_it_and_runs_no_script_of_a_site(datasette: Callable[[str], str]) -> None:
    front = datasette("/public")
    assert all(title in front for title, _ in QUERIES.values())
    for query in QUERIES:
        assert "500" not in datasette(f"/public/{query}.json?site=site1.example&_shape=array")[:20]
    table = datasette("/public/who_gets_what?_size=200")
    assert "Which site sends which data to whom" in table
    assert "site1.example" in table and "<script>alert" not in table and "&lt;script&gt;alert" in table
    lines = json.loads(datasette("/public/who_gets_what.json?_shape=array&_size=1000"))
    assert {line["recipient"] for line in lines} >= {printable(text) for text in HOSTILE}
    assert "site3.example" not in table
