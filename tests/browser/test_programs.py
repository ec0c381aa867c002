"""Finding installed browsers by name, on PATH and in the folders of each system."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mouchard.browser import programs
from mouchard.errors import MissingProgram


def executable(folder: Path, name: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty PATH, and a home without applications."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / "bin"


@pytest.mark.skipif(sys.platform != "linux", reason="looks at PATH only")
@pytest.mark.parametrize(
    ("command", "name", "family"),
    [
        ("chromium", "chromium", "chromium"),
        ("chromium-browser", "chromium", "chromium"),
        ("google-chrome-stable", "chrome", "chromium"),
        ("microsoft-edge", "edge", "chromium"),
        ("brave-browser", "brave", "chromium"),
        ("firefox-esr", "firefox", "firefox"),
    ],
)
def test_each_browser_is_found_under_its_usual_commands(
    path: Path, command: str, name: str, family: str
) -> None:
    program = executable(path, command)
    assert list(programs.installed()) == [programs.Program(name, family, program)]  # type: ignore[arg-type]
    assert programs.find(name) == programs.find()


@pytest.mark.skipif(sys.platform != "linux", reason="looks at PATH only")
def test_a_chromium_is_preferred_to_firefox(path: Path) -> None:
    executable(path, "firefox")
    executable(path, "brave")
    assert programs.find().name == "brave"
    assert programs.find("firefox").family == "firefox"


def test_applications_are_found_in_the_home_folder_of_macos(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    program = executable(tmp_path / "Applications", "Brave Browser.app/Contents/MacOS/Brave Browser")
    assert programs.find("brave").path == program


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("", "apt install chromium"),
        ("firefox", "firefox-esr"),
        ("lynx", "chromium, chrome, edge, brave, firefox"),
    ],
)
def test_a_missing_browser_is_one_line_with_a_way_out(path: Path, name: str, hint: str) -> None:
    with pytest.raises(MissingProgram) as caught:
        programs.find(name)
    assert "\n" not in caught.value.message
    assert hint in caught.value.hint
