"""The last findings as they come in, where the screen is tall enough to have room for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.text import Text
from textual.widgets import Static

from mouchard import words
from mouchard.grade import form
from mouchard.language import _
from mouchard.store.rows import FindingRow
from mouchard.tui import story, text
from mouchard.tui.text import cell
from mouchard.tui.theme import Palette
from mouchard.tui.widgets.sparkline import sparkline


class Latest(Static):
    """One line a finding, the newest on top."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    def tell(
        self, rows: Iterable[FindingRow], now: float, colours: Palette, per_minute: Mapping[int, int]
    ) -> None:
        """Replaces the lines."""
        said = Text(no_wrap=True, end="").append(_("Latest"), f"{colours.key} bold")
        said.append("     " + _("leaks per minute, the last half hour:") + " ", colours.dim)
        said.append(sparkline(per_minute, now), colours.key)
        for row in rows:
            found = row.finding
            said.append("\n")
            said.append(f"{text.clock(row.time, now):>10}  ", colours.dim)
            said.append_text(text.level(found.level, colours))
            said.append(" " * max(14 - len(_(words.LEVELS[found.level])) - 4, 1) + " ")
            said.append_text(cell(text.site(row.site), width=28))
            said.append(" → ", colours.dim)
            said.append_text(cell(story.company_of(row), "bold", width=24))
            how = _(story.SHORT_FORMS[form(found.chain, found.normalisation)])
            said.append_text(cell(f"  {_(words.short(found.type))}, {how}"))
        self.update(said)
