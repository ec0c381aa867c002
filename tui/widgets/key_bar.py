"""The bottom line: what the keys do here. Each can be clicked."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.widgets import Static

from mouchard.language import _
from mouchard.tui import keys
from mouchard.tui.theme import Palette


class KeyBar(Static):
    """The keys of some places, as many as fit; the last ones (help, quit) always do."""

    KEEP = 2

    def __init__(self, *places: str) -> None:
        super().__init__(id="keys", markup=False)
        self.places = places
        self._ends: list[tuple[int, keys.Key]] = []

    def draw(self, colours: Palette) -> None:
        """Draws the bar for the present width and places."""
        shown = [(key, f" {key.cap} ", _(key.label) + " ") for key in keys.bar(*self.places, "everywhere")]
        width = self.size.width or 80
        while len(shown) > self.KEEP and sum(cell_len(cap + label) for _key, cap, label in shown) > width:
            del shown[-self.KEEP - 1]
        said = Text(no_wrap=True, end="")
        self._ends.clear()
        for key, cap, label in shown:
            said.append(cap, f"bold {colours.key}").append(label)
            self._ends.append((cell_len(said.plain), key))
        self.update(said)

    async def on_click(self, event: events.Click) -> None:
        key = next((key for end, key in self._ends if event.x < end), None)
        if key is not None:
            await self.run_action(action(key))


def action(key: keys.Key) -> str:
    """The action with where it is defined, for `run_action`."""
    place = key.places[0]
    namespace = {"everywhere": "app.", "table": "focused."}.get(place, "screen.")
    return namespace + key.action
