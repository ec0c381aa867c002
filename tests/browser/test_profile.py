"""Throwaway and named profiles."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from mouchard.browser import profile
from mouchard.browser.programs import Program
from mouchard.errors import BadInput

CHROMIUM = Program("chromium", "chromium", Path("/usr/bin/chromium"))


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_a_throwaway_profile_is_private_and_goes_away() -> None:
    made = profile.make(CHROMIUM)
    (made.path / "Default").mkdir()
    (made.path / "Default" / "Cookies").write_text("x")
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    assert profile.leftovers() == [made.path]
    made.remove()
    assert not made.path.exists()
    assert profile.leftovers() == []


def test_a_named_profile_stays_and_is_found_again(home: Path) -> None:
    made = profile.make(CHROMIUM, "courses")
    made.remove()
    assert made.path == home / "profiles" / "chromium-courses"
    assert made.path.is_dir()
    assert profile.make(CHROMIUM, "courses") == made


@pytest.mark.parametrize("name", ["../etc", "a/b", ".", "-x", "é", "x" * 65, "a b"])
def test_a_profile_name_is_no_path(name: str) -> None:
    with pytest.raises(BadInput):
        profile.make(CHROMIUM, name)
