"""The screen that connects a phone: let in while the capture runs, its code, whether its user agreed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from tui_world import Control, Opened, settle, shown

from mouchard import paths
from mouchard.addons.devices import Devices
from mouchard.devices import Register
from mouchard.devices.qr import qr_text
from mouchard.tui.screens.phone import Phone


class Desk(Control):
    """A capture whose devices are the real ones of the register."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.devices = Devices(Register(), "192.0.2.7")

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "devices":
            return {"ok": True, "codes": "http://127.0.0.1:8080/pair/x", **self.devices.answer(asked)}
        return super().answer(asked)


@pytest.fixture
def desk(tmp_path: Path, db: Path) -> Iterator[Desk]:
    with Desk(paths.control_socket(db)) as found:
        yield found


async def test_a_code_and_who_has_agreed(live: Opened, db: Path, desk: Desk, home: Path) -> None:
    register = Register()
    register.add("phone", "wireguard")
    tablet = register.add("Léa's [b]tablet", "proxy")
    desk.devices = Devices(register, "192.0.2.7")
    async with live(db, size=(110, 44)) as pilot:
        await pilot.press("p")
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert isinstance(pilot.app.screen, Phone)
        text = shown(pilot)
        code = qr_text(
            str(desk.devices.answer({"action": "pair", "device": "phone"})["code"]), dark_ground=False
        )
        rows = [line.strip() for line in code.splitlines() if line.strip()]
        assert all(row in text for row in rows)
        assert "WireGuard" in text and "until its user agrees" in text and "1/2" in text
        await pilot.press("right")
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        text = shown(pilot)
        assert "Léa's [b]tablet" in text and tablet.password in text and "2/2" in text
        desk.devices.change("confirm", tablet)
        await pilot.press("right", "right")
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        await pilot.press("right")
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert "it is recorded" in shown(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert not isinstance(pilot.app.screen, Phone)


async def test_where_the_code_does_not_fit_a_browser_shows_it(
    live: Opened, db: Path, desk: Desk, home: Path
) -> None:
    register = Register()
    register.add("phone", "wireguard")
    desk.devices = Devices(register, "192.0.2.7")
    async with live(db, size=(80, 24)) as pilot:
        await pilot.press("p")
        await pilot.app.workers.wait_for_complete()
        await settle(pilot)
        assert "http://127.0.0.1:8080/pair/x" in shown(pilot)
