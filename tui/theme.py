"""Colours that colour-blind people can tell apart (Okabe and Ito), on a dark and on a light ground.

Colour is never alone: every level also has a shape and a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from textual.theme import Theme

DARK = Theme(
    name="mouchard-dark",
    primary="#56B4E9",
    secondary="#0072B2",
    accent="#E69F00",
    warning="#E69F00",
    error="#E8743B",
    success="#2BB58C",
    foreground="#E4E7EB",
    background="#12161B",
    surface="#171C22",
    panel="#222A33",
    dark=True,
    variables={"footer-key-foreground": "#56B4E9", "border": "#3A4551"},
)

LIGHT = Theme(
    name="mouchard-light",
    primary="#005A94",
    secondary="#0072B2",
    accent="#8A5200",
    warning="#8A5200",
    error="#A83B00",
    success="#00664A",
    foreground="#1B1F24",
    background="#FBFAF7",
    surface="#F3F1EC",
    panel="#E4E1D9",
    dark=False,
    variables={"footer-key-foreground": "#005A94", "border": "#B5B0A5"},
)

THEMES = (DARK, LIGHT)


@dataclass(frozen=True, slots=True)
class Palette:
    """Rich styles of the cells, for one ground."""

    levels: MappingProxyType[str, str]
    dim: str
    key: str
    strong: str
    mark: str
    """A value found, inside its context."""
    good: str
    warn: str


_DARK = Palette(
    MappingProxyType(
        {"L0": "#8B96A3", "L1": "#7CC4EE", "L2": "#F0E442", "L3": "#F5A81C", "L4": "bold #FF7F50"}
    ),
    dim="#8B96A3",
    key="#56B4E9",
    strong="bold",
    mark="bold reverse",
    good="#2BB58C",
    warn="#F5A81C",
)

_LIGHT = Palette(
    MappingProxyType(
        {"L0": "#5C6670", "L1": "#005A94", "L2": "#6B5F00", "L3": "#8A5200", "L4": "bold #A83B00"}
    ),
    dim="#5C6670",
    key="#005A94",
    strong="bold",
    mark="bold reverse",
    good="#00664A",
    warn="#8A5200",
)


def palette(dark: bool) -> Palette:
    """The cell styles for a dark or a light ground."""
    return _DARK if dark else _LIGHT


def preferred(colorfgbg: str) -> Theme:
    """The theme for the terminal: light where COLORFGBG says that its ground is light, else dark."""
    ground = colorfgbg.rpartition(";")[2]
    return LIGHT if ground in ("7", "15") else DARK
