"""A table that draws only the rows it shows, so that ten rows and a million cost the same.

Rows are whatever the caller has; they become cells when they come into view. Rows may be replaced at
any moment: the cursor stays on its row, by key, and that row stays where it is on the screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from mouchard.language import _
from mouchard.tui import keys

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of fixed width, or with a share of what the fixed ones leave."""

    label: str
    width: int
    share: int = 0
    """0: exactly `width`; else at least `width`, growing by this share of the spare cells."""
    right: bool = False
    from_width: int = 0
    """Shown only in a table of at least this width."""


def measure(columns: Sequence[Column], width: int) -> list[tuple[Column, int]]:
    """The columns that fit a table of this width, each with its cells; one cell lies around each."""
    shown = [column for column in columns if width >= column.from_width]
    spare = max(width - sum(column.width for column in shown) - len(shown) - 1, 0)
    shares = sum(column.share for column in shown)
    return [(column, column.width + (spare * column.share // shares if shares else 0)) for column in shown]


class Table(ScrollView, Generic[R], can_focus=True, inherit_bindings=False):
    """Rows with a cursor. Posts `Moved` when another row comes under it, `Opened` on Enter or a click."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"table--header", "table--cursor", "table--away"}
    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("table")

    class Moved(Message):
        """Another row is under the cursor."""

        def __init__(self, table: Table[Any]) -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> Table[Any]:
            return self.table

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, Table.Moved) and message.table is self.table

    class Opened(Moved):
        """The person wants to see what is behind the row."""

        def can_replace(self, message: Message) -> bool:
            return False

    def __init__(
        self,
        columns: Sequence[Column],
        key: Callable[[R], str],
        cells: Callable[[R, Sequence[int]], Sequence[Text]],
        *,
        id: str | None = None,
    ) -> None:
        """`cells(row, widths)` gives a safe Text for each of `columns`, a hidden one's width being 0."""
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._key = key
        self._cells = cells
        self._rows: Sequence[R] = ()
        self._cursor = 0
        self._moved_by_hand = False

    @property
    def row(self) -> R | None:
        """The row under the cursor."""
        return self._rows[self._cursor] if self._cursor < len(self._rows) else None

    @property
    def rows(self) -> Sequence[R]:
        return self._rows

    @property
    def cursor(self) -> int:
        return self._cursor

    def entitle(self, *labels: str) -> None:
        """Other words, in English, over the first columns."""
        first = zip(self._columns, labels, strict=False)
        renamed = tuple(replace(column, label=label) for column, label in first)
        self._columns = (*renamed, *self._columns[len(renamed) :])

    def show(self, rows: Sequence[R]) -> None:
        """Replaces the rows; the cursor follows its row, or stays on the first until it has been moved."""
        before = self._key(self.row) if self.row is not None else ""
        old, self._rows = self._cursor, rows
        if not self._moved_by_hand:
            self._cursor = 0
        else:
            found = next((i for i, row in enumerate(rows) if self._key(row) == before), -1)
            self._cursor = found if found >= 0 else max(min(old, len(rows) - 1), 0)
        self.virtual_size = Size(self.size.width, len(rows) + 1)
        if self._cursor != old and self.scroll_offset.y:
            self.scroll_to(y=self.scroll_offset.y + self._cursor - old, animate=False, force=True)
        self.refresh()
        if (self._key(self.row) if self.row is not None else "") != before or not before:
            self.post_message(self.Moved(self))

    def select(self, key: str) -> None:
        """Puts the cursor on the row of this key, if it is there."""
        found = next((i for i, row in enumerate(self._rows) if self._key(row) == key), -1)
        if found >= 0:
            self._go(found)

    def action_move(self, by: int) -> None:
        self._go(self._cursor + by)

    def action_page(self, by: int) -> None:
        self._go(self._cursor + by * max(self.size.height - 2, 1))

    def action_end(self, which: int) -> None:
        self._go(len(self._rows) - 1 if which > 0 else 0)

    def action_open(self) -> None:
        if self.row is not None:
            self.post_message(self.Opened(self))

    def _go(self, index: int) -> None:
        index = max(min(index, len(self._rows) - 1), 0)
        self._moved_by_hand = True
        if index != self._cursor:
            self._cursor = index
            self.post_message(self.Moved(self))
        self.scroll_to_region(Region(0, index, 1, 2), animate=False, force=True)
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        index = event.y - 1 + self.scroll_offset.y
        if event.y > 0 and index < len(self._rows):
            self._go(index)
            if event.chain > 1:
                self.action_open()

    def on_resize(self, event: events.Resize) -> None:
        self.virtual_size = Size(event.size.width, len(self._rows) + 1)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y == 0:
            header = self.get_component_rich_style("table--header")
            layout = measure(self._columns, width)
            return self._strip([(Text(_(c.label)), c, w) for c, w in layout], header, header)
        index = y - 1 + self.scroll_offset.y
        base = self.rich_style
        if index >= len(self._rows):
            return Strip.blank(width, base)
        style = base
        if index == self._cursor:
            away = "table--cursor" if self.has_focus else "table--away"
            style = self.get_component_rich_style(away)
        layout = measure(self._columns, width)
        cells = {column: size for column, size in layout}
        widths = [cells.get(column, 0) for column in self._columns]
        texts = self._cells(self._rows[index], widths)
        shown = [
            (text, column, size)
            for text, column, size in zip(texts, self._columns, widths, strict=True)
            if size
        ]
        return self._strip(shown, base, style)

    def _strip(self, cells: Sequence[tuple[Text, Column, int]], base: Style, style: Style) -> Strip:
        segments = [Segment(" ")]
        for text, column, width in cells:
            text = text.copy()
            text.truncate(width, overflow="ellipsis")
            blank = " " * max(width - cell_len(text.plain), 0)
            if column.right:
                segments.append(Segment(blank))
            ink = self.app.console.get_style(text.style)  # what `render` leaves to its caller
            segments += Segment.apply_style(text.render(self.app.console, end=""), ink)
            segments.append(Segment(" " if column.right else blank + " "))
        strip = Strip(Segment.apply_style(segments, base if style is base else None))
        if style is not base:  # the bar wins over the colours of the cells' ground, not over their ink
            strip = strip.apply_style(style)
        return strip.adjust_cell_length(self.size.width, style)


__all__ = ["Column", "Table", "measure"]
