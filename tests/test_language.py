"""English in the source, French complete: every text that is shown has its translation."""

from __future__ import annotations

import ast
import gettext
import re
import shutil
import string
import subprocess
from collections.abc import Iterator
from contextvars import copy_context
from pathlib import Path

import pytest

from mouchard import language

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted(language.LOCALE.glob("*/LC_MESSAGES/mouchard.po"))


def source_texts() -> Iterator[tuple[str, ...]]:
    """What `_`, `mark` and `plural` are given, in code and in templates: one text, or singular and plural."""
    for folder in ("mouchard", "tui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    number = {"_": 1, "mark": 1, "plural": 2}.get(node.func.id, 0)
                    given = [arg.value for arg in node.args[:number] if isinstance(arg, ast.Constant)]
                    if number and len(given) == number:
                        yield tuple(given)
        for path in sorted((ROOT / folder).rglob("*.jinja")):
            for found in re.finditer(r"""\b_\((?:"([^"]*)"|'([^']*)')\)""", path.read_text(encoding="utf-8")):
                yield (found[1] or found[2],)


def parts(text: str) -> set[str]:
    return {name for _before, name, _spec, _conversion in string.Formatter().parse(text) if name}


def test_texts_were_found() -> None:
    found = set(source_texts())
    assert ("Open",) in found and ("{n} leak", "{n} leaks") in found
    assert len(found) > 300


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated_with_the_same_parts(path: Path) -> None:
    catalogue = gettext.translation("mouchard", language.LOCALE, [path.parts[-3]])
    known = catalogue._catalog  # type: ignore[attr-defined]
    missing = [texts for texts in source_texts() if texts[0] not in known and (texts[0], 0) not in known]
    assert not missing, f"add these to {path.relative_to(ROOT)}, then run msgfmt: {missing}"
    for texts in source_texts():
        if len(texts) == 1:
            assert parts(catalogue.gettext(texts[0])) == parts(texts[0]), texts
        else:
            for count in (1, 2):
                assert parts(catalogue.ngettext(*texts, count)) == parts(texts[1]), texts


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_text_is_left_that_nobody_shows(path: Path) -> None:
    catalogue = gettext.translation("mouchard", language.LOCALE, [path.parts[-3]])
    shown = {texts[0] for texts in source_texts()} | set(constants())
    tables = [file for folder in ("blocklists", "mouchard") for file in (ROOT / folder).rglob("*.toml")]
    data = "".join(file.read_text(encoding="utf-8") for file in tables)
    left = [text for text in _texts(catalogue) if (key := _singular(text)) not in shown and key not in data]
    assert left == [], f"take these out of {path.relative_to(ROOT)}"


def constants() -> Iterator[str]:
    """Every text of the code: tables hold some that are shown by way of a variable."""
    for folder in ("mouchard", "tui"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def _singular(key: object) -> str:
    return str(key[0] if isinstance(key, tuple) else key)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_compiled_catalogue_is_that_of_the_source(path: Path, tmp_path: Path) -> None:
    if not shutil.which("msgfmt"):
        pytest.skip("needs msgfmt (Debian package gettext)")
    fresh = tmp_path / "fresh.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", fresh, path], check=True, capture_output=True)
    compiled = path.with_suffix(".mo")
    with fresh.open("rb") as wanted, compiled.open("rb") as found:
        same = _texts(gettext.GNUTranslations(found)) == _texts(gettext.GNUTranslations(wanted))
    assert same, f"run: msgfmt -o {compiled} {path}"


def _texts(catalogue: gettext.GNUTranslations) -> dict[object, str]:
    return dict(catalogue._catalog)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("wish", "environ", "chosen"),
    [
        ("fr", {"LANG": "en_GB.UTF-8"}, "fr"),
        ("fr_FR.UTF-8", {}, "fr"),
        ("de", {"LANG": "fr_FR.UTF-8"}, "en"),
        ("", {"LANG": "fr_FR.UTF-8"}, "fr"),
        ("", {"LANG": "fr_FR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ("", {"LANG": "en_US.UTF-8", "LANGUAGE": "de:fr:en"}, "fr"),
        ("", {"LANG": "C", "LANGUAGE": "fr"}, "en"),
        ("", {}, "en"),
    ],
)
def test_the_language_of_the_locale(wish: str, environ: dict[str, str], chosen: str) -> None:
    assert language.pick(wish, environ) == chosen


def test_plurals_follow_the_language() -> None:
    def said(lang: str, count: int) -> str:
        language.use(lang)
        return language.plural("{n} leak", "{n} leaks", count)

    for lang, count, words in [("en", 0, "0 leaks"), ("fr", 0, "0 fuite"), ("fr", 2, "2 fuites")]:
        assert copy_context().run(said, lang, count) == words
    assert language._("") == ""


def test_a_language_in_one_context_leaves_others_alone() -> None:
    copy_context().run(language.use, "fr")
    assert language._("Open") == "Open"
