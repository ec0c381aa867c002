"""Safe, measured pieces of text: the only way a string from the wire reaches a widget."""

from __future__ import annotations

from datetime import datetime

from rich.cells import cell_len, set_cell_size
from rich.style import Style
from rich.text import Text

from mouchard import words
from mouchard.language import _
from mouchard.printable import printable
from mouchard.tui.theme import Palette

SHAPES = {"L0": "·", "L1": "▲", "L2": "▲▲", "L3": "▲▲▲", "L4": "◆◆◆"}


def cell(text: str, style: str | Style = "", width: int = 0, limit: int = 400) -> Text:
    """Text of the wire, safe; cut to `width` terminal cells with an ellipsis when a width is given."""
    safe = printable(text, limit)
    return Text(fit(safe, width) if width else safe, style, no_wrap=bool(width), end="")


def fit(text: str, width: int) -> str:
    """At most `width` terminal cells; an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(width - 1, 0)).rstrip() + "…" if width else ""


def padded(text: str, width: int, style: str | Style = "") -> Text:
    """Text of the wire, safe, in exactly `width` terminal cells."""
    said = cell(text, style, width)
    return said.append(" " * (width - cell_len(said.plain)))


def host(name: str, style: str | Style = "", width: int = 0) -> Text:
    """A host, safe; what is cut is its beginning, because its end says whose it is."""
    safe = printable(name, 260)
    if width and cell_len(safe) > width:
        safe = safe[::-1]
        safe = "…" + set_cell_size(safe, width - 1)[::-1].lstrip()
    return Text(safe, style, end="")


def level(code: str, colours: Palette) -> Text:
    """Shape, word and colour: `▲▲▲ identity`."""
    word = words.LEVELS.get(code, "")
    return Text(f"{SHAPES.get(code, ''):<3} {_(word)}", colours.levels.get(code, ""), end="")


def clock(seconds: float, now: float) -> str:
    """Local time of day, `12:04:11`, or the date when it was another day, in ten cells; empty for zero."""
    if not seconds:
        return ""
    then = datetime.fromtimestamp(seconds)
    same_day = then.date() == datetime.fromtimestamp(now).date()
    return then.strftime("%H:%M:%S") if same_day else then.strftime("%Y-%m-%d")


def moment(seconds: float) -> str:
    """Local date and time to the second."""
    return datetime.fromtimestamp(seconds).strftime("%Y-%m-%d %H:%M:%S") if seconds else ""


def count(number: int) -> str:
    """A number that fits five cells: `37`, `12k`, `4.1M`."""
    if number < 10_000:
        return str(number)
    return f"{number // 1000}k" if number < 1_000_000 else f"{number / 1_000_000:.1f}M"


def types(found: tuple[tuple[str, int], ...]) -> str:
    """`e-mail, phone, page visited`, most severe first."""
    return ", ".join(_(words.short(name)) for name, _number in found if name)


def site(name: str) -> str:
    """How a site is called: itself, `[app] name`, the browser itself, or not known."""
    if name.startswith("app:"):
        return f"[app] {name[4:]}"
    if name == "browser":
        return _("(the browser itself)")
    return name or _("(site not known)")


def field_path(location: str, field: str) -> Text:
    """`body › ud[em]`, safe."""
    where = _(words.LOCATIONS.get(location, location))
    return Text.assemble(cell(where), " › " if field else "", cell(field, limit=200), end="")
