"""Charts say what their tables say: first contacts, what flows where, and who holds the same identifier."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard import language
from mouchard.model import LEVELS
from mouchard.report import charts, content
from mouchard.report.choice import choice
from mouchard.report.contacts import FirstContact, Firsts, since
from mouchard.report.document import Band, Bands, Point, Table, Text, Timeline
from mouchard.report.moments import day, span
from mouchard.report.streams import flow, shared_identifiers
from mouchard.report.timeline import timeline
from mouchard.store.read import Reader
from mouchard.store.rows import MarkRow, RequestRow
from mouchard.store.write import Entry, Writer
from tests.store.build import CRITEO, KEYS, META, RULESET, START, capture, entry, mark, request, response

NASTY = "<script>alert(1)</script>\x1b[31m\u202e\"'&]]>"
TWIN = Table(("a", "b"), (("x", "y"),), "caption")


def row(seq: int, at: float, phase: str = "none", level: str = "L0", **about: object) -> RequestRow:
    made = RequestRow(
        seq, f"c/{seq}", at, "k", "k", "GET", "https://t.example/", "t.example", 200, "answered 200",
        "shop.example", "high", "why", "third", "Meta", True, "A", "image", level, phase,  # type: ignore[arg-type]
    )  # fmt: skip
    return replace(made, **about)  # type: ignore[arg-type]


def firsts(*rows: RequestRow, marks: tuple[MarkRow, ...] = ()) -> tuple[FirstContact, ...]:
    told = Firsts(marks)
    for one in rows:
        told.add(one)
    return told.found()


REFUSED = MarkRow("c", 2, START + 10, "shop.example", "", "refused", "browser")


def test_time_is_counted_from_the_first_page_and_from_the_choice() -> None:
    found = firsts(
        row(1, START, party="first"),
        row(2, START + 0.5, "before"),
        row(3, START + 12, "refused", "L1"),
        row(4, START + 30, "refused", "L3"),
        row(5, START + 40, "refused", "L1"),
        marks=(REFUSED,),
    )
    assert found == (
        FirstContact("Meta", "before", 0.5, "L0"),
        FirstContact("Meta", "refused", 2.0, "L1"),
        FirstContact("Meta", "refused", 20.0, "L3"),
    )


@pytest.mark.parametrize(
    "about",
    [{"phase": "unsettled"}, {"outcome": "failed"}, {"outcome": "pending"}, {"party": "first"}],
)
def test_what_did_not_leave_or_is_uncertain_is_no_contact(about: dict[str, str]) -> None:
    assert firsts(replace(row(1, START), **about)) == ()  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.sampled_from(LEVELS), st.sampled_from(["A", "B"])), max_size=40)
)
def test_levels_rise_with_time(told: list[tuple[float, str, str]]) -> None:
    start = row(0, START, party="first")
    found = firsts(
        start, *(row(n, START + at, "none", level, company=who) for n, (at, level, who) in enumerate(told, 1))
    )
    for who in ("A", "B"):
        ours = [one for one in found if one.recipient == who]
        assert [one.level for one in ours] == sorted({one.level for one in ours})
        assert [one.after for one in ours] == sorted(one.after for one in ours)
        levels = [level for _at, level, name in told if name == who]
        assert max(levels, default="") == (ours[-1].level if ours else "")


def test_the_choice_that_holds_is_the_last_one_before() -> None:
    again = replace(REFUSED, seq=9, time=START + 50)
    assert since((REFUSED, again), "c", "refused", START + 20) == START + 10
    assert since((REFUSED, again), "c", "refused", START + 60) == START + 50
    assert since((REFUSED,), "other", "refused", START + 60) is None
    assert since((REFUSED,), "c", "before", START + 60) is None


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0.04, "0.0 s", "0,0\u00a0s"),
        (0.4, "0.4 s", "0,4\u00a0s"),
        (1.0, "1 s", "1\u00a0s"),
        (14.2, "14 s", "14\u00a0s"),
        (60.0, "1 min", "1\u00a0min"),
        (90.0, "90 s", "90\u00a0s"),
        (600.0, "10 min", "10\u00a0min"),
        (3600.0, "1 h", "1\u00a0h"),
        (86400.0, "1 d", "1\u00a0j"),
        (864000.0, "10 d", "10\u00a0j"),
    ],
)
def test_spans_in_words(seconds: float, english: str, french: str) -> None:
    language.use("en")
    assert span(seconds) == english
    language.use("fr")
    assert span(seconds) == french


def test_days_in_words() -> None:
    language.use("en")
    assert day(1_795_251_663.0) == "21 November 2026"
    language.use("fr")
    assert day(1_795_251_663.0 + 10 * 86400) == "1er décembre 2026"


@pytest.fixture
def told(tmp_path: Path) -> content.SiteReport:
    """Meta and Criteo get the same address, Meta a page too; a choice lies between."""
    with Writer(tmp_path / "a.db", KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit(
            [
                entry(request(1, time=START), findings=(("page_url", "L1"),)),
                Entry(response(2, 1)),
                Entry(mark(3, "refused", time=START + 20, source="browser")),
                entry(request(4, time=START + 30), company=META),
                Entry(response(5, 4)),
                entry(request(6, time=START + 31), company=CRITEO),
                Entry(response(7, 6)),
            ]
        )
    with Reader(tmp_path / "a.db") as reader:
        return content.gather(reader, "shop.example")


def test_the_flow_goes_from_data_to_seat(told: content.SiteReport) -> None:
    chart = flow(told)
    assert chart is not None
    assert {band.names for band in chart.bands} == {
        ("e-mail", "in clear", "Meta", "United States"),
        ("e-mail", "in clear", "Criteo", "France"),
        ("page visited", "in clear", "Meta", "United States"),
    }
    assert len(chart.twin.rows) == len(chart.bands)


def test_an_identifier_that_two_hold_is_shown_and_a_page_is_none(told: content.SiteReport) -> None:
    chart = shared_identifiers(told)
    assert chart is not None
    assert {band.names for band in chart.bands} == {
        ("e-mail c•••@e•••.org", "Meta"), ("e-mail c•••@e•••.org", "Criteo"),
    }  # fmt: skip
    alone = replace(told, cards=tuple(card for card in told.cards if card.recipient == "Meta"))
    assert shared_identifiers(alone) is None


def test_the_time_line_says_when(told: content.SiteReport) -> None:
    chart = timeline(told)
    assert chart is not None
    assert chart.columns == ("before any choice", "refused")
    assert ("Meta", "10 s after the choice “refused”", "L3 identity") in chart.twin.rows
    assert timeline(replace(told, contacts=())) is None


def test_who_fell_away_after_a_refusal_is_named(tmp_path: Path) -> None:
    with Writer(tmp_path / "a.db", KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit(
            [
                Entry(mark(1, "accepted", time=START, source="browser")),
                entry(request(2, time=START + 10)),
                Entry(response(3, 2)),
                entry(request(4, time=START + 11), company=CRITEO),
                Entry(response(5, 4)),
                Entry(mark(6, "withdrawn", time=START + 20, source="browser")),
                entry(request(7, time=START + 30)),
                Entry(response(8, 7)),
            ]
        )
    with Reader(tmp_path / "a.db") as reader:
        section = choice(content.gather(reader, "shop.example"))
    said = [block.text for block in section.blocks if isinstance(block, Text)]
    assert "1 recipient contacted after “accepted” was not seen after “withdrawn”: Criteo." in said


def test_nothing_that_did_not_leave_flows(told: content.SiteReport) -> None:
    failed = tuple(
        replace(card, rows=tuple(replace(row, outcome="failed") for row in card.rows)) for card in told.cards
    )
    assert flow(replace(told, cards=failed)) is None
    assert shared_identifiers(replace(told, cards=failed)) is None


@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.text(max_size=8), st.sampled_from(LEVELS)), min_size=1, max_size=60,
        unique_by=lambda band: band[:2],
    )
)  # fmt: skip
def test_bands_are_drawn_for_any_names(names: list[tuple[str, str, str]]) -> None:
    chart = Bands(("a", "b"), tuple(Band((one, other), level) for one, other, level in names), TWIN)  # type: ignore[arg-type]
    drawn = ElementTree.fromstring(charts.bands(chart))
    assert len(drawn.findall(".//{*}path")) == len(names)
    assert all(float(node.get("y", "0")) >= 0 for node in drawn.findall(".//{*}rect"))
    assert charts.bands(chart) == charts.bands(chart)


@given(st.lists(st.floats(0, 1e7), max_size=12))
def test_badges_stand_in_order_and_inside(times: list[float]) -> None:
    points = tuple(Point(at, "L1", NASTY) for at in sorted(times))
    chart = Timeline((NASTY,), ("before",), ((points,),), TWIN)
    text = charts.timeline(chart)
    places = [float(node.get("x", "0")) for node in ElementTree.fromstring(text).findall(".//{*}rect")]
    assert places == sorted(places) and len(places) == len(times)
    assert not re.search(r"<script|\x1b|\u202e", text)
