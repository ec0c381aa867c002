"""Which browsers are installed, and where: Linux, macOS and Windows."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mouchard.errors import MissingProgram

Family = Literal["chromium", "firefox"]


@dataclass(frozen=True, slots=True)
class Program:
    """An installed browser: its name on our command line, its family and its executable."""

    name: str
    family: Family
    path: Path


@dataclass(frozen=True, slots=True)
class _Known:
    family: Family
    commands: tuple[str, ...]
    """Names on PATH (Linux, and wherever the person put them)."""
    macos: tuple[str, ...]
    """Executables inside /Applications or ~/Applications."""
    windows: tuple[str, ...]
    """Executables below Program Files, Program Files (x86) or LocalAppData."""
    install: str
    """How to install it on Debian, as the example in a hint."""


KNOWN: Mapping[str, _Known] = {
    "chromium": _Known(
        "chromium",
        ("chromium", "chromium-browser"),
        ("Chromium.app/Contents/MacOS/Chromium",),
        (r"Chromium\Application\chrome.exe",),
        "apt install chromium",
    ),
    "chrome": _Known(
        "chromium",
        ("google-chrome", "google-chrome-stable", "chrome"),
        ("Google Chrome.app/Contents/MacOS/Google Chrome",),
        (r"Google\Chrome\Application\chrome.exe",),
        "see google.com/chrome",
    ),
    "edge": _Known(
        "chromium",
        ("microsoft-edge", "microsoft-edge-stable"),
        ("Microsoft Edge.app/Contents/MacOS/Microsoft Edge",),
        (r"Microsoft\Edge\Application\msedge.exe",),
        "see microsoft.com/edge",
    ),
    "brave": _Known(
        "chromium",
        ("brave-browser", "brave"),
        ("Brave Browser.app/Contents/MacOS/Brave Browser",),
        (r"BraveSoftware\Brave-Browser\Application\brave.exe",),
        "see brave.com",
    ),
    "firefox": _Known(
        "firefox",
        ("firefox", "firefox-esr"),
        ("Firefox.app/Contents/MacOS/firefox",),
        (r"Mozilla Firefox\firefox.exe",),
        "apt install firefox-esr libnss3-tools",
    ),
}
"""Name -> where to look, in the order of preference."""


def installed() -> Iterator[Program]:
    """Every known browser of this machine, the preferred one first."""
    for name, known in KNOWN.items():
        path = _locate(known)
        if path is not None:
            yield Program(name, known.family, path)


def find(name: str = "") -> Program:
    """The browser of this name, or the preferred one; MissingProgram says how to install it."""
    if name and name not in KNOWN:
        raise MissingProgram(f"no browser is called {name!r}", f"one of: {', '.join(KNOWN)}")
    for program in installed():
        if name in ("", program.name):
            return program
    if name:
        raise MissingProgram(f"{name} is not installed", f"on Debian or Ubuntu: {KNOWN[name].install}")
    raise MissingProgram("no browser was found", "install one, for example: apt install chromium")


def _locate(known: _Known) -> Path | None:
    for command in known.commands:
        found = shutil.which(command)
        if found:
            return Path(found)
    for candidate in _candidates(known):
        if candidate.is_file():
            return candidate
    return None


def _candidates(known: _Known) -> Iterator[Path]:
    system = platform.system()
    if system == "Darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / name for name in known.macos)
    elif system == "Windows":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder_name := os.environ.get(variable):
                yield from (Path(folder_name, name) for name in known.windows)
