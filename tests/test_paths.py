"""Where things lie: a socket path always fits, and everybody finds the same one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mouchard import paths


@pytest.mark.parametrize("depth", [0, 1, 3, 9])
def test_the_control_socket_fits_and_does_not_depend_on_tmpdir(
    depth: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    db = Path("/srv").joinpath(*["a" * 40] * depth, "visit.db")
    found = paths.control_socket(db)
    assert len(os.fsencode(found)) < 104
    monkeypatch.setenv("TMPDIR", str(Path("/srv") / ("b" * 120)))
    assert paths.control_socket(db) == found


def test_each_database_has_its_own_socket() -> None:
    deep = Path("/srv") / ("a" * 120)
    assert paths.control_socket(deep / "a.db") != paths.control_socket(deep / "b.db")


def test_folders_are_for_their_owner_only(home: Path) -> None:
    assert paths.data() == home
    assert home.stat().st_mode & 0o777 == 0o700
