"""Small questions over a screen: each returns an answer, Esc means no."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from mouchard import words
from mouchard.language import _, mark
from mouchard.tui import text
from mouchard.tui.text import cell


class Confirm(ModalScreen[bool]):
    """A question with yes and no; Enter and `y` mean yes, Esc and `n` mean no."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y,o", "answer(1)", show=False),
        Binding("escape,n,q", "answer(0)", show=False),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(cell(self._question), markup=False)
            yield Static(
                Text.assemble(("↵ ", "bold"), self._yes, "     ", ("Esc ", "bold"), _("no")), markup=False
            )

    def action_answer(self, yes: int) -> None:
        self.dismiss(bool(yes))


CHOICES = ("before", "accepted", "refused", "withdrawn")
SAID: dict[str, str] = {
    "before": mark("No choice yet: I have just opened the site"),
    "accepted": mark("I accepted"),
    "refused": mark("I refused"),
    "withdrawn": mark("I withdrew my consent"),
    "undo": mark("Take back the last mark"),
}


class Choice(ModalScreen[str]):
    """What the person just chose on a site's consent banner; `undo`, or empty for nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", show=False)]

    def __init__(self, site: str, standing: str) -> None:
        """`standing` is the phase marked last for this site, or empty."""
        super().__init__()
        self._site = site
        self._standing = standing

    def compose(self) -> ComposeResult:
        options = [Option(Text(_(SAID[name])), id=name) for name in CHOICES]
        if self._standing:
            options += [Option(Text(_(SAID["undo"])), id="undo")]
        with Vertical(id="dialog"):
            yield Static(
                cell(_("What did you choose on {site}?").format(site=text.site(self._site)), "bold"),
                markup=False,
            )
            if self._standing:
                said = _(words.PHASES.get(self._standing, self._standing))
                yield Static(Text(_("Marked until now:") + " " + said), markup=False)
            yield OptionList(*options, markup=False)
            advice = _("Mark it right after you clicked: what follows counts as after your choice.")
            yield Static(Text(advice), classes="quiet", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option.id or "")

    def action_cancel(self) -> None:
        self.dismiss("")


class Pick(ModalScreen[str]):
    """One name out of some; empty for none."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "cancel", show=False)]

    def __init__(self, question: str, names: tuple[str, ...], advice: str) -> None:
        super().__init__()
        self._question = question
        self._names = names
        self._advice = advice

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            yield Static(cell(self._question, "bold"), markup=False)
            yield OptionList(*[Option(cell(name, limit=60)) for name in self._names], markup=False)
            yield Static(Text(self._advice), classes="quiet", markup=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._names[event.option_index])

    def action_cancel(self) -> None:
        self.dismiss("")
