"""A report as blocks of plain text, before any format: HTML and Markdown render the same document.

Every string here may hold text from the wire: each renderer makes it printable and escapes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mouchard.model import Level


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    """A list of short sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """The few numbers a reader remembers: (`3 / 14`, what it counts)."""

    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under heads; the first column names the row."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    numbers: bool = False
    """True where every column but the first is a number."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a heat map: nothing was seen where level is empty."""

    level: Level | Literal[""]
    label: str
    """In words: `L3, hashed, after refusal`."""
    letters: str
    """Phases in one letter each."""


@dataclass(frozen=True, slots=True)
class HeatMap:
    """Recipients down, data types across. `twin` says the same as a table."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
    twin: Table


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts side by side, one group for each phase. `twin` says the same as a table."""

    groups: tuple[str, ...]
    series: tuple[tuple[str, tuple[int, ...]], ...]
    twin: Table


@dataclass(frozen=True, slots=True)
class Point:
    """What happened that many seconds after the beginning of a column."""

    after: float
    level: Level
    label: str
    """In words: `Meta, refused: L3 identity after 1.9 s`."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows down, phases across, time on a logarithmic scale within each. `twin` says the same as a table."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    points: tuple[tuple[tuple[Point, ...], ...], ...]
    """By row, then by column."""
    twin: Table


@dataclass(frozen=True, slots=True)
class Band:
    """One way through the columns of a chart of bands, a name in each."""

    names: tuple[str, ...]
    level: Level


@dataclass(frozen=True, slots=True)
class Bands:
    """What is joined to what, from left to right. `twin` says the same as a table."""

    heads: tuple[str, ...]
    bands: tuple[Band, ...]
    twin: Table


@dataclass(frozen=True, slots=True)
class Card:
    """One finding with its proof."""

    number: int
    title: str
    level: Level
    level_words: str
    sentence: str
    meaning: str
    axes: tuple[str, ...]
    """Phase, party, form, proof, place, confidence, in words."""
    facts: tuple[tuple[str, str], ...]
    """(label, value); values are shown in a fixed-width face."""


@dataclass(frozen=True, slots=True)
class Glossary:
    """Words and what they mean here."""

    terms: tuple[tuple[str, str], ...]


Block: TypeAlias = Text | Items | Figures | Table | HeatMap | Bars | Timeline | Bands | Card | Glossary


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    language: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
