"""`browse` from the command line: the capture lives as long as the browser, or the browser joins one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mouchard import browser
from mouchard.browser import banner, profile
from mouchard.browser.pages import Pages
from mouchard.browser.watch import Watch
from mouchard.cli.browse import _running
from mouchard.demo.server import Answer, Ask, WorldServer
from mouchard.store.read import Reader
from mouchard.supervisor import client
from tests.end_to_end.running import capture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

EMAIL = "odette.marchand@courriel-browse.example"
PAGE = f"""<!doctype html><title>shop</title><script>
new Image().src = "https://suivi.regie-browse.example/p.gif?m=" + encodeURIComponent("{EMAIL}");
</script>"""


class Site:
    """A page that sends an e-mail address elsewhere; `leaked` is set once it has."""

    def __init__(self) -> None:
        self.leaked = threading.Event()

    def answer(self, ask: Ask) -> Answer:
        if ask.url.path == "/p.gif":
            self.leaked.set()
        return Answer(body=PAGE.encode() if ask.host == "www.boutique-browse.example" else b"")


@pytest.fixture
def site() -> Iterator[tuple[Site, str]]:
    """The site, and the option that makes a proxy find it."""
    found = Site()
    with WorldServer(found.answer) as world:
        yield found, f"mouchard_resolve=*=127.0.0.1:{world.port}"


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    file = tmp_path / "identity.toml"
    file.write_text(f'[person.odette]\nemail = ["{EMAIL}"]\n')
    return file


def mouchard(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "mouchard", *arguments]


def close_browser(home: Path) -> None:
    """What a person does with the mouse: the browser of this test ends, and nothing else is told."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        mine = any(word.startswith(f"--user-data-dir={home}".encode()) for word in command)
        if mine and not any(word.startswith(b"--type=") for word in command):
            os.kill(int(folder.name), signal.SIGTERM)


@pytest.mark.needs("chromium")
@pytest.mark.skipif(sys.platform != "linux", reason="looks for the browser in /proc")
def test_closing_the_browser_ends_the_capture_and_sums_up(
    site: tuple[Site, str], identity: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, resolve = site
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    db = tmp_path / "visit.db"
    options = ["--db", str(db), "--identity", str(identity), "--set", resolve, "--set", "ssl_insecure=true"]
    process = subprocess.Popen(
        mouchard("browse", "www.boutique-browse.example", "--browser", "chromium", "--headless", *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert shop.leaked.wait(90)
    close_browser(tmp_path)
    printed, said = process.communicate(timeout=100)
    assert process.returncode == 0, said
    summary = printed.splitlines()[-2:]
    assert "boutique-browse.example" in summary[0]
    assert "suivi.regie-browse.example" in summary[0]
    assert "e-mail" in summary[0]
    assert summary[1].endswith(", 1 leak, 1 company")
    assert EMAIL not in printed + said
    assert not list(tmp_path.glob(profile.PREFIX + "*"))
    with Reader(db) as reader:
        assert [row.finding.type for row in reader.findings()] == ["email"]


@pytest.mark.needs("chromium")
@pytest.mark.skipif(sys.platform != "linux", reason="looks for the browser in /proc")
def test_a_browser_joins_a_running_capture_and_leaves_it_running(
    site: tuple[Site, str], identity: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, resolve = site
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    db = tmp_path / "visit.db"
    with capture(db, "--identity", str(identity), "--insecure-upstream", "--set", resolve) as running:
        joined = subprocess.Popen(
            mouchard(
                "browse", "www.boutique-browse.example", "--attach", "--headless",
                "--browser", "chromium", "--db", str(db),
            ),
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert shop.leaked.wait(90)
        close_browser(tmp_path)
        _, said = joined.communicate(timeout=100)
        assert joined.returncode == 0, said
        assert running.process.poll() is None
        assert running.stop() == 0
    with Reader(db) as reader:
        assert [row.finding.type for row in reader.findings()] == ["email"]


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("joining", [False, True], ids=["own capture", "joined capture"])
def test_ending_browse_closes_its_browser(
    joining: bool, site: tuple[Site, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, resolve = site
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    db = tmp_path / "visit.db"
    with contextlib.ExitStack() as stack:
        if joining:
            stack.enter_context(capture(db, "--insecure-upstream", "--set", resolve))
        process = subprocess.Popen(
            mouchard(
                "browse", "www.boutique-browse.example", "--headless", "--browser", "chromium",
                "--db", str(db), "--set", resolve, "--set", "ssl_insecure=true",
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert shop.leaked.wait(90)
        process.terminate()
        _, said = process.communicate(timeout=100)
        assert process.returncode == 0, said
        assert not list(tmp_path.glob(profile.PREFIX + "*"))


class Banner:
    """A page with a banner; its button tells the server."""

    HTML = """<!doctype html><title>banner</title>
<div style="position:fixed"><p>Cookies</p><button id=b>Tout refuser</button></div>
<script>b.onclick = () => fetch("/chosen", {method: "POST"})</script>"""

    def __init__(self) -> None:
        self.chosen = threading.Event()

    def answer(self, ask: Ask) -> Answer:
        if ask.url.path == "/chosen":
            self.chosen.set()
        return Answer(body=self.HTML.encode())


@pytest.mark.needs("chromium")
async def test_a_click_on_a_banner_is_marked_before_what_it_sets_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(banner, "HOLD", 3000)  # however busy this machine is
    shop, db = Banner(), tmp_path / "visit.db"
    with (
        WorldServer(shop.answer) as world,
        capture(db, "--insecure-upstream", "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}") as running,
    ):
        place = _running(db)
        assert place is not None
        said: list[str] = []
        with browser.start("", place.proxy, name="chromium", headless=True, watched=True) as opened:
            assert opened.pipe is not None
            pages = await Pages.open(opened.pipe)
            await asyncio.to_thread(opened.prove)
            watch = Watch(pages, place.notes(pages.user_agent))
            keeping = asyncio.create_task(watch.keep(said.append))
            await pages.go("https://www.boutique-browse.example/")
            assert await pages.press("refuse")
            assert await asyncio.to_thread(shop.chosen.wait, 90)
            while running.process.poll() is None and not _kept(db):
                await asyncio.sleep(0.1)
            await pages._devtools.ask("Browser.close")
            await asyncio.wait([keeping])
            await pages.close()
        assert running.stop() == 0
    assert said[0] == "boutique-browse.example: refused, seen as a click in the browser"
    with Reader(db) as reader:
        [mark] = reader.marks()
        assert (mark.site, mark.phase, mark.source, mark.client) == (
            "boutique-browse.example", "refused", "browser", "127.0.0.1/chrome",
        )  # fmt: skip
        phases = {row.url.rpartition("/")[2]: row.phase for row in reader.requests()}
        assert (phases[""], phases["chosen"]) == ("before", "refused")


@pytest.mark.needs("chromium")
async def test_a_mark_made_elsewhere_is_pictured_too(tmp_path: Path) -> None:
    shop, db = Banner(), tmp_path / "visit.db"
    with (
        WorldServer(shop.answer) as world,
        capture(db, "--insecure-upstream", "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}") as running,
    ):
        place = _running(db)
        assert place is not None
        visit = asyncio.create_task(
            browser.visit(
                "https://www.boutique-browse.example/", place.proxy, name="chromium", headless=True,
                watch=place.watch, until=lambda: db.exists() and _kept(db),
            )
        )  # fmt: skip
        while not _page_came(db):
            await asyncio.sleep(0.1)
        question = {"do": "phase", "phase": "refused", "site": "boutique-browse.example"}
        await asyncio.to_thread(client.request, place.control, question)
        async with asyncio.timeout(90):
            await visit
        assert running.stop() == 0
    with Reader(db) as reader:
        assert {(row.site, row.phase) for row in reader.snapshots()} == {
            ("boutique-browse.example", "refused")
        }


def _page_came(db: Path) -> bool:
    if not db.exists():
        return False
    with Reader(db) as reader:
        return any(row.host == "www.boutique-browse.example" for row in reader.requests())


def _kept(db: Path) -> bool:
    with Reader(db) as reader:
        return sum(row.kind == "page" for row in reader.snapshots()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--attach",), "nothing is being captured"),
        (("--browser", "brave"), "brave is not installed"),
        (("ftp://shop.example",), "is no address of a web page"),
        (("shop.example", "--profile", "../x"), "is no profile name"),
        (("--phases",), "--phases takes an address"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(
    arguments: tuple[str, ...], words: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "chromium"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    done = subprocess.run(
        mouchard("browse", *arguments), capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    first, *hints = done.stderr.splitlines()
    assert words in first
    assert all(line.startswith("  hint: ") for line in hints)
    assert done.stdout == ""
    assert not list(home.glob("*.db"))


def test_no_browser_at_all_says_how_to_get_one(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = subprocess.run(mouchard("browse"), capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "apt install chromium" in done.stderr
    assert not (home / "mouchard.db").exists()
