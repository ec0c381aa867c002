"""The command palette: the one key table again, found by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from textual.app import App, SystemCommand
from textual.screen import Screen

from mouchard.language import _
from mouchard.tui import keys
from mouchard.tui.widgets.key_bar import KeyBar, action


def commands(app: App[None], screen: Screen[Any]) -> Iterator[SystemCommand]:
    """What can be done on this screen and everywhere; moving about in a table is left to the keys."""
    places = {place for bar in screen.query(KeyBar) for place in bar.places} - {"table"} | {"everywhere"}
    for key in keys.KEYS:
        if places & set(key.places) and key.action != "command_palette":
            title = _(key.help).split(":")[0]
            yield SystemCommand(title[:1].upper() + title[1:], key.cap, partial(app.run_action, action(key)))
