"""The systems people ask about, one documented case each: what is found, and what is left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from mouchard import letters
from mouchard.capture.records import Capture, Response
from mouchard.classify.companies import jurisdictions
from mouchard.detect import consent
from mouchard.report import files
from mouchard.store.read import Reader
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer
from tests.systems.case import KEYS, PERSON, START, Case, cases, found

ALL = cases()
NAMES = {
    "address-file", "bid-stream", "captive-portal", "conversions-api-gateway", "conversions-api-server",
    "customer-file", "loyalty-number", "marketing-email", "meta-pixel-automatic", "meta-pixel-manual",
    "sensitive-page", "social-embeds", "whatsapp", "wifi-location",
}  # fmt: skip


def of(key: str) -> list[Case]:
    return [case for case in ALL if key in case.content]


def named(case: Case) -> str:
    return case.name


def stored(case: Case, path: Path) -> str:
    """The case in a database, every message answered; its site."""
    entries: list[Entry] = []
    for entry in case.entries():
        seq = entry.record.seq
        entries.append(entry)
        entries.append(
            Entry(
                Response("0" * 32, 1000 + seq, START + seq, seq, "answered", 200, (), b"", 0, "", START + seq)
            )
        )
    with Writer(path, KEYS, Ruleset("rules"), clock=lambda: START) as writer:
        writer.begin(Capture("0" * 32, "har", case.name, START, "test"))
        writer.commit(entries)
    return str(case.content["page"].split("/")[2].removeprefix("www."))


def test_every_system_has_its_case() -> None:
    assert {case.name for case in ALL} == NAMES


@pytest.mark.parametrize("case", ALL, ids=named)
def test_each_case_is_documented(case: Case) -> None:
    assert all(case.content[key] for key in ("title", "what", "cannot", "source", "page"))


@pytest.mark.parametrize("case", of("expect"), ids=named)
def test_what_is_found(case: Case) -> None:
    judged = case.judgements()
    for expected in case.content["expect"]:
        one = judged[expected["message"]]
        company = one.verdict.company.name if one.verdict.company else ""
        assert (one.verdict.party, company) == (expected["party"], expected["company"])
        wanted = {tuple(finding) for finding in expected["findings"]}
        assert wanted <= found(one) if wanted else not one.findings


@pytest.mark.parametrize("case", ALL, ids=named)
def test_no_value_is_stored_in_clear(case: Case) -> None:
    values = [value for values in PERSON.values() for value in values if len(value) > 7]
    for judged in case.judgements().values():
        shown = " ".join(one.value for one in judged.findings) + judged.masked_url
        assert [value for value in values if value in shown] == []


@pytest.mark.parametrize("case", of("unseen"), ids=named)
def test_what_cannot_be_seen_is_said(case: Case, tmp_path: Path) -> None:
    site = stored(case, tmp_path / "a.db")
    with Reader(tmp_path / "a.db") as reader:
        (report,) = files.write(reader, site, tmp_path / "out", ("md",), "en")
    text = report.read_text()
    assert case.content["unseen"] in text
    assert "No personal data was recognised" in text and "not proof that none was" in text


@pytest.mark.parametrize("case", of("letter"), ids=named)
def test_what_cannot_be_seen_is_asked_for(case: Case, tmp_path: Path) -> None:
    site = stored(case, tmp_path / "a.db")
    with Reader(tmp_path / "a.db") as reader:
        made = letters.draft(reader, site, "access", date(2026, 11, 21), lang="en")
    assert case.content["letter"] in made.text


@pytest.mark.parametrize("case", of("jurisdiction"), ids=named)
def test_jurisdiction_facts_are_dated(case: Case) -> None:
    reached = {judged.verdict.company.name for judged in case.judgements().values() if judged.verdict.company}
    for company in case.content["jurisdiction"]:
        assert company in reached
        fact = jurisdictions()[company]
        assert fact.eu_entity and fact.source.startswith("https://") and fact.as_of


@pytest.mark.parametrize("case", of("consent"), ids=named)
def test_the_consent_string_is_read(case: Case) -> None:
    judged = case.judgements()[1]
    assert consent.state(judged.consent) == case.content["consent"]
    assert consent.contradiction(judged.consent, "refused")


def test_an_address_file_is_counted_and_never_quoted() -> None:
    (case,) = (case for case in ALL if case.name == "address-file")
    for number in (1, 2):
        (finding,) = case.judgements()[number].findings
        assert finding.type == "contact_file" and finding.value.startswith("30 ")
        assert "membre" not in finding.value


def test_a_delicate_page_shows_the_word_it_rests_on() -> None:
    (case,) = (case for case in ALL if case.name == "sensitive-page")
    judged = case.judgements()
    grounds = " ".join(finding.level_ground for finding in judged[1].findings)
    assert "on a page about health" in grounds and "diab" in grounds
