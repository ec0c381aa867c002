"""The filter language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.errors import BadInput
from mouchard.store.filterlang import EVERYTHING, Query, parse
from mouchard.store.read import Reader
from mouchard.store.terms import KEYS, Term
from mouchard.store.write import Writer
from tests.store.build import entry, request


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("   ", ()),
        ("word", (Term("", "word"),)),
        ("-word", (Term("", "word", True),)),
        ("site:shop.example", (Term("site", "shop.example"),)),
        ("SITE:Shop.example", (Term("site", "Shop.example"),)),
        ('company:"Meta Platforms"', (Term("company", "Meta Platforms"),)),
        ('-company:"Meta Platforms" x', (Term("company", "Meta Platforms", True), Term("", "x"))),
        ('"http://x"', (Term("", "http://x"),)),
        ('-"a b"', (Term("", "a b", True),)),
        ("level:l3", (Term("level", "L3"),)),
        ("phase:Refused,withdrawn", (Term("phase", "refused,withdrawn"),)),
        ("type:email", (Term("type", "email"),)),
        ("type:script", (Term("type", "script"),)),
        ("location:query.ud[em]", (Term("location", "query.ud[em]"),)),
        ("since:2026-03-01T10:00Z", (Term("since", "2026-03-01T10:00Z"),)),
        ("since:2h since:7d", (Term("since", "2h"), Term("since", "7d"))),
    ],
)
def test_parse(text: str, terms: tuple[Term, ...]) -> None:
    query = parse(text)
    assert query.terms == terms
    assert parse(str(query)) == query


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("foo:1", "site company host"),
        ("http://x", 'quote a word that has a colon: "http://x"'),
        (":x", "keys:"),
        ("type:emial", "email phone"),
        ("level:L9", "L0 L1 L2 L3 L4"),
        ("level:L1,L2", "L2 or above"),
        ("party:fourth", "first third same-company relay unknown"),
        ("proof:guess", "identity field shape sync"),
        ("phase:maybe", "unsettled"),
        ("location:heaven", "websocket"),
        ("since:yesterday", "30m 2h 7d"),
        ("since:99999999999d", "30m 2h 7d"),
        ("site:", "site:NAME"),
        ('company:""', "company:NAME"),
        ('site:"a', "site:"),
        ('a"b', "site:"),
        ("-", "left out"),
        ("capture:abc", "keys:"),
    ],
)
def test_mistakes_are_told_with_what_is_valid(text: str, hint: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse(text)
    assert hint in raised.value.hint


@given(st.text(st.sampled_from('ab:"- ,.*%_\\[]sitelevel0L3\n'), max_size=30))
def test_any_text_parses_or_is_refused(text: str) -> None:
    try:
        query = parse(text)
    except BadInput as error:
        assert error.message
        assert error.hint
    else:
        assert parse(str(query)) == query


@given(st.sampled_from(KEYS), st.text(max_size=20), st.booleans())
def test_values_never_reach_the_sql(key: str, value: str, negated: bool) -> None:
    try:
        query = EVERYTHING.and_(key, value, negated=negated)
    except BadInput:
        return
    targets = ("findings", "requests", "rollups") if query.rolled_up else ("findings", "requests")
    for target in targets:
        sql, parameters = query.where(target)  # type: ignore[arg-type]
        assert sql.count("?") == len(parameters)
        assert not any(char in sql for char in ";#\0")


def test_narrowing() -> None:
    assert str(parse("site:a.example").and_("type", "email").and_("company", "Meta", negated=True)) == (
        "site:a.example type:email -company:Meta"
    )
    assert Query() == EVERYTHING == parse("")


def test_since_counts_from_the_moment_of_asking() -> None:
    _, first = parse("since:1h").where("findings", now=10_000.0)
    _, later = parse("since:1h").where("findings", now=20_000.0)
    assert (first, later) == ((6_400.0,), (16_400.0,))


@pytest.mark.parametrize(
    ("text", "rolled_up"), [("site:a -company:b party:third", True), ("type:email", False), ("a", False)]
)
def test_what_the_rollups_can_answer(text: str, rolled_up: bool) -> None:
    assert parse(text).rolled_up is rolled_up


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("site:app:WeatherApp", 1), ("site:app:weatherapp", 1), ("site:app:Weather*", 1),
        ("site:app:Weather", 0), ("-site:app:WeatherApp", 1), ("site:App.example", 1),
    ],
)  # fmt: skip
def test_apps_are_found_under_their_own_name(writer: Writer, reader: Reader, text: str, found: int) -> None:
    writer.commit([entry(request(1), site="app:WeatherApp"), entry(request(2), site="app.example")])
    assert len(list(reader.requests(parse(text)))) == found
    assert sum(row.messages for row in reader.sites(parse(text))) == found
