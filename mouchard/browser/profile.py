"""Browser profiles: a throwaway folder for one visit, or a named one that stays."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from mouchard import paths
from mouchard.browser.programs import Program
from mouchard.errors import BadInput

PREFIX = "mouchard-browser-"


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile folder, mode 0700."""

    path: Path
    throwaway: bool

    def remove(self) -> None:
        """Delete a throwaway profile; a browser that is just ending may still write for a moment."""
        if not self.throwaway:
            return
        for _ in range(20):
            shutil.rmtree(self.path, ignore_errors=True)
            if not self.path.exists():
                return
            time.sleep(0.1)


def folder() -> Path:
    """Where the named profiles lie."""
    return paths.data() / "profiles"


def make(program: Program, name: str = "") -> Profile:
    """A new throwaway profile, or the named one, made if absent."""
    if not name:
        return Profile(Path(tempfile.mkdtemp(prefix=PREFIX, dir=_scratch(program))), throwaway=True)
    path = folder() / f"{program.family}-{checked(name)}"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Profile(path, throwaway=False)


def checked(name: str) -> str:
    """The name, if a profile can be called so (or is not named at all); BadInput where it cannot."""
    if not re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9_-]{0,63})?", name):
        raise BadInput(f"{name!r} is no profile name", "use letters, digits, - and _")
    return name


def leftovers() -> list[Path]:
    """Throwaway profiles that a crash left behind."""
    places = {Path(tempfile.gettempdir()), _snap_folder()}
    return sorted(
        path for place in places if place.is_dir() for path in place.glob(PREFIX + "*") if path.is_dir()
    )


def _scratch(program: Program) -> Path | None:
    """A snap sees neither our /tmp nor hidden folders: its own common folder is used."""
    if "/snap/" in str(program.path.resolve()) or program.path.is_relative_to("/snap"):
        place = _snap_folder()
        if place.is_dir():
            return place
    return None


def _snap_folder() -> Path:
    return Path.home() / "snap" / "chromium" / "common"
