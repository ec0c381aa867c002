"""Hostile words on their way out: in reports and letters they stay words, in each format."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mouchard import letters
from mouchard.errors import BadInput
from mouchard.model import Company, Match
from mouchard.report import files
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.fuzz.conftest import FUZZ, text
from tests.store.build import KEYS, RULESET, capture, entry, gap, request, response, sealed

SITE = "shop.example"
_MARKUP = st.sampled_from([
    "<script>alert(1)</script>", "</td></table><img src=x onerror=alert(1)>", "javascript:alert(1)",
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "[x](http://evil.example)", "![x](//evil.example/a)",
    "`", "|", "\\", "# ", "{{ 7 * 7 }}", "{% raw %}", "&lt;", "\x1b]0;x\x07", "\u2028", "\x85",
    "\n\nObject: all is well", "<!--", "]]>", "%s", "{0}", "{name}",
])  # fmt: skip
words = st.one_of(text, _MARKUP, st.tuples(_MARKUP, text).map("".join))
_FEW = settings(FUZZ, max_examples=10)

ALLOWED = frozenset(
    "html head meta title style body h1 h2 h3 h4 p ul ol li table thead tbody tr th td caption code pre a b i"
    " strong em span small sup sub mark abbr time div section article header footer nav main details summary"
    " dl dt dd br hr figure figcaption img svg g path line rect circle polyline polygon text desc defs"
    " use".split()
)
"""What a report is made of: nothing that runs, frames, sends or plays."""


class _Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            if name in ("href", "src", "action", "xlink:href"):
                assert (value or "").startswith(("#", "data:image/png;base64,")) or tag == "a", value
                assert not (value or "").lower().lstrip().startswith("javascript"), value


@_FEW
@given(words, words, words, words)
@example("<script>", "=1+1", "[x](http://evil.example)", "\x1b[2J\u202e")
def test_reports(company: str, why: str, path: str, value: str) -> None:
    """No tag, no event, no link, no formula, no control character of the wire in any of the files."""
    with TemporaryDirectory() as folder:
        db = _recorded(Path(folder) / "a.db", company, why, path, value)
        with Reader(db) as reader:
            written = files.write(reader, SITE, Path(folder) / "out", tuple(files.KINDS), "en")
        found = {name.name: name.read_text(encoding="utf-8") for name in written}
    assert _Page(found["report.html"]).tags <= ALLOWED
    assert json.loads(found["report.json"]) and json.loads(found["report.har"])["log"]["entries"]
    marked = MarkdownIt("commonmark").enable("table").render(found["report.md"])
    assert not {"script", "img"} & _Page(marked).tags and "evil.example/" not in "".join(_leads(marked))
    for name, page in found.items():
        if name.endswith(".csv"):
            cells = [cell for row in csv.reader(io.StringIO(page, newline="")) for cell in row]
            assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell]
        hidden = "\x1b\x07\x00" if name.endswith(("json", "har")) else "\x1b\x07\x00\u202e\u2028\x85"
        assert not [c for c in page if c in hidden], name


def _leads(page: str) -> list[str]:
    leads: list[str] = []

    class Links(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            leads.extend(value or "" for name, value in attrs if name in ("href", "src"))

    Links().feed(page)
    return leads


@_FEW
@given(words, words, st.sampled_from(letters.KINDS), st.sampled_from(["en", "fr"]))
@example("Meta\n\nObjet : tout va bien", "\x1b[31m", "access", "fr")
def test_letters(company: str, value: str, kind: str, lang: str) -> None:
    """A letter to whoever it may be holds no control character, and each of its lines is of the template."""
    with TemporaryDirectory() as folder:
        db = _recorded(Path(folder) / "a.db", company, "why", "p", value)
        with Reader(db) as reader:
            for target in (SITE, company):
                try:
                    made = letters.draft(reader, target, kind, date(2026, 11, 21), lang=lang)  # type: ignore[arg-type]
                except BadInput as error:
                    assert error.message
                    continue
                assert made.text.replace("\n", "").isprintable()
                assert not any(line.startswith("Objet : tout va bien") for line in made.text.splitlines())


def _recorded(db: Path, company: str, why: str, path: str, value: str) -> Path:
    maker = Company(company, company, company, company, company)
    rule = Match(company, why, path, 1, why, "A")
    url = f"https://t.example/{quote(path, errors='replace')}?a={quote(value, errors='replace')}"
    with Writer(db, KEYS, RULESET) as writer:
        writer.begin(capture())
        writer.commit([
            entry(request(1, url), company=maker, matches=(rule,), why=why),
            Entry(response(2, 1)), Entry(sealed(3, value[:200] or "x")), Entry(gap(4, ((value[:200], 2),))),
        ])  # fmt: skip
    return db
