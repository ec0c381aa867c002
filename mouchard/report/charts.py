"""Charts as inline SVG: pattern and text carry the meaning, colour only repeats it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from markupsafe import Markup
from markupsafe import escape as escape_markup

from mouchard.printable import printable
from mouchard.report.document import Bands, Bars, HeatMap, Point, Timeline
from mouchard.report.moments import span

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
    width, height = 40 + step * len(chart.groups) + 330, 210
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
    for index, (label, _values) in enumerate(chart.series):
        x, y = 40 + step * len(chart.groups), 30 + 24 * index
        parts.append(f'<rect class="s{index}" x="{x}" y="{y}" width="14" height="14"/>')
        parts.append(_text(x + 22, y + 11, label, ""))
    return Markup("".join(parts) + "</svg>")


SOONEST = 0.1
"""Seconds at the left edge of a time scale: what comes sooner stands there."""
TICKS = (1.0, 10.0, 60.0, 600.0, 3600.0, 86400.0)
SPAN_NAMES, SPAN = 190, 188
BADGE = 24


def timeline(chart: Timeline) -> Markup:
    """A row for each recipient, a column for each phase; a badge where a level was reached first."""
    latest = max((point.after for row in chart.points for cell in row for point in cell), default=SOONEST)
    end = next((tick for tick in TICKS[1:] if tick >= latest), max(latest, TICKS[-1]))
    width, height = SPAN_NAMES + SPAN * len(chart.columns) + 10, 52 + ROW * len(chart.rows)
    parts = [_open(width, height, chart.twin.caption)]
    for column, head in enumerate(chart.columns):
        left = SPAN_NAMES + SPAN * column
        parts.append(_text(left, 14, head, 'class="head"'))
        parts.append(f'<line class="choice" x1="{left}" y1="20" x2="{left}" y2="{height}"/>')
        for tick in (tick for tick in TICKS if tick <= end):
            x = left + _along(tick, end) + BADGE / 2
            parts.append(_text(x, 34, span(tick), 'text-anchor="middle" class="tick"'))
            parts.append(f'<line class="tick" x1="{x:.1f}" y1="40" x2="{x:.1f}" y2="{height}"/>')
    for line, (name, cells) in enumerate(zip(chart.rows, chart.points, strict=True)):
        y = 46 + ROW * line
        parts.append(_text(SPAN_NAMES - 12, y + 15, _cut(name, 27), 'text-anchor="end"'))
        for column, points in enumerate(cells):
            parts += _badges(SPAN_NAMES + SPAN * column, y, points, end)
    return Markup("".join(parts) + "</svg>")


def _along(after: float, end: float) -> float:
    """Pixels from the left edge of a column, on a logarithmic scale."""
    share = math.log(max(after, SOONEST) / SOONEST) / math.log(end / SOONEST)
    return share * (SPAN - BADGE - 14) + 4


def _badges(left: float, y: float, points: tuple[Point, ...], end: float) -> Iterator[str]:
    free = left
    for point in points:
        x = max(left + _along(point.after, end), free)
        free = x + BADGE + 1
        style = SHADES[point.level]
        yield (
            f'<g><title>{escape(point.label)}</title><rect class="{style}" x="{x:.1f}" y="{y + 3}" '
            f'width="{BADGE}" height="{ROW - 8}" rx="3"/>'
        )
        yield _text(x + BADGE / 2, y + 16, point.level, f'text-anchor="middle" class="on-{style}"') + "</g>"


NODE, NODE_GAP, LEAST = 7, 10, 15
"""Width of a node, the room below it, and its least height, which a line of text needs."""


def bands(chart: Bands) -> Markup:
    """Nodes in columns, one band for each way from the left to the right; its colour is its level."""
    thick = 9 if len(chart.bands) <= 36 else 5
    last = len(chart.heads) - 1
    step = (930 - 190) / last
    places: list[dict[str, float]] = []
    heights: list[dict[str, float]] = []
    bottom = 0.0
    for column in range(last + 1):
        counts: dict[str, int] = {}
        for band in chart.bands:
            counts[band.names[column]] = counts.get(band.names[column], 0) + 1
        high = {name: float(max(LEAST, thick * count)) for name, count in counts.items()}
        y, place = 30.0, {}
        for name, height in high.items():
            place[name] = y
            y += height + NODE_GAP
        places.append(place)
        heights.append(high)
        bottom = max(bottom, y)
    parts = [_open(930, bottom, chart.twin.caption)]
    parts += [_text(step * column, 14, head, 'class="head"') for column, head in enumerate(chart.heads)]
    used = [dict.fromkeys(place, 0) for place in places]
    for band in chart.bands:
        middles = []
        for column, name in enumerate(band.names):
            middles.append(places[column][name] + thick * (used[column][name] + 0.5))
            used[column][name] += 1
        parts.append(f"<g><title>{escape(' → '.join(band.names))}: {band.level}</title>")
        for column in range(last):
            x1, x2 = step * column + NODE, step * (column + 1)
            y1, y2, half = middles[column], middles[column + 1], (x1 + x2) / 2
            parts.append(
                f'<path class="{SHADES[band.level]}" stroke-width="{thick - 1}" '
                f'd="M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"/>'
            )
        parts.append("</g>")
    for column, place in enumerate(places):
        for name, y in place.items():
            x, height = step * column, heights[column][name]
            parts.append(f'<rect class="node" x="{x:.1f}" y="{y}" width="{NODE}" height="{height}"/>')
            parts.append(
                _text(x + NODE + 5, y + height / 2 + 4, _cut(name, 30 if column else 24), 'class="name"')
            )
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
