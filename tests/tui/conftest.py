"""A database filled by the real writer, and the live view on it at a given size."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

sys.path.insert(0, str(Path(__file__).parent))  # tests are no package: their common parts lie beside them

from tui_world import Control, Opened, put, settle, small

from mouchard import language
from mouchard.keys import Keys
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Writer
from mouchard.tui.app import LiveView
from mouchard.tui.feed import Feed


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Textual's pilot waits by the clock until the processor rests; here each task just gets its turns."""

    async def turns(*_times: float) -> None:
        for _turn in range(40):
            await asyncio.sleep(0)

    monkeypatch.setattr("textual.pilot.wait_for_idle", turns)
    monkeypatch.setattr("textual.app.wait_for_idle", turns)


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    """The one writer of an empty database."""
    with Writer(tmp_path / "test.db", Keys.load(tmp_path / "sealing.key"), Ruleset("tests")) as writing:
        yield writing


@pytest.fixture
def db(tmp_path: Path, writer: Writer) -> Path:
    """The small world, recorded."""
    put(writer, small())
    return tmp_path / "test.db"


@pytest.fixture
def live() -> Opened:
    """`async with live(db, size=(80, 24), lang="en") as pilot`: the view, settled on its first picture."""

    @asynccontextmanager
    async def opened(
        path: Path,
        size: tuple[int, int] = (80, 24),
        lang: str = "en",
        settled: bool = True,
        **options: object,
    ) -> AsyncIterator[Pilot[None]]:
        language.use(lang)
        feed = Feed(path)
        try:
            app = LiveView(feed, **options)  # type: ignore[arg-type]
            async with app.run_test(size=size) as pilot:
                if settled:
                    await settle(pilot)
                yield pilot
        finally:
            feed.close()

    return opened


@pytest.fixture
def control(tmp_path: Path) -> Iterator[Control]:
    """A capture's control socket, beside the database; it answers and remembers what it was asked."""
    with Control(tmp_path / "test.db.sock") as answering:
        yield answering
