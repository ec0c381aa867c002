"""An S3 server on loopback: scanned from, written to, asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mouchard.errors import BadInput
from mouchard.scale.place import place
from mouchard.scale.sources import expand
from tests.scale.test_export import run
from tests.scale.test_scan import run_to_exit
from tests.scale.visits import identity, visits


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An empty bucket."""
    server = pytest.importorskip("moto.server", reason="moto is not installed").ThreadedMotoServer(
        "127.0.0.1", port=0, verbose=False
    )
    server.start()
    try:
        address, port = server.get_host_and_port()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{address}:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented")
        monkeypatch.setenv("AWS_REGION", "eu-west-3")
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        fs = place("s3://study").fs
        fs.mkdir("study")
        yield "s3://study"
    finally:
        server.stop()


@pytest.mark.slow
def test_captures_are_read_from_s3_and_findings_written_to_it(bucket: str, tmp_path: Path) -> None:
    fs = place(bucket).fs
    for file in visits(tmp_path / "captures", 4):
        fs.put_file(str(file), f"study/in/{file.name}")
    fs.pipe_file("study/in/broken.har", b'{"log": 1}')
    camille = str(identity(tmp_path))
    for _ in range(2):
        code, said = run_to_exit(
            "scan", f"{bucket}/in/*.har", "--parquet", f"{bucket}/out", "--identity", camille, "--jobs", "1"
        )
        assert code == 2 and said.count("not measured: ") == 1 and "broken.har is not a HAR file" in said
    assert "0 files scanned, 4 left out as finished" in said
    run("scan", str(tmp_path / "captures"), "--db", str(tmp_path / "s.db"), "--identity", camille)
    there = [run("query", "who_gets_what", "--on", on) for on in (f"{bucket}/out", str(tmp_path / "s.db"))]
    assert there[0] == there[1] and "Criteo" in there[0]
    run("export", "--parquet", f"{bucket}/export", "--db", str(tmp_path / "s.db"))
    assert run("query", "who_gets_what", "--on", f"{bucket}/export") == there[0]
    (line,) = run("merge", f"{bucket}/export", "--format", "jsonl").splitlines()
    assert json.loads(line)["verdict"] == "may be merged"
    run("compact", f"{bucket}/out")
    run("publish", f"{bucket}/out", "-o", str(tmp_path / "public.db"), "--crawl")
    assert b"Criteo" in (tmp_path / "public.db").read_bytes()


def test_a_fetch_that_fails_for_a_moment_is_done_again(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (file,) = visits(tmp_path, 1)
    place(bucket).fs.put_file(str(file), "study/visit.har")
    monkeypatch.setattr("mouchard.scale.sources._WAITS", (0.0, 0.0))
    kind, failures = type(place(bucket).fs), iter((OSError("reset"), TimeoutError("late")))
    fetch = kind.get_file

    def get_file(*args: object) -> object:
        if error := next(failures, None):
            raise error
        return fetch(*args)

    monkeypatch.setattr(kind, "get_file", get_file)
    (source,) = expand([f"{bucket}/visit.har"])
    with source.local() as path:
        assert path.read_bytes() == file.read_bytes()


@pytest.mark.parametrize("address", ["s3://study/none", "s3://absent/none/*.har"])
def test_an_empty_address_is_told(bucket: str, address: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        run("scan", address, "--parquet", f"{bucket}/out")
    with pytest.raises(BadInput):
        run("query", "who_gets_what", "--on", address)
    with pytest.raises(BadInput, match="absent"):
        run("scan", str(visits(tmp_path / "v", 1)[0]), "--parquet", "s3://absent/out", "--jobs", "1")
