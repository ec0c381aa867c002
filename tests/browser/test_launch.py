"""Real browsers: intercepted, proven so, closed without a trace."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mouchard import browser, certificate, paths
from mouchard.browser import firefox, profile
from mouchard.demo.server import Answer, Ask, WorldServer
from mouchard.errors import MissingProgram, StartUpFailed
from mouchard.store.read import Reader
from tests.end_to_end.running import Running, capture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

FAMILIES = [
    pytest.param("chromium", marks=pytest.mark.needs("chromium")),
    pytest.param("firefox", marks=pytest.mark.needs("firefox", "certutil")),
]
PAGE = "https://www.page-blanche.example/?q=a%20b&c=d#e"


@dataclass
class Site:
    """Answers every host with a blank page, and remembers what was asked."""

    asked: list[Ask] = field(default_factory=list)
    page_came: threading.Event = field(default_factory=threading.Event)

    def answer(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if ask.host == "www.page-blanche.example" and ask.url.path == "/":
            self.page_came.set()
        return Answer(body=b"<!doctype html><title>blank</title>")


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Throwaway profiles of this test alone: other browsers may be at work on this machine."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def running(site: Site, tmp_path: Path) -> Iterator[Running]:
    """A capture in which every host is the site."""
    with (
        WorldServer(site.answer) as world,
        capture(
            tmp_path / "capture.db", "--insecure-upstream",
            "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}",
        ) as started,
    ):  # fmt: skip
        yield started


@pytest.mark.parametrize("name", FAMILIES)
def test_a_browser_is_proven_intercepted_and_leaves_no_profile(
    name: str, running: Running, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))  # Firefox keeps a list of profiles there
    with browser.start(PAGE, running.address, name=name, headless=True) as opened:
        opened.prove()
        assert site.page_came.wait(60)
        assert profile.leftovers() == [opened.profile.path]
    assert not opened.running
    assert profile.leftovers() == []
    first = next(ask for ask in site.asked if ask.host == "www.page-blanche.example")
    assert first.url.query == "q=a%20b&c=d"
    assert "Referer" not in first.headers, "the check page must not show"
    assert running.stop() == 0
    with Reader(running.db) as reader:
        rows = list(reader.requests())
    assert {row.host for row in rows} == {"www.page-blanche.example"}, "the browser itself keeps quiet"


@pytest.mark.needs("chromium")
def test_a_browser_that_does_not_trust_the_proxy_is_not_called_ready(
    running: Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = certificate.ensure(tmp_path / "other-ca")
    monkeypatch.setattr(certificate, "ensure", lambda folder: other)
    monkeypatch.setattr("mouchard.browser.browser.READY_WITHIN", 3.0)
    with (
        browser.start(PAGE, running.address, name="chromium", headless=True) as opened,
        pytest.raises(StartUpFailed, match="does not show the check page"),
    ):
        opened.prove()


@pytest.mark.needs("chromium")
async def test_a_visit_ends_when_the_browser_is_closed(running: Running, site: Site) -> None:
    await browser.visit(PAGE, running.address, name="chromium", headless=True, until=site.page_came.is_set)
    assert profile.leftovers() == []


@pytest.mark.needs("chromium")
async def test_a_cancelled_visit_closes_the_browser(running: Running, site: Site) -> None:
    before = set(profile.leftovers())
    task = asyncio.create_task(browser.visit(PAGE, running.address, name="chromium", headless=True))
    await asyncio.to_thread(site.page_came.wait, 60)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert set(profile.leftovers()) <= before


def test_a_browser_that_dies_at_once_is_said_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bin" / "chromium"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    with (
        browser.start("", "127.0.0.1:9", name="chromium") as opened,
        pytest.raises(StartUpFailed, match="ended before it reached the proxy"),
    ):
        opened.prove()


def test_firefox_without_certutil_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "bin" / "firefox"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(MissingProgram) as caught:
        browser.start("", "127.0.0.1:9", name="firefox")
    assert "libnss3-tools" in caught.value.hint
    assert profile.leftovers() == []


@pytest.mark.needs("certutil", "firefox")
def test_a_firefox_profile_trusts_only_for_web_sites(tmp_path: Path) -> None:
    firefox.prepare(tmp_path, "127.0.0.1:8080", certificate.ensure(paths.ca()))
    listed = subprocess.run(
        [shutil.which("certutil") or "", "-L", "-d", f"sql:{tmp_path}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "mouchard" in listed.stdout
    assert "C,," in listed.stdout
    settings = (tmp_path / "user.js").read_text()
    assert 'user_pref("network.proxy.ssl", "127.0.0.1");' in settings
    assert 'user_pref("network.proxy.ssl_port", 8080);' in settings
    assert 'user_pref("network.proxy.no_proxies_on", "");' in settings
