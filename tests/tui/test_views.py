"""Sites, recipients, data types and events on their number keys; what one of each says; order and report."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import (
    CRITEO,
    EMAIL,
    META,
    PAGE,
    Control,
    Opened,
    World,
    leak,
    put,
    settle,
    shown,
    small,
    until,
)  # fmt: skip

from mouchard.store.write import Writer
from mouchard.tui.linkage import links
from mouchard.tui.screens.base import View
from mouchard.tui.screens.data_types import DataTypes, DataTypeView
from mouchard.tui.screens.events import Events
from mouchard.tui.screens.export import Export
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.overview import Overview
from mouchard.tui.screens.recipients import Recipients, RecipientView
from mouchard.tui.screens.setup import Setup
from mouchard.tui.screens.sites import Sites, SiteView
from mouchard.tui.widgets.sparkline import sparkline

SIZES = [(80, 24), (140, 40)]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOUCHARD_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("key", "view", "words"),
    [("2", Sites, "data about you left 3 sites"), ("3", Recipients, "5 companies got data about you"),
     ("4", DataTypes, "7 kinds of data left"), ("5", Events, "13 messages"), ("1", Overview, "Not seen")],
)  # fmt: skip
async def test_number_keys_change_the_view_from_anywhere(
    live: Opened, db: Path, size: tuple[int, int], key: str, view: type, words: str
) -> None:
    async with live(db, size) as pilot:
        await pilot.press("enter", "3")
        await settle(pilot)
        await pilot.press(key)
        await settle(pilot)
        assert type(pilot.app.screen) is view
        assert words in shown(pilot)
        assert shown(pilot).endswith("q Quit")
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Overview)


@pytest.mark.parametrize("key", ["2", "3", "4", "5", "question_mark", "s", "enter"])
async def test_a_view_that_was_left_is_not_drawn_any_more(live: Opened, db: Path, key: str) -> None:
    async with live(db) as pilot:
        await pilot.press(key)
        await settle(pilot)
        left = pilot.app.screen
        assert isinstance(left, View) and left.stands
        await pilot.app.pop_screen()
        assert not left.stands
        left.on_screen_resume()
        left.on_resize()
        await settle(pilot)
        assert isinstance(pilot.app.screen, Overview)


async def test_a_number_typed_into_the_filter_is_a_letter(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", "2")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Overview)
        assert str(pilot.app.filter_query) == "2"


async def test_views_keep_to_the_filter(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("f", "2")  # the first site
        await settle(pilot)
        assert [row.site for row in pilot.app.screen.table.rows] == ["presse.example"]
        assert "/ site:presse.example" in shown(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_a_site_says_who_got_what_before_and_after_the_choice(
    live: Opened, tmp_path: Path, writer: Writer, size: tuple[int, int]
) -> None:
    world = World()
    world.choose("boutique.example", "before")
    world.send("boutique.example", "https://t.example/", META, found=(EMAIL, PAGE))
    world.send("boutique.example", "https://u.example/", CRITEO, found=(PAGE,))
    world.time += 60
    world.choose("boutique.example", "refused")
    world.time += 60
    world.send("boutique.example", "https://t.example/", META, found=(PAGE,))
    put(writer, world)
    async with live(tmp_path / "test.db", size) as pilot:
        await until(pilot, lambda: "Your choice, side by side" in shown(pilot))  # beside the overview too
        beside = " ".join(shown(pilot).split())
        assert "before any choice 2 companies got data Meta" in beside
        assert "refused 1 company got data Meta" in beside
        await pilot.press("w")
        await settle(pilot)
        assert isinstance(pilot.app.screen, SiteView)
        screen = shown(pilot)
        assert "Your choice, side by side" in screen
        refused = next(line for line in screen.splitlines() if line.strip().startswith("refused "))
        assert "Meta" in refused and "Criteo" not in refused and "1 company got data" in refused
        assert "e-mail" in screen and "0 connections not read" in screen
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Findings)
        assert "boutique.example → Meta" in shown(pilot)


async def test_a_site_without_a_mark_says_how_to_set_one(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("w")
        await settle(pilot)
        assert "No choice marked: m notes" in shown(pilot)


def two_sites() -> World:
    """Criteo gets the same address from two sites, and from two devices."""
    world = World()
    world.send("boutique.example", "https://gum.criteo.com/a", CRITEO, found=(EMAIL, PAGE))
    world.send("presse.example", "https://gum.criteo.com/b", CRITEO, found=(EMAIL,), client="phone")
    world.send("presse.example", "https://www.facebook.com/tr", META, found=(PAGE,))
    return world


@pytest.mark.parametrize("size", SIZES)
async def test_a_recipient_says_what_it_can_put_together(
    live: Opened, tmp_path: Path, writer: Writer, size: tuple[int, int]
) -> None:
    put(writer, two_sites())
    async with live(tmp_path / "test.db", size) as pilot:
        await pilot.press("down", "c")
        await settle(pilot)
        assert isinstance(pilot.app.screen, RecipientView)
        screen = shown(pilot)
        assert "Criteo (FR)" in screen and "gum.criteo.com" in screen
        assert "2 sites, 2 devices: boutique.example, presse.example" in " ".join(screen.split())
        assert "The same values come from 2 sites" in screen
        assert {row.site for row in pilot.app.screen.table.rows} == {"boutique.example", "presse.example"}


async def test_a_company_that_got_nothing_says_so(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("3")
        await settle(pilot)
        await pilot.press("G", "enter")
        await settle(pilot)
        assert "No value that comes back was recognised" in shown(pilot)


async def test_only_the_same_value_joins(live: Opened, tmp_path: Path, writer: Writer) -> None:
    put(writer, two_sites())
    async with live(tmp_path / "test.db") as pilot:
        rows = await pilot.app.feed.ask(lambda reader: list(reader.findings()))
    (link,) = links(rows)
    assert link.type == "email" and link.joins
    assert links([rows[0]]) == () or not links([rows[0]])[0].joins


@pytest.mark.parametrize("size", SIZES)
async def test_a_data_type_says_why_it_matters_and_who_got_it(
    live: Opened, db: Path, size: tuple[int, int]
) -> None:
    async with live(db, size) as pilot:
        await pilot.press("4")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, DataTypeView)
        screen = shown(pilot)
        for words in ("2 companies got it", "It names you", "hashed", "in clear", "Meta", "203.0.113.9"):
            assert words in screen
        await pilot.press("enter")
        await settle(pilot)
        assert "1 finding" in shown(pilot)


async def test_events_follow_the_tail_and_count_what_is_new(
    live: Opened, tmp_path: Path, writer: Writer
) -> None:
    world = small()
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        await pilot.press("5")
        await settle(pilot)
        events = pilot.app.screen
        assert isinstance(events, Events)
        assert events.table.cursor == 12 and "AppsFlyer" in shown(pilot)

        async def more(url: str) -> None:
            seen = len(world.entries)
            world.send("nouveau.example", url, META)
            put(writer, world, seen)
            pilot.app.refresh_now()
            await until(pilot, lambda: len(events.table.rows) == len(world.requests))

        await more("https://t.example/first")
        await settle(pilot)
        assert events.table.cursor == 13 and "/first" in shown(pilot)
        await pilot.press("up")
        await more("https://t.example/second")
        await settle(pilot)
        assert events.table.cursor == 12 and "1 new: End" in shown(pilot)
        await pilot.press("end")
        await settle(pilot)
        assert events.table.cursor == 14 and "new: End" not in shown(pilot) and "/second" in shown(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Findings)


async def test_events_reads_only_what_comes_into_view(live: Opened, tmp_path: Path, writer: Writer) -> None:
    world = World()
    for number in range(3000):
        world.send("boutique.example", f"https://t.example/{number}", META)
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        await pilot.press("5")
        await settle(pilot)
        events = pilot.app.screen
        assert len(events.table.rows) == 3000 and "/2999" in shown(pilot)
        assert len(events._stream.rows) < 300
        await pilot.press("home")
        await settle(pilot)
        assert "t.example/0" in shown(pilot)
        assert len(events._stream.rows) < 500


async def test_another_order_and_back_to_the_first(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("2")
        await settle(pilot)
        seen = []
        for _order in range(3):
            await pilot.press("S")
            await settle(pilot)
            seen.append([row.site for row in pilot.app.screen.table.rows])
        assert seen[0][0] == "boutique.example"  # the most leaks
        assert seen[1][0] == "app:weatherapp"  # the latest
        assert seen[2][0] == "presse.example"  # the most serious
        await pilot.press("1", "S")
        await settle(pilot)
        assert pilot.app.screen.query_one("#flows").row.site == "boutique.example"


async def test_the_report_is_written_and_its_path_shown(live: Opened, db: Path, tmp_path: Path) -> None:
    async with live(db, (140, 40)) as pilot:
        await pilot.press("e")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Export)
        assert not (tmp_path / "mouchard-report").exists()
        await pilot.press("enter")
        await until(pilot, lambda: bool(pilot.app.screen.written))
        await settle(pilot)
        assert "The report is written" in shown(pilot)
        page = tmp_path / "mouchard-report" / "presse.example" / "report.html"
        assert page in pilot.app.screen.written
        assert "Criteo" in page.read_text()
        assert page.stat().st_mode & 0o077 == 0
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, Overview)


async def test_the_report_is_in_the_language_of_the_view(live: Opened, db: Path, tmp_path: Path) -> None:
    async with live(db, lang="fr") as pilot:
        await pilot.press("e", "enter")
        await until(pilot, lambda: bool(pilot.app.screen.written))
        assert "Le rapport est écrit" in shown(pilot)
    page = tmp_path / "mouchard-report" / "presse.example" / "report.html"
    assert 'lang="fr"' in page.read_text()


async def test_a_report_that_cannot_be_written_says_why(live: Opened, db: Path, tmp_path: Path) -> None:
    (tmp_path / "mouchard-report").write_text("in the way")
    async with live(db) as pilot:
        await pilot.press("e", "enter")
        await until(pilot, lambda: "It could not be written" in shown(pilot))
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Overview)


async def test_setup_shows_no_value_of_anybody(live: Opened, db: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "identity.toml").write_text('[person.camille]\nemail = ["camille@boutique.example"]\n')
    async with live(db, (80, 60)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "camille" in shown(pilot))
        assert isinstance(pilot.app.screen, Setup)
        screen = shown(pilot)
        assert "e-mail (1)" in screen and "camille@" not in screen
        assert "no device yet" in screen and "none yet: the first capture makes one" in screen
        assert "labanquepostale.fr" in screen
        await pilot.press("escape")
        assert isinstance(pilot.app.screen, Overview)


async def test_values_are_shown_on_a_key_and_hidden_again(live: Opened, db: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "identity.toml").write_text(
        '[person.camille]\nemail = ["camille@boutique.example"]\npassword = ["correct horse 7"]\n'
    )
    async with live(db, (80, 60)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "camille" in shown(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "camille@boutique.example" in shown(pilot))
        assert "correct horse" not in shown(pilot)
        await pilot.press("u")
        await until(pilot, lambda: "camille@" not in shown(pilot))


async def test_somebody_is_removed_only_after_a_choice(live: Opened, db: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "identity.toml").write_text('[person.camille]\nemail = ["camille@boutique.example"]\n')
    async with live(db, (80, 60)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "camille" in shown(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "Whose values shall be removed?" in shown(pilot))
        await pilot.press("escape")
        await settle(pilot)
        assert isinstance(pilot.app.screen, Setup) and not pilot.app._notifications
        await pilot.press("x")
        await until(pilot, lambda: "Whose values shall be removed?" in shown(pilot))
        await pilot.press("enter")  # a test has no terminal to lend: the command is named
        await until(pilot, lambda: bool(pilot.app._notifications))
        (note,) = pilot.app._notifications
        assert "mouchard identity remove --person camille" in note.message


async def test_setup_shows_the_fingerprint_and_the_devices(live: Opened, db: Path, control: Control) -> None:
    from mouchard import certificate, paths

    made = certificate.ensure(paths.ca())
    control.devices = [{"name": "Blue phone", "kind": "wireguard", "standing": "unconfirmed"}]
    async with live(db, (110, 60)) as pilot:
        await pilot.press("s")
        await until(pilot, lambda: "Blue phone" in shown(pilot))
        assert made.fingerprint in shown(pilot).replace("\n", "").replace(" ", "")
        assert "until its user agrees" in shown(pilot)


async def test_the_palette_finds_a_command_by_name(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("ctrl+p")
        await settle(pilot)
        await pilot.press(*"all recip")
        await until(pilot, lambda: "All recipients" in shown(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Recipients))


async def test_what_is_copied_from_a_page_is_masked(live: Opened, tmp_path: Path, writer: Writer) -> None:
    put(writer, two_sites())
    async with live(tmp_path / "test.db") as pilot:
        await pilot.press("down", "c")
        await settle(pilot)
        await pilot.press("y")
        assert "m•••@g•••.com" in pilot.app.clipboard and "Criteo" in pilot.app.clipboard


def test_the_busiest_minute_is_the_tallest_block() -> None:
    assert sparkline({}, 1800.0, 3) == "▁▁▁"
    assert sparkline({29: 1, 30: 8, 12: 99}, 1800.0, 3) == "▁▂█"


async def test_a_delicate_value_of_one_site_joins_nothing(
    live: Opened, tmp_path: Path, writer: Writer
) -> None:
    world = World()
    world.send(
        "boutique.example", "https://t.example/", META, found=(leak("search", "q", "‹5 chars›", "L2"),)
    )
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        await pilot.press("down", "c")
        await settle(pilot)
        assert "No value that comes back was recognised" in shown(pilot)
