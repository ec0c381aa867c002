"""Charts as inline SVG: pattern and text carry the meaning, colour only repeats it."""

from __future__ import annotations

from markupsafe import Markup
from markupsafe import escape as escape_markup

from mouchard.printable import printable
from mouchard.report.document import Bars, HeatMap

ROW = 26
NAME_WIDTH = 250
COLUMN = 74
SHADES = {"L0": "l0", "L1": "l1", "L2": "l2", "L3": "l3", "L4": "l4"}
"""Level → CSS class; the colours are Okabe and Ito's, safe for colour-blind eyes."""


def heat_map(chart: HeatMap) -> Markup:
    """Recipients down, data types across; a square per cell with its level and phases in letters."""
    width = NAME_WIDTH + COLUMN * len(chart.columns) + 60  # the last head leans out
    height = 96 + ROW * len(chart.rows)
    parts = [_open(width, height, chart.twin.caption)]
    for column, head in enumerate(chart.columns):
        x = NAME_WIDTH + COLUMN * column + COLUMN / 2
        parts.append(_text(x, 86, head, f'text-anchor="start" transform="rotate(-38 {x:.0f} 86)"'))
    for line, (name, cells) in enumerate(zip(chart.rows, chart.cells, strict=True)):
        y = 96 + ROW * line
        parts.append(_text(NAME_WIDTH - 10, y + 17, _cut(name, 36), 'text-anchor="end"'))
        for column, cell in enumerate(cells):
            x = NAME_WIDTH + COLUMN * column + 3
            label = cell.label or "–"
            style = SHADES.get(cell.level, "none")
            parts.append(
                f"<g><title>{escape(name)}, {escape(chart.columns[column])}: {escape(label)}</title>"
                f'<rect class="{style}" x="{x}" y="{y + 2}" width="{COLUMN - 6}" height="{ROW - 4}" rx="3"/>'
            )
            shown = f"{cell.level} {cell.letters}".strip() or "–"
            parts.append(
                _text(x + (COLUMN - 6) / 2, y + 17, shown, f'text-anchor="middle" class="on-{style}"')
            )
            parts.append("</g>")
    return Markup("".join(parts) + "</svg>")


def bars(chart: Bars) -> Markup:
    """One group per phase, one bar per line of the table, each with its number."""
    top = max((value for _, values in chart.series for value in values), default=0) or 1
    step, bar = 150, 36
    width, height = 40 + step * len(chart.groups), 210
    parts = [_open(width, height, chart.twin.caption)]
    for group, head in enumerate(chart.groups):
        parts.append(_text(30 + step * group + step / 2 - 10, 196, head, 'text-anchor="middle"'))
        for index, (label, values) in enumerate(chart.series):
            value = values[group]
            size = 150 * value / top
            x = 30 + step * group + index * (bar + 4)
            parts.append(
                f"<g><title>{escape(head)}, {escape(label)}: {value}</title>"
                f'<rect class="s{index}" x="{x}" y="{176 - size:.1f}" '
                f'width="{bar}" height="{max(size, 1):.1f}"/></g>'
            )
            parts.append(_text(x + bar / 2, 170 - size, str(value), 'text-anchor="middle"'))
    return Markup("".join(parts) + "</svg>")


def _open(width: float, height: float, name: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{escape(name)}" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">'
    )


def _text(x: float, y: float, text: str, more: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(text)}</text>'


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def escape(text: str) -> Markup:
    """Text from the wire as SVG text."""
    return escape_markup(printable(text))
