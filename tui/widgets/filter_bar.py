"""The filter bar: the filter language of the command line, with the words it knows offered as you type."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input, Static

from mouchard.errors import MouchardError
from mouchard.language import _
from mouchard.model import DATA_TYPES, LEVELS
from mouchard.printable import printable
from mouchard.store.filterlang import Query, parse
from mouchard.store.terms import KEYS, LOCATIONS
from mouchard.tui.feed import Snapshot
from mouchard.tui.text import cell

VALUES: dict[str, tuple[str, ...]] = {
    "type": DATA_TYPES,
    "level": LEVELS,
    "party": ("first", "third", "same-company", "relay", "unknown"),
    "proof": ("identity", "field", "shape", "sync"),
    "phase": ("none", "before", "accepted", "refused", "withdrawn", "unsettled"),
    "since": ("1h", "24h", "7d"),
    "location": LOCATIONS,
}


OPEN = frozenset({"since", "location"})
"""Keys that take more than the values offered."""


class FilterBar(Vertical):
    """Opened with `/`; filters while you type, Enter keeps the filter, Esc takes it away."""

    class Filtered(Message):
        """The filter changed to something that can be understood."""

        def __init__(self, query: Query) -> None:
            super().__init__()
            self.query = query

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, FilterBar.Filtered)

    class Closed(Message):
        """The bar is done with."""

    def compose(self) -> ComposeResult:
        yield Input(placeholder=_("all"), id="filter-input", suggester=Completer(), max_length=400)
        yield Static(id="filter-hint", markup=False)

    def on_mount(self) -> None:
        self._hint()

    def open(self, query: Query) -> None:
        """Shows the bar with the filter that stands."""
        self.add_class("-open")
        box = self.query_one(Input)
        with box.prevent(Input.Changed):
            box.value = printable(str(query)) + (" " if query.terms else "")
        box.cursor_position = len(box.value)
        box.focus()

    def know(self, snapshot: Snapshot) -> None:
        """Names met so far, offered after `site:`, `company:` and `client:`."""
        met: dict[str, set[str]] = {
            "site": {flow.site for flow in snapshot.flows} - {""},
            "company": {flow.recipient for flow in snapshot.flows},
            "client": set(snapshot.devices.values()),
        }
        for key, names in met.items():
            safe = {name for name in names if printable(name) == name}
            self._names[key] = tuple(sorted({*self._names.get(key, ()), *safe}))

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        safe = printable(event.value)
        if safe != event.value:  # pasted
            event.input.value = safe
        else:
            last = safe.rpartition(" ")[2]
            offered = self._ahead(last) if last else ()
            self._apply(safe[: len(safe) - len(last)] if offered else safe)
            if ":" in last and offered:
                self._hint(offered=offered)

    def _apply(self, text: str) -> bool:
        """Filters by the text; False where it cannot be understood, which is said."""
        try:
            query = parse(text)
        except MouchardError as error:
            self._hint(f"{error.message}: {error.hint}" if error.hint else error.message)
            return False
        self._hint()
        self.post_message(self.Filtered(query))
        return True

    def _ahead(self, word: str) -> tuple[str, ...]:
        """What a word on its way may become: keys, or values of a key; empty where it is whole."""
        key, colon, start = word.removeprefix("-").partition(":")
        if not colon:
            return tuple(f"{known}:" for known in KEYS if known.startswith(key))
        if key in OPEN or "," in start:
            return ()
        known = VALUES.get(key) or self._names.get(key, ())
        begin = start.lower().lstrip('"')
        if begin in (value.lower() for value in known):
            return ()
        return tuple(value for value in known if value.lower().startswith(begin))

    @property
    def _names(self) -> dict[str, tuple[str, ...]]:
        suggester = self.query_one(Input).suggester
        assert isinstance(suggester, Completer)
        return suggester.names

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._apply(event.value):
            self._close()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            event.stop()
            self.query_one(Input).value = ""
            self.post_message(self.Filtered(Query()))
            self._close()
        elif event.key == "tab":
            event.stop()
            event.prevent_default()
            self.query_one(Input).action_cursor_right()  # takes the suggestion

    def _close(self) -> None:
        self.remove_class("-open")
        self.post_message(self.Closed())

    def _hint(self, wrong: str = "", offered: Iterable[str] = ()) -> None:
        hint = self.query_one("#filter-hint", Static)
        hint.set_class(bool(wrong), "-wrong")
        keys = "  ".join(offered) or " ".join(f"{key}:" for key in KEYS)
        hint.update(
            cell(wrong or f"{keys}  -{_('not')}  ↵ {_('keep')}  Tab {_('complete')}  Esc {_('clear')}")
        )


class Completer(Suggester):
    """Completes the last word: a key, then a value of that key."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self.names: dict[str, tuple[str, ...]] = {}

    async def get_suggestion(self, value: str) -> str | None:
        _before, _space, word = value.rpartition(" ")
        lead = value[: len(value) - len(word)]
        minus, word = ("-", word[1:]) if word.startswith("-") else ("", word)
        if not word:
            return None
        key, colon, start = word.partition(":")
        if not colon:
            found = next((known for known in KEYS if known.startswith(word)), None)
            return f"{lead}{minus}{found}:" if found else None
        choices = self.names.get(key) or VALUES.get(key, ())
        match = next((known for known in choices if known.lower().startswith(start.lower()) and start), None)
        if match is None:
            return None
        shown = f'"{match}"' if " " in match else match
        return f"{lead}{minus}{key}:{shown}"
