"""The filter bar: the language of the command line, applied as you type, with completion."""

from __future__ import annotations

from pathlib import Path

import pytest
from tui_world import Opened, settle, shown

from mouchard.tui.widgets.filter_bar import Completer, FilterBar
from mouchard.tui.widgets.who_gets_what import WhoGetsWhat


async def test_filtering_while_typing_keeping_and_clearing(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"company:Meta")
        await settle(pilot)
        assert "Criteo" not in shown(pilot) and "Meta" in shown(pilot)
        await pilot.press("enter")
        assert isinstance(pilot.app.focused, WhoGetsWhat)
        assert "/ company:Meta" in shown(pilot)
        await pilot.press("F")
        await settle(pilot)
        assert "Criteo" in shown(pilot)


async def test_escape_takes_the_filter_away(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"-site:presse.example")
        await settle(pilot)
        assert "Criteo" not in shown(pilot)
        await pilot.press("escape")
        await settle(pilot)
        assert "Criteo" in shown(pilot)
        assert not pilot.app.screen.query_one(FilterBar).has_class("-open")


async def test_what_cannot_be_understood_is_said_and_changes_nothing(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"type:nonsense")
        await settle(pilot)
        assert "the filter knows no type 'nonsense'" in shown(pilot)
        assert "Criteo" in shown(pilot)


async def test_nothing_matches(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"site:absent.example", "enter")
        await settle(pilot)
        assert "Nothing matches this filter." in shown(pilot)
        await pilot.press("F")
        await settle(pilot)
        assert "Meta" in shown(pilot)


async def test_f_shows_only_the_selected(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("f")
        await settle(pilot)
        assert "/ site:presse.example" in shown(pilot) and "Meta" not in shown(pilot)
        await pilot.press("down", "down", "f")
        await settle(pilot)
        assert "/ company:Criteo" in shown(pilot)


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("si", "site:"),
        ("-comp", "-company:"),
        ("type:em", "type:email"),
        ("level:L3 ph", "level:L3 phase:"),
        ("company:goo", 'company:"Google Ads"'),
        ("-site:bou", "-site:boutique.example"),
        ("site:", None),
        ("", None),
        ("zzz", None),
    ],
)
async def test_completion(typed: str, completed: str | None) -> None:
    completer = Completer()
    completer.names = {"site": ("boutique.example",), "company": ("Google Ads", "Meta")}
    assert await completer.get_suggestion(typed) == completed


async def test_tab_takes_the_completion(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"company:Crit")
        await settle(pilot)
        await pilot.press("tab")
        await settle(pilot)
        assert pilot.app.filter_query.terms[0].value == "Criteo"


async def test_a_value_on_its_way_is_no_error_but_an_offer(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"type:e")
        await settle(pilot)
        assert "knows no type" not in shown(pilot) and "\n email" in shown(pilot)
        assert not pilot.app.filter_query.terms
        await pilot.press(*"mail")
        await settle(pilot)
        assert str(pilot.app.filter_query) == "type:email" and "site: company:" in shown(pilot)


async def test_enter_keeps_the_bar_open_on_what_cannot_be_understood(live: Opened, db: Path) -> None:
    async with live(db) as pilot:
        await pilot.press("slash", *"type:em", "enter")
        await settle(pilot)
        assert pilot.app.screen.query_one(FilterBar).has_class("-open")
        assert "the filter knows no type" in shown(pilot)
