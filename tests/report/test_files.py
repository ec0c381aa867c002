"""Reports from a real database, in every format: hostile text stays text, two runs give the same bytes."""

from __future__ import annotations

import csv
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from mouchard.capture.records import Capture
from mouchard.errors import BadInput
from mouchard.model import Company, Match
from mouchard.report import content, files
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store.build import CAPTURE, KEYS, RULESET, capture, entry, gap, mark, request, response, sealed

NASTY = "<script>alert(1)</script>|[x](http://evil.example)`=1+1`\x1b[31m\u202e\u200b\"'&</td>"
KINDS = tuple(files.KINDS)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def fill(path: Path, *entries: Entry, of: Capture | None = None) -> Path:
    with Writer(path, KEYS, RULESET) as writer:
        writer.begin(of or capture())
        writer.commit(entries)
    return path


def write(path: Path, folder: Path, site: str = "shop.example", lang: str = "en") -> dict[str, str]:
    with Reader(path) as reader:
        written = files.write(reader, site, folder, KINDS, lang)
    return {p.name: p.read_bytes().decode() for p in written}


class Page(HTMLParser):
    """What a browser would make of a page: its tags and the attributes that load or lead somewhere."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.leads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.leads |= {
            value or "" for name, value in attrs if name in ("href", "src", "action", "data", "style")
        }
        assert not any(name.startswith("on") for name, _value in attrs)


def hostile() -> tuple[Entry, ...]:
    company = Company(NASTY, NASTY, NASTY, NASTY, NASTY)
    rule = Match(NASTY, NASTY, NASTY, 1, NASTY, "A")
    told = request(1, f"https://t.example/{NASTY}?{NASTY}={NASTY}")
    return (
        entry(told, company=company, matches=(rule,), site=NASTY, why=NASTY, findings=(("email", "L3"),)),
        Entry(response(2, 1)),
        entry(request(3), site=NASTY, company=None),
    )


def test_hostile_text_stays_text_in_every_format(db: Path, tmp_path: Path) -> None:
    fill(db, *hostile(), of=Capture(CAPTURE, "har", NASTY, 1.0, NASTY))
    found = write(db, tmp_path / "out", NASTY)
    assert set(found) >= {
        "report.html",
        "report.md",
        "report.json",
        "findings.csv",
        "recipients.csv",
        "requests.csv",
    }
    page = Page(found["report.html"])
    assert not page.tags & {"script", "img", "iframe", "object", "embed", "form", "link", "base"}
    assert all(lead.startswith("#") for lead in page.leads)
    for name, text in found.items():
        if name != "report.json":
            assert "\x1b" not in text and "\u202e" not in text and "\u200b" not in text, name
    rendered = Page(MarkdownIt("js-default").render(found["report.md"]))
    assert "table" in rendered.tags
    assert not rendered.tags & {"a", "script", "img", "iframe"}
    json.loads(found["report.json"])
    for name in ("findings.csv", "recipients.csv", "requests.csv"):
        rows = list(csv.reader(found[name].splitlines()))
        assert len(rows) > 1
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in ("=", "+", "@")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_two_runs_give_the_same_bytes(db: Path, tmp_path: Path, lang: str) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)), Entry(sealed(3)), Entry(gap(4)))
    assert write(db, tmp_path / "a", lang=lang) == write(db, tmp_path / "b", lang=lang)


def test_what_is_said_rests_on_what_was_seen(db: Path, tmp_path: Path) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)), Entry(sealed(3)), Entry(gap(4)))
    found = write(db, tmp_path / "out")
    text = found["report.md"]
    assert "shop.example sent your e-mail address to Meta." in text
    assert "1 of 1 other companies or hosts received information" in text
    assert "pinned.example" in text and "3 messages passed unrecorded" in text
    assert "not measured" in text
    told = json.loads(found["report.json"])
    assert [line["type"] for line in told["findings"]] == ["email"]
    (evidence,) = told["evidence"]
    assert (evidence["number"], evidence["verb"]) == (1, "sent")
    assert evidence["findings"] == [told["findings"][0]["id"]]
    assert told["recipients"][0]["recipient"] == "Meta"


@pytest.mark.parametrize(
    ("outcome", "words"),
    [("answered", "sent your e-mail address"), ("forwarded", "sent your"), ("failed", "tried to send your")],
)
def test_the_verb_goes_by_the_outcome(db: Path, tmp_path: Path, outcome: str, words: str) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1, 200 if outcome == "answered" else 0, outcome)))
    assert words in write(db, tmp_path / "out")["report.md"]


def test_a_request_without_an_end_was_not_seen_to_leave(db: Path, tmp_path: Path) -> None:
    fill(db, entry(request(1)))
    assert "tried to send" in write(db, tmp_path / "out")["report.md"]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_what_did_not_leave_reached_nobody(db: Path, tmp_path: Path, lang: str) -> None:
    fill(
        db,
        entry(request(1)),
        Entry(response(2, 1, 0, "failed")),
        entry(request(3), company=Company("Criteo", "FR", "advertising", "own", "2026-11"), findings=()),
        Entry(response(4, 3)),
    )
    text = write(db, tmp_path / "out", lang=lang)["report.md"]
    short = text.split("\n## ")[1]
    assert {"en": "no request with it was seen to leave", "fr": "aucune requête qui en porte"}[lang] in short
    assert "**0 / 2**" in short and "L3" not in short and "Meta" not in short
    assert {"en": "tried, not seen to leave", "fr": "tenté, départ non vu"}[lang] in text


def test_phases_stand_side_by_side_and_unsettled_ones_support_nothing(db: Path, tmp_path: Path) -> None:
    at = 1_790_000_000.0
    fill(
        db,
        entry(request(1, time=at)),
        Entry(response(2, 1)),
        Entry(mark(3, "refused", time=at + 100, source="key")),
        entry(request(4, time=at + 102), company=Company("Criteo", "FR", "advertising", "own", "2026-11")),
        Entry(response(5, 4)),
        entry(request(6, time=at + 200)),
        Entry(response(7, 6)),
    )
    text = write(db, tmp_path / "out")["report.md"]
    choice = text.split("## Your choice and what changed")[1].split("\n## ")[0]
    assert "Refused: these went on receiving data." in choice
    assert "Meta: e" in choice and "Criteo" not in choice
    assert "1 request too close to a mark" in choice


def test_french_is_french(db: Path, tmp_path: Path) -> None:
    fill(db, entry(request(1)), Entry(response(2, 1)))
    found = write(db, tmp_path / "out", lang="fr")
    assert '<html lang="fr">' in found["report.html"]
    assert "« Pseudonymisé » ?".replace(" ", "\u00a0") in found["report.html"]
    for words in ("En bref", "Méthode et preuves", "Glossaire"):
        assert words in found["report.html"]


def test_unknown_sites_and_formats_are_refused(db: Path, tmp_path: Path) -> None:
    fill(db, entry(request(1)))
    with Reader(db) as reader:
        with pytest.raises(BadInput, match="nothing was recorded") as refused:
            content.gather(reader, "other.example")
        assert "shop.example" in refused.value.hint
        with pytest.raises(BadInput, match="unknown format: pdf"):
            files.write(reader, "shop.example", tmp_path, ("pdf",))


@pytest.mark.parametrize("name", ["../../etc", "app:com.example/x", "", "..", "a\x00b"])
def test_folder_names_stay_inside(name: str) -> None:
    folder = files.folder_name(name)
    assert folder and "/" not in folder and not folder.startswith(".")


def test_files_are_for_their_owner_only(db: Path, tmp_path: Path) -> None:
    fill(db, entry(request(1)))
    with Reader(db) as reader:
        for path in files.write(reader, "shop.example", tmp_path / "out", KINDS):
            assert path.stat().st_mode & 0o077 == 0
