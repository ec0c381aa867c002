"""What the views read."""

from __future__ import annotations

import sqlite3
from array import array
from pathlib import Path

import pytest

from mouchard.errors import BadInput
from mouchard.store.filterlang import of_capture, parse
from mouchard.store.listing import PAGE
from mouchard.store.read import Reader
from mouchard.store.rows import Flow, GapRow, SealedRow
from mouchard.store.table import FINDINGS
from mouchard.store.write import Entry, Writer
from tests.store.build import (
    CAPTURE,
    CRITEO,
    META,
    RULE,
    START,
    capture,
    entry,
    gap,
    mark,
    request,
    response,
    sealed,
)  # fmt: skip

PHONE = "10.0.0.2/chrome"


@pytest.fixture
def filled(writer: Writer, reader: Reader) -> Reader:
    writer.commit([
        entry(request(1, "https://shop.example/basket"), party="first", company=None, findings=(),
        matches=(), type="document"),
        entry(request(2)),
        entry(request(3), findings=[("email", "L3"), ("page_url", "L1")]),
        entry(request(4, "https://sslwidget.criteo.com/event"), company=CRITEO, findings=[("search",
        "L2")], client=PHONE),
        entry(request(5, "https://unknown.example/x"), company=None, site="news.example", findings=(),
        matches=()),
        entry(request(6), site="news.example", findings=[("password", "L4")], partial=("depth",)),
        Entry(sealed(7, "api.shop.example")), Entry(sealed(8, "api.shop.example")), Entry(sealed(9)),
        Entry(gap(10, (("a.example", 3), ("b.example", 1)))), Entry(mark(11, "refused", site="news.example")),
        Entry(response(12, 2)),
    ])  # fmt: skip
    return reader


def seqs(reader: Reader, text: str) -> list[int]:
    return [int(row.request.rpartition("/")[2]) for row in reader.requests(parse(text))]


def test_flows(filled: Reader) -> None:
    flows = filled.flows()
    assert [(flow.site, flow.recipient) for flow in flows] == [
        ("news.example", "Meta"), ("shop.example", "Meta"), ("shop.example", "Criteo"), ("news.example",
        "unknown.example"),
    ]  # fmt: skip
    assert flows[1] == Flow(
        "shop.example", "Meta", META, "third", (("email", 2), ("page_url", 1)), ("clear",), 2, 3, "L3",
        START + 2, START + 3, ("127.0.0.1/firefox",), ("none",),
    )  # fmt: skip
    assert flows[0].phases == ("before",)
    assert flows[3].company is None
    assert filled.flows(limit=2) == flows[:2]


def test_sites_and_companies(filled: Reader) -> None:
    assert [(s.site, s.messages, s.companies, s.findings, s.level, s.sealed) for s in filled.sites()] == [
        ("news.example", 2, 2, 1, "L4", 0), ("shop.example", 4, 2, 4, "L3", 2),
    ]  # fmt: skip
    companies = {row.recipient: row for row in filled.companies()}
    assert list(companies) == ["Meta", "Criteo", "unknown.example"]
    assert companies["Meta"].hosts == ("www.facebook.com",)
    assert companies["Meta"].sites == ("news.example", "shop.example")
    assert companies["Meta"].types == ("password", "email", "page_url")
    assert companies["Meta"].level == "L4"


def test_totals(filled: Reader) -> None:
    total = filled.totals()
    assert (total.messages, total.findings, total.sites, total.companies, total.clients) == (6, 5, 2, 3, 2)
    assert (total.sealed, total.gaps, total.failures, total.partial) == (3, 4, 0, 1)
    assert (total.level, total.last) == ("L4", START + 6)
    narrow = filled.totals(parse("site:shop.example type:email"))
    assert (narrow.messages, narrow.findings, narrow.sites, narrow.companies, narrow.level) == (
        2,
        2,
        1,
        1,
        "L3",
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("site:shop.example", [1, 2, 3, 4]),
        ("site:SHOP.example", [1, 2, 3, 4]),
        ("site:example", [1, 2, 3, 4, 5, 6]),
        ("site:op.example", []),
        ("site:sh*", [1, 2, 3, 4]),
        ("-site:shop.example", [5, 6]),
        ("company:meta", [2, 3, 6]),
        ("company:met", []),
        ("company:met*", [2, 3, 6]),
        ("company:unknown.example", [5]),
        ("host:facebook.com", [2, 3, 6]),
        ("host:www.facebook.com", [2, 3, 6]),
        ("host:acebook.com", []),
        ("type:email", [2, 3]),
        ("type:email,search", [2, 3, 4]),
        ("-type:email", [1, 4, 5, 6]),
        ("type:document", [1]),
        ("level:L3", [2, 3, 6]),
        ("-level:L3", [1, 4, 5]),
        ("level:L0", [1, 2, 3, 4, 5, 6]),
        ("party:first", [1]),
        ("proof:identity", [2, 3, 4, 6]),
        ("phase:before", [5, 6]),
        ("phase:before,none", [1, 2, 3, 4, 5, 6]),
        (f"client:{PHONE}", [4]),
        ("client:firefox", [1, 2, 3, 5, 6]),
        ("person:Camille", [2, 3, 4, 6]),
        ("person:nobody", []),
        ("since:2000-01-01", [1, 2, 3, 4, 5, 6]),
        ("list:EasyPrivacy", [2, 3, 4, 6]),
        ("-list:EasyPrivacy", [1, 5]),
        ("location:query", [2, 3, 4, 6]),
        ("location:query.ud[em] level:L4", [6]),
        ("location:query.ud*", [2, 3, 4, 6]),
        ("location:body", []),
        ("criteo", [4]),
        ("-criteo", [1, 2, 3, 5, 6]),
        ("passw", [6]),
        ("100%", []),
        ("type:email type:page_url", []),
        ("type:email -type:page_url", [2]),
        ("site:shop.example type:email -company:Criteo face", [2, 3]),
        ("' OR 1=1", []),
    ],
)
def test_filters(filled: Reader, text: str, found: list[int]) -> None:
    assert seqs(filled, text) == found


def test_the_same_filter_on_findings(filled: Reader) -> None:
    def kinds(text: str) -> list[str]:
        return [row.finding.type for row in filled.findings(parse(text), newest_first=False)]

    assert kinds("") == ["email", "email", "page_url", "search", "password"]
    assert kinds("-type:email level:L2") == ["search", "password"]
    assert kinds(f"client:{PHONE}") == ["search"]
    assert kinds("list:EasyPrivacy phase:before") == ["password"]
    assert kinds("since:1h") == []


def test_since_is_an_age_or_a_moment(filled: Reader) -> None:
    assert seqs(filled, "since:2026-09-21T14:13:24Z") == [4, 5, 6]
    assert seqs(filled, "since:2100-01-01") == []


def test_of_one_capture(writer: Writer, filled: Reader) -> None:
    other = "f" * 32
    writer.begin(capture(other))
    writer.commit([entry(request(1, of=other))])
    assert [row.request for row in filled.requests(of_capture(other))] == [f"{other}/1"]
    assert len(list(filled.findings(of_capture(other)))) == 1
    assert [flow.messages for flow in filled.flows(of_capture(other))] == [1]
    assert [one.id for one in filled.captures()] == [CAPTURE, other]


def test_paging(writer: Writer, reader: Reader) -> None:
    count = PAGE + 20
    writer.commit([entry(request(seq)) for seq in range(1, count + 1)])
    ids = [row.rowid for row in reader.findings(newest_first=False)]
    assert len(ids) == count and ids == sorted(ids)
    assert [row.rowid for row in reader.findings()] == list(reversed(ids))
    assert [row.rowid for row in reader.findings(limit=3, before=ids[10])] == list(reversed(ids[7:10]))
    assert [row.rowid for row in reader.findings(limit=3, before=ids[10], newest_first=False)] == list(
        ids[11:14]
    )
    assert len(list(reader.requests())) == count
    assert len(list(reader.requests(limit=PAGE + 1))) == PAGE + 1
    numbers = reader.request_ids()
    assert isinstance(numbers, array) and numbers.typecode == "q"
    assert list(reader.request_ids(after=numbers[-3])) == list(numbers[-2:])
    wanted = [numbers[5], 10**9, numbers[2]]
    assert [row.rowid for row in reader.requests_by_id(wanted)] == [numbers[5], numbers[2]]


def test_one_finding(filled: Reader) -> None:
    row = next(filled.findings(parse("type:password")))
    assert filled.finding(row.finding.id) == row
    assert filled.finding(row.finding.id[:-3]) == row
    assert row.tracker == (RULE,)
    assert row.company == META
    assert row.finding.chain == ("percent",)
    assert row.partial == ("depth",)
    assert row.url == "https://www.facebook.com/tr/?id=‹1 chars›&ud[em]=‹26 chars›"
    for wrong in ("", "nothing", f"{CAPTURE}/", f"{CAPTURE}/3/"):
        with pytest.raises(BadInput):
            filled.finding(wrong)
    for wrong in ("", "x/1", f"{CAPTURE}/99", f"{CAPTURE}/1.7", f"{CAPTURE}/²", f"{CAPTURE}/{'9' * 30}"):
        with pytest.raises(BadInput):
            filled.request(wrong)


def test_sealed_gaps_and_pages(filled: Reader) -> None:
    assert filled.sealed() == [
        SealedRow("pinned.example", "", "127.0.0.1", "distrusted", 1, START + 9),
        SealedRow("api.shop.example", "", "127.0.0.1", "distrusted", 2, START + 8),
    ]
    assert filled.gaps() == [
        GapRow(CAPTURE, START + 10, START + 12, "recorder stalled", "a.example", 3),
        GapRow(CAPTURE, START + 10, START + 12, "recorder stalled", "b.example", 1),
    ]


def test_a_reader_sees_each_commit(writer: Writer, reader: Reader) -> None:
    before = reader.data_version()
    assert reader.data_version() == before
    writer.commit([entry(request(1))])
    assert reader.data_version() != before
    assert reader.totals().messages == 1


def test_an_empty_database(reader: Reader) -> None:
    assert reader.flows() == reader.sites() == reader.companies() == reader.sealed() == []
    assert list(reader.findings()) == list(reader.requests()) == []
    assert reader.totals().level == "L0"
    assert len(reader.request_ids()) == 0


def test_the_views_for_other_programs(db: Path, filled: Reader) -> None:
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    leak = connection.execute("SELECT * FROM leaks WHERE type = 'password'").fetchone()
    assert (leak["site"], leak["recipient"], leak["level"], leak["place"]) == (
        "news.example",
        "Meta",
        "L4",
        "query.ud[em]",
    )
    assert leak["time"] == "2026-09-21T14:13:26.000Z"
    outcomes = [row["outcome"] for row in connection.execute("SELECT outcome FROM requests ORDER BY id")]
    assert outcomes == ["pending", "answered 200", "pending", "pending", "pending", "pending"]
    rows = connection.execute(
        "SELECT site, recipient, type, count, level FROM who_gets_what ORDER BY 1, 2, 3"
    ).fetchall()
    assert [tuple(row) for row in rows] == [
        ("news.example", "Meta", "password", 1, "L4"), ("shop.example", "Criteo", "search", 1, "L2"),
        ("shop.example", "Meta", "email", 2, "L3"), ("shop.example", "Meta", "page_url", 1, "L1"),
    ]  # fmt: skip
    connection.close()


@pytest.mark.parametrize(
    "text", ["", "site:shop.example", "company:Meta", "type:email", "since:2000-01-01 site:shop.example"]
)
def test_no_view_reads_a_table_from_end_to_end_for_a_page(filled: Reader, text: str) -> None:
    """A page of findings walks the primary key; look-ups beside it go by index."""
    condition, parameters = parse(text).where("findings")
    sql = f"EXPLAIN QUERY PLAN {FINDINGS} WHERE {condition} AND f.id < ? ORDER BY f.id DESC LIMIT 50"
    plan = [row[3] for row in filled._connection.execute(sql, (*parameters, 10**9))]
    assert plan[0].startswith("SEARCH f USING"), plan
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN x"], plan  # the rules of one message
    assert not any("TEMP B-TREE FOR ORDER BY" in step for step in plan), plan
