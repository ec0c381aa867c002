"""A declared place among the coordinates of a message, as it is or rounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from mouchard.detect.structure import container
from mouchard.model import Node

if TYPE_CHECKING:
    from mouchard.detect.index import Entry

_DECIMALS = re.compile(r"-?(?<![\d.])\d{1,3}\.\d{3,17}(?![\d.])")
"""Decimal numbers in a text: `POINT(4.38 45.43)`, `geo:45.43,4.38`, `@45.43,4.38,15z`."""
_WHERE = 0.001
"""Degrees, about 110 m: the coarsest rounding that is held to be the place."""
_SCALED = re.compile(r"(?:lat|lon|lng)\w*$", re.I)
_BEGINNINGS = frozenset("-+0123456789")


def find(
    places: Sequence[tuple[float, float, Entry]], nodes: Sequence[Node]
) -> Iterator[tuple[Node, Entry, str]]:
    """The nodes that hold a declared latitude beside its longitude, in one value or in one structure, with
    the recipe: `4dp` for four decimals. Three decimals (110 m) at least."""
    numbered = [(node, numbers) for node in nodes if (numbers := _numbers(node.value) or _scaled(node))]
    beside: dict[tuple[str, str], list[str]] = {}
    for node, numbers in numbered:
        beside.setdefault(container(node), []).extend(numbers)
    for latitude, longitude, entry in places:
        paired: dict[tuple[tuple[str, str], int], bool] = {}
        for node, numbers in numbered:
            for number in numbers:
                if not rounded(number, latitude):
                    continue
                where = container(node)
                decimals = len(number.rpartition(".")[2])
                if (where, decimals) not in paired:
                    paired[where, decimals] = any(
                        _near(other, longitude, decimals) for other in beside[where]
                    )
                if paired[where, decimals]:
                    yield node, entry, f"{decimals}dp"


def beginnings(latitude: float) -> set[str]:
    """What any way to write this latitude holds: its degrees and two decimals, with or without the point;
    nothing where the degrees are none, for then they need not be written."""
    found = set[str]()
    for step in (-_WHERE, 0.0, _WHERE):
        degrees, _, decimals = f"{abs(latitude + step):.9f}".partition(".")
        found |= {f"{degrees}.{decimals[:2]}", degrees + decimals[:2]} if degrees != "0" else {""}
    return found


def told(nodes: Sequence[Node]) -> list[Node]:
    """The nodes that may hold coordinates: those with a point, and whole numbers under `lat` and the like."""
    return [node for node in nodes if "." in node.value or _of_degrees(node.key)]


@lru_cache(4096)
def _of_degrees(key: str) -> bool:
    return bool(_SCALED.match(key))


def _near(text: str, place: float, decimals: int) -> bool:
    """Whether a number is this coordinate to so many decimals; JSON drops zeros at the end."""
    try:
        return abs(float(text) - place) <= 0.5001 * 10.0 ** -min(decimals, 6) + 1e-9
    except ValueError:
        return False


def rounded(text: str, place: float) -> bool:
    """Whether a decimal number is this coordinate, to as many decimals as it has."""
    try:
        number = float(text)
    except ValueError:
        return False
    if abs(number - place) > _WHERE:
        return False
    _, dot, decimals = text.partition(".")
    if not dot or not 3 <= len(decimals) <= 17 or not decimals.isdigit():
        return False
    return abs(number - place) <= 0.5001 * 10.0 ** -min(len(decimals), 6) + 1e-9


def _scaled(node: Node) -> list[str]:
    """Whole numbers that stand for degrees: millionths, or ten-millionths (`latitudeE7`)."""
    value = node.value
    if not isinstance(value, str) or not 6 < len(value.lstrip("-")) < 11 or not value.isascii():
        return []
    if not value.removeprefix("-").isdigit():
        return []
    return [f"{int(value) / scale:.6f}" for scale in (10**6, 10**7)] if _of_degrees(node.key) else []


def _numbers(value: str | bytes) -> list[str]:
    if not isinstance(value, str) or "." not in value or len(value) > 200:
        return []
    if value[:1] not in _BEGINNINGS or len(value) > 60:
        found = _DECIMALS.findall(value)
        return found if len(found) > 1 else []
    return [piece for piece in value.replace(";", ",").replace(" ", ",").split(",") if "." in piece]
