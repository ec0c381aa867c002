"""What the live view says of a running capture, and what it asks of it."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import OptionList
from tui_world import Control, Opened, settle, shown

from mouchard.tui.screens.dialogs import Choice, Confirm


def toasts(app: object) -> str:
    return " | ".join(note.message for note in app._notifications)  # type: ignore[attr-defined]


async def test_the_status_line_tells_the_state_of_the_capture(
    live: Opened, db: Path, control: Control
) -> None:
    async with live(db) as pilot:
        assert "● capturing 127.0.0.1:8080" in shown(pilot)
        for change, words in (
            ({"stalled": True}, "‖ recorder stalled"),
            ({"stalled": False, "paused": True}, "‖ recording paused: P goes on"),
            ({"paused": False, "trouble": "disk full [/x]\x1b[2J"}, "! disk full [/x]␛[2J"),
        ):
            control.state |= change
            pilot.app._polls = 0
            pilot.app.refresh_now()
            await settle(pilot)
            assert words in shown(pilot)


async def test_a_capture_that_ends_is_noticed(live: Opened, db: Path) -> None:
    with Control(db.with_name("test.db.sock")):
        async with live(db) as pilot:
            assert "● capturing" in shown(pilot)
            pilot.app.socket.unlink()
            pilot.app._polls = 0
            pilot.app.refresh_now()
            await settle(pilot)
            assert "○ not capturing" in shown(pilot)


async def test_marking_a_choice_and_taking_it_back(live: Opened, db: Path, control: Control) -> None:
    async with live(db) as pilot:
        await pilot.press("G", "m")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Choice)
        assert "What did you choose on boutique.example?" in shown(pilot)
        await pilot.press("down", "down", "enter")
        await settle(pilot)
        await pilot.app.workers.wait_for_complete()
        assert control.asked == [
            {"do": "phase", "site": "boutique.example", "client": "", "phase": "refused"}
        ]
        assert "Noted for boutique.example." in toasts(pilot.app)


async def test_a_refused_mark_is_said_as_it_is(live: Opened, db: Path, control: Control) -> None:
    control.refusal = "no page [/b] yet"
    async with live(db) as pilot:
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("enter")
        await pilot.app.workers.wait_for_complete()
        assert "no page [/b] yet. [/nope] try again" in toasts(pilot.app)


async def test_escape_marks_nothing(live: Opened, db: Path, control: Control) -> None:
    async with live(db) as pilot:
        await pilot.press("m")
        await settle(pilot)
        await pilot.press("escape")
        await pilot.app.workers.wait_for_complete()
        assert control.asked == []


async def test_a_standing_mark_is_shown_and_can_be_undone(
    live: Opened, tmp_path: Path, writer: object, control: Control
) -> None:
    from tui_world import put, small

    world = small()
    world.choose("boutique.example", "refused")
    put(writer, world)  # type: ignore[arg-type]
    async with live(tmp_path / "test.db", (100, 30)) as pilot:
        assert "· refused" in shown(pilot)
        await pilot.press("G", "m")
        await settle(pilot)
        assert "Marked until now: refused" in shown(pilot)
        assert pilot.app.screen.query_one(OptionList).option_count == 5
        await pilot.press("end", "enter")
        await pilot.app.workers.wait_for_complete()
        assert control.asked[0]["undo"] is True and control.asked[0]["phase"] == "refused"


async def test_without_a_capture_no_choice_can_be_marked(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("m")
        await settle(pilot)
        assert "Nothing is being captured" in toasts(pilot.app)


async def test_pausing_the_recording(live: Opened, db: Path, control: Control) -> None:
    async with live(db) as pilot:
        for words in ("recording paused", "● capturing"):
            await pilot.press("P")
            await pilot.app.workers.wait_for_complete()
            await settle(pilot)
            assert words in shown(pilot)
        assert [asked["do"] for asked in control.asked] == ["pause", "resume"]


async def test_quitting_asks_only_where_a_capture_would_stop(
    live: Opened, db: Path, control: Control
) -> None:
    async with live(db) as pilot:  # attached: the capture goes on
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_code == 0
    async with live(db, stops_capture=True) as pilot:
        await pilot.press("q")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Confirm)
        assert "Quitting stops the capture. Quit?" in shown(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert pilot.app.return_code is None
        await pilot.press("ctrl+c")
        await settle(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.return_code == 0


async def test_nothing_to_stop_means_no_question(live: Opened, db: Path) -> None:
    async with live(db, stops_capture=True) as pilot:
        await pilot.press("q")
        await pilot.pause()
        assert pilot.app.return_code == 0


async def test_a_database_that_goes_away_is_said_and_comes_back(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        feed = pilot.app.feed
        reader, feed._reader = feed._reader, None
        pilot.app.refresh_now()
        await settle(pilot)
        assert "cannot read the database" in shown(pilot) and "Meta" in shown(pilot)
        feed._reader = reader
        pilot.app.refresh_now()
        await settle(pilot)
        assert "cannot read the database" not in shown(pilot)
