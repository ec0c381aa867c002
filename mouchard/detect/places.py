"""A declared place among the coordinates of a message, as it is or rounded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mouchard.detect.index import Entry
from mouchard.model import Node

_BEGINNINGS = frozenset("-+0123456789")


def find(
    places: Sequence[tuple[float, float, Entry]], nodes: Sequence[Node]
) -> Iterator[tuple[Node, Entry, str]]:
    """The nodes that hold a declared latitude beside its longitude, in one value or in one structure, with
    the recipe: `4dp` for four decimals. Three decimals (110 m) at least."""
    numbered = [(node, numbers) for node in nodes if (numbers := _numbers(node.value))]
    for latitude, longitude, entry in places:
        for node, numbers in numbered:
            for number in numbers:
                if not rounded(number, latitude):
                    continue
                decimals = len(number.rpartition(".")[2])
                if any(_near(other, longitude, decimals) for other in numbers) or any(
                    _near(other, longitude, decimals)
                    for neighbour, others in numbered
                    if neighbour.location == node.location and outer(neighbour.field) == outer(node.field)
                    for other in others
                ):
                    yield node, entry, f"{decimals}dp"


def _near(text: str, place: float, decimals: int) -> bool:
    """Whether a number is this coordinate to so many decimals; JSON drops zeros at the end."""
    try:
        return abs(float(text) - place) <= 0.5001 * 10.0 ** -min(decimals, 6) + 1e-9
    except ValueError:
        return False


def outer(field: str) -> str:
    """The structure that a field lies in: `a.b` -> `a`, `ud[em]` -> `ud`, `em` -> empty."""
    bracket = field.rfind("[") if field.endswith("]") and not field.endswith("[]") else -1
    return field[: max(bracket, field.rfind("."), 0)]


def rounded(text: str, place: float) -> bool:
    """Whether a decimal number is this coordinate, to as many decimals as it has."""
    try:
        number = float(text)
    except ValueError:
        return False
    if abs(number - place) > 0.001:
        return False
    _, dot, decimals = text.partition(".")
    if not dot or not 3 <= len(decimals) <= 17 or not decimals.isdigit():
        return False
    return abs(number - place) <= 0.5001 * 10.0 ** -min(len(decimals), 6) + 1e-9


def _numbers(value: str | bytes) -> list[str]:
    if not isinstance(value, str) or value[:1] not in _BEGINNINGS or "." not in value or len(value) > 60:
        return []
    return [piece for piece in value.replace(";", ",").replace(" ", ",").split(",") if "." in piece]
