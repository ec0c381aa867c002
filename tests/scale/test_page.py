"""The worked example of docs/scale.md is what happens."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.scale.test_export import run
from tests.scale.visits import identity, visits


def test_the_worked_example_works(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (root / "docs" / "scale.md").read_text().partition("## From three HAR files")[2]
    commands, answer = re.findall(r"```(?:sh|text)\n(.*?)```", page, re.DOTALL)[:2]
    visits(tmp_path / "captures", 3, requests=40)
    identity(tmp_path)
    monkeypatch.chdir(tmp_path)
    said = {}
    for line in commands.splitlines():
        program, *words = shlex.split(line)
        if program == "mouchard":
            said[" ".join(words[:2])] = run(*words, *(["--jobs", "1"] if words[0] == "scan" else []))
    assert said["query who_gets_what"].startswith(answer)
    assert "Criteo" in said["query companies_by_sites"]
    assert (tmp_path / "public.db").exists() and (tmp_path / "public.metadata.json").exists()
