"""Every reason that is written can be read back, with its parts, alone and inside another."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mouchard.attribute
from mouchard.attribute.reason import INNER, LONGEST, Reason, read

PARTS = {
    "app": "Shop Companion",
    "by": "one of 2 sites",
    "header": "Referer",
    "n": "2",
    "other": "same connection as a request of clinic.example; this browser keeps one per site",
    "purpose": "prefetch",
    "relation": "same-origin",
    "seq": "17",
    "sites": "shop.example, clinic.example",
    "why": "Origin names the open page shop.example",
}
SOURCES = sorted(Path(mouchard.attribute.__file__).parent.glob("*.py"))


def parts(reason: Reason) -> dict[str, str]:
    names = [name for _text, name, _spec, _conversion in string.Formatter().parse(reason) if name]
    return {name: PARTS.get(name, f"{name}.example") for name in names}


@pytest.mark.parametrize("reason", Reason)
def test_what_is_written_is_read(reason: Reason) -> None:
    told = read(reason.format(**parts(reason)))
    assert told is not None
    assert (told.reason, dict(told.parts), told.candidates) == (reason, parts(reason), "")


@pytest.mark.parametrize("reason", [reason for reason in Reason if not reason.endswith(("{why}", "{sites}"))])
@pytest.mark.parametrize(
    "names", ["shop.example, clinic.example", "a.example, b.example, …", "::1, app:Shop: x"]
)
def test_candidates_at_its_end_are_read(reason: Reason, names: str) -> None:
    told = read(f"{reason.format(**parts(reason))}: {names}")
    assert told is not None
    assert (told.reason, dict(told.parts), told.candidates) == (reason, parts(reason), names)


@pytest.mark.parametrize("outer", [reason for reason in Reason if "{why}" in reason])
@pytest.mark.parametrize("inner", Reason)
def test_a_reason_inside_another_is_read(outer: Reason, inner: Reason) -> None:
    text = outer.format(**{**parts(outer), "why": inner.format(**parts(inner))})
    assert whole(text) == text


def whole(text: str) -> str:
    """The text put together again from all that was read of it."""
    told = read(text)
    if told is None:
        return text
    inner = {name: whole(part) if name in INNER else part for name, part in told.parts.items()}
    return told.reason.format(**inner) + (f": {told.candidates}" if told.candidates else "")


@given(st.text(max_size=200) | st.lists(st.sampled_from([*Reason, *PARTS.values(), ": ", ", "])).map("".join))
def test_whatever_is_read_is_put_together_again(text: str) -> None:
    assert whole(text) == text


def test_an_endless_reason_is_left_alone() -> None:
    assert read("redirected there by request 1: " * (LONGEST // 20)) is None


def writings() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where attribution puts parts into a reason: place, reason, names of the parts."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                match node.func:
                    case ast.Attribute(
                        attr="format", value=ast.Attribute(value=ast.Name(id="Reason"), attr=name)
                    ):
                        yield f"{path.name}:{node.lineno}", name, named
                    case ast.Attribute(attr="_either"):
                        for arg in node.args:
                            if isinstance(arg, ast.Attribute):
                                yield f"{path.name}:{node.lineno}", arg.attr, named | {"by"}


@pytest.mark.parametrize(("place", "name", "named"), list(writings()))
def test_attribution_gives_each_reason_its_parts(place: str, name: str, named: frozenset[str]) -> None:
    assert parts(Reason[name]).keys() == named, place
