"""The report in a real browser: silent, self-contained, accessible, printable on A4."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from mouchard.capture.records import Capture
from mouchard.store.write import Entry
from tests.report.test_files import NASTY, fill, hostile, write
from tests.store.build import CAPTURE

EXAMPLE = Path(__file__).parents[2] / "docs" / "example"
PAGES = ("en", "fr", "hostile")
pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium")]

CHECK = """
<script>%s</script>
<script>
axe.run(document, {resultTypes: ["violations"]}).then(found => {
  const told = document.createElement("pre");
  told.id = "axe-result";
  told.textContent = JSON.stringify(found.violations.map(
    one => [one.id, one.impact, one.nodes.length, one.nodes[0].html.slice(0, 200)]));
  document.body.replaceChildren(told);
});
</script>
"""


class Watcher:
    """A proxy that answers nothing and remembers who was asked for."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.asked: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                try:
                    self.asked.append(connection.recv(4096).split(b"\r\n")[0].decode("latin-1"))
                except OSError:
                    self.asked.append("")

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    one = Watcher()
    yield one
    one.close()


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The example in both languages, and a report on a capture that is hostile in every field."""
    if request.param != "hostile":
        return EXAMPLE / request.param / "report.html"
    entries: tuple[Entry, ...] = hostile()
    fill(tmp_path / "a.db", *entries, of=Capture(CAPTURE, "har", NASTY, 1.0, NASTY))
    write(tmp_path / "a.db", tmp_path / "out", NASTY)
    return tmp_path / "out" / "report.html"


def chromium(page: Path, tmp_path: Path, proxy: int, *options: str) -> subprocess.CompletedProcess[str]:
    """One run of a browser with an empty profile, whose every request would go to the watcher."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(found for name in names if (found := shutil.which(name)))
    command = [
        program, "--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--disable-extensions",
        "--disable-domain-reliability",
        "--disable-features=OptimizationHints,MediaRouter", "--no-pings", "--enable-logging=stderr",
        f"--user-data-dir={tmp_path / 'profile'}", f"--proxy-server=127.0.0.1:{proxy}",
        "--proxy-bypass-list=<-loopback>", *(["--no-sandbox"] if os.geteuid() == 0 else []), *options,
        page.as_uri(),
    ]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=True)


def test_nothing_is_said_and_nothing_is_asked_for(page: Path, tmp_path: Path, watcher: Watcher) -> None:
    done = chromium(page, tmp_path, watcher.port, "--dump-dom")
    assert "<main>" in done.stdout
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    asked = {found[1] for line in watcher.asked if (found := re.match(r"\w+ (?:\w+://)?([^/: ]+)", line))}
    own = {host for host in asked if host.endswith((".google.com", ".googleapis.com", ".gvt1.com"))}
    assert asked - own == set()  # what is left is the browser's own, whatever page it shows
    assert own & set(re.findall(r"[\w-]+(?:\.[\w-]+)+", page.read_text())) == set()


def test_it_prints_on_a4(page: Path, tmp_path: Path, watcher: Watcher) -> None:
    printed = tmp_path / "report.pdf"
    chromium(page, tmp_path, watcher.port, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    data = printed.read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b", data))
    assert data.startswith(b"%PDF-") and 2 <= pages <= 20
    boxes = {
        tuple(round(float(n)) for n in box.split()) for box in re.findall(rb"/MediaBox\s*\[([^\]]*)\]", data)
    }
    assert boxes == {(0, 0, 595, 842)}
    assert b"/URI" not in data  # no link leads out


def axe() -> Path:
    """The accessibility checker, if this machine has it."""
    places = [os.environ.get("AXE_CORE", "")]
    if npm := shutil.which("npm"):
        root = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, timeout=60, check=False)
        places.append(f"{root.stdout.strip()}/axe-core/axe.min.js")
    for place in places:
        if place and Path(place).is_file():
            return Path(place)
    pytest.skip("axe-core is not there: npm install --global axe-core, or AXE_CORE=path/to/axe.min.js")


def test_it_is_accessible(page: Path, tmp_path: Path, watcher: Watcher) -> None:
    script = axe().read_text(encoding="utf-8")
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text())
    checked = tmp_path / "checked.html"
    checked.write_text(text.replace("</body>", CHECK.replace("%s", script) + "</body>"), encoding="utf-8")
    done = chromium(checked, tmp_path, watcher.port, "--virtual-time-budget=60000", "--dump-dom")
    found = re.search(r'<pre id="axe-result">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, "axe did not finish"
    assert json.loads(unescape(found[1])) == []
