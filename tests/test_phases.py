"""Phases by mark, place and time."""

from __future__ import annotations

from typing import Literal

import pytest

from mouchard.capture.records import Mark, Phase
from mouchard.phases import phase_at, standing_marks

SITE = "shop.example"
ME = "127.0.0.1/firefox"


def mark(
    seq: int, phase: Phase, source: Literal["key", "cmp", "browser"] = "cmp", *, client: str = "",
    undo: bool = False,
    time: float | None = None, site: str = SITE,
) -> Mark:  # fmt: skip
    return Mark("c", seq, float(seq) if time is None else time, site, client, phase, source, undo)


def at(
    marks: list[Mark], seq: int, time: float | None = None, *, site: str = SITE, client: str = ME
) -> Phase:
    return phase_at(marks, site, client, float(seq) if time is None else time, seq)


def test_never_marked_is_none() -> None:
    assert at([], 5) == "none"
    assert at([mark(10, "refused", site="other.example")], 5) == "none"
    assert at([mark(10, "refused", client="10.0.0.2/chrome")], 5) == "none"


def test_before_until_the_first_mark_then_the_last_one() -> None:
    marks = [mark(100, "accepted"), mark(200, "withdrawn")]
    assert [at(marks, seq) for seq in (1, 99, 101, 199, 201)] == [
        "before", "before", "accepted", "accepted", "withdrawn",
    ]  # fmt: skip


def test_order_of_the_marks_does_not_matter() -> None:
    assert at([mark(200, "withdrawn"), mark(100, "accepted")], 150) == "accepted"


def test_a_mark_of_one_client_leaves_the_others() -> None:
    marks = [mark(100, "refused", client=ME)]
    assert at(marks, 150) == "refused"
    assert at(marks, 150, client="10.0.0.2/chrome") == "none"


@pytest.mark.parametrize(
    ("time", "seq", "phase"),
    [
        (94.9, 90, "before"),
        (95.0, 95, "unsettled"),
        (99.0, 99, "unsettled"),
        (101.0, 101, "unsettled"),
        (105.0, 105, "unsettled"),
        (105.1, 106, "refused"),
    ],
)
def test_a_key_press_leaves_five_seconds_open_on_both_sides(time: float, seq: int, phase: Phase) -> None:
    assert at([mark(100, "refused", "key")], seq, time) == phase


@pytest.mark.parametrize(
    ("time", "seq", "phase"),
    [
        (60.0, 101, "unsettled"),  # the clock was set back, or a long upload had begun before
        (140.0, 99, "unsettled"),
        (140.0, 140, "refused"),
        (60.0, 60, "before"),
    ],
)
def test_where_time_and_place_disagree_nobody_can_say(time: float, seq: int, phase: Phase) -> None:
    assert at([mark(100, "refused", "key")], seq, time) == phase
    assert at([mark(100, "refused", "cmp")], seq, time) == ("refused" if seq > 100 else "before")


@pytest.mark.parametrize("source", ["cmp", "browser"])
def test_an_exact_mark_leaves_nothing_open(source: Literal["cmp", "browser"]) -> None:
    marks = [mark(100, "refused", source)]
    assert at(marks, 99, 99.9) == "before"
    assert at(marks, 101, 100.1) == "refused"


def test_an_exact_mark_of_the_same_choice_replaces_the_key_press() -> None:
    marks = [mark(100, "refused", "key", time=100.0), mark(103, "refused", "cmp", time=102.0)]
    assert at(marks, 101, 101.0) == "before"
    assert at(marks, 104, 103.0) == "refused"
    far = [mark(100, "refused", "key", time=100.0), mark(120, "refused", "cmp", time=120.0)]
    assert at(far, 101, 101.0) == "unsettled"


def test_a_key_press_that_changes_nothing_unsettles_nothing() -> None:
    assert at([mark(100, "before", "key")], 101, 101.0) == "before"
    assert at([mark(50, "refused"), mark(100, "refused", "key")], 101, 101.0) == "refused"


def test_undo_takes_back_the_last_standing_mark_of_this_site_and_client() -> None:
    marks = [mark(100, "accepted"), mark(200, "refused"), mark(210, "none", undo=True)]
    assert at(marks, 250) == "accepted"
    assert at([*marks, mark(220, "none", undo=True)], 250) == "none"
    assert at([*marks, mark(220, "none", undo=True), mark(230, "none", undo=True)], 250) == "none"
    assert at([mark(100, "accepted"), mark(110, "none", undo=True, client=ME)], 150) == "accepted"


def test_standing_marks_are_in_order() -> None:
    first, second = mark(100, "accepted"), mark(200, "refused")
    assert standing_marks([second, first], SITE, ME) == [first, second]
