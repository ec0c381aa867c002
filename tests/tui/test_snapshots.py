"""What the screens look like, kept as pictures: small and large, dark and light, English and French.

After a wanted change of looks: `pytest tests/tui/test_snapshots.py --snapshot-update`, and look at them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_world import Control, settle

from mouchard import language
from mouchard.tui.app import LiveView
from mouchard.tui.feed import Feed
from mouchard.tui.theme import LIGHT

SMALL, LARGE = (80, 24), (140, 40)


@pytest.fixture(autouse=True)
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("size", "lang", "keys", "light", "colour"),
    [
        pytest.param(SMALL, "en", "", False, True, id="overview-small"),
        pytest.param(SMALL, "fr", "down", False, True, id="overview-small-fr"),
        pytest.param(SMALL, "en", "down", True, True, id="overview-small-light"),
        pytest.param(SMALL, "en", "down", False, False, id="overview-small-no-colour"),
        pytest.param(LARGE, "en", "G up up", False, True, id="overview-large"),
        pytest.param(LARGE, "fr", "G up up", True, True, id="overview-large-fr-light"),
        pytest.param(SMALL, "en", "G up up enter", False, True, id="findings-small"),
        pytest.param(LARGE, "fr", "enter", False, True, id="findings-large-fr"),
        pytest.param(SMALL, "en", "G up up enter enter", False, True, id="finding-small"),
        pytest.param(LARGE, "en", "G up up enter enter", True, True, id="finding-large-light"),
        pytest.param(SMALL, "fr", "question_mark", False, True, id="help-small-fr"),
        pytest.param(SMALL, "en", "slash t y p e : e m a", False, True, id="filter-small"),
        pytest.param(SMALL, "en", "m", False, True, id="choice-small"),
        pytest.param(SMALL, "en", "2 enter", False, True, id="site-small"),
        pytest.param(LARGE, "fr", "3 down enter", True, True, id="recipient-large-fr-light"),
        pytest.param(SMALL, "fr", "3", False, True, id="recipients-small-fr"),
        pytest.param(SMALL, "en", "4 enter", False, True, id="data-type-small"),
        pytest.param(SMALL, "en", "q", False, True, id="quit-small"),
        pytest.param(SMALL, "en", "5", False, True, id="events-small"),
        pytest.param(LARGE, "fr", "5 S S", True, True, id="events-large-fr-light"),
        pytest.param(SMALL, "fr", "b b", False, True, id="overview-small-fr-by-type"),
        pytest.param(LARGE, "en", "b", False, True, id="overview-large-by-company"),
        pytest.param(SMALL, "en", "5 b b", False, True, id="groups-small"),
    ],
)
def test_looks(
    snap_compare: Callable[..., bool], db: Path, control: Control, monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int], lang: str, keys: str, light: bool, colour: bool,
) -> None:  # fmt: skip
    if colour:
        monkeypatch.delenv("NO_COLOR", raising=False)
    else:
        monkeypatch.setenv("NO_COLOR", "1")
    assert copy_context().run(compare, snap_compare, db, size, lang, keys.split(), light)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_empty(snap_compare: Callable[..., bool], tmp_path: Path, writer: object, lang: str) -> None:
    assert copy_context().run(compare, snap_compare, tmp_path / "test.db", SMALL, lang, [], False)


def compare(
    snap_compare: Callable[..., bool],
    db: Path,
    size: tuple[int, int],
    lang: str,
    keys: list[str],
    light: bool,
) -> bool:
    language.use(lang)
    feed = Feed(db)
    app = LiveView(feed, stops_capture=True)
    if light:
        app.theme = LIGHT.name

    async def play(pilot: Pilot[None]) -> None:
        await settle(pilot)
        for key in keys:
            await pilot.press(key)
            await settle(pilot)
        for box in app.screen.query("Input"):
            box.cursor_blink = False
        await settle(pilot)

    try:
        return snap_compare(app, terminal_size=size, run_before=play)
    finally:
        feed.close()
