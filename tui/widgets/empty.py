"""What is shown before anything was recorded: what this is, and what to do next."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from mouchard.language import _, plural
from mouchard.tui.recorder import Recorder
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette


class Empty(Static):
    """The first steps, each with its key."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def wait(self, trouble: str) -> None:
        """Before the first picture: that it is being read, or why it cannot be."""
        said = _("The database cannot be read; trying again:") + " " + trouble if trouble else _("Reading…")
        self.update(cell(said))

    def tell(self, recorder: Recorder, colours: Palette, query: str = "", messages: int = 0) -> None:
        """Shows the next step for this state; with a filter, that the filter lets nothing through."""
        if query:
            self.update(Text.assemble(
                (_("Nothing matches this filter."), "bold"), "\n", cell(query, colours.key), "\n\n",
                *_step("F", _("show everything again"), colours),
                *_step("/", _("change the filter"), colours),
            ))  # fmt: skip
            return
        nothing = _("Nothing recorded yet. What next?")
        if messages:
            nothing = plural(
                "{n} message recorded: no other company was contacted. What next?",
                "{n} messages recorded: no other company was contacted. What next?",
                messages,
            )
        said = Text.assemble(
            (_("See which site leaks which of your data to whom."), "bold"), "\n",
            (nothing, colours.dim), "\n\n",
            *_step("d", _("demo: an invented shop leaks an invented person's data; no network"), colours),
            *_step("o", _("open a browser that goes through Mouchard, then visit a site"), colours),
            *_step("i", _("say who you are, so that your data is recognised"), colours),
            *_step("p", _("connect a phone"), colours),
            *_step("?", _("all keys, and what the signs mean"), colours),
        )  # fmt: skip
        if recorder.running and recorder.address:
            said.append("\n" + _("Or point any program at the proxy:") + " ", colours.dim)
            said.append_text(cell(recorder.address, "bold"))
        elif not recorder.running:
            said.append("\n" + _("Nothing is being captured now; `mouchard run` starts it."), colours.dim)
        said.append("\n" + _("Everything stays on this computer."), colours.dim)
        self.update(said)


def _step(cap: str, what: str, colours: Palette) -> tuple[tuple[str, str], str]:
    return (f"  {cap}  ", f"bold {colours.key}"), what + "\n"
