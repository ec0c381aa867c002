"""Pictures of pages as files, one folder for each capture, readable by their owner only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from mouchard import paths


def path(capture: str, name: str) -> Path:
    """Where a picture of this capture lies."""
    return paths.data() / "screens" / capture / name


def keep(capture: str, name: str, data: bytes) -> Path:
    """Write a new picture; FileExistsError where the name is taken."""
    file = path(capture, name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
    return file


def discard(gone: Iterable[tuple[str, str]]) -> None:
    """Delete these pictures (capture, name); a name that leads elsewhere is left alone."""
    for capture, name in gone:
        if Path(name).name == name and Path(capture).name == capture:
            path(capture, name).unlink(missing_ok=True)


def forget(*captures: str) -> None:
    """Delete all pictures of these captures."""
    for capture in captures:
        shutil.rmtree(path(capture, ""), ignore_errors=True)
