"""A recorded visit, and bundles of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from mouchard.evidence import bundle
from mouchard.judge import Judge
from tests.evidence import visit

PASSPHRASE = "cheval correct pile agrafe"


@dataclass(frozen=True)
class Visit:
    """A database with its rules."""

    db: Path
    rules: Judge

    def bundle(self, path: Path, **about: object) -> bundle.Bundle:
        """A bundle of the shop."""
        wish = bundle.Wish(visit.SITE, **about)  # type: ignore[arg-type]
        rules = self.rules
        return bundle.write(path, self.db, rules.keys, wish, rules.identity, rules.classifier)


@pytest.fixture
def seen(tmp_path: Path) -> Visit:
    db = tmp_path / "visit.db"
    return Visit(db, visit.record(db))


@pytest.fixture
def phased(tmp_path: Path) -> Visit:
    db = tmp_path / "phased.db"
    return Visit(db, visit.record(db, phases=True))


@pytest.fixture
def make(seen: Visit, tmp_path: Path) -> Callable[..., Path]:
    """Writes a bundle of the visit, gives its path."""

    def write(**about: object) -> Path:
        path = tmp_path / "shop.zip"
        seen.bundle(path, **about)
        return path

    return write
