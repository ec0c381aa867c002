"""`browse --phases` on the demo's shop with a banner: four phases, pictures, and what the choice changed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from mouchard import paths
from mouchard.browser import profile
from mouchard.demo.person import Person
from mouchard.demo.server import Answer, Ask, WorldServer
from mouchard.demo.world import CHOICE, World
from mouchard.keys import Keys
from mouchard.store import pictures
from mouchard.store.filterlang import parse
from mouchard.store.read import Reader

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(240)]

SITE = "maison-olive.example"
PATIENT = """
from mouchard.browser import banner
banner.HOLD = 1800
from mouchard.__main__ import main
main()
"""
"""The command, with pages held for longer after a click: a mark may take long on a busy machine."""

PHASES = ["before", "refused", "before", "accepted", "withdrawn"]


@dataclass(frozen=True)
class Done:
    """What is left of both visits."""

    home: Path
    db: Path
    printed: str
    said: str


def command(db: Path, port: int, browser: str = "chromium", host: str = CHOICE) -> list[str]:
    """`browse --phases` of a host that is played at this port."""
    return [
        sys.executable, "-c", PATIENT, "browse", f"https://{host}/", "--phases", "--headless", "--browser",
        browser, "--db", str(db), "--set", "ssl_insecure=true",
        "--set", f"mouchard_resolve=*=127.0.0.1:{port}",
    ]  # fmt: skip


def travel(folder: Path, *arguments: str, keys: str = "", host: str = CHOICE, code: int = 0) -> Done:
    """Both visits, through a capture of their own; `keys` is typed into the terminal."""
    home, db = folder / "home", folder / "phases.db"
    with WorldServer(World(Person()).answer) as world:
        done = subprocess.run(
            [*command(db, world.port, host=host), *arguments],
            input=keys, capture_output=True, text=True, timeout=200, check=False,
            env={**os.environ, "MOUCHARD_HOME": str(home)},
        )  # fmt: skip
    assert done.returncode == code, done.stderr
    return Done(home, db, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Done]:
    """One led by clicks and one by keys, at the same time: most of it is waiting."""
    with ThreadPoolExecutor(2) as both:
        clicks = both.submit(travel, tmp_path_factory.mktemp("clicks"), "--script")
        keys = both.submit(travel, tmp_path_factory.mktemp("keys"), keys="\n\n\n")
        return {"clicks": clicks.result(), "keys": keys.result()}


def test_clicks_make_four_phases_with_their_pictures_and_the_difference(
    journeys: Mapping[str, Done], monkeypatch: pytest.MonkeyPatch
) -> None:
    done = journeys["clicks"]
    monkeypatch.setenv("MOUCHARD_HOME", str(done.home))
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
        seen = [(row.phase, row.host, row.time) for row in reader.requests()]
        told = "\n".join(map(str, (*seen, *marks, *reader.gaps(), done.said)))
    sirocco = "sync.regie-sirocco.example"
    assert reached["before"] == reached["refused"] == reached["withdrawn"] == {sirocco}, told
    assert reached["accepted"] >= {sirocco, "www.facebook.com", "www.google-analytics.com"}
    assert set(reached) == {"before", "refused", "accepted", "withdrawn"}
    assert done.printed.count("began clean") == 2
    printed = dict(re.findall(r"^([a-z, ]+): (.*(?:\n(?![a-z, ]+: ).*)*)", done.printed, re.MULTILINE))
    assert "Meta" in printed["only after accepting"]
    assert "sirocco" in printed["after refusing, all the same"]
    assert "Meta" not in printed["after refusing, all the same"]
    report = Path(printed["report"].strip())
    assert "sirocco" in report.read_text()
    assert "_ga" in report.read_text()
    assert "10 pictures of the page were kept" in report.read_text()


def test_marks_known_by_a_key_only_leave_what_is_near_them_unsettled(journeys: Mapping[str, Done]) -> None:
    done = journeys["keys"]
    with Reader(done.db) as reader:
        marks = reader.marks()
        assert [(mark.phase, mark.source) for mark in marks if mark.phase != "before"] == [
            ("refused", "key"), ("accepted", "key"), ("withdrawn", "key"),
        ]  # fmt: skip
        for mark in (mark for mark in marks if mark.source == "key"):
            near = [row.phase for row in reader.requests() if abs(row.time - mark.time) <= 5]
            assert set(near) <= {"unsettled"}
        seen = [(row.phase, row.host, row.time) for row in reader.requests()]
        told = "\n".join(map(str, (*seen, *marks, *reader.gaps(), done.said)))
    phases = {phase for phase, host, _ in seen if not host.endswith(SITE)}
    assert {"unsettled", "refused", "accepted", "withdrawn"} <= phases, told
    assert "known by a key only" in done.said


@pytest.mark.needs("firefox", "certutil")
def test_firefox_is_guided_by_keys_and_the_rest_is_not_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # Firefox keeps a list of profiles there
    world, opened = World(Person()), threading.Semaphore(0)

    def answer(ask: Ask) -> Answer:
        if (ask.host, ask.url.path) == (CHOICE, "/choix.js"):
            opened.release()
        return world.answer(ask)

    db = tmp_path / "phases.db"
    with WorldServer(answer) as server:
        process = subprocess.Popen(
            command(db, server.port, "firefox"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert process.stdin is not None
        for keys in ("\n" * 2, "\n" * 4):
            assert opened.acquire(timeout=90)
            process.stdin.write(keys)
            process.stdin.flush()
        printed, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    with Reader(db) as reader:
        marks = reader.marks()
        assert [mark.phase for mark in marks] == PHASES
        assert {(mark.client, mark.source) for mark in marks} == {("127.0.0.1/firefox", "key")}
        assert reader.snapshots() == []
    assert printed.count("not measured") == 2


def test_a_page_without_a_banner_ends_it_in_one_line(tmp_path: Path) -> None:
    done = travel(tmp_path, "--script", host="www.sans-banniere.example", code=2)
    last = done.said.splitlines()[-1]
    assert last == "mouchard: no button for refused was found on the page"
    with Reader(done.db) as reader:
        assert [mark.phase for mark in reader.marks()] == ["before"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_a_browser_that_finds_no_display_is_told_with_a_hint(tmp_path: Path) -> None:
    seen = {name: value for name, value in os.environ.items() if not name.endswith("DISPLAY")}
    done = subprocess.run(
        [word for word in command(tmp_path / "phases.db", 9) if word != "--headless"],
        capture_output=True, text=True, timeout=200, check=False,
        env={**seen, "MOUCHARD_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert done.returncode == 2
    *_, what, hint = done.stderr.splitlines()
    assert what == "mouchard: chromium ended before it reached the proxy"
    assert hint.startswith("  hint: is there a display?")


def test_ending_it_closes_the_browser_and_keeps_what_was_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    db = tmp_path / "phases.db"
    with WorldServer(World(Person()).answer) as world:
        process = subprocess.Popen(
            command(db, world.port), stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        assert process.stderr is not None
        assert any("now refuse" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode == 0
    assert not list(tmp_path.glob(profile.PREFIX + "*"))
    with Reader(db) as reader:
        assert [mark.phase for mark in reader.marks()] == ["before"]
        assert {row.phase for row in reader.snapshots()} == {"before"}
