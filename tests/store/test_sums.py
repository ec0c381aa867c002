"""Groups, splits, the most telling findings, the time line: the short way gives what the long way gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from mouchard.store.filterlang import EVERYTHING, parse
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store.build import CRITEO, KEYS, META, RULESET, START, capture, judge, request

BIG = [("email", "L3"), ("page_url", "L1")]


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Two sites and three recipients; the third message of each ten is serious."""
    db = tmp_path / "sums.db"
    with Writer(db, KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit(entries(range(1, 61)))
    return db


def entries(seqs: range) -> list[Entry]:
    made = []
    for seq in seqs:
        one = request(seq, time=START + 10 * seq)
        about = {
            "site": "shop.example" if seq % 2 else "news.example",
            "company": (META, CRITEO, None)[seq % 3],
            "party": "first" if seq % 3 == 2 else "third",
            "findings": BIG if seq % 10 == 3 else BIG[1:] if seq % 4 == 0 else [],
            "client": "10.0.0.2/chrome" if seq % 5 == 0 else "127.0.0.1/firefox",
        }
        made.append(Entry(one, (judge(one, **about),)))  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize("by", ["site", "company", "type", "client", "person"])
@pytest.mark.parametrize("narrow", ["", "site:shop.example", "company:Meta"])
def test_groups_of_the_rollups_and_of_the_rows_agree(told: Path, by: str, narrow: str) -> None:
    with Reader(told) as reader:
        short = {row.name: row for row in reader.groups(parse(narrow), by)}  # type: ignore[arg-type]
        long = {row.name: row for row in reader.groups(parse(f"{narrow} since:2000-01-01"), by)}  # type: ignore[arg-type]
        assert short.keys() == long.keys() and short
        for name, row in short.items():
            other = long[name]
            assert (row.messages, row.findings, row.level, row.sites) == (
                other.messages, other.findings, other.level, other.sites,
            )  # fmt: skip
            assert (
                row.last >= other.last > START
            )  # of a data type, the last contact is known, not the last finding


@pytest.mark.parametrize("by", ["client", "person"])
def test_parts_of_the_flows_add_up_to_them(told: Path, by: str) -> None:
    with Reader(told) as reader:
        flows = {(flow.site, flow.recipient): flow.findings for flow in reader.flows() if flow.findings}
        parts: dict[tuple[str, str], int] = {}
        for _name, flow in reader.split(EVERYTHING, by):  # type: ignore[arg-type]
            parts[flow.site, flow.recipient] = parts.get((flow.site, flow.recipient), 0) + flow.findings
        assert {way: number for way, number in parts.items() if number} == flows


def test_the_first_flows_are_the_most_serious_of_all(told: Path) -> None:
    with Reader(told) as reader:
        every = reader.flows()
        for most in range(len(every) + 2):
            assert reader.flows(limit=most) == every[:most]


def test_what_tells_most_is_of_the_flow_and_of_its_level(told: Path) -> None:
    with Reader(told) as reader:
        for flow in reader.flows():
            rows = reader.telling(flow, limit=3)
            assert all((row.site, row.party) == (flow.site, flow.party) for row in rows)
            assert bool(rows) == bool(flow.findings)
            if rows:
                assert max(row.finding.level for row in rows) == flow.level
                assert [row.rowid for row in rows] == sorted((row.rowid for row in rows), reverse=True)
        flow = next(flow for flow in reader.flows() if flow.findings)
        assert reader.telling(flow, parse("type:password")) == []


@pytest.mark.parametrize(
    "text", ["site:shop.example", "company:Meta", "site:shop.example company:Criteo type:email"]
)
@pytest.mark.parametrize("newest_first", [True, False])
def test_a_named_flow_is_listed_as_the_long_way_would(told: Path, text: str, newest_first: bool) -> None:
    site = "shop.example" if "site" in text else ""
    company = text.partition("company:")[2].partition(" ")[0]
    with Reader(told) as reader:
        found = [
            row.rowid
            for row in reader.findings(newest_first=newest_first)
            if site in ("", row.site)
            and (not company or (row.company is not None and row.company.name == company))
            and ("type:" not in text or row.finding.type == "email")
        ]
        query = parse(text)
        assert [row.rowid for row in reader.findings(query, newest_first=newest_first)] == found
        assert [row.rowid for row in reader.findings(query, 3, newest_first=newest_first)] == found[:3]
        if len(found) > 2:
            rest = reader.findings(query, before=found[1], newest_first=newest_first)
            assert [row.rowid for row in rest] == found[2:]


def test_requests_by_level_then_the_newest(told: Path) -> None:
    with Reader(told) as reader:
        rows = reader.requests_by_id(reader.request_ids_by_level())
        assert len(rows) == 60
        assert [(row.level, row.rowid) for row in rows] == sorted(
            ((row.level, row.rowid) for row in rows), reverse=True
        )


def test_minutes_are_counted_once_and_new_ones_added(told: Path) -> None:
    with Reader(told) as reader, Writer(told, KEYS, RULESET) as writer:
        first = reader.per_minute(START)
        assert sum(first.values()) == len(list(reader.findings()))
        writer.commit(entries(range(61, 121)))
        with Reader(told) as anew:
            assert reader.per_minute(START) == anew.per_minute(START) != first
        assert min(reader.per_minute(START + 600)) >= int((START + 600) // 60)
        writer.purge()
        assert reader.per_minute(START + 600) == {}
