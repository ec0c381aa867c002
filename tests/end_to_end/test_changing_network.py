"""A guided page while this machine joins another network: Chromium breaks off what it loads."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mouchard import browser
from mouchard.browser.devtools import DevToolsError
from mouchard.browser.pages import ATTEMPTS, Pages
from mouchard.demo.server import Answer, Ask, WorldServer
from tests import network
from tests.conftest import has
from tests.end_to_end.running import capture

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

PROGRAMS = {"chromium": "chromium", "ip": "iproute2"}
"""Program -> the Debian package that brings it."""

SHOP = "www.boutique-reseau.example"
PAGE = b"<!doctype html><title>bare</title><script src=/titre.js></script>"


class Site:
    """Joins a network while its script (or its page) is awaited, as often as it is told."""

    def __init__(self, namespace: str, path: str, times: int) -> None:
        self._namespace, self._path, self.left = namespace, path, times
        self.asked: list[str] = []
        self._again = threading.Event()

    def answer(self, ask: Ask) -> Answer:
        if ask.host != SHOP or ask.url.path not in {"/", "/titre.js"}:
            return Answer(status=404)
        self.asked.append(ask.url.path)
        self._again.set()
        if ask.url.path == self._path and self.left:
            self.left -= 1
            self._again = again = threading.Event()
            network.leave(self._namespace)
            network.join(self._namespace, "198.19.9.1/30", self._namespace)
            again.wait(30)  # what was asked for is broken off, and asked for again
        return Answer(body=PAGE if ask.url.path == "/" else b"document.title = 'whole'")


@pytest.fixture
def namespace() -> Iterator[str]:
    if missing := [package for program, package in PROGRAMS.items() if not has(program)]:
        pytest.skip(f"needs {', '.join(missing)}")
    if os.geteuid() != 0:
        pytest.skip("only root can change the network")
    name = f"mcn{os.getpid() % 100000}"
    with network.changing():
        network.ip("netns", "add", name)
        try:
            yield name
        finally:
            network.leave(name)
            subprocess.run(["ip", "netns", "delete", name], check=False)


async def visit(site: Site, folder: Path, reload: bool) -> str:
    """The title of the page after a guided navigation."""
    with (
        WorldServer(site.answer) as world,
        capture(
            folder / "visit.db", "--insecure-upstream", "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}"
        ) as running,
        browser.start("", running.address, name="chromium", headless=True, watched=True) as opened,
    ):
        assert opened.pipe is not None
        pages = await Pages.open(opened.pipe)
        try:
            await asyncio.to_thread(opened.prove)
            if reload:
                times, site.left = site.left, 0
                await pages.go(f"https://{SHOP}/")
                site.left, site.asked = times, []
                await pages.reload()
            else:
                await pages.go(f"https://{SHOP}/")
            return str(await pages._in_world(pages._latest, "document.title"))
        finally:
            await pages.close()


@pytest.mark.parametrize(
    ("path", "reload"), [("/", False), ("/titre.js", True)], ids=["page opened", "script of one loaded again"]
)
async def test_a_page_that_the_network_broke_off_is_asked_for_again(
    namespace: str, tmp_path: Path, path: str, reload: bool
) -> None:
    site = Site(namespace, path, 1)
    assert await visit(site, tmp_path, reload) == "whole"
    assert site.asked.count(path) >= 2  # of itself Chromium too asks again for a page, though not for scripts
    assert site.asked[-2:] == ["/", "/titre.js"]


async def test_a_network_that_never_rests_is_said(namespace: str, tmp_path: Path) -> None:
    site = Site(namespace, "/titre.js", 1000)
    with pytest.raises(DevToolsError, match="network of this machine changes again and again"):
        await visit(site, tmp_path, reload=False)
    assert site.asked.count("/") == ATTEMPTS
