"""A correction: what the person says of a request stands, whatever is judged later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from mouchard.analysis import Analysis
from mouchard.attribute.reason import Reason
from mouchard.capture.records import Request
from mouchard.cli.correct import correct as command
from mouchard.correct import correct, site_named
from mouchard.errors import BadInput
from mouchard.store.filterlang import EVERYTHING
from mouchard.store.read import Reader
from mouchard.store.rows import RequestRow
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer
from tests.store.build import CAPTURE, KEYS, RULESET, Clock, capture
from tests.test_analysis import CROSS, analysis, page, request

PIXEL = "https://t.traceur-exemple.com/p?email=camille.martin%40boite-exemple.fr"
IDENTITY = {"email": ["camille.martin@boite-exemple.fr"]}
ID = f"{CAPTURE}/3"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "m.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(db: Path, clock: Clock) -> Iterator[Writer]:
    with Writer(db, KEYS, RULESET, clock=clock) as writer:
        writer.begin(capture())
        yield writer


def of_capture(record: object) -> Request:
    return replace(record, capture=CAPTURE)  # type: ignore[type-var]


def visit(writer: Writer) -> Analysis:
    """A page, and a pixel that names it as its own."""
    judging = analysis(**IDENTITY)
    for record in (*page(), request(3, PIXEL, **CROSS)):
        writer.commit([Entry(of_capture(record), judging.feed(of_capture(record)))])
    return judging


def row(db: Path) -> RequestRow:
    with Reader(db) as reader:
        return reader.request(ID)


def test_a_correction_moves_the_request_and_its_findings(db: Path, writer: Writer) -> None:
    judging = visit(writer)
    assert row(db).site == "boutique-exemple.fr"
    was = correct(writer, judging, ID, "https://www.journal-exemple.org/article")
    assert was == ("boutique-exemple.fr", "journal-exemple.org")
    found = row(db)
    assert (found.site, found.site_confidence, found.site_why) == (
        "journal-exemple.org",
        "high",
        Reason.CORRECTED,
    )
    with Reader(db) as reader:
        assert {leak.site for leak in reader.findings()} == {"journal-exemple.org"}
        assert {leak.revision for leak in reader.findings()} == {2}
        flows = {(flow.site, flow.recipient): flow.findings for flow in reader.flows(EVERYTHING)}
    writer.rebuild_rollups()
    with Reader(db) as reader:
        assert flows == {(flow.site, flow.recipient): flow.findings for flow in reader.flows(EVERYTHING)}


def test_a_request_that_turns_out_to_be_the_sites_own_leaks_nothing(db: Path, writer: Writer) -> None:
    correct(writer, visit(writer), ID, "traceur-exemple.com")
    assert row(db).party == "first"
    with Reader(db) as reader:
        assert list(reader.findings()) == []


def test_it_stands_after_the_raw_bytes_are_gone(db: Path, writer: Writer, clock: Clock) -> None:
    visit(writer)
    clock.now += 30 * 86400
    writer.expire()
    correct(writer, analysis(), ID, "journal-exemple.org")
    found = row(db)
    assert (found.site, found.site_why, found.party) == ("journal-exemple.org", Reason.CORRECTED, "third")
    with Reader(db) as reader:
        [leak] = reader.findings()
        assert (leak.site, leak.finding.type, leak.revision) == ("journal-exemple.org", "email", 2)
        flows = reader.flows(EVERYTHING)
    writer.rebuild_rollups()
    with Reader(db) as reader:
        assert flows == reader.flows(EVERYTHING)


def test_it_stands_when_the_same_is_judged_again(db: Path, writer: Writer) -> None:
    correct(writer, visit(writer), ID, "journal-exemple.org")
    visit(writer)  # as a rescan does, without knowing of it
    assert row(db).site == "journal-exemple.org"


def test_other_rules_judge_the_rest_anew_and_leave_the_site(db: Path, writer: Writer) -> None:
    correct(writer, visit(writer), ID, "journal-exemple.org")
    writer.close()
    with Writer(db, KEYS, Ruleset("newer")) as later:
        judging = analysis()  # the identity is gone, so the finding goes
        judging.restore((), later.corrected(CAPTURE))
        for record in (*page(), request(3, PIXEL, **CROSS)):
            later.commit([Entry(of_capture(record), judging.feed(of_capture(record)))])
    assert (row(db).site, row(db).site_why) == ("journal-exemple.org", Reason.CORRECTED)
    with Reader(db) as reader:
        assert not [leak for leak in reader.findings() if leak.finding.proof == "identity"]


def test_late_evidence_does_not_undo_it(writer: Writer) -> None:
    judging = visit(writer)
    correct(writer, judging, ID, "journal-exemple.org")
    later = request(4, PIXEL, **CROSS)
    assert not [one for one in judging.feed(of_capture(later)) if one.message.seq == 3]


def test_it_goes_with_the_message(db: Path, writer: Writer) -> None:
    correct(writer, visit(writer), ID, "journal-exemple.org")
    writer.purge()
    assert writer.corrected(CAPTURE) == {}


@pytest.mark.parametrize(
    ("given", "site"),
    [
        ("shop.example", "shop.example"),
        ("www.Shop.Example.", "shop.example"),
        ("https://a.b.shop.example:8443/x?y#z", "shop.example"),
        ("app:ShopApp", "app:ShopApp"),
        ("browser", "browser"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("münchen.example", "xn--mnchen-3ya.example"),
    ],
)
def test_sites_as_people_write_them(given: str, site: str) -> None:
    assert site_named(given) == site


@pytest.mark.parametrize(
    "given", ["", " ", "https://", "http://[", "a b", "x/y", "\x1b[31m.example", "a" * 300]
)
def test_what_is_no_site(given: str) -> None:
    with pytest.raises(BadInput):
        site_named(given)


@pytest.mark.parametrize("request_id", ["", "x", CAPTURE, f"{CAPTURE}/99", f"{CAPTURE}/-1", f"{CAPTURE}/3.x"])
def test_what_is_no_request(writer: Writer, request_id: str) -> None:
    visit(writer)
    with pytest.raises(BadInput, match="no request"):
        correct(writer, analysis(), request_id, "shop.example")


def test_the_command_works_without_a_capture(db: Path, writer: Writer) -> None:
    visit(writer)
    writer.close()
    said = CliRunner().invoke(
        command, [ID, "--site", "journal-exemple.org", "--db", str(db)], catch_exceptions=False
    )
    assert said.exit_code == 0
    assert said.stdout == ""
    assert "journal-exemple.org, not boutique-exemple.fr" in said.stderr
    assert row(db).site == "journal-exemple.org"
