"""The analyser process against real SQLite: acknowledged means recorded, once, whatever happens."""

from __future__ import annotations

import resource
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mouchard.capture import wire
from mouchard.capture.records import Gap, Mark, Record, Request, Response
from tests.analyser.process import CAPTURE, Process, request, rows

SEQS = "SELECT seq FROM chain ORDER BY n"


def seqs(db: Path) -> list[int]:
    return [seq for (seq,) in rows(db, SEQS)]


def test_what_is_acknowledged_is_on_disk(db: Path) -> None:
    with Process(db) as analyser:
        analyser.heard("ready")
        analyser.send(*(request(seq) for seq in range(1, 301)), begin=True)
        analyser.acked(1)
        assert seqs(db)[: analyser.acknowledged] == list(range(1, analyser.acknowledged + 1))
        analyser.acked(300)
        assert seqs(db) == list(range(1, 301))
        assert analyser.finish() == {"event": "ended", "lost": 0}
    assert sorted(path.name for path in db.parent.iterdir() if path.is_file()) == ["m.db", "m.db.lock"]


def test_a_new_process_takes_what_is_resent_and_doubles_nothing(db: Path) -> None:
    records = [request(seq) for seq in range(1, 101)]
    with Process(db) as first:
        first.send(*records[:60], begin=True)
        first.acked(60)
        first.popen.kill()
        assert first.died() == -signal.SIGKILL
    with Process(db) as second:
        second.send(*records[20:], begin=True)
        second.acked(100)
        second.finish()
    assert seqs(db) == list(range(1, 101))
    assert rows(db, "SELECT count(*), max(revision) FROM judgements") == [(100, 1)]


def _visit(seq: int, path: str = "/", host: str = "shop.example", **headers: str) -> Request:
    """A request of now, so that a process started again remembers it."""
    fields = (*request(1).headers, *((name.replace("_", "-"), value) for name, value in headers.items()))
    return replace(request(seq, path, host), time=time.time() + seq / 1000, headers=fields)


OPENS = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document", "Sec_Fetch_Site": "none"}
CROSS = {"Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image", "Sec_Fetch_Site": "cross-site"}


def test_a_process_started_again_knows_the_open_pages_and_the_corrections(db: Path) -> None:
    opened = _visit(1, **OPENS)
    html = (("Content-Type", "text/html"),)
    shown = Response(CAPTURE.id, 2, time.time(), 1, "answered", 200, html, b"", 0, "", time.time())
    early = _visit(3, "/p", "t.track.example", **CROSS, Referer="https://shop.example/")
    with Process(db) as first:
        first.send(opened, shown, early, begin=True)
        first.acked(3)
        told = first.ask(do="correct", request=f"{CAPTURE.id}/3", site="news.example")
        assert (told["was"], told["site"]) == ("shop.example", "news.example")
        refused = first.ask(do="correct", request=f"{CAPTURE.id}/99", site="news.example")
        assert "no request" in refused["error"]
        first.popen.kill()
        first.died()
    with Process(db) as second:
        second.send(_visit(4, "/q", "t.track.example", **CROSS, Referer="https://shop.example/"), begin=True)
        second.acked(4)
        second.finish()
    sites = rows(db, "SELECT site, confidence FROM judgements ORDER BY message")
    assert sites == [("shop.example", "high"), ("news.example", "high"), ("shop.example", "high")]


def test_a_resent_record_that_is_on_disk_is_acknowledged_again(db: Path) -> None:
    with Process(db) as analyser:
        analyser.send(request(1), begin=True)
        analyser.acked(1)
        analyser.attach()
        analyser.acknowledged = 0
        analyser.send(request(1), begin=True)
        analyser.acked(1)
        analyser.finish()
    assert seqs(db) == [1]


def test_when_everyone_lets_go_it_drains_commits_and_ends(db: Path) -> None:
    with Process(db) as analyser:
        analyser.control.shut()
        analyser.send(*(request(seq) for seq in range(1, 51)), begin=True)
        assert analyser.finish() == {"event": "ended", "lost": 0}
    assert seqs(db) == list(range(1, 51))


@pytest.mark.parametrize(("sent", "counter", "lost"), [(10, 10, 0), (10, 17, 7), (0, 3, 3)])
def test_what_a_dead_proxy_took_with_it_is_counted(db: Path, sent: int, counter: int, lost: int) -> None:
    with Process(db) as analyser:
        analyser.heard("ready")
        if sent:
            half = wire.encode(request(sent + 1))[:40]
            analyser.send(*(request(seq) for seq in range(1, sent + 1)), begin=True)
            analyser.data.sendall(half)
        analyser.attach(seq=counter + 1, always=True)
        analyser.send(request(counter + 2), begin=True)
        analyser.acked(counter + 2)
        assert analyser.heard("counted")["seq"] == counter + 1
        analyser.finish()
    assert seqs(db) == [*range(1, sent + 1), counter + 1, counter + 2]
    expected = "[]" if not lost else f'[["",{lost}]]'
    assert [hosts.replace(" ", "") for (hosts,) in rows(db, "SELECT hosts FROM gaps")] == [expected]


def test_a_gap_the_proxy_has_told_is_not_counted_twice_and_one_untold_is(db: Path) -> None:
    told = Gap(CAPTURE.id, 6, 1_700_000_001.0, 1_700_000_002.0, "recorder stalled", (("a.example", 3),))
    with Process(db) as analyser:
        analyser.send(request(1), request(2), told, request(7), request(10), begin=True)
        analyser.attach(seq=14, always=True)
        analyser.send(request(15), begin=True)
        analyser.acked(15)
        analyser.finish()
    assert [hosts.replace(" ", "") for (hosts,) in rows(db, "SELECT hosts FROM gaps ORDER BY seq")] == [
        '[["a.example",3]]',
        '[["",5]]',  # 8 and 9 were passed over, 11 to 13 never came
    ]


def test_the_count_survives_the_analyser_that_was_told(db: Path) -> None:
    with Process(db) as first:
        first.send(request(1), begin=True)
        first.acked(1)
        first.popen.kill()
        first.died()
    with Process(db) as second:  # the order waits in its channel before the new proxy's first frame
        order = {"do": "lost", "capture": CAPTURE.id, "seq": 5, "until": 1.7e9, "reason": "test"}
        second.control.send({**order, "always": True, "drain": False})
        second.send(request(6), begin=True)
        second.acked(6)
        second.control.send({**order, "always": True, "drain": False})
        assert second.heard("counted")["seq"] == 5
        assert second.heard("counted")["seq"] == 5
        second.finish()
    assert seqs(db) == [1, 5, 6]


# --- messages that hurt ------------------------------------------------------------------------


def test_an_error_in_a_stage_is_a_failure_row_at_once(db: Path, hostile: Path) -> None:
    with Process(db, script=hostile) as analyser:
        records = [request(1), request(2, "/raise"), request(3)]
        analyser.send(*records, begin=True)
        analyser.acked(3)
        analyser.finish()
    assert seqs(db) == [1, 2, 3]
    ((seq, reason),) = rows(db, "SELECT seq, reason FROM failures")
    assert seq == 2
    assert "ValueError" in reason and "shop.example" not in reason
    judged = "SELECT seq FROM judgements j JOIN messages m ON m.id = j.message ORDER BY seq"
    assert rows(db, judged) == [(1,), (3,)]


@pytest.mark.parametrize(("path", "number"), [("/die", signal.SIGKILL), ("/hang", signal.SIGALRM)])
def test_what_ends_two_processes_is_set_aside(db: Path, hostile: Path, path: str, number: int) -> None:
    records = [request(1), request(2), request(3, path), request(4)]
    for _ in range(2):
        with Process(db, script=hostile) as analyser:
            analyser.send(*records, begin=True)
            assert analyser.died() == -number
    with Process(db, script=hostile) as analyser:
        analyser.send(*records, begin=True)
        analyser.acked(4)
        analyser.finish()
    assert seqs(db) == [1, 2, 3, 4]
    assert rows(db, "SELECT seq, stage FROM failures") == [(3, "analysis")]
    assert rows(db, "SELECT count(*) FROM judgements") == [(3,)]


def test_a_record_the_database_refuses_is_a_failure_not_a_crash(db: Path) -> None:
    odd: list[Record] = [
        Mark(CAPTURE.id, 2, 1.7e9, "shop.example", "", "accepted", "key", False),
        Gap(CAPTURE.id, 3, 1.7e9, float("nan"), "odd", ()),
        request(4, host="\ud800.example"),
        request(5),
    ]
    with Process(db) as analyser:
        analyser.send(request(1), *odd, begin=True)
        analyser.acked(5)
        analyser.finish()
    refused = {seq for (seq,) in rows(db, "SELECT seq FROM failures")}
    assert set(seqs(db)) | refused == {1, 2, 3, 4, 5}
    assert {1, 2, 5} <= set(seqs(db))


# --- a database that takes nothing -------------------------------------------------------------


def test_a_locked_database_is_waited_for(db: Path) -> None:
    with Process(db) as analyser:
        analyser.send(request(1), begin=True)
        analyser.acked(1)
        with closing(sqlite3.connect(db, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            analyser.send(request(2), request(3))
            assert analyser.heard("trouble")["what"] == "database locked"
            assert analyser.ask(do="status")["trouble"] == "database locked"
            assert analyser.acknowledged == 1
            other.execute("ROLLBACK")
        analyser.heard("recovered")
        analyser.acked(3)
        assert analyser.finish()["lost"] == 0
    assert seqs(db) == [1, 2, 3]


def test_a_full_disk_is_waited_for(db: Path) -> None:
    with Process(db) as analyser:
        analyser.send(request(1), begin=True)
        analyser.acked(1)
        full = db.with_name("m.db-wal").stat().st_size + 4096
        resource.prlimit(analyser.popen.pid, resource.RLIMIT_FSIZE, (full, resource.RLIM_INFINITY))
        many = [request(seq, f"/page{seq}") for seq in range(2, 400)]
        analyser.send(*many)
        assert analyser.heard("trouble")["what"] in ("disk full", "disk error")
        before = analyser.acknowledged
        assert seqs(db) == list(range(1, before + 1))
        resource.prlimit(analyser.popen.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
        analyser.heard("recovered")
        analyser.acked(399)
        assert analyser.finish()["lost"] == 0
    assert seqs(db) == list(range(1, 400))


@pytest.mark.slow
def test_what_cannot_be_written_at_the_end_is_said(db: Path) -> None:
    with Process(db) as analyser:
        analyser.send(request(1), begin=True)
        analyser.acked(1)
        with closing(sqlite3.connect(db, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            analyser.send(request(2), request(3))
            analyser.heard("trouble")
            assert analyser.finish()["lost"] == 2
    assert seqs(db) == [1]


# --- start and orders --------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_foreign_or_damaged_file_is_left_as_it_is(db: Path, content: bytes) -> None:
    db.write_bytes(content)
    with Process(db) as analyser:
        assert str(db) in analyser.heard("failed")["error"]
        assert analyser.died() == 2
    assert db.read_bytes() == content


def test_the_second_writer_is_refused(db: Path) -> None:
    with Process(db) as first:
        first.heard("ready")
        with Process(db) as second:
            assert second.heard("failed")["error"]
            assert second.died() == 2
        first.send(request(1), begin=True)
        first.acked(1)


@pytest.mark.parametrize("option", ["--identity", "--list"])
def test_a_file_that_cannot_be_read_is_named(db: Path, tmp_path: Path, option: str) -> None:
    with Process(db, option, str(tmp_path / "absent")) as analyser:
        assert "absent" in analyser.heard("failed")["error"]
        assert analyser.died() == 2


def test_a_new_identity_is_taken_over_and_a_bad_one_is_not(db: Path, tmp_path: Path) -> None:
    identity = tmp_path / "me.json"
    identity.write_text('{"email": ["zoe@example.org"]}')
    found = "SELECT type FROM findings WHERE proof = 'identity'"
    with Process(db, "--identity", str(identity), "--headless") as analyser:
        analyser.send(request(1, "/?m=zoe%40example.org", "t.example"), begin=True)
        analyser.acked(1)
        (told,) = analyser.heard("findings")["findings"]
        assert (told["type"], told["to"]) == ("email", "t.example")
        assert "zoe" not in str(told)
        identity.write_text("{")
        assert "error" in analyser.ask(do="reload")
        identity.write_text('{"email": ["max@example.org"]}')
        assert "error" not in analyser.ask(do="reload")
        analyser.send(request(2, "/?m=max%40example.org", "t.example"))
        analyser.acked(2)
        analyser.finish()
    assert rows(db, found) == [("email",), ("email",)]


def test_the_page_in_front_is_known(db: Path) -> None:
    fetch = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "none"}
    asked = request(1, "/", "www.shop.example")
    asked = replace(asked, time=time.time(), headers=(*asked.headers, *fetch.items()))
    html = (("Content-Type", "text/html"),)
    page = Response(CAPTURE.id, 2, time.time(), 1, "answered", 200, html, b"<html>", 6, "", time.time())
    with Process(db) as analyser:
        analyser.heard("ready")
        assert analyser.ask(do="page")["site"] == ""
        analyser.send(asked, page, begin=True)
        analyser.acked(2)
        answer = analyser.ask(do="page")
        assert answer["site"] == "shop.example"
        assert answer["client"]
        assert "nonsense" in analyser.ask(do="nonsense")["error"]
        analyser.finish()


def test_a_purge_deletes_what_was_chosen_and_the_capture_goes_on(db: Path) -> None:
    with Process(db) as analyser:
        analyser.send(request(1, host="a.example"), request(2, host="b.example"), begin=True)
        analyser.acked(2)
        assert "error" in analyser.ask(do="purge", filter="nonsense:1")
        assert analyser.ask(do="purge", filter="host:a.example")["purged"] == 1
        analyser.send(request(3, host="a.example"))
        analyser.acked(3)
        analyser.finish()
    assert rows(db, "SELECT seq FROM messages ORDER BY seq") == [(2,), (3,)]
    assert seqs(db) == [1, 2, 3]


def test_a_hold_keeps_the_exact_bytes_while_the_capture_goes_on(db: Path) -> None:
    pinned = "SELECT pinned FROM evidence ORDER BY seq"
    with Process(db) as analyser:
        analyser.send(request(1, host="a.example"), request(2, host="b.example"), begin=True)
        analyser.acked(2)
        assert "error" in analyser.ask(do="hold", filter="nonsense:1", reason="hold")
        assert analyser.ask(do="hold", filter="host:a.example", reason="hold")["held"] == 1
        assert rows(db, pinned) == [("hold",), ("",)]
        assert analyser.ask(do="hold", filter="host:a.example", reason="")["held"] == 1
        analyser.finish()
    assert rows(db, pinned) == [("",), ("",)]
