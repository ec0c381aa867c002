"""What a judgement rests on: the lists and the code version, under one id."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mouchard import __version__


class _List(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...


class _Classifier(Protocol):
    @property
    def ruleset(self) -> Sequence[_List]: ...
    @property
    def ruleset_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Ruleset:
    """An id that changes with the rules, and what it stands for."""

    id: str
    lists: tuple[tuple[str, str], ...] = ()
    """Name and version of each list."""
    code: str = __version__

    @classmethod
    def of(cls, classifier: _Classifier) -> Ruleset:
        """The rules a classifier judges by."""
        return cls(classifier.ruleset_id, tuple((known.name, known.version) for known in classifier.ruleset))


def of_site(connection: sqlite3.Connection, site: str) -> tuple[Ruleset, ...]:
    """The rules by which the messages of a site were judged."""
    sql = """SELECT id, lists, code FROM rulesets
             WHERE id IN (SELECT DISTINCT ruleset FROM judgements WHERE site = ?) ORDER BY id"""
    return tuple(
        Ruleset(id, tuple((name, version) for name, version in json.loads(lists)), code)
        for id, lists, code in connection.execute(sql, (site,))
    )
