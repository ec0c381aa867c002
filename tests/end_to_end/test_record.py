"""`record`: the person's own commands, through the proxy, with their exit codes and their output."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mouchard.browser.programs import find
from mouchard.demo.server import Answer, Ask, WorldServer
from mouchard.store.filterlang import parse
from mouchard.store.read import Reader

pytestmark = pytest.mark.timeout(180)

EMAIL = "suzanne.perrin@courriel-record.example"
SHOP = "www.epicerie-record.example"
PAGE = f"""<!doctype html><title>Epicerie</title><script>
fetch("https://mesure.regie-record.example/p?m=" + encodeURIComponent("{EMAIL}"), {{mode: "no-cors"}})
  .finally(() => document.title = "fini");
</script>"""


def answer(ask: Ask) -> Answer:
    return Answer(body=PAGE.encode() if ask.host == SHOP else b"bonjour\n")


class Record:
    """Runs commands through `mouchard record` into one database."""

    def __init__(self, folder: Path, port: int) -> None:
        self.db = folder / "record.db"
        self._identity = folder / "identity.toml"
        self._identity.write_text(f'[person.suzanne]\nemail = ["{EMAIL}"]\n')
        self._port = port

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        options = ["--db", str(self.db), "--identity", str(self._identity), "--insecure-upstream"]
        options += ["--set", f"mouchard_resolve=*=127.0.0.1:{self._port}"]
        return subprocess.run(
            [sys.executable, "-m", "mouchard", "record", *options, *words],
            capture_output=True, text=True, timeout=150, check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "no_proxy": "*"},
        )  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with WorldServer(answer) as world:
        yield Record(tmp_path, world.port)


def test_the_commands_output_and_exit_code_are_its_own(record: Record) -> None:
    done = record("--", sys.executable, "-c", "import sys; print('mine'); sys.exit(37)")
    assert (done.returncode, done.stdout) == (37, "mine\n"), done.stderr
    assert "0 messages" in done.stderr


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_curl_is_recorded_and_trusts_the_proxy(record: Record, scheme: str) -> None:
    done = record(
        "--", "curl", "-sS", "--get", f"{scheme}://{SHOP}/", "--data-urlencode", f"courriel={EMAIL}"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == PAGE
    assert EMAIL not in done.stderr
    with Reader(record.db) as reader:
        [row] = reader.requests()
        assert (row.host, row.status) == (SHOP, 200)
        assert [found.finding.type for found in reader.findings()] == ["email"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_a_curl_that_fails_says_so(record: Record) -> None:
    assert record("--", "curl", "-sS", "nothing://x").returncode == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_phase_stands_before_the_first_message(record: Record) -> None:
    done = record(
        "--site", "epicerie-record.example", "--phase", "refused", "--", "curl", "-sS", f"https://{SHOP}/"
    )
    assert done.returncode == 0, done.stderr
    with Reader(record.db) as reader:
        [mark], [row] = reader.marks(), reader.requests()
        assert (mark.site, mark.phase, mark.source) == ("epicerie-record.example", "refused", "key")
        assert row.time - mark.time > 5


PLAYWRIGHT = f"""
import os, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(
        executable_path=sys.argv[1],
        proxy={{"server": os.environ["MOUCHARD_PROXY"]}},
        args=["--no-sandbox", "--ignore-certificate-errors-spki-list=" + os.environ["MOUCHARD_SPKI"]],
    )
    page = browser.new_page()
    page.goto("https://{SHOP}/")
    page.wait_for_function("document.title === 'fini'")
    print(page.title())
    browser.close()
"""


@pytest.mark.browser
@pytest.mark.needs("chromium")
def test_playwright_is_recorded_with_its_pages(record: Record) -> None:
    done = record("--", sys.executable, "-c", PLAYWRIGHT, str(find("chromium").path))
    assert (done.returncode, done.stdout) == (0, "fini\n"), done.stderr
    with Reader(record.db) as reader:
        [row] = reader.findings(parse("proof:identity"))
        assert (row.site, row.host, row.finding.type) == (
            "epicerie-record.example", "mesure.regie-record.example", "email",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--", "no-such-program-here"), "is not installed"),
        (("--phase", "refused", "--", "true"), "--phase needs the site"),
        ((), "Missing argument"),
    ],
)
def test_what_cannot_be_run_is_one_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = Record(tmp_path, 9)(*words)
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[0]
    assert not (tmp_path / "record.db").exists()
