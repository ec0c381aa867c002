"""Many files: by one process, several, or Dask; cut short, taken up again; nothing lost, nothing twice."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from mouchard.cli import cli
from mouchard.errors import BadInput
from mouchard.judge import judge
from mouchard.scale import crew, layout, manifest, recorded, sources
from mouchard.scale.compact import compact
from mouchard.scale.crew import Crew
from mouchard.scale.folder import Folder
from mouchard.scale.place import place
from mouchard.scale.recorded import Setup
from mouchard.scale.scan import Batch, Scanned, setup_token, to_parquet, write_batch
from mouchard.scale.sources import Source
from mouchard.store.named import Tables
from tests.scale.hands import square
from tests.scale.test_export import run
from tests.scale.visits import identity, visits

FILES = 12


@pytest.fixture
def captures(tmp_path: Path) -> Path:
    visits(tmp_path / "captures", FILES)
    return tmp_path / "captures"


@pytest.fixture
def camille(tmp_path: Path) -> Path:
    return identity(tmp_path)


def here() -> Crew:
    """The work done in this process."""
    return Crew(1, lambda: ThreadPoolExecutor(1))


def scanned(captures: Path, out: Path, camille: Path, hands: Crew | None = None) -> Scanned:
    own = hands or here()
    try:
        return to_parquet(sources.expand([str(captures)]), place(str(out)), judge(camille), (), own)
    finally:
        if hands is None:
            own.stop()  # what it was at ends before anybody looks


def findings(out: Path) -> Counter[tuple[Any, ...]]:
    """All of them, with how often each is there; tokens aside."""
    columns = [
        name
        for name in layout.columns("findings")
        if name not in ("contribution", "client", "person", "value_token")
    ]
    return Counter(layout.lines(place(str(out)), "findings", *columns))


def requests(out: Path) -> Counter[tuple[Any, ...]]:
    return Counter(layout.lines(place(str(out)), "requests", "capture", "seq"))


# --- what to scan ------------------------------------------------------------------------------


def test_files_folders_and_patterns_name_each_file_once(captures: Path) -> None:
    every = sources.expand([str(captures), f"{captures}/visit000*.har", f"{captures}/visit0001.har"])
    assert [one.name for one in every] == [f"visit{number:04}.har" for number in range(FILES)]


@pytest.mark.parametrize(
    ("word", "said"), [("absent.har", "no such file"), ("*.none", "no file"), ("nosuch://a/b.har", "nosuch")]
)
def test_what_names_nothing_is_told(
    word: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadInput, match=said.replace("*", r"\*")):
        sources.expand([word])


def test_batches_hold_every_file_once_and_no_more_than_they_should() -> None:
    every = [Source(str(number), number * 7 % 11) for number in range(50)]
    batches = list(sources.packed(every, 20, most=4))
    assert [one for batch in batches for one in batch] == every
    assert all(
        len(batch) <= 4 and (len(batch) == 1 or sum(one.size for one in batch) <= 20) for batch in batches
    )


# --- into the database -------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_several_processes_find_what_one_finds(
    captures: Path, camille: Path, tmp_path: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.cli.scan.ABOUT", 0)
    one_by_one = [
        run(
            "scan",
            str(file),
            "--db",
            str(tmp_path / "single.db"),
            "--identity",
            str(camille),
            "--format",
            "jsonl",
        )
        for file in sorted(captures.iterdir())
    ]
    words = (
        "--db",
        str(tmp_path / "s.db"),
        "--identity",
        str(camille),
        "--format",
        "jsonl",
        "--jobs",
        str(jobs),
    )
    text = run("scan", str(captures), *words)
    assert sorted(text.splitlines()) == sorted("".join(one_by_one).splitlines())
    assert len(text.splitlines()) > FILES


def test_what_is_finished_is_left_out(
    captures: Path, camille: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("scan", str(captures), "--db", str(tmp_path / "s.db"), "--format", "jsonl")
    first = run(*words, "--identity", str(camille))
    read = list[Path]()
    monkeypatch.setattr("mouchard.cli.scan.read", lambda path: read.append(path) or recorded.read(path))
    assert run(*words, "--identity", str(camille)) == first
    assert read == []
    copy = captures / "zagain.har"
    copy.write_bytes((captures / "visit0003.har").read_bytes())
    assert run(*words, "--identity", str(camille)).splitlines() == first.splitlines()
    assert read == []
    (tmp_path / "other.json").write_text('{"email": ["a.nother@example.org"]}')
    run(*words, "--identity", str(tmp_path / "other.json"))
    assert len(read) == FILES


def test_a_file_that_cannot_be_read_is_not_measured(captures: Path, camille: Path, tmp_path: Path) -> None:
    (captures / "broken.har").write_text('{"log": 1}')
    (captures / "other.har").write_bytes(b"\x1b[2Jnothing")
    for words in (
        ("--db", str(tmp_path / "s.db"), "--format", "jsonl"),
        ("--parquet", str(tmp_path / "out")),
    ):
        code, said = run_to_exit("scan", str(captures), "--identity", str(camille), *words)
        assert code == 2 and said.count("not measured: ") == 2 and "\x1b" not in said
    for on in (str(tmp_path / "s.db"), str(tmp_path / "out")):
        lines = [
            line.split(",")
            for line in run("query", "not_measured", "--on", on, "--format", "csv").splitlines()
        ]
        assert ["file", "broken.har is not a HAR file", "1", "0", "1"] in lines
        assert [line[2:4] for line in lines if line[0] == "measured"] == [[str(FILES * 12), str(FILES)]]
    (captures / "broken.har").unlink()
    (captures / "other.har").write_bytes((captures / "visit0000.har").read_bytes())
    run("scan", str(captures), "--identity", str(camille), "--parquet", str(tmp_path / "out"))
    with Folder(place(str(tmp_path / "out"))) as folder:
        assert list(folder.ask("SELECT * FROM not_measured WHERE kind = 'file'").rows) == []


def run_to_exit(*words: str) -> tuple[int, str]:
    """Exit code, and what was said on standard error."""
    result = CliRunner().invoke(cli, words)
    return result.exit_code, result.stderr


# --- into Parquet ------------------------------------------------------------------------------


def test_parquet_holds_what_the_database_holds(captures: Path, camille: Path, tmp_path: Path) -> None:
    run(
        "scan", str(captures), "--db", str(tmp_path / "s.db"), "--identity", str(camille), "--format", "jsonl"
    )
    done = scanned(captures, tmp_path / "out", camille)
    assert (done.files, done.skipped, done.unread, done.requests) == (FILES, 0, (), FILES * 12)
    with Tables(tmp_path / "s.db") as tables, Folder(place(str(tmp_path / "out"))) as folder:
        sql = "SELECT capture, seq, site, recipient, type, chain, value, level, outcome FROM findings"
        ours, theirs = (sorted(source.ask(sql).rows) for source in (tables, folder))
    assert ours == theirs and len(ours) > FILES
    (made,) = manifest.every(place(str(tmp_path / "out")))
    assert made.complete and {name.partition("/")[0] for name in made.files} == set(layout.TABLES)


def test_a_scan_that_was_cut_short_loses_and_doubles_nothing(
    captures: Path, camille: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies between the files of a batch; then the batches are cut differently."""
    whole = tmp_path / "whole"
    scanned(captures, whole, camille)
    monkeypatch.setattr("mouchard.scale.scan.SMALLEST", 1)
    monkeypatch.setattr("mouchard.scale.scan.LARGEST", 30_000)
    out, original = tmp_path / "out", layout.write
    calls = 0

    def dies(target: Any, *args: Any, **more: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 8:
            raise KeyboardInterrupt
        return original(target, *args, **more)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(layout, "write", dies)
        scanned(captures, out, camille)
    begun = len(set(layout.lines(place(str(out)), "captures", "capture")))
    assert 0 < begun < FILES
    monkeypatch.setattr("mouchard.scale.scan.LARGEST", 80_000)
    done = scanned(captures, out, camille)
    assert (done.skipped, done.files) == (begun, FILES - begun)
    assert findings(out) == findings(whole) and requests(out) == requests(whole)
    assert set(requests(out).values()) == {1}


def test_small_files_are_joined_and_a_joint_cut_short_doubles_nothing(
    captures: Path, camille: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.scale.scan.SMALLEST", 1)
    monkeypatch.setattr("mouchard.scale.scan.LARGEST", 1)
    out = place(str(tmp_path / "out"))
    with monkeypatch.context() as patch:
        patch.setattr("mouchard.scale.scan.compact", lambda *_: 0)
        scanned(captures, tmp_path / "out", camille)
    before = findings(tmp_path / "out"), requests(tmp_path / "out")
    assert len(layout.parts(out, "requests")) == FILES
    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr("mouchard.scale.place.Place.remove", _refused)
        compact(out)
    assert len(out.at("not_measured").files(".parquet")) + len(out.at("requests").files(".parquet")) > FILES
    assert (findings(tmp_path / "out"), requests(tmp_path / "out")) == before
    assert compact(out) > 0
    assert (findings(tmp_path / "out"), requests(tmp_path / "out")) == before
    assert len(out.at("requests").files(".parquet")) == 1
    assert scanned(captures, tmp_path / "out", camille).skipped == FILES


def _refused(_: object) -> None:
    raise OSError("cut short")


def test_other_lists_or_another_person_want_another_folder(
    captures: Path, camille: Path, tmp_path: Path
) -> None:
    scanned(captures, tmp_path / "out", camille)
    (tmp_path / "other.json").write_text('{"email": ["a.nother@example.org"]}')
    with pytest.raises(BadInput, match="other lists"):
        scanned(captures, tmp_path / "out", tmp_path / "other.json")
    assert setup_token(judge(camille)) != setup_token(judge(tmp_path / "other.json"))


def test_a_worker_with_other_lists_is_refused(captures: Path, camille: Path, tmp_path: Path) -> None:
    setup = judge(camille)
    folder = place(str(tmp_path / "out"))
    folder.make()
    begun = manifest.begin(folder, "scan", setup.keys, "scan")
    for fault in ({"ruleset": "others"}, {"code": "0.0"}):
        told = {"identity": setup.identity, "list_files": (), "ruleset": setup.ruleset.id} | fault
        batch = Batch(Setup(**told), tuple(sources.expand([str(captures)])), folder.url, begun)
        with pytest.raises(BadInput, match="a worker has"):
            write_batch(batch)


def test_what_is_sent_to_workers_hides_the_person_when_it_is_printed(camille: Path) -> None:
    setup = Setup.of(judge(camille), (), bytes(32))
    assert "camille" not in repr(setup).lower() and "\\x00" not in repr(setup)


# --- many hands --------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_task_that_kills_its_process_takes_no_other_with_it() -> None:
    tasks = list(range(12))
    with crew.processes(2) as hands:
        done = {one.task: one for one in hands.work(square, tasks)}
    assert sorted(done) == tasks
    assert {task: one.result for task, one in done.items() if task not in (5, 7)} == {
        task: task * task for task in tasks if task not in (5, 7)
    }
    assert str(done[7].error) == "seven"
    assert type(done[5].error).__name__ == "BrokenProcessPool"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50,
        host="127.0.0.1",
    ) as cluster:  # fmt: skip
        yield cluster


@pytest.mark.slow
def test_dask_finds_what_one_process_finds_though_a_worker_is_killed(
    cluster: Any, captures: Path, camille: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.scale.scan.SMALLEST", 1)
    monkeypatch.setattr("mouchard.scale.scan.LARGEST", 20_000)
    scanned(captures, tmp_path / "one", camille)
    killed = list[int]()

    def told(done: int, every: int) -> None:
        if not killed:
            killed.append(next(iter(cluster.workers.values())).pid)
            os.kill(killed[0], signal.SIGKILL)

    with crew.dask(cluster.scheduler_address) as hands:
        done = to_parquet(
            sources.expand([str(captures)]), place(str(tmp_path / "out")), judge(camille), (), hands, told
        )
    assert killed and (done.files, done.unread) == (FILES, ())
    assert findings(tmp_path / "out") == findings(tmp_path / "one")
    assert requests(tmp_path / "out") == requests(tmp_path / "one")
    assert set(requests(tmp_path / "out").values()) == {1}


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense://x"])
def test_no_scheduler_is_told(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mouchard.scale.crew._PATIENCE", "1s")
    with pytest.raises(BadInput, match="no Dask scheduler"), crew.dask(address):
        pass


@pytest.mark.parametrize(
    "words", [("--scheduler", "tcp://127.0.0.1:9"), ("--parquet", "out", "--db", "x.db")]
)
def test_options_that_do_not_go_together(words: tuple[str, ...], captures: Path) -> None:
    with pytest.raises(BadInput) as error:
        run("scan", str(captures), *words)
    assert error.value.hint
