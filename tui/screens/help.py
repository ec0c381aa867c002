"""All keys, from the one table, and what the signs and words mean."""

from __future__ import annotations

from textwrap import wrap
from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from mouchard import words
from mouchard.language import _
from mouchard.store.terms import KEYS as FILTER_KEYS
from mouchard.tui import keys, text
from mouchard.tui.screens.base import View
from mouchard.tui.theme import Palette
from mouchard.tui.widgets.key_bar import KeyBar


class Help(View):
    """One page, scrollable."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("help")

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        with VerticalScroll(id="evidence"):
            yield Static(id="help-text", markup=False)
        yield KeyBar("help")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#evidence").focus()
        self.redraw()

    def redraw(self) -> None:
        super().redraw()
        self.query_one("#heading", Static).update(Text(_("Help"), "bold"))
        self.query_one("#help-text", Static).update(page(self.colours, min(self.size.width - 4, 104)))

    def action_back(self) -> None:
        self.app.pop_screen()


def page(colours: Palette, width: int = 80) -> Text:
    """The whole help as text, for so many cells."""
    said = _title(_("How to read the overview"), colours)
    said.append(_(
        "Each site you visit, and under it each company that got something: what kind of data, how"
        " serious, how many times, when last. Open a line to see the exact field and the proof."
    ) + "\n")  # fmt: skip
    said.append_text(_title(_("Levels"), colours))
    room = 6 + max(cell_len(_(word)) for word in words.LEVELS.values())
    for code, meaning in words.LEVEL_MEANING.items():
        name = text.level(code, colours)
        _hang(said, name.append(" " * (room - name.cell_len)), _(meaning), width)
    said.append_text(_title(_("What is not seen"), colours))
    said.append(_(
        "Sealed: connections that could not be read, or that you chose not to read; only the host is known."
        " Lost: messages that passed unrecorded, counted. What servers tell each other is never seen here."
    ) + "\n")  # fmt: skip
    said.append_text(_title(_("Keys"), colours))
    for key in keys.KEYS:
        _hang(said, Text(f"{key.cap:<8} ", f"bold {colours.key}"), _(key.help), width)
    said.append_text(_title(_("Filter"), colours))
    said.append(" ".join(f"{key}:" for key in FILTER_KEYS) + "\n", colours.key)
    said.append(_("Words are all required; a - before a word excludes it. Example:") + " ", colours.dim)
    said.append("party:third type:email -company:Meta since:2h\n")
    said.append_text(_title(_("Your data"), colours))
    said.append(_("Everything stays on this computer. Values are masked on every screen and in every copy."))
    return said


def _hang(said: Text, lead: Text, what: str, width: int) -> None:
    """Adds words behind a lead; further lines begin under the first word."""
    lines = wrap(what, max(width - lead.cell_len, 20))
    said.append_text(lead).append(f"\n{' ' * lead.cell_len}".join(lines) + "\n")


def _title(title: str, colours: Palette) -> Text:
    return Text.assemble("\n", (title, f"bold {colours.key}"), "\n", end="")
