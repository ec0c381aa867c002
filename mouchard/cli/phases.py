"""`browse --phases`: two guided visits, and what the choice changed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mouchard import browser, words
from mouchard.browser import devtools
from mouchard.browser.journey import Guide, Visit, travel
from mouchard.browser.programs import Program
from mouchard.cli.watching import Place
from mouchard.language import _
from mouchard.printable import printable
from mouchard.report import files
from mouchard.report.difference import COMPARED, Difference, difference
from mouchard.store import filterlang
from mouchard.store.read import Reader


async def lead(place: Place, url: str, program: Program, headless: bool, by_itself: bool) -> list[Visit]:
    """Both visits, through the capture at this place."""
    watched = program.family == "chromium" and devtools.available()
    start = partial(
        browser.start,
        proxy=place.proxy,
        name=program.name,
        headless=headless,
        watched=watched,
        tell=place.tell,
    )
    guide = Guide(
        start=start,
        notes=lambda user_agent: place.notes(user_agent, program.family),
        pressed=_pressed,
        tell=place.tell,
        watched=watched,
        by_itself=by_itself,
    )
    return await travel(url, guide)


def conclude(database: Path, capture: str, visits: Sequence[Visit], out: TextIO) -> None:
    """Say which visits began clean, what the choice changed, and where the report is."""
    site = visits[-1].site
    console = Console(file=out, highlight=False, width=None if out.isatty() else 120)
    with Reader(database) as reader:
        found = difference(reader, filterlang.of_capture(capture), site)
        for number, visit in enumerate(visits, 1):
            clean = {True: _("began clean"), False: _("did not begin clean"), None: _("not measured")}
            chosen = ", ".join(_(words.PHASES[phase]) for phase, _source in visit.phases)
            console.print(Text(f"{number}. {chosen}: {clean[visit.clean]}"))
        console.print()
        console.print(_table(found))
        for line in _sentences(found):
            console.print(Text(line))
        folder = database.with_name(f"{database.stem}-report") / files.folder_name(site)
        for path in files.write(reader, site, folder, ["html"]):
            console.print(Text(_("report: {path}").format(path=path)), soft_wrap=True)


def _table(found: Difference) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for heading in (_("who got it"), _("what"), *(_(words.PHASES[phase]) for phase in COMPARED)):
        table.add_column(heading, overflow="fold")
    for recipient, kind, seen in found.rows():
        marks = (Text(_("yes") if here else "·") for here in seen)
        table.add_row(Text(printable(recipient, 60)), Text(_what(kind)), *marks)
    return table


def _sentences(found: Difference) -> list[str]:
    """The set differences, in words."""
    lines = []
    pairs: tuple[tuple[str, list[tuple[str, str]]], ...] = (
        (_("before any choice already"), found.only("before")),
        (_("only after accepting"), found.only("accepted", "before")),
        (_("after refusing, all the same"), found.only("refused")),
        (_("after withdrawing, all the same"), found.only("withdrawn")),
        (_("ended by withdrawing"), found.only("accepted", "withdrawn")),
    )
    for label, keys in pairs:
        got: dict[str, list[str]] = {}
        for recipient, kind in keys:
            got.setdefault(printable(recipient, 60), []).append(_what(kind))
        told = "; ".join(f"{recipient} ({', '.join(kinds)})" for recipient, kinds in got.items())
        lines.append(f"{label}: {told or _('nothing was seen')}")
    return lines


def _what(kind: str) -> str:
    return _(words.TYPES[kind].short) if kind else _("contacted")


async def _pressed() -> None:
    """Wait until the person presses Enter; for ever where nobody can."""
    loop = asyncio.get_running_loop()
    entered: asyncio.Future[None] = loop.create_future()
    keyboard = sys.stdin.fileno()

    def read() -> None:
        letter = os.read(keyboard, 1)
        if not letter:
            loop.remove_reader(keyboard)
        elif letter == b"\n" and not entered.done():
            entered.set_result(None)

    try:
        loop.add_reader(keyboard, read)
    except (OSError, ValueError):  # a file, or nothing at all
        await entered
    try:
        await entered
    finally:
        loop.remove_reader(keyboard)
