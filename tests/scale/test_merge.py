"""Folders of several people: what may be put together, and what is refused."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pyarrow.parquet as parquet
import pytest

from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.scale import layout
from mouchard.scale.export import export
from mouchard.scale.folder import Folder
from mouchard.scale.merge import Part, check
from mouchard.scale.place import place
from mouchard.store import named
from tests.scale.test_export import answers, run
from tests.scale.test_scan import run_to_exit


@pytest.fixture
def people(tmp_path: Path, make: Callable[[int], Path]) -> list[Path]:
    """The exports of three people."""
    folders = []
    for number in range(3):
        folders.append(tmp_path / f"export{number}")
        export(make(number), place(str(folders[-1])), Keys(bytes([number]) * 32))
    return folders


def checked(*folders: Path) -> list[Part]:
    return check([place(str(folder)) for folder in folders])


def why(*folders: Path) -> str:
    return "; ".join(reason for part in checked(*folders) for reason in part.refused)


def test_what_belongs_together_may_be_merged_by_copying(people: list[Path], tmp_path: Path) -> None:
    parts = checked(*people)
    assert [part.refused for part in parts] == [()] * 3
    assert all(part.requests > 10 and len(part.head) == 64 for part in parts)
    for folder in people:
        shutil.copytree(folder, tmp_path / "all", dirs_exist_ok=True)
    merged = checked(tmp_path / "all")
    assert sorted(part.contribution for part in merged) == sorted(part.contribution for part in parts)
    assert [part.refused for part in merged] == [()] * 3
    with Folder(place(str(tmp_path / "all"))) as folder:
        (row,) = folder.ask("SELECT count(*), count(DISTINCT contribution) FROM requests").rows
    assert row == (sum(part.requests for part in parts), 3)


def test_tokens_of_different_people_never_meet(people: list[Path], tmp_path: Path) -> None:
    """They all looked for the same value; no two of them are shown to share one."""
    for folder in people:
        shutil.copytree(folder, tmp_path / "all", dirs_exist_ok=True)
    with Folder(place(str(tmp_path / "all"))) as folder:
        sql = "SELECT value_token FROM findings GROUP BY value_token HAVING count(DISTINCT contribution) > 1"
        assert list(folder.ask(sql).rows) == []


def test_a_capture_that_comes_twice_is_refused(
    people: list[Path], tmp_path: Path, make: Callable[[int], Path]
) -> None:
    again = tmp_path / "again"
    export(make(7), place(str(again)), Keys(bytes([7]) * 32))
    export(tmp_path / "person1.db", place(str(tmp_path / "second")), Keys(bytes([1]) * 32))
    parts = checked(people[1], again, tmp_path / "second")
    assert [bool(part.refused) for part in parts] == [False, False, True]
    assert "export1 too" in parts[2].refused[0]


@pytest.mark.parametrize("table", ["requests", "findings", "captures"])
def test_a_file_that_was_changed_dropped_or_put_in_is_found(people: list[Path], table: str) -> None:
    (file,) = (people[0] / table).iterdir()
    whole = file.read_bytes()
    file.write_bytes(whole[:-40] + bytes(8) + whole[-32:])
    assert f"{table}/{file.name} was changed" in why(people[0]) or "damaged" in why(people[0])
    file.unlink()
    assert f"{table}/{file.name} is missing" in why(people[0])
    file.write_bytes(whole)
    assert why(people[0]) == ""
    shutil.copy(file, file.with_name("part-more.parquet"))
    assert "part-more.parquet is named by no manifest" in why(people[0])


def test_dropped_lines_are_found_even_if_the_manifest_agrees(people: list[Path]) -> None:
    """Whoever writes the manifest anew still has to explain the count of the capture."""
    (file,) = (people[0] / "requests").iterdir()
    table = parquet.read_table(file)
    parquet.write_table(pyarrow.Table.from_batches(table.slice(1).to_batches(), table.schema), file)
    (sheet,) = (people[0] / "contributions").iterdir()
    page = json.loads(sheet.read_text())
    page["files"][f"requests/{file.name}"]["sha256"] = (
        __import__("hashlib").sha256(file.read_bytes()).hexdigest()
    )
    sheet.write_text(json.dumps(page))
    assert "requests, not" in why(people[0])


def test_another_version_and_a_cut_short_export_are_refused(people: list[Path]) -> None:
    (sheet,) = (people[0] / "contributions").iterdir()
    page = json.loads(sheet.read_text())
    sheet.write_text(json.dumps(page | {"complete": False}))
    assert "cut short" in why(people[0])
    sheet.write_text(json.dumps(page | {"format": "mouchard parquet 99"}))
    assert "another version" in why(people[0])
    sheet.write_text("{")
    assert "damaged" in why(people[0])


def test_a_database_is_merged_by_its_chain(db: Path) -> None:
    (part,) = checked(db)
    assert part.refused == () and part.captures == ("1" * 32,)
    connection = sqlite3.connect(db)
    connection.execute("DELETE FROM chain WHERE n = 5")
    connection.commit()
    connection.close()
    assert "missing" in why(db)


def test_joined_files_hold_the_same(people: list[Path], tmp_path: Path) -> None:
    for folder in people:
        shutil.copytree(folder, tmp_path / "all", dirs_exist_ok=True)
    for _ in range(2):
        export(tmp_path / "person0.db", place(str(tmp_path / "all")), Keys(bytes(32)))
    before = _everything(tmp_path / "all")
    run("compact", str(tmp_path / "all"))
    assert _everything(tmp_path / "all") == before
    assert why(tmp_path / "all") == ""


def _everything(folder: Path) -> object:
    with Folder(place(str(folder))) as asked:
        return [sorted(map(repr, answers(asked, name))) for name in named.NAMES]


def test_the_command_says_what_it_refuses(people: list[Path], tmp_path: Path) -> None:
    assert run("merge", *map(str, people)).count("may be merged") == 3
    (file,) = (people[0] / "requests").iterdir()
    file.unlink()
    code, _ = run_to_exit("merge", *map(str, people))
    assert code == 2
    with pytest.raises(BadInput, match="there is no"):
        run("merge", "absent")
    with pytest.raises(BadInput, match="is missing"):
        run("compact", str(people[0]))
    assert layout.FORMAT.startswith("mouchard")
