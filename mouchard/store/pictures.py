"""Pictures of pages as files, one folder for each capture, readable by their owner only."""

from __future__ import annotations

import os
import shutil
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


def forget(capture: str) -> None:
    """Delete the pictures of a capture, if it has any."""
    shutil.rmtree(path(capture, ""), ignore_errors=True)
