"""A page on one question: what is known in a few lines, over a table of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from mouchard.language import _, mark
from mouchard.model import Level
from mouchard.store.read import Reader
from mouchard.tui import keys
from mouchard.tui.screens.base import View
from mouchard.tui.text import cell
from mouchard.tui.widgets.key_bar import KeyBar
from mouchard.tui.widgets.table import Column, Table


class Part(Protocol):
    """What can be put in order."""

    @property
    def level(self) -> Level: ...
    @property
    def findings(self) -> int: ...
    @property
    def last(self) -> float: ...


ORDERS: dict[str, Callable[[Part], Any]] = {
    mark("the most serious first"): lambda part: (-int(part.level[1:]), -int(part.last // 60)),
    mark("the most leaks first"): lambda part: -part.findings,
    mark("the latest first"): lambda part: -part.last,
}

A = TypeVar("A")
R = TypeVar("R", bound=Part)


@dataclass(frozen=True, slots=True)
class Page(Generic[A, R]):
    """One reading of the database."""

    about: A
    rows: Sequence[R]


class Sheet(View, Generic[A, R]):
    """Read again whenever the database changes; each kind says what it reads and how it is told."""

    BINDINGS: ClassVar[list[BindingType]] = keys.bindings("sheet")
    COLUMNS: ClassVar[tuple[Column, ...]]

    def __init__(self) -> None:
        super().__init__()
        self.page: Page[A, R] | None = None
        self._order = 0

    def read(self, reader: Reader) -> Page[A, R]:
        """The page; runs in the thread of the feed."""
        raise NotImplementedError

    def about(self, page: Page[A, R]) -> Text:
        """What stands over the table; the first line is the title."""
        raise NotImplementedError

    def key(self, row: R) -> str:
        """Names a row for as long as the view runs."""
        raise NotImplementedError

    def cells(self, row: R, widths: Sequence[int]) -> Sequence[Text]:
        """A safe Text for each column."""
        raise NotImplementedError

    def open(self, row: R) -> None:
        """Shows what is behind a row."""
        raise NotImplementedError

    def site(self, row: R | None) -> str:
        """The site a row is about, for a report or a mark; empty where there is none."""
        return ""

    def compose(self) -> ComposeResult:
        yield Static(id="heading", markup=False)
        yield Table(self.COLUMNS, self.key, self.cells, id="parts")
        yield Static(id="order", markup=False)
        yield KeyBar("table", "sheet")

    def on_mount(self) -> None:
        super().on_mount()
        self.table.focus()
        self.tell()

    @property
    def table(self) -> Table[R]:
        return self.query_one(Table)

    @work(exclusive=True)
    async def tell(self, *_snapshot: object) -> None:
        """Reads the page again."""
        try:
            self.page = await self.ask(self.read)
        except Exception as error:  # the status line of the overview tells it; the page stays as it was
            self.log.error(f"{type(self).__name__}: {error}")
            return
        self._show()

    def _show(self) -> None:
        if self.page is not None:
            order = list(ORDERS.values())[self._order]
            self.table.show(sorted(self.page.rows, key=order))
            self.redraw()

    def redraw(self) -> None:
        super().redraw()
        if self.page is not None:
            said = self.about(self.page)
            lines = said.split("\n", allow_blank=True)
            most = max(self.size.height // 2 - 1, 3)
            said = Text("\n").join(lines[:most]) if len(lines) > most else said
            self.query_one("#heading", Static).update(said)
            query = self.live.filter_query
            shown = f"   / {query}" if query.terms else ""
            order = " " + _(list(ORDERS)[self._order])
            self.query_one("#order", Static).update(
                Text.assemble((order, self.colours.dim), cell(shown, self.colours.key))
            )
        self.table.refresh()

    def on_table_opened(self, event: Table.Opened) -> None:
        event.stop()
        if self.table.row is not None:
            self.open(self.table.row)

    def on_table_moved(self, event: Table.Moved) -> None:
        event.stop()

    def action_back(self) -> None:
        self.app.pop_screen()

    def action_sort(self) -> None:
        self._order = (self._order + 1) % len(ORDERS)
        self._show()

    def action_export(self) -> None:
        self.live.export(self.site(self.table.row))

    def action_choice(self) -> None:
        self.live.choose(self.site(self.table.row))

    def action_copy(self) -> None:
        if self.page is not None:
            self.live.copy(self.about(self.page).plain)
