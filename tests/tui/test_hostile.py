"""Everything from the wire is hostile: nothing of it moves, colours, hides or runs anything on the screen."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from textual.widgets import Input
from tui_world import Opened, World, leak, put, settle, until

from mouchard.capture.records import Capture
from mouchard.model import Company, Finding, Match
from mouchard.store.filterlang import EVERYTHING
from mouchard.store.write import Writer
from mouchard.tui.screens.dialogs import Choice
from mouchard.tui.screens.export import Export
from mouchard.tui.screens.findings import Findings
from mouchard.tui.screens.recipients import RecipientView
from mouchard.tui.screens.sites import SiteView
from mouchard.tui.widgets.table import Table
from mouchard.tui.widgets.who_gets_what import WhoGetsWhat

ROOT = Path(__file__).parents[2]

NASTY = {
    "closing tag": "[/nope] [/]",
    "action": "[@click=app.quit]click me[/]",
    "brackets": "user[email]=x&q[0]=1&a[b]=2",
    "title": "\x1b]0;pwned\x07",
    "colour": "\x1b[31mred\x1b[0m",
    "clear": "\x1b[2J\x1b[H\x9b2J",
    "newlines": "a\r\nb\nc\td",
    "bidi": "safe\u202egnp.exe\u2066x\u2069",
    "invisible": "zero\u200bwidth\u2060\ufeff\u3164",
    "marks": "Z" + "\u0301" * 300,
    "emoji": "\U0001f469\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f \U0001f1eb\U0001f1f7",
    "wide": "\u6f22\u5b57" * 200,
    "format": "{site} {0} {n.__class__} %s %(x)s",
    "rich style": "[bold red on blue]x[/bold]",
    "megabyte": "x" * 1_000_000,
}


def hostile() -> World:
    """A world where every string that can come from the wire or a list is one of these, in turn."""
    world = World(Capture("ba" * 16, "live", "\x1b[2J", 1_700_000_000.0, "[/nope]"))
    for text in NASTY.values():
        found: Finding = leak(
            "email", text, text, chain=(text, "sha256"), person=text, ground=f"topic: {text}", note=text
        )
        company = Company(text[:9000], text, text, text, text)
        rule = Match(text, text, text, 1, text, "A")
        site = text[:250].lower()  # what comes of a host name
        world.send(
            site,
            f"https://t.example/{text}",
            company,
            found=(found,),
            rules=(rule,),
            client=text,
            method=text,
        )
        world.send(site, f"https://other.example/{text}", None)
        world.seal(text)
        world.lose(text, 3)
        world.choose(site, "refused")
    return world


async def test_every_screen_survives_and_shows_nothing_raw(
    live: Opened, tmp_path: Path, writer: Writer
) -> None:
    put(writer, hostile())
    size = (80, 24)
    async with live(tmp_path / "test.db", size) as pilot:
        app = pilot.app

        async def look() -> None:
            await settle(pilot, 1)
            for strip in app.screen._compositor.render_strips():
                assert strip.text.isprintable(), strip.text
                assert strip.cell_length == size[0]
                assert not any(segment.control or (segment.style and segment.style.link) for segment in strip)

        await look()
        table = app.screen.query_one(WhoGetsWhat)
        assert len(table.rows) == 3 * len(NASTY)
        for _row in table.rows:
            await pilot.press("down")
            await look()
        await pilot.press("end", "right")
        await look()
        for text in NASTY.values():
            app.trouble = text
            app.say(text, "error")
            await look()
            app.clear_notifications()
            await app.push_screen(Choice(text, "refused"))
            await look()
            await pilot.press("escape", "slash")
            app.screen.query_one(Input).value = text
            await look()
            await pilot.press("escape")
        await app.push_screen(Findings(EVERYTHING, NASTY["closing tag"]))
        await look()
        for _row in NASTY:
            await pilot.press("down")
            await look()
        await pilot.press("home", "enter")
        for _row in NASTY:
            await look()
            await pilot.press("y", "right")
            assert app.clipboard.isprintable()
        assert app.is_running


async def test_every_page_survives_too(live: Opened, tmp_path: Path, writer: Writer) -> None:
    put(writer, hostile())
    size = (80, 24)
    async with live(tmp_path / "test.db", size) as pilot:
        app = pilot.app

        async def look() -> None:
            await settle(pilot, 2)
            for strip in app.screen._compositor.render_strips():
                assert strip.text.isprintable(), strip.text
                assert strip.cell_length == size[0]

        for view in ("2", "3", "4", "5"):
            await pilot.press(view)
            await look()
            for _row in app.screen.query_one(Table).rows[:40]:
                await pilot.press("down")
            await look()
        for text in NASTY.values():
            for page in (SiteView(text), RecipientView(text), Export(tmp_path / "test.db", text, tmp_path)):
                await app.push_screen(page)
                await look()
                await pilot.press("escape")
        assert app.is_running


async def test_a_site_with_a_hostile_name_can_be_filtered_and_opened(
    live: Opened, tmp_path: Path, writer: Writer
) -> None:
    put(writer, hostile())
    async with live(tmp_path / "test.db") as pilot:
        for _row in range(0, 3 * len(NASTY), 3):
            await pilot.press("enter")
            await until(pilot, lambda: isinstance(pilot.app.screen, Findings))
            await until(pilot, lambda: len(pilot.app.screen.query_one(Table).rows) == 1)
            await pilot.press("escape", "f")
            await settle(pilot, 1)
            await pilot.press("F")
            await settle(pilot, 2)
            await pilot.press("down", "down", "down")
        assert pilot.app.is_running


def test_brackets_are_shown_as_they_were_sent() -> None:
    from mouchard.tui.text import cell

    assert cell("user[email]=x").plain == "user[email]=x"


def test_fitting_counts_terminal_cells() -> None:
    from rich.cells import cell_len

    from mouchard.tui.text import fit

    for text in NASTY.values():
        for width in (0, 1, 2, 7, 30):
            assert cell_len(fit(text[:200], width)) <= width


MARKUP = {"Static", "Label", "Button", "Checkbox", "Option", "OptionList", "Tooltip", "Link", "Collapsible"}
SAFE = {"cell", "Text", "page", "where", "steps", "why", "tracker", "facts", "_spread"}
"""Calls that give a `rich.text.Text`, which no markup reaches."""


def is_text(node: ast.expr) -> bool:
    """Whether an argument is a literal or plainly a Text."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.Call):
        called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        return called in SAFE or (isinstance(owner, ast.Name | ast.Call) and called in {"assemble", "join"})
    return False


@pytest.mark.parametrize("path", sorted((ROOT / "tui").rglob("*.py")), ids=lambda path: path.name)
def test_no_widget_interprets_what_it_is_given(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and node.attr in {"border_title", "border_subtitle", "tooltip"}:
            pytest.fail(f"{path}:{node.lineno}: titles and tooltips interpret markup")
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        closed = any(
            keyword.arg == "markup"
            and isinstance(keyword.value, ast.Constant)
            and keyword.value.value is False
            for keyword in node.keywords
        )
        literal = all(is_text(argument) for argument in node.args)
        if name in MARKUP - {"Option"} and not closed:
            pytest.fail(f"{path}:{node.lineno}: {name} without markup=False")
        if name in {"Option", "Static"} and not literal:
            pytest.fail(f"{path}:{node.lineno}: {name} is given something that is no Text")
        if name == "notify" and not closed:
            pytest.fail(f"{path}:{node.lineno}: notify without markup=False")
        if name == "from_markup" or (
            name == "print" and path.name != "commands.py" and path.name != "__main__.py"
        ):
            pytest.fail(f"{path}:{node.lineno}: {name}")
