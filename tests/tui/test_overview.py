"""The first screen: what a newcomer sees, and every key of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tui_world import EMAIL, META, PAGE, Opened, World, lines, put, settle, shown, small, until

from mouchard.store.write import Writer
from mouchard.tui.screens.finding import FindingView
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.help import Help
from mouchard.tui.widgets.who_gets_what import WhoGetsWhat

SIZES = [(80, 24), (140, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_who_gets_what_is_on_the_first_screen(live: Opened, db: Path, size: tuple[int, int]) -> None:
    async with live(db, size) as pilot:
        screen = shown(pilot)
    for word in ("boutique.example", "Meta", "e-mail", "▲▲▲ identity", "◆◆◆ sensitive", "[app] weatherapp"):
        assert word in screen
    assert "13 messages" in screen and "13 leaks" in screen
    assert "Not seen: 2 sealed hosts, 12 messages lost" in screen
    assert "2 only contacted" in screen


@pytest.mark.parametrize("size", SIZES)
async def test_nothing_is_cut_off_at_the_edge(live: Opened, db: Path, size: tuple[int, int]) -> None:
    async with live(db, size) as pilot:
        rows = lines(pilot.app.screen)
    assert len(rows) == size[1]
    assert rows[-1].rstrip().endswith("q Quit")
    assert all(len(row) <= size[0] for row in rows)


async def test_the_worst_site_is_first_and_explained(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        table = pilot.app.screen.query_one(WhoGetsWhat)
        assert table.row.site == "presse.example"
        await pilot.press("down")
        await settle(pilot)
        assert "presse.example sent 203.0.113.9 your e-mail address, in clear, over plain http." in (
            shown(pilot).replace("\n ", " ")
        )


@pytest.mark.parametrize(
    ("keys", "row"),
    [("down", 1), ("j", 1), ("down up", 0), ("j k", 0), ("end", 8), ("G", 8), ("G g", 0), ("end home", 0),
     ("pagedown", 8), ("pagedown pageup", 0)],
)  # fmt: skip
async def test_arrows_and_vi_keys_agree(live: Opened, db: Path, keys: str, row: int) -> None:
    async with live(db) as pilot:
        await pilot.press(*keys.split())
        assert pilot.app.screen.query_one(WhoGetsWhat).cursor == row


async def test_folding_and_unfolding(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        table = pilot.app.screen.query_one(WhoGetsWhat)
        everything = len(table.rows)
        await pilot.press("down", "left")  # on a recipient: folds its site and goes there
        assert table.row.site == "presse.example" and not table.row.open
        assert len(table.rows) == everything - 2
        await pilot.press("left")  # folded already
        assert len(table.rows) == everything - 2
        await pilot.press("right")
        assert len(table.rows) == everything
        await pilot.press("end", "right")  # the contacts
        assert len(table.rows) == everything + 2
        assert "cdn.fonts.example" in shown(pilot)
        await pilot.press("down", "h")
        assert len(table.rows) == everything


async def test_enter_opens_the_findings_then_one_then_back(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("G", "up", "up", "enter")  # Meta
        await settle(pilot)
        assert isinstance(pilot.app.screen, Findings)
        assert "boutique.example → Meta" in shown(pilot) and "7 findings" in shown(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, FindingView)
        await pilot.press("escape", "escape")
        await settle(pilot)
        assert pilot.app.screen.query_one(WhoGetsWhat).row.flow.recipient == "Meta"
        await pilot.press("escape")  # never quits
        assert pilot.app.is_running


async def test_a_recipient_without_findings_says_what_a_contact_is(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("G", "enter", "down", "enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Findings)
        assert "0 findings" in shown(pilot)
        assert "Nothing about you was recognised" in shown(pilot)


async def test_the_cursor_stays_on_its_row_while_others_come_in(
    live: Opened, tmp_path: Path, writer: Writer
) -> None:
    world = small()
    put(writer, world)
    async with live(tmp_path / "test.db", (100, 24)) as pilot:
        await pilot.press("G", "up", "up")
        table = pilot.app.screen.query_one(WhoGetsWhat)
        assert table.row.flow.recipient == "Meta"
        before, seen = table.cursor, len(world.entries)
        world.send(
            "nouveau.example", "http://leak.example/?e=‹9 chars›", None, found=(replace(EMAIL, level="L4"),)
        )
        put(writer, world, seen)
        pilot.app.refresh_now()
        await settle(pilot)
        assert table.row.flow.recipient == "Meta"
        assert table.cursor == before + 2
        assert "new: nouveau.example → leak.example" in shown(pilot)


async def test_a_held_view_stands_still_until_space(live: Opened, tmp_path: Path, writer: Writer) -> None:
    world = small()
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        await pilot.press("space")
        seen = len(world.entries)
        world.send("nouveau.example", "https://t.example/", META, found=(PAGE,))
        put(writer, world, seen)
        pilot.app.refresh_now()
        await settle(pilot)
        assert "nouveau.example" not in shown(pilot)
        assert "held: Space goes on" in shown(pilot)
        await pilot.press("space")
        await settle(pilot)
        assert "nouveau.example" in shown(pilot)


async def test_an_empty_database_says_the_next_step(live: Opened, tmp_path: Path, writer: Writer) -> None:
    async with live(tmp_path / "test.db") as pilot:
        screen = shown(pilot)
        for step in ("d  demo", "o  open a browser", "i  say who you are", "p  connect a phone"):
            assert step in screen
        assert "○ not capturing" in screen
        assert "0 sealed hosts, 0 messages lost" in screen
        for key, words in (
            ("p", "mouchard run --phone"),
            ("i", "mouchard identity add"),
            ("d", "mouchard demo"),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert any(words in note.message for note in pilot.app._notifications)


async def test_keys_pressed_before_the_first_picture_are_keys(live: Opened, db: Path) -> None:
    async with live(db, settled=False) as pilot:
        await pilot.press("t", "G")
        await settle(pilot)
        assert not pilot.app.filter_query.terms
        assert not pilot.app.current_theme.dark
        await pilot.press("G")
        assert pilot.app.screen.query_one(WhoGetsWhat).cursor == 8


async def test_the_table_takes_the_keys_when_the_first_data_comes(
    live: Opened, tmp_path: Path, writer: Writer
) -> None:
    async with live(tmp_path / "test.db") as pilot:
        put(writer, small())
        pilot.app.refresh_now()
        await settle(pilot)
        await pilot.press("G")
        assert pilot.app.screen.query_one(WhoGetsWhat).cursor == 8


async def test_only_first_party_messages_is_said(live: Opened, tmp_path: Path, writer: Writer) -> None:
    world = World()
    world.send("calme.example", "https://calme.example/", party="first")
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        assert "1 message recorded: no other company was contacted" in shown(pilot)


async def test_help_lists_every_key_and_level(live: Opened, db: Path) -> None:
    async with live(db, (100, 120)) as pilot:
        await pilot.press("question_mark")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Help)
        screen = shown(pilot)
        for word in ("◆◆◆ sensitive", "↵ ", "Space", "site: company:", "never quits"):
            assert word in screen
        await pilot.press("question_mark")
        assert not isinstance(pilot.app.screen, Help)


async def test_light_and_dark(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("t")
        assert not pilot.app.current_theme.dark
        await pilot.press("t")
        assert pilot.app.current_theme.dark


async def test_copying_gives_masked_words(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("down")
        await settle(pilot)
        await pilot.press("y")
        assert pilot.app.clipboard == (
            "presse.example sent 203.0.113.9 your e-mail address, in clear, over plain http."
        )


async def test_the_mouse_selects_and_opens(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.click("#flows", offset=(8, 3))
        assert pilot.app.screen.query_one(WhoGetsWhat).cursor == 2
        await pilot.click("#flows", offset=(8, 3), times=2)
        await settle(pilot)
        assert isinstance(pilot.app.screen, Findings)
        await pilot.click("#keys", offset=(10, 0))  # Esc Back
        await settle(pilot)
        assert not isinstance(pilot.app.screen, Findings)


async def test_resizing_keeps_everything_in_place(live: Opened, db: Path) -> None:
    async with live(db, (140, 40)) as pilot:
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: all(len(row) <= 80 for row in lines(pilot.app.screen)))
        await settle(pilot)
        assert "Meta" in shown(pilot)
        await pilot.resize_terminal(20, 6)
        await settle(pilot)
        await pilot.resize_terminal(120, 30)
        await until(pilot, lambda: "Meta" in shown(pilot))


async def test_french(live: Opened, db: Path) -> None:
    async with live(db, lang="fr") as pilot:
        assert "Site / qui reçoit" in shown(pilot)
        assert "▲▲▲ identité" in shown(pilot)
        await pilot.press("down")
        await settle(pilot)
        assert "a envoyé à 203.0.113.9 votre adresse e-mail" in shown(pilot)


async def test_a_host_that_is_too_long_keeps_its_end(live: Opened, tmp_path: Path, writer: Writer) -> None:
    world = World()
    world.send("s.example", "https://facebook.com.login.account.tracker.example/t", None, found=(PAGE,))
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        row = next(line for line in lines(pilot.app.screen) if "page visited" in line)
        assert "unt.tracker.example" in row and "facebook" not in row


async def test_a_tall_screen_lists_the_latest(live: Opened, db: Path) -> None:
    async with live(db, (140, 40)) as pilot:
        below = shown(pilot).split("Latest")[1]
        assert "[app] weatherapp → AppsFlyer  location, encoded" in below
        assert len(below.splitlines()) == 8
    async with live(db, (80, 24)) as pilot:
        assert "Latest" not in shown(pilot)


async def test_too_many_lines_are_said(
    live: Opened, tmp_path: Path, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.tui.feed.FLOWS_MAX", 3)
    put(writer, small())
    async with live(tmp_path / "test.db") as pilot:
        assert "first 3 lines only: narrow with /" in shown(pilot)
