"""One visit of a real Chromium to the shop, shared by the tests of this folder."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mouchard import browser
from mouchard.demo.server import WorldServer
from tests.end_to_end.running import Running, capture
from tests.end_to_end.shop import FIRST_PAGE, IDENTITY, Shop


@dataclass(frozen=True)
class Visit:
    """What is left of the visit."""

    home: Path
    """The data folder; the identity is kept outside."""
    identity: Path
    flows: Path
    """The same traffic as a mitmproxy flow file."""
    running: Running

    @property
    def db(self) -> Path:
        return self.running.db


@pytest.fixture(scope="session")
def visit() -> Iterator[Visit]:
    """Chromium fills in the shop's form through a real capture; every host is answered on loopback."""
    folder = Path(tempfile.mkdtemp(prefix="mouchard-test-"))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("MOUCHARD_HOME", str(folder / "home"))
            made = _visit(folder)
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _visit(folder: Path) -> Visit:
    identity, flows = folder / "identity.toml", folder / "visit.flows"
    identity.write_text(IDENTITY)
    shop = Shop()
    with (
        WorldServer(shop.answer) as world,
        capture(
            folder / "home" / "visit.db", "--identity", str(identity), "--insecure-upstream",
            "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}", "--set", f"save_stream_file={flows}",
        ) as running,
        browser.start(
            FIRST_PAGE, running.address, name="chromium", headless=True, third_party_cookies=True
        ) as opened,
    ):  # fmt: skip
        opened.prove()
        assert shop.ended.wait(60), "the page did not send all it had to send"
        opened.close()
        assert running.stop() == 0, "".join(running.said)
    return Visit(folder / "home", identity, flows, running)
