"""Lines of output: exact fields, safe cells."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard import formats
from mouchard.model import Company, Consent, Finding, Match
from mouchard.printable import printable
from mouchard.store.rows import CompanyRow, FindingRow, RequestRow, SiteRow, outcome

FINDING = FindingRow(
    rowid=7,
    finding=Finding(
        "c/1/abc", "email", "identity", "declared", "camille", "query", "ud[em]", ("percent", "sha256"),
        "lower",
        "c•••@e•••.org", "0123", "L3", "identity: email",
    ),
    request="c/1", revision=1, time=1790000000.1239, client="127.0.0.1/firefox",
    client_name="Firefox on this machine",
    site="shop.example", site_confidence="high", site_why="Referer", method="POST",
    url="https://www.facebook.com/tr?ud[em]=‹64 chars›", url_token="4567", host="www.facebook.com",
    party="third",
    outcome="answered 200", company=Company("Meta", "US", "advertising", "own", "2026-11-01"),
    tracker=(Match("EasyPrivacy", "2026", "||facebook.com/tr^", 123, "general", "A"),), phase="refused",
    consent=Consent("CP", "G100"), partial=("depth",),
)  # fmt: skip
REQUEST = RequestRow(
    7, "c/1", 1790000000.0, "127.0.0.1/firefox", "Firefox", "GET", "https://x.example/", "x.example", 200,
    "answered 200", "shop.example", "low", "why", "third", "Meta", True, "A", "image", "L1", "none",
)  # fmt: skip


def test_a_finding_has_the_documented_fields() -> None:
    assert formats.finding_json(FINDING) == {
        "id": "c/1/abc", "request": "c/1", "revision": 1, "time": "2026-09-21T14:13:20.124Z",
        "client": "127.0.0.1/firefox", "person": "camille", "site": "shop.example", "site_confidence": "high",
        "site_why": "Referer", "method": "POST", "url": "https://www.facebook.com/tr?ud[em]=‹64 chars›",
        "url_token": "4567", "host": "www.facebook.com", "party": "third", "outcome": "answered 200",
        "recipient": {
            "company": "Meta", "country": "US", "category": "advertising", "source": "own",
            "as_of": "2026-11-01",
        },
        "tracker": [{
            "list": "EasyPrivacy", "version": "2026", "rule": "||facebook.com/tr^", "line": 123,
            "section": "general",
            "grade": "A", "exception": False,
        }],
        "type": "email", "proof": "identity", "basis": "declared", "location": "query", "field": "ud[em]",
        "chain": ["percent", "sha256"], "normalisation": "lower", "value": "c•••@e•••.org",
        "value_token": "0123",
        "level": "L3", "level_ground": "identity: email", "phase": "refused",
        "consent": {"tcf": "CP", "gcs": "G100"}, "partial": True,
    }  # fmt: skip


def test_the_choice_of_the_us_is_told_where_it_travelled() -> None:
    said = replace(FINDING, consent=Consent("CP", "", "1YYN: sale opted out"))
    assert formats.finding_json(said)["consent"] == {"tcf": "CP", "gcs": "", "us": "1YYN: sale opted out"}


def test_a_request_has_the_documented_fields() -> None:
    line = formats.request_json(REQUEST)
    assert (
        list(line)
        == """request time client method url host status outcome site site_confidence site_why party
        company is_tracker tracker_grade type level phase""".split()
    )
    assert (line["time"], line["is_tracker"], line["status"]) == ("2026-09-21T14:13:20.000Z", True, 200)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1790000000.9999, "2026-09-21T14:13:21.000Z"),
        (-1.5, "1969-12-31T23:59:58.500Z"),
        (1e30, ""),
        (float("nan"), ""),
    ],
)
def test_times(moment: float, text: str) -> None:
    assert formats.iso(moment) == text


@pytest.mark.parametrize(
    ("word", "status", "text"),
    [
        ("answered", 404, "answered 404"),
        ("forwarded", 0, "forwarded"),
        ("failed", 0, "failed"),
        (None, None, "pending"),
    ],
)
def test_outcomes(word: str | None, status: int | None, text: str) -> None:
    assert outcome(word, status) == text


def printed(format: str, rows: list[dict[str, object]], columns: tuple[str, ...]) -> str:
    out = io.StringIO()
    formats.write(out, format, rows, columns)
    return out.getvalue()


def test_each_format() -> None:
    lines = [formats.finding_json(FINDING)]
    assert json.loads(printed("jsonl", lines, ())) == lines[0]
    columns = formats.FINDING_COLUMNS
    head, cells = csv.reader(io.StringIO(printed("csv", lines, columns)))
    assert tuple(head) == columns
    assert dict(zip(head, cells, strict=True)) == {
        "time": "2026-09-21T14:13:20.124Z", "site": "shop.example", "site_confidence": "high",
        "recipient": "Meta", "type": "email",
        "value": "c•••@e•••.org", "place": "query.ud[em]", "chain": "percent > sha256", "level": "L3",
        "phase": "refused", "outcome": "answered 200",
    }  # fmt: skip
    table = printed("table", lines, columns).splitlines()
    assert len(table) == 2
    assert table[0].split() == list(columns)
    assert table[1].index("Meta") == table[0].index("recipient")
    assert printed("table", [], columns) == ""
    with pytest.raises(ValueError, match="xml"):
        printed("xml", lines, columns)


def test_sites_and_companies() -> None:
    site = formats.site_json(SiteRow("shop.example", 9, 2, 3, ("email",), "L3", 1, 0.0, 1.0))
    assert printed("csv", [site], formats.SITE_COLUMNS).splitlines()[1] == (
        "shop.example,L3,3,2,9,email,1,1970-01-01T00:00:01.000Z"
    )
    company = formats.company_json(
        CompanyRow("x.example", None, ("x.example",), ("a", "b"), 1, 0, (), "L0", 1.0)
    )
    assert company["company"] == "x.example"
    assert printed("csv", [company], formats.COMPANY_COLUMNS).splitlines()[1] == (
        "x.example,L0,0,a b,,1,,,1970-01-01T00:00:01.000Z"
    )


@given(st.text(max_size=40))
def test_a_spreadsheet_computes_nothing(value: str) -> None:
    out = printed("csv", [{"a": value, "b": "=1+1"}], ("a", "b"))
    rows = list(csv.reader(io.StringIO(out, newline="")))
    assert len(rows) == 2
    first, second = rows[1]
    assert not first.lstrip().startswith(("=", "+", "-", "@"))
    assert first.removeprefix("'") == printable(value).removeprefix("'")
    assert second == "'=1+1"


@given(st.text(st.sampled_from("ab\x1b[31m\x9b\u202e\n\r\t=é\0"), max_size=80))
def test_a_table_takes_no_orders_from_the_wire(value: str) -> None:
    out = printed("table", [{"a": value}], ("a",))
    assert out.count("\n") == 2
    assert not set(out) & set("\x1b\x9b\u202e\r\t\0")
