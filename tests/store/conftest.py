"""A fresh database with its one writer, on real SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mouchard.store.read import Reader
from mouchard.store.write import Writer
from tests.store.build import KEYS, RULESET, Clock, capture


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "capture.db"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(db: Path, clock: Clock) -> Iterator[Writer]:
    with Writer(db, KEYS, RULESET, clock=clock) as writer:
        writer.begin(capture())
        yield writer


@pytest.fixture
def reader(db: Path, writer: Writer) -> Iterator[Reader]:
    with Reader(db) as reader:
        yield reader
