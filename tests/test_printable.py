"""No text from the wire can move, colour, hide or reorder anything on a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.printable import printable


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("plain, with accents: é à ç œ", "plain, with accents: é à ç œ"),
        ("\x1b]0;pwned\x07", "␛]0;pwned␇"),
        ("\x1b[31mred", "␛[31mred"),
        ("\x9b31mred", "\ufffd31mred"),
        ("a\r\nb\tc\x7f", "a␍␊b␉c␡"),
        ("safe\u202egnp.exe", "safe◊gnp.exe"),
        ("zero\u200bwidth\u2066x\u2069", "zero◊width◊x◊"),
        ("line\u2028break", "line◊break"),
        ("soft\xadhyphen\ufeff", "soft◊hyphen◊"),
        ("no\xa0break", "no break"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("blank \u3164\u2800", "blank ◊◊"),
        ("heart \u2764\ufe0f", "heart \u2764◊"),
        ("tag \U000e0041", "tag ◊"),
        ("[@click=app.quit]x[/]", "[@click=app.quit]x[/]"),
        ("m•••@g•••.com ‹12 chars›", "m•••@g•••.com ‹12 chars›"),
    ],
)
def test_each_trick_is_shown_for_what_it_is(hostile: str, shown: str) -> None:
    assert printable(hostile) == shown


def test_a_heap_of_marks_stays_on_its_line() -> None:
    assert printable("Z" + "\u0301" * 50 + "a") == "Z" + "\u0301" * 3 + "a"


def test_the_cut_says_so_and_counts_characters() -> None:
    assert printable("x" * 500, 10) == "x" * 9 + "…"
    assert printable("x" * 10, 10) == "x" * 10
    assert printable("é" * 5_000_000, 4) == "ééé…"
    assert printable("abc", 0) == ""


@given(st.text(alphabet=st.characters()), st.integers(0, 50))
def test_output_is_bounded_encodable_and_printable(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp", "Cs") for char in shown)
    shown.encode()
    assert printable(shown, limit) == shown


def test_what_is_passed_at_a_glance_is_what_a_close_look_passes() -> None:
    closely = "\u0416"  # a letter beyond those that are passed at a glance
    for code in range(0x3000):
        assert printable(chr(code)) == printable(chr(code) + closely)[:-1], hex(code)
