"""The allow-list: what may be shown, and what stands for the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.evidence.redaction import Redaction
from mouchard.identity import Identity
from mouchard.identity.person import Person

PERSON = Identity(
    (Person("a", (("last_name", ("Quatremère",)), ("country", ("FR",)), ("email", ("c@x.example",)))),)
)


def redaction(**about: bool) -> Redaction:
    return Redaction(
        "shop.example",
        ["cdn.tracker.example", "shop.example"],
        ["shop.example", "news.example", "tracker.example", "app:mail", "browser"],
        PERSON,
        **about,
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://cdn.tracker.example/a/b?x=‹3 chars›", True),
        ("tracker.example", True),  # visited too, but it got data from this site
        ("https://cdn.tracker.example/sync/news.example/px", False),
        ("www.NEWS.example", False),
        ("notnews.example", True),
        ("/compte/quatremère", False),
        ("QUATREMÈRE", False),
        ("france", True),  # too short a value to be looked for
        ("", True),
    ],
)
def test_what_may_be_shown(text: str, shown: bool) -> None:
    assert redaction().may_show(text) is shown


def test_equal_values_share_a_placeholder_and_others_do_not() -> None:
    using = redaction()
    first = using.placeholder("email", "t1")
    assert (first, using.placeholder("email", "t2"), using.placeholder("email", "t1")) == (
        "‹email#1›", "‹email#2›", "‹email#1›",
    )  # fmt: skip
    assert using.placeholder("phone", "t1") == "‹phone#1›"
    assert using.placeholder("email", "") == ""


@given(st.text(min_size=1), st.sampled_from(["email", "search"]))
def test_a_placeholder_tells_nothing_of_its_value(value: str, kind: str) -> None:
    assert redaction().placeholder(kind, value) == f"‹{kind}#1›"


@given(st.text())
def test_a_url_that_may_not_be_shown_keeps_at_most_its_host(rest: str) -> None:
    shown = redaction().url(f"https://cdn.tracker.example/news.example/{rest}")
    assert shown == "https://cdn.tracker.example/‹path#1›"


def test_times_are_rounded_only_to_be_shared() -> None:
    assert redaction().time(1_795_000_123.456) == 1_795_000_123.456
    assert redaction(share=True).time(1_795_000_123.456) == 1_795_000_080.0
