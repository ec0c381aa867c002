"""Real browsers with several tabs on the lab, through a real capture."""

from __future__ import annotations

import json
import os
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from mouchard import certificate, paths
from mouchard.browser import check, chromium, firefox
from mouchard.browser.browser import Browser
from mouchard.browser.profile import make
from mouchard.browser.programs import find
from mouchard.demo.server import WorldServer
from mouchard.store.read import Reader
from mouchard.store.rows import ClientRow, RequestRow
from tests.end_to_end.running import capture
from tests.lab.world import Lab

PREFERENCES = {
    "dom.disable_open_during_load": False,
    "dom.min_background_timeout_value": 4,
    "dom.timeout.enable_budget_timer_throttling": False,
    "dom.security.https_first": False,
}
"""Firefox: pop-ups open, tabs in the background keep their pace, plain http stays plain."""
FLAGS = (
    "--disable-popup-blocking",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--remote-debugging-port=0",
)
"""The same for Chromium, and a way to open tabs."""


@dataclass(frozen=True)
class Seen:
    """What is left of a visit."""

    rows: Sequence[RequestRow]
    clients: Sequence[ClientRow]
    tops: Mapping[str, str]
    """Address → site in whose tab it was asked for, as Chromium itself logged it; else empty."""


def visit(folder: Path, lab: Lab, tabs: Mapping[str, Sequence[str]]) -> Seen:
    """Let each browser open its tabs, wait until the lab has ended and is quiet, read what was recorded."""
    db, netlog = folder / "lab.db", folder / "netlog.json"
    with ExitStack() as stack:
        world = stack.enter_context(WorldServer(lab.answer))
        resolve = f"mouchard_resolve=*=127.0.0.1:{world.port}"
        running = stack.enter_context(capture(db, "--insecure-upstream", "--set", resolve))
        opened = [
            stack.enter_context(_browser(name, running.address, urls, netlog)) for name, urls in tabs.items()
        ]
        assert lab.ended.wait(120), f"only {lab.over} came to their end"
        lab.until_quiet()
        for browser in opened:
            browser.close()
        assert running.stop() == 0, "".join(running.said)
    with Reader(db) as reader:
        return Seen(list(reader.requests()), reader.clients(), _tops(netlog) if netlog.exists() else {})


@contextmanager
def _browser(name: str, proxy: str, urls: Sequence[str], netlog: Path) -> Iterator[Browser]:
    program = find(name)
    authority = certificate.ensure(paths.ca())
    folder = make(program)
    first = check.start_url(f"lab-{name}", "")
    environment = dict(os.environ)
    if program.family == "firefox":
        firefox.prepare(folder.path, proxy, authority)
        with (folder.path / "user.js").open("a") as preferences:
            for key, value in PREFERENCES.items():
                preferences.write(f"user_pref({json.dumps(key)}, {json.dumps(value)});\n")
        arguments = [*firefox.arguments(first, folder.path, True), *urls]
        environment |= firefox.ENVIRONMENT
    else:
        chromium.allow_third_party_cookies(folder.path)
        flags = chromium.arguments(first, proxy, folder.path, authority, True)
        arguments = [*FLAGS, f"--log-net-log={netlog}", *flags]
    process = subprocess.Popen(
        [str(program.path), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    with Browser(program, folder, process, proxy, f"lab-{name}") as opened:
        opened.prove()
        if program.family != "firefox":
            active = folder.path / "DevToolsActivePort"
            while not active.exists() or not active.read_text():
                assert not opened.wait(0.05)
            port = active.read_text().splitlines()[0]
            for url in urls:
                _open_tab(int(port), url)
        yield opened


def _open_tab(port: int, url: str) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    ask = urllib.request.Request(f"http://127.0.0.1:{port}/json/new?{url}", method="PUT")
    direct.open(ask, timeout=60).close()


def _tops(netlog: Path) -> dict[str, str]:
    """URL → top-level site of its network isolation key. The log of a browser that was ended is cut short."""
    found = {}
    for line in netlog.read_text(errors="replace").splitlines():
        try:
            about = json.loads(line.rstrip(",")).get("params", {})
        except (ValueError, AttributeError):
            continue
        if isinstance(about, dict) and "network_isolation_key" in about:
            top = about["network_isolation_key"].partition(" ")[0]
            found[str(about["url"]).partition("?")[0]] = top.partition("://")[2]
    return found
