"""Each axis by its own rule, and contradictions only where the choice and the message truly disagree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mouchard import language
from mouchard.capture.records import Phase
from mouchard.model import Company, Confidence, Consent, Finding, Party, Proof
from mouchard.report import content, files, recipients
from mouchard.report.axes import Axes, axes, confidence, counts_for, form, place
from mouchard.report.consent import Contradiction, contradictions, in_words
from mouchard.store.read import Reader
from mouchard.store.rows import FindingRow
from mouchard.store.write import Entry, Writer
from tests.store.build import KEYS, META, RULESET, START, capture, entry, mark, request, response

YES = "accepted: purposes 1,2,3,4,5,6,7,8,9,10"
NO = "refused: purposes none"


def row(
    *, proof: Proof = "identity", chain: tuple[str, ...] = ("percent",), site: Confidence = "high",
    phase: Phase = "none", outcome: str = "answered 200", party: Party = "third",
    company: Company | None = META, normalisation: str = "",
) -> FindingRow:  # fmt: skip
    finding = Finding(
        "c/1/x", "email", proof, "", "p", "query", "em", chain, normalisation, "•", "t", "L3", "g"
    )
    return FindingRow(
        1, finding, "c/1", 1, START, "k", "k", "shop.example", site, "why", "GET", "https://t.example/", "u",
        "t.example", party, outcome, company, (), phase, Consent(), (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("chain", "normalisation", "expected"),
    [
        (("percent", "json"), "", "clear"),
        ((), "", "clear"),
        (("base64",), "", "encoded"),
        (("percent", "sha256"), "lower", "hashed"),
        (("md5:hexupper",), "", "hashed"),
        (("percent",), "masked", "masked"),
    ],
)
def test_form(chain: tuple[str, ...], normalisation: str, expected: str) -> None:
    assert form(row(chain=chain, normalisation=normalisation)) == expected


@pytest.mark.parametrize(
    ("proof", "site", "expected"),
    [
        ("identity", "high", "strong"),
        ("sync", "high", "strong"),
        ("field", "high", "moderate"),
        ("shape", "high", "weak"),
        ("identity", "medium", "moderate"),
        ("identity", "low", "weak"),
        ("field", "medium", "moderate"),
        ("shape", "medium", "weak"),
    ],
)
def test_confidence_is_the_weaker_of_value_and_site(proof: Proof, site: Confidence, expected: str) -> None:
    assert confidence(row(proof=proof, site=site)) == expected


def test_a_masked_shape_proves_little() -> None:
    assert confidence(row(normalisation="masked")) == "weak"


@pytest.mark.parametrize(("company", "expected"), [(META, "US"), (Company("Nobody"), ""), (None, "")])
def test_place_is_the_seat_or_unknown(company: Company | None, expected: str) -> None:
    assert place(row(company=company)) == expected


@pytest.mark.parametrize("party", ["first", "third", "same-company", "relay", "unknown"])
@pytest.mark.parametrize("phase", ["none", "before", "accepted", "refused", "withdrawn", "unsettled"])
def test_phase_party_and_proof_are_those_of_the_finding(party: Party, phase: Phase) -> None:
    found = axes(row(party=party, phase=phase, proof="field"))
    seat = "" if party == "relay" else "US"  # whose format it speaks is not who holds it
    assert found == Axes(phase, party, "clear", "field", seat, "moderate")
    assert len(found.in_words()) == 5 + (phase != "none")


@pytest.mark.parametrize(
    ("phase", "outcome", "asked", "expected"),
    [
        ("refused", "answered 200", "refused", True),
        ("refused", "forwarded", "refused", True),
        ("refused", "failed", "refused", False),
        ("refused", "pending", "refused", False),
        ("accepted", "answered 200", "refused", False),
        ("unsettled", "answered 200", "refused", False),
        ("unsettled", "answered 200", "unsettled", False),
        ("none", "answered 200", "none", False),
    ],
)
def test_what_supports_a_phase(phase: Phase, outcome: str, asked: Phase, expected: bool) -> None:
    assert counts_for(row(phase=phase, outcome=outcome), asked) is expected


def with_consent(one: Entry, consent: Consent) -> Entry:
    return Entry(one.record, tuple(replace(judged, consent=consent) for judged in one.judgements))


def visit(path: Path, phase: Phase, consent: Consent, *, source: str = "cmp", after: float = 100) -> Path:
    with Writer(path, KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit(
            [
                Entry(mark(1, phase, time=START, source=source)),
                with_consent(entry(request(2, time=START + after)), consent),
                Entry(response(3, 2)),
            ]
        )
    return path


@pytest.mark.parametrize(
    ("phase", "consent", "said"),
    [
        ("refused", Consent(tcf=YES), "accepted"),
        ("refused", Consent(tcf=NO), "refused"),
        ("withdrawn", Consent(gcs="G111: ads granted, analytics granted"), "accepted"),
        ("accepted", Consent(tcf=YES), ""),
        ("refused", Consent(), ""),
    ],
)
def test_contradictions(tmp_path: Path, phase: Phase, consent: Consent, said: str) -> None:
    with Reader(visit(tmp_path / "a.db", phase, consent)) as reader:
        found = contradictions(content.gather(reader, "shop.example"))
    assert found == ((Contradiction("Meta", phase, said, (1,)),) if said else ())  # type: ignore[arg-type]


def test_unsettled_messages_contradict_nothing(tmp_path: Path) -> None:
    path = visit(tmp_path / "a.db", "refused", Consent(tcf=YES), source="key", after=2)
    with Reader(path) as reader:
        assert contradictions(content.gather(reader, "shop.example")) == ()


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", "Meta: sent after the choice “refused”, while the message says that consent was given"),
        ("fr", "Meta : envoyé après le choix « refusé », alors que le message dit que le consentement"),
    ],
)
def test_the_report_says_it_in_both_languages(tmp_path: Path, lang: str, words: str) -> None:
    with Reader(visit(tmp_path / "a.db", "refused", Consent(tcf=YES))) as reader:
        paths = files.write(reader, "shop.example", tmp_path / "out", ("md", "json"), lang)
    text, told = (path.read_text() for path in paths)
    assert words in text
    assert json.loads(told)["contradictions"] == [
        {"cards": [1], "phase": "refused", "recipient": "Meta", "said": "accepted"}
    ]


def test_consent_in_words_shows_what_it_rests_on() -> None:
    assert in_words(Consent()) == ""
    assert in_words(Consent(tcf=NO)) == "refused (TCF purposes none)"
    google = Consent(tcf=YES + "; legitimate interest 2,7", gcs="G100: ads denied, analytics denied")
    language.use("fr")
    assert in_words(google) == (
        "accepté en partie (TCF finalités 1,2,3,4,5,6,7,8,9,10 ; intérêt légitime 2,7 ;"
        " G100: publicité refusée, mesure refusée)"
    )


def test_jurisdiction_facts_stand_side_by_side_with_their_dates(tmp_path: Path) -> None:
    nobody = Company("Nobody Knows Ltd", "", "", "own", "2026-11")
    with Writer(tmp_path / "a.db", KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit(
            [
                entry(request(1)),
                Entry(response(2, 1)),
                entry(request(3), company=nobody),
                Entry(response(4, 3)),
            ]
        )
    with Reader(tmp_path / "a.db") as reader:
        section = recipients.recipients(content.gather(reader, "shop.example"))
    table = section.blocks[0]
    rows = {line[0]: line for line in table.rows}  # type: ignore[union-attr]
    assert rows["Meta"][3:5] == ("United States", "Meta Platforms Ireland Limited (Ireland)")
    assert "Data Privacy Framework" in rows["Meta"][5] and "2026-11" in rows["Meta"][6]
    assert rows["Nobody Knows Ltd"][3:6] == ("unknown", "unknown", "unknown")
