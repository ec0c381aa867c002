"""`browse --phases` on the demo's shop with a banner: four phases, pictures, and what the choice changed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.demo.person import Person
from mouchard.demo.server import WorldServer
from mouchard.demo.world import CHOICE, World
from mouchard.keys import Keys
from mouchard.store import pictures
from mouchard.store.filterlang import parse
from mouchard.store.read import Reader

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(240)]

SITE = "maison-olive.example"
PHASES = ["before", "refused", "before", "accepted", "withdrawn"]


@dataclass(frozen=True)
class Done:
    """What is left of both visits."""

    db: Path
    printed: str
    said: str


def travel(tmp_path: Path, *arguments: str, keys: str = "") -> Done:
    """Both visits, through a capture of their own; `keys` is typed into the terminal."""
    db = tmp_path / "phases.db"
    with WorldServer(World(Person()).answer) as world:
        done = subprocess.run(
            [
                sys.executable, "-m", "mouchard", "browse", f"https://{CHOICE}/", "--phases", "--headless",
                "--browser", "chromium", "--db", str(db), "--set", "ssl_insecure=true",
                "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}", *arguments,
            ],
            input=keys, capture_output=True, text=True, timeout=200, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return Done(db, done.stdout, done.stderr)


def test_clicks_make_four_phases_with_their_pictures_and_the_difference(tmp_path: Path) -> None:
    done = travel(tmp_path, "--script")
    keys = Keys.load(paths.sealing_key())
    with Reader(done.db) as reader:
        marks = reader.marks()
        assert [mark.phase for mark in marks] == PHASES
        assert {(mark.site, mark.client, mark.source) for mark in marks} == {
            (SITE, "127.0.0.1/chrome", "browser")
        }
        kept = reader.snapshots(SITE)
        shots = [row for row in kept if row.name.endswith(".png")]
        assert [(row.phase, row.kind) for row in shots] == [
            (phase, kind) for phase in PHASES for kind in ("viewport", "page")
        ]
        for row in shots:
            file = pictures.path(row.capture, row.name)
            assert file.stat().st_mode & 0o777 == 0o600
            assert reader.verify_picture(row, file.read_bytes(), keys)
            assert not reader.verify_picture(row, file.read_bytes() + b"0", keys)
        assert reader.verify(keys).broken == ()
        cookies = {
            phase: {str(item["name"]) for row in kept if row.phase == phase and row.kind == "cookies"
                    for item in row.items}
            for phase in PHASES
        }  # fmt: skip
        assert cookies["accepted"] >= {"choix", "_ga"}
        assert cookies["refused"] == {"choix"}
        stored = {str(item["key"]) for row in kept if row.kind == "local" for item in row.items}
        assert stored == {"choix", "sirocco"}
        reached = defaultdict(set)
        for row in reader.requests(parse("-party:first")):
            assert row.site == SITE
            reached[row.phase].add(row.host)
    sirocco = "sync.regie-sirocco.example"
    assert reached["before"] == reached["refused"] == reached["withdrawn"] == {sirocco}
    assert reached["accepted"] >= {sirocco, "www.facebook.com", "www.google-analytics.com"}
    assert set(reached) == {"before", "refused", "accepted", "withdrawn"}
    assert done.printed.count("began clean") == 2
    told = dict(re.findall(r"^([a-z, ]+): (.*(?:\n(?![a-z, ]+: ).*)*)", done.printed, re.MULTILINE))
    assert "Meta" in told["only after accepting"]
    assert "sirocco" in told["after refusing, all the same"]
    assert "Meta" not in told["after refusing, all the same"]
    report = Path(told["report"].strip())
    assert "sirocco" in report.read_text()
    assert "_ga" in report.read_text()
    assert "10 pictures of the page were kept" in report.read_text()


def test_marks_known_by_a_key_only_leave_what_is_near_them_unsettled(tmp_path: Path) -> None:
    done = travel(tmp_path, keys="\n\n\n")
    with Reader(done.db) as reader:
        marks = reader.marks()
        assert [(mark.phase, mark.source) for mark in marks if mark.phase != "before"] == [
            ("refused", "key"), ("accepted", "key"), ("withdrawn", "key"),
        ]  # fmt: skip
        for mark in (mark for mark in marks if mark.source == "key"):
            near = [row.phase for row in reader.requests() if abs(row.time - mark.time) <= 5]
            assert set(near) <= {"unsettled"}
        phases = {row.phase for row in reader.requests(parse("-party:first"))}
    assert {"unsettled", "refused", "accepted", "withdrawn"} <= phases
    assert "known by a key only" in done.said
