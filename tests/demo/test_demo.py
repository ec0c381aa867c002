"""The demo from the command line: the table, the report, its own database, nobody else's data."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.demo.person import Person
from mouchard.store.filterlang import parse
from mouchard.store.read import Reader

pytestmark = pytest.mark.timeout(180)

WAYS = [
    pytest.param("--no-browser", id="client"),
    pytest.param("--headless", id="chromium", marks=[pytest.mark.browser, pytest.mark.needs("chromium")]),
]


def demo(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mouchard", "demo", "--headless", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "LANG": "C.UTF-8"},
    )


@pytest.mark.parametrize("way", WAYS)
def test_the_demo_shows_who_got_what_and_where_the_report_is(way: str, home: Path) -> None:
    done = demo(way)
    assert done.returncode == 0, done.stderr
    assert "Meta" in done.stdout
    reports = [
        Path(line.removeprefix("report: "))
        for line in done.stdout.splitlines()
        if line.startswith("report: ")
    ]
    assert [path.parent.name for path in reports] == ["boutique-lilas.example", "le-quotidien.example"]
    for path in reports:
        assert path.is_relative_to(home)
        assert "sirocco" in path.read_text()
    assert "Meta" in reports[0].read_text()
    with Reader(home / "demo.db") as reader:
        found = {
            (
                row.site,
                row.host,
                row.finding.type,
                "sha256" in row.finding.chain,
                "base64" in row.finding.chain,
            )
            for row in reader.findings(parse("proof:identity"))
        }
        assert {
            ("boutique-lilas.example", "www.facebook.com", "email", True, False),
            ("boutique-lilas.example", "www.facebook.com", "phone", True, False),
            ("boutique-lilas.example", "lettres.courrier-vif.example", "email", False, False),
            ("boutique-lilas.example", "chat.aide-directe.example", "phone", False, False),
            ("boutique-lilas.example", "sync.regie-sirocco.example", "email", False, True),
            ("le-quotidien.example", "sync.regie-sirocco.example", "email", False, True),
        } <= found
        assert {row.finding.person for row in reader.findings(parse("proof:identity"))} == {"Camille"}
        assert reader.totals().gaps == 0
    person = Person()
    for text in (done.stdout, done.stderr, *(path.read_text() for path in reports)):
        assert person.email not in text
        assert person.phone not in text


def test_the_demo_is_made_afresh_and_touches_neither_captures_nor_identity(home: Path) -> None:
    home.mkdir()
    paths.database().write_bytes(b"precious")
    paths.identity().write_text("[person.me]\nemail = ['me@mine.example']\n")
    assert demo("--no-browser").returncode == 0
    assert demo("--no-browser").returncode == 0
    assert paths.database().read_bytes() == b"precious"
    assert "me@mine" in paths.identity().read_text()
    with Reader(home / "demo.db") as reader:
        assert len(reader.captures()) == 1


def test_an_existing_database_is_only_added_to_and_only_when_asked(home: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.db"
    assert demo("--no-browser", "--db", str(mine)).returncode == 0
    refused = demo("--no-browser", "--db", str(mine))
    assert refused.returncode == 2
    assert "--attach" in refused.stderr
    assert demo("--no-browser", "--db", str(mine), "--attach").returncode == 0
    with Reader(mine) as reader:
        assert len(reader.captures()) == 2
