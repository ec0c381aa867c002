"""What we write about the program is what the program does."""

from __future__ import annotations

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mouchard.cli import COMMANDS, SHORT_HELP, cli

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]


def _reference():  # type: ignore[no-untyped-def]
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def every_command() -> list[tuple[str, click.Command]]:
    """`mouchard identity add` -> its command."""
    return [(context.command_path, command) for command, context in _reference().every_command()]


def examples() -> Iterator[tuple[str, list[str]]]:
    """Each command line of ours in the pages: where it stands, and its words."""
    for page in PAGES:
        for block in re.findall(r"```(?:sh|bash|console)\n(.*?)```", page.read_text(), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line.removeprefix("$ "), comments=True)
                while words and re.match(r"[A-Z_]+=", words[0]):
                    words = words[1:]
                if "|" in words:
                    words = words[: words.index("|")]
                if words:
                    yield page.name, words


def test_each_command_has_its_line_in_the_overview() -> None:
    assert list(COMMANDS) == list(SHORT_HELP)


def test_every_command_and_option_has_help() -> None:
    silent = []
    for path, command in every_command():
        if not command.help:
            silent.append(path)
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden and not parameter.help:
                silent.append(f"{path} {parameter.opts[0]}")
    assert silent == []


def test_every_command_and_option_is_documented() -> None:
    """`make docs` writes the page anew."""
    page = (ROOT / "docs" / "cli.md").read_text()
    sections = dict(re.findall(r"^## (mouchard[^\n]*)\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE))
    missing = []
    for path, command in every_command():
        text = sections.get(path, "")
        if not text:
            missing.append(path)
            continue
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                missing += [f"{path} {name}" for name in parameter.opts if name not in text]
    assert missing == []


def test_documented_commands_exist() -> None:
    page = (ROOT / "docs" / "cli.md").read_text()
    assert set(re.findall(r"^## (mouchard.*)$", page, re.MULTILINE)) == {path for path, _ in every_command()}


@pytest.mark.parametrize(
    ("page", "words"), [pytest.param(*e, id=f"{e[0]}:{' '.join(e[1])[:60]}") for e in examples()]
)
def test_examples_name_what_exists(page: str, words: list[str]) -> None:
    if words[0] == "make":
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        assert {word for word in words[1:] if "=" not in word} <= targets
    elif words[0] == "mouchard":
        command: click.Command = cli
        options: set[str] = set()
        for word in words[1:]:
            if word == "--":
                break
            if isinstance(command, click.Group) and not word.startswith("-"):
                inner = command.get_command(click.Context(command), word)
                assert inner is not None, f"{page}: no command {word}"
                command = inner
            elif word.startswith("-"):
                options.add(word.split("=")[0])
        known = {
            name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)
        }
        assert options <= known | {"--help", "-h"}, f"{page}: {options - known}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|mailto:)([^)#]*)(#[^)]*)?\)", page.read_text())
    assert [target for target, _ in targets if target and not (page.parent / target).exists()] == []


def test_levels_of_the_readme_are_those_of_the_code() -> None:
    from mouchard.model import LEVELS

    readme = (ROOT / "README.md").read_text()
    assert [level for level in LEVELS if f"| {level} " not in readme] == []


def test_changelog_knows_this_version() -> None:
    from mouchard import __version__

    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text()


def test_each_threat_names_a_test_that_exists() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text()
    rows = [
        row
        for row in page.splitlines()
        if row.startswith("| ") and "---" not in row and "Shown by" not in row
    ]
    missing = [row for row in rows if "::test_" not in row]
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page):
        path = ROOT / file
        if not path.is_file() or not re.search(rf"^(async )?def {name}\(", path.read_text(), re.MULTILINE):
            missing.append(f"{file}::{name}")
    assert len(rows) > 20
    assert missing == []
