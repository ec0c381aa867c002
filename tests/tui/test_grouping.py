"""Lines under sites, companies, data types, devices or persons, in the overview and of the events."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tui_world import CRITEO, EMAIL, META, PAGE, Opened, World, put, settle, shown, until

from mouchard.store.rows import RequestRow
from mouchard.store.write import Writer
from mouchard.tui.grouping import GROUPS
from mouchard.tui.outline import GroupLine
from mouchard.tui.screens.events import Events
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.groups import Groups
from mouchard.tui.widgets.who_gets_what import WhoGetsWhat


def two_of_each() -> World:
    """Two sites, two companies, two devices, and one person who was recognised."""
    world = World()
    camille = replace(EMAIL, person="camille")
    world.send("boutique.example", "https://www.facebook.com/a", META, found=(camille, PAGE))
    world.send("presse.example", "https://www.facebook.com/b", META, found=(camille,), client="phone")
    world.send("presse.example", "https://gum.criteo.com/c", CRITEO, found=(PAGE,))
    world.send("presse.example", "https://presse.example/", party="first")
    return world


@pytest.fixture
def two(tmp_path: Path, writer: Writer) -> Path:
    put(writer, two_of_each())
    return tmp_path / "test.db"


LINES = {
    "site": {"boutique.example": ["Meta"], "presse.example": ["Meta", "Criteo"]},
    "company": {"Meta": ["boutique.example", "presse.example"], "Criteo": ["presse.example"]},
    "type": {"email": ["Meta"], "page_url": ["Meta", "Criteo"]},
    "client": {"laptop": ["Meta", "Criteo"], "phone": ["Meta"]},
    "person": {"camille": ["Meta"], "": ["Meta", "Criteo"]},
}


def test_there_is_a_case_for_each_grouping() -> None:
    assert tuple(LINES) == GROUPS


@pytest.mark.parametrize("steps", range(5))
async def test_the_overview_goes_round_the_groupings(live: Opened, two: Path, steps: int) -> None:
    by = GROUPS[steps]
    async with live(two) as pilot:
        table = pilot.app.screen.query_one(WhoGetsWhat)
        await pilot.press(*"b" * steps)
        await until(pilot, lambda: table.row.by == by)
        found: dict[str, list[str]] = {}
        for line in table.rows:
            if isinstance(line, GroupLine):
                found[line.name] = []
            else:
                found[line.name].append(line.ways[0].site if by == "company" else line.ways[0].recipient)
        assert found == LINES[by]
        await pilot.press(*"b" * (5 - steps))
        await until(pilot, lambda: table.row.by == "site")


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        (1, ("Company / from where", "2 sites", "got data about you on 2 sites:")),
        (2, ("Data / who gets it", "From", "boutique.example, ", "1 company got it:")),
        (3, ("Device / who gets it", "2 sites, 2 companies", "laptop")),
        (4, ("Person / who gets it", "camille", "(nobody named)")),
    ],
)
@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_group_is_explained(
    live: Opened, two: Path, size: tuple[int, int], steps: int, words: tuple[str, ...]
) -> None:
    async with live(two, size) as pilot:
        await pilot.press(*"b" * steps)
        await settle(pilot)
        for word in words:
            assert word in shown(pilot)


@pytest.mark.parametrize(("steps", "number"), [(0, 3), (1, 3), (2, 2), (3, 3), (4, 2)])
async def test_opening_a_group_lists_what_is_in_it(live: Opened, two: Path, steps: int, number: int) -> None:
    async with live(two) as pilot:
        await pilot.press(*"b" * steps)
        await settle(pilot)
        if steps == 0:
            await pilot.press("left", "down")  # presse.example folded: the other site
            number = 2
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Findings))
        await until(pilot, lambda: len(pilot.app.screen.query_one("#findings").rows) == number)
        rows = pilot.app.screen.query_one("#findings").rows
        assert {row.finding.person for row in rows} == {"camille"} or steps < 4


async def test_one_recipient_of_a_device_over_its_sites(live: Opened, two: Path) -> None:
    async with live(two) as pilot:
        await pilot.press("b", "b", "down", "down", "down")  # page visited, which two companies got
        await settle(pilot)
        assert "page visited" in shown(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Findings))
        assert {row.finding.type for row in pilot.app.screen.query_one("#findings").rows} <= {"page_url"}


async def test_no_report_or_choice_without_a_site(live: Opened, two: Path) -> None:
    async with live(two) as pilot:
        await pilot.press("b")
        await settle(pilot)
        for key in ("e", "m", "w"):
            await pilot.press(key)
            await pilot.pause()
        said = [note.message for note in pilot.app._notifications]
        assert said == ["Select a site."] * 3


async def test_a_filter_by_the_selected_group(live: Opened, two: Path) -> None:
    async with live(two) as pilot:
        await pilot.press("b", "b")
        await settle(pilot)
        await pilot.press("f")
        await settle(pilot)
        assert str(pilot.app.filter_query) == "type:email"
        await pilot.press("F", "b")
        await settle(pilot)
        await pilot.press("f")
        assert str(pilot.app.filter_query) == "client:laptop"


@pytest.mark.parametrize(
    ("steps", "names", "messages"),
    [
        (1, {"boutique.example", "presse.example"}, {"presse.example": 3}),
        (2, {"Meta", "Criteo", "presse.example"}, {"Meta": 2}),
        (3, {"email", "page_url"}, {"email": 2}),
        (4, {"laptop", "phone"}, {"laptop": 3}),
        (5, {"camille", ""}, {"camille": 2}),
    ],
)
async def test_events_are_grouped_and_opened(
    live: Opened, two: Path, steps: int, names: set[str], messages: dict[str, int]
) -> None:
    async with live(two) as pilot:
        await pilot.press("5", *"b" * steps)
        await until(
            pilot,
            lambda: (
                isinstance(pilot.app.screen, Groups)
                and {r.name for r in pilot.app.screen.table.rows} == names
            ),
        )
        groups = pilot.app.screen
        ((name, number),) = messages.items()
        at = [row.name for row in groups.table.rows].index(name)
        for _row in range(at):
            await pilot.press("down")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, Events))
        await until(pilot, lambda: len(pilot.app.screen.table.rows) == number)
        await pilot.press("escape")
        await settle(pilot)
        assert pilot.app.screen is groups


async def test_events_in_another_order(live: Opened, two: Path) -> None:
    async with live(two) as pilot:
        await pilot.press("5")
        await settle(pilot)
        events = pilot.app.screen

        async def levels(words: str) -> list[str]:
            await pilot.press("S")
            await until(pilot, lambda: words in shown(pilot))
            await settle(pilot)
            return [events._stream[place].level for place in range(4)]

        assert events.table.cursor == 3
        assert await levels("the latest first") == ["L0", "L1", "L3", "L3"]
        assert events.table.cursor == 0
        assert await levels("the most serious first") == ["L3", "L3", "L1", "L0"]
        assert events._stream[0].time > events._stream[1].time
        assert await levels("as they come") == ["L3", "L3", "L1", "L0"]
        assert events.table.cursor == 3


@pytest.mark.parametrize("order", [1, 2])
async def test_what_is_new_is_counted_in_every_order(
    live: Opened, tmp_path: Path, writer: Writer, order: int
) -> None:
    world = two_of_each()
    put(writer, world)
    async with live(tmp_path / "test.db") as pilot:
        await pilot.press("5", *"S" * order)
        await settle(pilot)
        await pilot.press("down")
        events, seen = pilot.app.screen, len(world.entries)
        await until(pilot, lambda: isinstance(events.table.row, RequestRow))
        on = events.table.row.request
        world.send("presse.example", "https://t.example/new", META, found=(EMAIL,))
        put(writer, world, seen)
        events._not_before = 0.0
        pilot.app.refresh_now()
        await until(pilot, lambda: len(events.table.rows) == 5)
        await until(pilot, lambda: "1 new: Home" in shown(pilot))
        await until(pilot, lambda: isinstance(events.table.row, RequestRow))
        assert events.table.row.request == on
        await pilot.press("home")
        await settle(pilot)
        assert "new: Home" not in shown(pilot) and "/new" in shown(pilot)
