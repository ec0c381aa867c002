"""The report of a site, written from inside the live view; its path stays on the screen until it is read."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from mouchard import language
from mouchard.errors import MouchardError
from mouchard.language import _
from mouchard.report import files
from mouchard.store.read import Reader
from mouchard.tui import text
from mouchard.tui.text import cell

KINDS = ("html", "md", "json")


class Export(ModalScreen[None]):
    """Asks once, writes, shows where."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y,o", "write", show=False),
        Binding("escape,n,q", "close", show=False),
    ]

    def __init__(self, database: Path, site: str, folder: Path) -> None:
        """`folder` gets a folder of its own for the site."""
        super().__init__()
        self._database = database
        self._site = site
        self._folder = folder / files.folder_name(site)
        self.written: tuple[Path, ...] = ()

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog"):
            title = _("Write the report of {site}?").format(site=text.site(self._site))
            yield Static(cell(title, "bold"), markup=False)
            said = _("A page to read, Markdown and JSON, values masked, in this folder:")
            yield Static(cell(said), id="export-said", markup=False)
            yield Static(cell(str(self._folder), limit=1000), id="export-path", markup=False)
            yield Static(cell(""), id="export-keys", markup=False)

    def on_mount(self) -> None:
        self.query_one("#export-keys", Static).update(_keys())

    def action_write(self) -> None:
        if self.written:
            self.dismiss()
        else:
            self._write()

    def action_close(self) -> None:
        self.dismiss()

    @work(group="export", exclusive=True, exit_on_error=False)
    async def _write(self) -> None:
        try:
            paths = await asyncio.to_thread(write, self._database, self._site, self._folder)
        except (MouchardError, OSError) as error:
            self._say(_("It could not be written:"), getattr(error, "message", "") or str(error))
            return
        self.written = tuple(paths)
        self._say(_("The report is written:"), "\n".join(str(path) for path in paths))
        self.query_one("#export-keys", Static).update(Text.assemble(("↵ ", "bold"), _("back")))

    def _say(self, said: str, what: str) -> None:
        self.query_one("#export-said", Static).update(Text(said))
        lines = [cell(line, "bold", limit=1000) for line in what.split("\n")]
        self.query_one("#export-path", Static).update(Text("\n").join(lines))


def write(database: Path, site: str, folder: Path) -> list[Path]:
    """Writes the report through a connection of its own, so that the picture goes on meanwhile."""
    with Reader(database) as reader:
        return files.write(reader, site, folder, KINDS, language.spoken())


def _keys() -> Text:
    return Text.assemble(("↵ ", "bold"), _("write"), "     ", ("Esc ", "bold"), _("no"))
