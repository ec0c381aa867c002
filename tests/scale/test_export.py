"""A database as Parquet files: the same answers, other tokens, whole files only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from mouchard.cli import cli
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.scale import layout, manifest
from mouchard.scale.export import export
from mouchard.scale.folder import Folder, source
from mouchard.scale.place import place
from mouchard.store import named
from mouchard.store.write import Writer
from tests.scale.conftest import HOSTILE, fill
from tests.scale.visits import visits
from tests.store.build import KEYS, RULESET, entry, request

TOKENS = {"value_token", "client", "person", "contribution"}


def answers(source: named.Source, name: str) -> list[dict[str, Any]]:
    answer = source.ask(named.text(name))
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def without_tokens(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in line.items() if name not in TOKENS} for line in lines]


@pytest.mark.parametrize("name", named.NAMES)
def test_each_view_says_the_same_on_both_engines(db: Path, tmp_path: Path, name: str) -> None:
    export(db, place(str(tmp_path / "out")), KEYS)
    with named.Tables(db) as tables, Folder(place(str(tmp_path / "out"))) as folder:
        ours, theirs = answers(tables, name), answers(folder, name)
    assert len(ours) > 1
    assert without_tokens(ours) == without_tokens(theirs)


@pytest.mark.parametrize("table", named.TABLES)
def test_each_table_holds_the_same_lines(db: Path, tmp_path: Path, table: str) -> None:
    export(db, place(str(tmp_path / "out")), KEYS)
    plain = [name for name in layout.columns(table) if name not in TOKENS and name not in ("time", "started")]
    sql = f"SELECT {', '.join(plain)} FROM {table}"
    with named.Tables(db) as tables, Folder(place(str(tmp_path / "out"))) as folder:
        ours, theirs = (sorted(source.ask(sql).rows, key=repr) for source in (tables, folder))
    assert ours
    assert [tuple(map(_plain, row)) for row in ours] == [tuple(map(_plain, row)) for row in theirs]


def _plain(value: object) -> object:
    return int(value) if isinstance(value, bool) else value


def test_what_the_choice_changed_is_read_off(db: Path) -> None:
    with named.Tables(db) as tables:
        lines = {
            (line["site"], line["recipient"], line["type"]): line for line in answers(tables, "phase_diff")
        }
    assert lines["site0.example", "Meta", "email"]["accepted"] is None
    assert lines["site1.example", "Criteo", ""]["reading"] == "also when refused"
    assert (
        lines["site1.example", "Criteo", ""]["accepted"],
        lines["site1.example", "Criteo", ""]["before"],
    ) == (1, 1)


def test_two_exports_of_a_person_cannot_be_joined(db: Path, tmp_path: Path) -> None:
    """Not on the tokens of values, browsers or persons; within one export they can."""
    seen: dict[str, list[set[str]]] = {"value_token": [], "client": [], "person": []}
    for name in ("a", "b"):
        export(db, place(str(tmp_path / name)), KEYS)
        with Folder(place(str(tmp_path / name))) as folder:
            for column, found in seen.items():
                found.append({row[0] for row in folder.ask(f"SELECT DISTINCT {column} FROM findings").rows})
    with named.Tables(db) as tables:
        for column, found in seen.items():
            found.append({row[0] for row in tables.ask(f"SELECT DISTINCT {column} FROM findings").rows})
    for one, other, stored in seen.values():
        assert len(one) == len(other) == len(stored)
        assert not one & other | one & stored | other & stored


def test_nothing_readable_of_a_person_is_in_the_files(db: Path, tmp_path: Path) -> None:
    export(db, place(str(tmp_path / "out")), KEYS)
    for file in (tmp_path / "out").rglob("*.parquet"):
        text = json.dumps(parquet.read_table(file).to_pylist(), default=str)
        assert not [word for word in ("camille", "127.0.0.1", "firefox") if word in text], file


def test_files_are_sorted_and_say_what_they_are(db: Path, tmp_path: Path) -> None:
    done = export(db, place(str(tmp_path / "out")), KEYS)
    (part,) = layout.parts(place(str(tmp_path / "out")), "requests")
    rows = parquet.read_table(part.path).select(["recipient", "host"]).to_pylist()
    keys = [(row["recipient"], row["host"]) for row in rows]
    assert keys == sorted(keys)
    about = layout.about(part)
    assert (about["format"], about["contribution"]) == (layout.FORMAT, done.contribution)
    assert parquet.ParquetFile(part.path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_again_only_what_changed_is_written(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.scale.export.STRETCH", 10)
    folder = place(str(tmp_path / "out"))
    first = export(db, folder, KEYS)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "out" / "requests").iterdir()}
    assert len(before) > 2
    again = export(db, folder, KEYS)
    assert (again.contribution, again.written, again.kept) == (first.contribution, 3, first.written - 3)
    with Writer(db, KEYS, RULESET) as writer:
        writer.commit([entry(request(900, of="1" * 32))])
    grown = export(db, folder, KEYS)
    assert grown.requests == first.requests + 1
    after = {file: file.stat().st_mtime_ns for file in (tmp_path / "out" / "requests").iterdir()}
    assert sum(before.get(file) != time for file, time in after.items()) == 1


def test_what_was_purged_leaves_the_folder(db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mouchard.scale.export.STRETCH", 10)
    folder = place(str(tmp_path / "out"))
    export(db, folder, KEYS)
    with Writer(db, KEYS, RULESET) as writer:
        writer.purge()
    assert export(db, folder, KEYS).requests == 0
    assert list(layout.lines(folder, "requests", "seq")) == []


def test_an_export_that_was_cut_short_is_taken_up_again(
    db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.scale.export.STRETCH", 10)
    folder, written = place(str(tmp_path / "out")), layout.write

    def broken(target: Any, *args: Any) -> int:
        if target.name.endswith("000002.parquet"):
            raise OSError(28, "no space")
        return written(target, *args)

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(layout, "write", broken)
        export(db, folder, KEYS)
    (begun,) = manifest.every(folder)
    assert not begun.complete
    assert not list((tmp_path / "out").rglob("*unfinished*"))
    done = export(db, folder, KEYS)
    assert done.contribution == begun.contribution and done.kept >= 4
    with named.Tables(db) as tables:
        assert len(list(layout.lines(folder, "requests", "seq"))) == tables.state(0, 10**9)[0]


def test_hostile_names_pass_through_as_they_are(db: Path, tmp_path: Path) -> None:
    export(db, place(str(tmp_path / "out")), KEYS)
    with Folder(place(str(tmp_path / "out"))) as folder:
        found = {line["recipient"] for line in answers(folder, "who_gets_what")}
    assert set(HOSTILE) <= found | {text.replace("|", "/") for text in found}


# --- on the command line -----------------------------------------------------------------------


def run(*words: str) -> str:
    from click.testing import CliRunner

    result = CliRunner().invoke(cli, words, catch_exceptions=False, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


def test_query_prints_no_escape_and_no_formula(db: Path, tmp_path: Path, home: Path) -> None:
    run("export", "--parquet", str(tmp_path / "out"), "--db", str(db))
    for on in (str(db), str(tmp_path / "out")):
        for kind in ("table", "csv"):
            text = run("query", "who_gets_what", "--on", on, "--format", kind)
            assert "\x1b" not in text and "\u202e" not in text
            assert not [cell for cell in text.split(",") if cell.startswith("=")]
        lines = run("query", "who_gets_what", "--on", on, "--format", "jsonl").splitlines()
        assert {json.loads(line)["recipient"] for line in lines} >= {"Meta", "Criteo", HOSTILE[2]}
        assert (
            len(run("query", "who_gets_what", "--on", on, "--limit", "2", "--format", "jsonl").splitlines())
            == 2
        )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("query",), "which question"),
        (("query", "who_gets_what", "--on", "absent"), "there is no absent"),
        (("query", "who_gets_what", "--on", "."), "holds no export"),
        (("query", "who_gets_what", "--on", "nosuch://x/y"), "nosuch"),
        (("export", "--parquet", "out", "--db", "absent.db"), "no capture yet"),
    ],
)
def test_mistakes_are_told(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput) as error:
        run(*words)
    assert said in error.value.message and error.value.hint


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without the extra."""
    for name in ("pyarrow", "pyarrow.parquet", "pyarrow.fs", "fsspec", "duckdb", "distributed"):
        monkeypatch.setitem(__import__("sys").modules, name, None)
    yield


@pytest.mark.parametrize(
    "words",
    [
        ("export", "--parquet", "out"),
        ("query", "who_gets_what", "--on", "."),
        ("scan", "visit.har", "--parquet", "out"),
        ("scan", "s3://bucket/visit.har"),
        ("merge", "."),
        ("compact", "."),
        ("publish", ".", "-o", "public.db"),
    ],
)
def test_without_the_extra_each_command_names_it(
    bare: None, db: Path, words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "visit.har").write_text('{"log": {"entries": []}}')
    more = ("--db", str(db)) if words[0] == "export" else ()
    with pytest.raises(BadInput) as error:
        run(*words, *more)
    assert "scale" in error.value.message and "mouchard[scale]" in error.value.hint


def test_a_database_needs_no_extra(bare: None, db: Path, tmp_path: Path) -> None:
    files = visits(tmp_path / "captures", 3)
    run("scan", str(tmp_path / "captures"), "--db", str(tmp_path / "s.db"))
    assert str(len(files)) in run("query", "not_measured", "--on", str(tmp_path / "s.db"))
    assert "Meta" in run("query", "who_gets_what", "--on", str(db))


def test_other_files_are_refused(db: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "requests").mkdir(parents=True)
    part = tmp_path / "out" / "requests" / "part-x.parquet"
    part.write_bytes(b"PAR1 nonsense")
    with pytest.raises(BadInput, match="no Parquet file"):
        layout.about(place(str(part)))


def test_another_machine_does_not_take_up_an_export(db: Path, tmp_path: Path) -> None:
    other = fill(tmp_path / "other.db", "2" * 32, Keys(bytes([9]) * 32))
    folder = place(str(tmp_path / "out"))
    ours, theirs = export(db, folder, KEYS), export(other, folder, Keys(bytes([9]) * 32))
    assert ours.contribution != theirs.contribution
    with source(str(tmp_path / "out")) as both:
        (row,) = both.ask("SELECT count(DISTINCT contribution), count(*) FROM requests").rows
    assert row == (2, ours.requests + theirs.requests)
