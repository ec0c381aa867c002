"""The top of the screen: is it capturing, how much came in, and what is not seen."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widgets import Static

from mouchard.language import _, plural
from mouchard.tui.feed import Snapshot
from mouchard.tui.recorder import Recorder
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette


class Status(Static):
    """Two lines: the capture and its figures; below, what is not seen and what the view shows."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def tell(
        self,
        recorder: Recorder,
        snapshot: Snapshot | None,
        colours: Palette,
        *,
        query: str = "",
        held: bool = False,
        trouble: str = "",
        news: str = "",
    ) -> None:
        """Shows the state; `trouble` is why the database cannot be read, `news` a recipient just met."""
        width = self.size.width or 80
        first = _spread(_capture(recorder, colours), _figures(snapshot, colours, width), width)
        left = Text(f" {_('cannot read the database')}: ", colours.warn)
        left.append_text(cell(trouble))
        if not trouble:
            left = _unseen(snapshot, colours)
        room = max(width - cell_len(left.plain) - 10, 20)
        right = Text()
        if held:
            right = Text(_("held: Space goes on") + " ", f"{colours.warn} reverse")
        elif snapshot and snapshot.more:
            said = _("first {n} lines only: narrow with /").format(n=len(snapshot.flows))
            right = Text(said + " ", colours.warn)
        elif query:
            right = Text.assemble("/ ", cell(query, colours.key, width=room), " ")
        elif news:
            right = Text.assemble((_("new:") + " ", colours.warn), cell(news, width=room), " ")
        self.update(Text("\n").join([first, _spread(left, right, width)]))


def _capture(recorder: Recorder, colours: Palette) -> Text:
    said = Text.assemble((" Mouchard ", "bold"), " ")
    if not recorder.running:
        return said.append("○ " + _("not capturing"), colours.dim)
    if recorder.stalled:
        return said.append("‖ " + _("recorder stalled: passing unrecorded"), f"{colours.warn} bold")
    if recorder.paused:
        return said.append("‖ " + _("recording paused: P goes on"), f"{colours.warn} bold")
    if recorder.trouble:
        return said.append("! ", f"{colours.warn} bold").append_text(
            cell(recorder.trouble, colours.warn, limit=60)
        )
    said.append("● " + _("capturing"), colours.good)
    return said.append_text(cell(f" {recorder.address}", limit=48)) if recorder.address else said


def _figures(snapshot: Snapshot | None, colours: Palette, width: int) -> Text:
    if snapshot is None:
        return Text()
    totals = snapshot.totals
    parts = [
        plural("{n} message", "{n} messages", totals.messages),
        plural("{n} leak", "{n} leaks", totals.findings),
    ]
    if width >= 100:
        parts.insert(0, plural("{n} device", "{n} devices", totals.clients))
        parts.insert(2, plural("{n} company", "{n} companies", totals.companies))
    said = Text()
    for part in parts:
        said.append(part + "  ", "bold" if part is parts[-1] and totals.findings else "")
    return said


def _unseen(snapshot: Snapshot | None, colours: Palette) -> Text:
    said = Text(" ")
    if snapshot is None:
        return said.append(_("reading…"), colours.dim)
    sealed = len({row.host for row in snapshot.sealed})
    lost = sum(row.count for row in snapshot.gaps)
    parts = [
        (plural("{n} sealed host", "{n} sealed hosts", sealed), colours.dim),
        (plural("{n} message lost", "{n} messages lost", lost), colours.warn if lost else colours.dim),
    ]
    if failed := snapshot.totals.failures:
        parts.append((plural("{n} message not analysed", "{n} messages not analysed", failed), colours.warn))
    said.append(_("Not seen:") + " ", colours.dim)
    for number, (part, style) in enumerate(parts):
        said.append(", " if number else "", colours.dim).append(part, style)
    return said


def _spread(left: Text, right: Text, width: int) -> Text:
    """Both on one line, apart; the left one is cut where there is no room."""
    room = max(width - cell_len(right.plain) - 1, 0)
    left.truncate(room, overflow="ellipsis")
    gap = " " * max(width - cell_len(left.plain) - cell_len(right.plain), 1)
    return Text.assemble(left, gap, right, no_wrap=True, end="")
