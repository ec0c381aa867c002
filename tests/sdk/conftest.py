"""One visit of a real Chromium to a shop that uses every SDK, each in a frame of its own; npm at run time."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mouchard import browser
from mouchard.demo.server import Answer, Ask, WorldServer
from mouchard.store.filterlang import parse
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow
from tests.end_to_end.running import capture
from tests.sdk.replies import reply
from tests.sdk.sdk import IDENTITY
from tests.sdk.sdks import SDKS

SHOP = "www.marchand-vert.example"
SECONDS = 40
"""How long the SDKs get to send; they batch by timers of their own."""

_FRAME = '<!doctype html><meta charset="utf-8"><title>{name}</title><script src="/sdk/{name}.js"></script>'
_PAGE = """<!doctype html><html lang="fr"><meta charset="utf-8"><link rel="icon" href="data:,">
<title>Marchand Vert</title><h1>Votre compte</h1>{frames}
<script>setTimeout(() => fetch("/fini", {{method: "POST"}}), {wait});</script>"""


class Shop:
    """Answers every host; `ended` is set once the SDKs have had their time."""

    def __init__(self, scripts: Path) -> None:
        self.scripts = scripts
        self.ended = threading.Event()

    def answer(self, ask: Ask) -> Answer:
        path = ask.url.path
        if ask.host == SHOP:
            if path == "/compte":
                frames = "".join(f'<iframe src="/sdk/{sdk.name}.html"></iframe>' for sdk in SDKS)
                return Answer(body=_PAGE.format(frames=frames, wait=SECONDS * 1000).encode())
            if path.startswith("/sdk/") and path.endswith(".html"):
                return Answer(body=_FRAME.format(name=path[5:-5]).encode())
            script = self.scripts / path.rpartition("/")[2]
            if path.startswith("/sdk/") and script.is_file():
                return Answer(type="text/javascript; charset=utf-8", body=script.read_bytes())
            if path == "/fini":
                self.ended.set()
            return Answer(type="application/json", body=b"{}")
        cors = {
            "Access-Control-Allow-Origin": ask.headers.get("Origin", "*"),
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, OPTIONS",
            "Access-Control-Allow-Headers": ask.headers.get("Access-Control-Request-Headers", "content-type"),
        }
        kind, text = reply(ask)
        return Answer(type=kind, body=text.encode(), headers=cors)


@pytest.fixture(scope="session")
def scripts() -> Iterator[Path]:
    """The SDKs from npm, each bundled with its calls."""
    folder = Path(tempfile.mkdtemp(prefix="mouchard-sdk-"))
    try:
        (folder / "package.json").write_text("{}")
        packages = [package for sdk in SDKS for package in sdk.package.split()]
        options = ("--no-audit", "--no-fund", "--ignore-scripts", "--legacy-peer-deps")
        _run(folder, "npm", "install", *options, "esbuild", *packages)
        for sdk in SDKS:
            (folder / f"{sdk.name}.mjs").write_text(sdk.script)
        entries = [f"{sdk.name}.mjs" for sdk in SDKS]
        _run(
            folder, "node_modules/.bin/esbuild", *entries, "--bundle", "--format=iife", "--outdir=out",
            "--log-level=error", '--define:process.env.NODE_ENV="production"', "--define:global=window",
        )  # fmt: skip
        yield folder / "out"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def found(scripts: Path) -> Iterator[list[FindingRow]]:
    """Every finding of the visit."""
    folder = Path(tempfile.mkdtemp(prefix="mouchard-test-"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MOUCHARD_HOME", str(folder / "home"))
            identity = folder / "identity.toml"
            identity.write_text(IDENTITY)
            shop = Shop(scripts)
            with (
                WorldServer(shop.answer) as world,
                capture(
                    folder / "home" / "sdk.db", "--identity", str(identity), "--insecure-upstream",
                    "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}",
                ) as running,
                browser.start(
                    f"https://{SHOP}/compte", running.address, name="chromium", headless=True,
                    third_party_cookies=True,
                ) as opened,
            ):  # fmt: skip
                opened.prove()
                assert shop.ended.wait(120), "the shop's page did not come to its end"
                opened.close()
                assert running.stop() == 0, "".join(running.said)
            with Reader(running.db) as reader:
                yield list(reader.findings(parse(""), limit=20000, newest_first=False))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, *words: str) -> None:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr
