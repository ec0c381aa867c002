"""Letters state only what is certain and left; wire text stays text; nothing exact leaves the annex."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from mouchard import letters, paths
from mouchard.cli.hold import hold
from mouchard.cli.letter import letter
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.letters import contacts
from mouchard.letters.letter import due_date
from mouchard.model import Company
from mouchard.store.lock import Lock
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store.build import CRITEO, KEYS, RULESET, START, capture, entry, mark, request, response

TODAY = date(2026, 11, 21)
EXACT = "camille.martin@example.org"
NASTY = "<b>=1+1\x1b[31m\u202e\n\nObjet : tout va bien"
KINDS_AND_LANGUAGES = list(itertools.product(letters.KINDS, ("en", "fr")))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def fill(path: Path, *entries: Entry, keys: Keys = KEYS) -> Path:
    with Writer(path, keys, RULESET, clock=lambda: START) as writer:
        writer.begin(capture())
        writer.commit(entries)
    return path


def draft(path: Path, target: str = "shop.example", kind: str = "access", lang: str = "en") -> letters.Letter:
    with Reader(path) as reader:
        return letters.draft(reader, target, kind, TODAY, lang=lang)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "lang"), KINDS_AND_LANGUAGES)
@pytest.mark.parametrize("target", ["shop.example", "Meta"])
def test_every_kind_states_the_finding_and_the_day_of_the_answer(
    db: Path, kind: str, lang: str, target: str
) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)))
    made = draft(db, target, kind, lang)
    assert "query.ud[em]" in made.text and "www.facebook.com" in made.text
    assert made.cards[0].example.finding.id in made.text
    assert made.due == date(2026, 12, 21)
    if kind != "complaint":
        assert {"en": "21 December 2026", "fr": "21 décembre 2026"}[lang] in made.text
    assert EXACT not in made.text
    assert "{" not in made.text and "None" not in made.text and "\n\n\n" not in made.text


@pytest.mark.parametrize(
    ("outcome", "proof_words"),
    [("answered", "It sent:"), ("forwarded", "It sent:"), ("failed", None)],
)
def test_only_what_left_is_stated(db: Path, outcome: str, proof_words: str | None) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1, 200 if outcome == "answered" else 0, outcome)))
    made = draft(db)
    assert bool(made.cards) is (proof_words is not None)
    assert ("It sent:" in made.text) is (proof_words is not None)


def test_a_site_that_is_not_certain_is_not_accused(db: Path) -> None:
    one = entry(request(1))
    judged = one.judgements[0]
    unsure = replace(judged, attributed=replace(judged.attributed, confidence="medium"))
    fill(db, Entry(one.record, (unsure,)), Entry(response(2, 1)))
    assert draft(db).cards == ()
    with pytest.raises(BadInput, match="supports a complaint"):
        draft(db, kind="complaint")


def test_a_weaker_proof_gets_a_weaker_verb(db: Path) -> None:
    one = entry(request(1))
    judged = one.judgements[0]
    shaped = tuple(replace(finding, proof="field") for finding in judged.findings)
    fill(db, Entry(one.record, (replace(judged, findings=shaped),)), Entry(response(2, 1)))
    assert "It appears to have sent (documented field" in draft(db).text
    assert "Il semble avoir envoyé" in draft(db, lang="fr").text


def test_the_choice_is_named_unless_it_is_unsettled(db: Path) -> None:
    fill(
        db,
        entry(request(1, time=START)),
        Entry(response(2, 1)),
        Entry(mark(3, "refused", time=START + 100, source="key")),
        entry(request(4, time=START + 102), company=CRITEO),
        Entry(response(5, 4)),
        entry(request(6, time=START + 200)),
        Entry(response(7, 6)),
    )
    text = draft(db, lang="fr").text
    line = next(line for line in text.splitlines() if "→ Meta" in line)
    assert "après mon refus" in line and "avant que j’aie fait un choix" in line
    assert "mon refus" not in next(line for line in text.splitlines() if "→ Criteo" in line)
    assert "SAN-2025-005" in draft(db, kind="complaint", lang="fr").text


def test_hostile_text_cannot_add_a_line(db: Path) -> None:
    fill(db, entry(request(1), site=NASTY, company=Company(NASTY)), Entry(response(2, 1)))
    text = draft(db, NASTY, lang="fr").text
    assert "tout va bien" in text
    assert not any(line.startswith("Objet : tout") for line in text.splitlines())
    assert "\x1b" not in text and "\u202e" not in text


def test_the_annex_alone_holds_the_exact_value(db: Path) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)))
    with Reader(db) as reader:
        made = letters.draft(reader, "Meta", "erasure", TODAY, lang="en", annex=True)
        private = letters.annex(reader, made.cards, KEYS)
    assert EXACT in private and "[1] www.facebook.com, query.ud[em]" in private
    assert EXACT not in made.text and "private annex" in made.text


def test_bytes_that_are_gone_are_named_as_gone(db: Path) -> None:
    with Writer(db, KEYS, RULESET, ring=0, keep=0, clock=lambda: START + 9e6) as writer:
        writer.begin(capture())
        writer.commit([entry(request(1)), Entry(response(2, 1))])
    with Writer(db, KEYS, RULESET, ring=0, keep=0, clock=lambda: START + 9e7) as writer:
        writer.commit([entry(request(3)), Entry(response(4, 3))])
    with Reader(db) as reader:
        made = letters.draft(reader, "Meta", "erasure", TODAY, lang="en", annex=True)
        private = letters.annex(reader, made.cards, KEYS)
    assert "[1] www.facebook.com, query.ud[em]: the bytes of this message are no longer kept" in private


def test_names_that_were_never_recorded_are_refused(db: Path) -> None:
    fill(db, entry(request(1)))
    with pytest.raises(BadInput, match="neither a site nor a company") as refused:
        draft(db, "Other")
    assert "Meta" in refused.value.hint


def test_the_command_prints_the_draft_and_keeps_the_annex_private(db: Path, tmp_path: Path) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)), keys=Keys.load(paths.sealing_key()))
    private = tmp_path / "annex.txt"
    done = CliRunner().invoke(letter, ["meta", "--lang", "en", "--db", str(db), "--annex", str(private)])
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("[First and last name]") and "nothing was sent" in done.stderr
    assert EXACT in private.read_text() and private.stat().st_mode & 0o777 == 0o600


def until(db: Path) -> set[float]:
    with Reader(db) as reader:
        return {row.raw_until for row in reader.findings()}


@pytest.mark.parametrize("target", ["meta", "shop.example"])
def test_a_letter_keeps_the_bytes_it_rests_on_until_they_are_released(db: Path, target: str) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)), keys=Keys.load(paths.sealing_key()))
    assert float("inf") not in until(db)
    done = CliRunner().invoke(letter, [target, "--lang", "en", "--db", str(db)], env={"LC_ALL": "C"})
    assert f"1 record are kept until you say `mouchard hold {target} --release`" in done.stderr
    assert until(db) == {float("inf")}
    assert CliRunner().invoke(hold, [target, "--release", "--db", str(db)]).exit_code == 0
    assert float("inf") not in until(db)


def test_bytes_that_cannot_be_pinned_are_named_and_the_letter_is_drafted(db: Path) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)))
    lock = Lock(db)
    done = CliRunner().invoke(letter, ["Meta", "--lang", "en", "--db", str(db)], env={"LC_ALL": "C"})
    lock.release()
    assert done.exit_code == 0 and done.stdout.startswith("[First and last name]")
    assert "could not be pinned" in done.stderr and "7 days" in done.stderr


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 21), date(2026, 12, 21)),
        (date(2027, 1, 31), date(2027, 3, 1)),  # 28 February 2027 is a Sunday
        (date(2026, 12, 31), date(2027, 2, 1)),
        (date(2026, 10, 7), date(2026, 11, 9)),
        (date(2028, 1, 30), date(2028, 2, 29)),
    ],
)
def test_a_month_as_the_law_counts_it(day: date, due: date) -> None:
    assert due_date(day) == due


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_an_answer_is_due_on_a_weekday_within_five_weeks(day: date) -> None:
    due = due_date(day)
    assert due.weekday() < 5 and 28 <= (due - day).days <= 33


@pytest.mark.parametrize("name", sorted(contacts._table()["company"]))
def test_every_contact_is_dated_and_sourced(name: str) -> None:
    found = contacts.of_company(name)
    assert found.source.startswith("https://") and found.as_of and len(found.lines) > 1


def test_an_unknown_address_stays_blank() -> None:
    assert contacts.of_company("Nobody Knows Ltd") == contacts.Contact(("Nobody Knows Ltd",))
