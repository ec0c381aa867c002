"""Committing: idempotent, whole or not at all, judgements by revision, phases by mark."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from mouchard.attribute.facts import Answer, Sighting, answer, sighting
from mouchard.capture.records import Request
from mouchard.failure import Failure
from mouchard.store.filterlang import EVERYTHING, parse
from mouchard.store.read import Reader
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer
from tests.store.build import (
    CAPTURE,
    CRITEO,
    KEYS,
    RULESET,
    START,
    capture,
    entry,
    frame,
    gap,
    judge,
    mark,
    request,
    response,
    sealed,
)  # fmt: skip


def dump(db: Path, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(f"file:{db}?mode=ro", uri=True)
    try:
        return {
            table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables
        }
    finally:
        connection.close()


TABLES = (
    "messages",
    "responses",
    "sealed",
    "marks",
    "gaps",
    "chain",
    "judgements",
    "matches",
    "findings",
    "rollups",
)


def test_a_resent_batch_changes_nothing(db: Path, writer: Writer) -> None:
    batch = [
        entry(request(1)), Entry(response(2, 1)), Entry(sealed(3)), Entry(mark(4, "refused")), Entry(gap(5)),
        entry(request(6)),
    ]  # fmt: skip
    writer.commit(batch)
    before = dump(db, *TABLES)
    writer.commit(batch)
    writer.commit([*batch[3:], *batch[3:]])
    assert dump(db, *TABLES) == before
    assert writer.last_seq(CAPTURE) == 6
    assert writer.last_seq("f" * 32) == 0


def test_a_record_twice_in_one_batch_is_one(writer: Writer, reader: Reader) -> None:
    writer.commit([entry(request(1)), entry(request(1))])
    assert reader.totals().messages == reader.totals().findings == 1


def test_a_failing_batch_leaves_no_trace_and_may_be_repeated(db: Path, writer: Writer) -> None:
    writer.commit([entry(request(1))])
    before = dump(db, *TABLES, "companies", "rules")
    good = entry(request(2), company=CRITEO)
    bad = Entry(replace(request(3), capture="not begun"))
    with pytest.raises(LookupError):
        writer.commit([good, bad])
    assert dump(db, *TABLES, "companies", "rules") == before
    writer.commit([good])
    assert [row[2] for row in dump(db, "messages")["messages"]] == [1, 2]


def test_a_full_disk_loses_nothing(db: Path, writer: Writer, reader: Reader) -> None:
    writer.commit([entry(request(1))])
    (pages,) = writer._connection.execute("PRAGMA page_count").fetchone()
    writer._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    batch = [entry(request(seq, body=b"x" * 9000)) for seq in range(2, 40)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        writer.commit(batch)
    assert reader.totals().messages == 1
    assert writer.last_seq(CAPTURE) == 1
    writer._connection.execute("PRAGMA max_page_count = 1000000")
    writer.commit(batch)
    assert reader.totals().messages == reader.totals().findings == 39
    assert reader.verify(KEYS).broken == ()


def test_outcomes(writer: Writer, reader: Reader) -> None:
    writer.commit([
        entry(request(1)), Entry(response(2, 1, 204)),
        entry(request(3)), Entry(response(4, 3, 0, "forwarded")),
        entry(request(5)), Entry(response(6, 5, 0, "failed")),
        entry(request(7)),
    ])  # fmt: skip
    expected = ["answered 204", "forwarded", "failed", "pending"]
    assert [row.outcome for row in reader.requests()] == expected
    assert [row.outcome for row in reader.findings(newest_first=False)] == expected
    assert [row.status for row in reader.requests()] == [204, 0, 0, 0]


def test_frames_belong_to_their_handshake(writer: Writer, reader: Reader) -> None:
    writer.commit([
        entry(request(1, "wss://live.tracker.example/socket"), findings=()), Entry(response(2, 1, 101)),
        entry(frame(3, 1, 1)), entry(frame(4, 1, 2)),
    ])  # fmt: skip
    rows = list(reader.findings(newest_first=False))
    assert [row.request for row in rows] == [f"{CAPTURE}/1.1", f"{CAPTURE}/1.2"]
    assert {row.outcome for row in rows} == {"answered 101"}
    assert reader.request(f"{CAPTURE}/1.2").url == "wss://live.tracker.example/socket?sid=‹8 chars›"
    assert reader.finding(rows[0].finding.id) == rows[0]


def test_an_equal_judgement_is_no_revision_and_another_one_is(writer: Writer, reader: Reader) -> None:
    told = request(1)
    writer.commit([entry(told)])
    writer.commit([Entry(response(2, 1), (judge(told),))])
    (first,) = reader.findings()
    assert first.revision == 1
    late = judge(
        told, site="other.example", company=CRITEO, findings=[("email", "L3"), ("phone", "L3")], matches=()
    )
    writer.commit([Entry(response(3, 1), (late,))])
    rows = {row.finding.type: row for row in reader.findings()}
    assert set(rows) == {"email", "phone"}
    assert {row.revision for row in rows.values()} == {2}
    assert rows["email"].rowid == first.rowid < rows["phone"].rowid
    assert rows["email"].site == "other.example"
    assert rows["email"].company == CRITEO
    assert rows["email"].tracker == ()
    assert [row.site for row in reader.sites()] == ["other.example"]


def test_a_rescan_with_other_rules_is_a_new_revision(db: Path) -> None:
    told = request(1)
    with Writer(db, KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit([entry(told)])
    with Writer(db, KEYS, Ruleset("rules-2")) as writer:
        writer.begin(capture())
        writer.commit([entry(told)])
        assert dump(db, "judgements")["judgements"][0][1:3] == (1, "rules-1")
        writer.commit([entry(told, findings=())])
    assert dump(db, "judgements")["judgements"][0][1:3] == (2, "rules-2")
    assert dump(db, "findings")["findings"] == []
    assert len(dump(db, "chain")["chain"]) == 1


def test_a_judgement_of_an_unknown_message_is_dropped(writer: Writer, reader: Reader) -> None:
    writer.commit([Entry(response(2, 1), (judge(request(1)),))])
    assert reader.totals().findings == 0


def test_a_message_that_could_not_be_judged_is_still_there(writer: Writer, reader: Reader) -> None:
    failure = Failure("extract", "cannot decode 'camille' or me@example.org")
    for _ in range(2):
        writer.commit([Entry(request(1, "https://x.example/a?token=s3cret99"), failure=failure)])
    (row,) = reader.requests()
    assert (row.url, row.party, row.site, row.level) == (
        "https://x.example/a?token=‹8 chars›",
        "unknown",
        "",
        "L0",
    )
    assert reader.totals().failures == 1
    raw = reader.raw(f"{CAPTURE}/1", KEYS)
    assert isinstance(raw, Request)
    assert raw.url.endswith("token=s3cret99")


def test_hostile_text_is_stored(writer: Writer, reader: Reader) -> None:
    told = request(1, "https://x.example/?a\ud800b=1", method="G\x1b[31mET", time=float("nan"))
    told = replace(told, body_size=2**70)
    writer.commit([entry(told, why="a \udfff name\x00")])
    (row,) = reader.requests()
    assert row.time == 0.0
    assert row.site_why == "a ? name\x00"


@pytest.mark.parametrize("time", [float("nan"), float("inf"), -1.0, -62135596800.0, 1e300, 253402300799.0])
def test_a_time_that_nobody_can_show_is_none(tmp_path: Path, time: float) -> None:
    """A recording may claim any; calendars begin and end somewhere."""
    with Writer(tmp_path / "odd.db", KEYS, RULESET) as writer:
        writer.begin(replace(capture(), started=time))
        writer.commit([entry(request(1, time=time)), Entry(replace(response(2, 1), time=time, began=time))])
    with Reader(tmp_path / "odd.db") as reader:
        assert [row.time for row in (*reader.requests(), *reader.findings())] == [0.0, 0.0]
        assert [one.started for one in reader.captures()] == [0.0]
        assert {time for client in reader.clients() for time in (client.first, client.last)} == {0.0}


class TestMarks:
    def test_a_mark_makes_what_came_earlier_before(self, writer: Writer, reader: Reader) -> None:
        writer.commit([entry(request(1)), entry(request(2, time=START - 100), site="other.example")])
        assert [row.phase for row in reader.requests()] == ["none", "none"]
        writer.commit([Entry(mark(3, "refused")), entry(request(4))])
        assert [(row.phase, row.revision) for row in reader.findings(newest_first=False)] == [
            ("before", 2), ("none", 1), ("refused", 1),
        ]  # fmt: skip
        assert {flow.site: flow.phases for flow in reader.flows()} == {
            "shop.example": ("before", "refused"), "other.example": ("none",),
        }  # fmt: skip

    def test_a_key_press_unsettles_what_is_near(self, writer: Writer, reader: Reader) -> None:
        writer.commit([
            entry(request(1, time=START - 60)), entry(request(2, time=START - 2)),
            Entry(mark(3, "refused", source="key", time=START)),
            entry(request(4, time=START + 4)), entry(request(5, time=START + 6)),
        ])  # fmt: skip
        assert [row.phase for row in reader.requests()] == ["before", "unsettled", "unsettled", "refused"]

    def test_undo(self, writer: Writer, reader: Reader) -> None:
        writer.commit([entry(request(1)), Entry(mark(2, "refused")), entry(request(3))])
        assert [(row.phase, row.seq) for row in reader.marks()] == [("refused", 2)]
        writer.commit([Entry(mark(4, "none", undo=True))])
        assert [row.phase for row in reader.requests()] == ["none", "none"]
        assert reader.marks() == []

    def test_a_mark_of_one_client_leaves_the_others(self, writer: Writer, reader: Reader) -> None:
        me, other = "127.0.0.1/firefox", "10.0.0.2/chrome"
        writer.commit(
            [entry(request(1)), entry(request(2), client=other), Entry(mark(3, "accepted", client=me))]
        )
        phases = {row.client: row.phase for row in reader.findings()}
        assert phases == {me: "before", other: "none"}
        writer.rephase("shop.example", "")
        assert {row.client: row.revision for row in reader.findings()} == {me: 1, other: 1}

    def test_late_attribution_moves_the_phase_too(self, writer: Writer, reader: Reader) -> None:
        told = request(1)
        writer.commit([entry(told, site=""), Entry(mark(2, "refused"))])
        assert [row.phase for row in reader.findings()] == ["none"]
        writer.commit([Entry(response(3, 1), (judge(told),))])
        assert [row.phase for row in reader.findings()] == ["before"]

    def test_marks_count_in_their_own_capture_only(self, writer: Writer, reader: Reader) -> None:
        other = "f" * 32
        writer.begin(capture(other))
        writer.commit([Entry(mark(1, "refused")), entry(request(1, of=other))])
        assert [row.phase for row in reader.requests()] == ["none"]


def _stored(seen: Sighting) -> Sighting:
    """A sighting without what is kept in memory only."""
    return seen._replace(page="", names="", cookies="", connections_apart=False, cookies_apart=False)


def test_attribution_reads_back_what_it_saw(writer: Writer, reader: Reader) -> None:
    page = request(
        1, "https://shop.example/basket?user=12", time=START,
        headers=(
            ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none"),
            ("Accept", "text/html,*/*"), ("Upgrade-Insecure-Requests", "1"), ("Origin", "https://shop.example"),
        ),
    )  # fmt: skip
    moved = replace(response(2, 1, 302), headers=(("Location", "/login#x"), ("Content-Type", "text/html")))
    writer.commit([entry(page, party="first", findings=()), Entry(moved), entry(frame(3, 1, 1))])

    def token(url: str) -> str:
        return KEYS.token("url", url.partition("#")[0])

    expected: list[Sighting | Answer] = [
        _stored(sighting(page, token)), answer(moved, page.url, token),
        _stored(sighting(frame(3, 1, 1), token)),
    ]  # fmt: skip
    assert list(reader.recent(CAPTURE, START)) == expected
    assert list(writer.recent(CAPTURE, START)) == expected
    assert list(reader.recent(CAPTURE, START + 2.5)) == expected[2:]
    assert list(reader.recent("f" * 32, 0.0)) == []


def test_purge_takes_the_chosen_and_leaves_the_rest(db: Path, writer: Writer, reader: Reader) -> None:
    writer.commit([
        entry(request(1)), Entry(response(2, 1)), entry(request(3), site="other.example", company=CRITEO),
        Entry(response(4, 3)), Entry(sealed(5)), Entry(mark(6, "refused")), Entry(gap(7)),
    ])  # fmt: skip
    assert writer.purge(parse("site:shop.example")) == 1
    assert [row.request for row in reader.requests()] == [f"{CAPTURE}/3"]
    assert [flow.recipient for flow in reader.flows()] == ["Criteo"]
    assert len(dump(db, "responses")["responses"]) == 1
    assert [row[1] for row in dump(db, "companies")["companies"]] == ["Criteo"]
    assert reader.verify(KEYS).broken == ()
    assert reader.verify(KEYS).purged == 3, "message, answer, and the mark of the site"
    writer.commit([entry(request(1)), entry(request(8))])
    assert [row.request for row in reader.requests()] == [f"{CAPTURE}/3", f"{CAPTURE}/8"]
    assert writer.purge(EVERYTHING) == 2
    left = dump(db, *TABLES, "evidence", "clients", "failures", "companies", "rules")
    assert {table for table, rows in left.items() if rows} == {"chain"}
    assert reader.verify(KEYS).broken == ()
    assert writer.last_seq(CAPTURE) == 8


def test_a_client_has_a_name(writer: Writer, reader: Reader) -> None:
    writer.commit([entry(request(1))])
    writer.commit([entry(request(2))])
    (row,) = reader.clients()
    assert (row.name, row.messages) == ("Firefox on this machine", 2)
    assert (row.first, row.last) == (START + 1, START + 2)
    assert [row.client_name for row in reader.requests(parse('client:"firefox on"'))] == [row.name] * 2
