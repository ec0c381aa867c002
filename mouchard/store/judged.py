"""The judgement layer: one conclusion per message, replaced whole by its next revision."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from mouchard.capture.records import Phase
from mouchard.grade import form
from mouchard.masking.url import mask_name
from mouchard.model import LEVELS, Company, Finding, Judgement, Match
from mouchard.store.captured import Value, clean, moment
from mouchard.store.rollup import Difference
from mouchard.store.ruleset import Ruleset

_JUDGEMENT = """time host site confidence why client type party recipient company is_tracker grade level
    phase tcf gcs us partial""".split()
_FINDING = """type proof basis person location field chain form normalisation value value_token level ground
    note""".split()
_LEVEL, _PHASE = map(_JUDGEMENT.index, ("level", "phase"))
_PLACE = itemgetter(*map(_JUDGEMENT.index, ("site", "recipient", "party", "phase", "client")))
_TYPE, _FORM, _SEVERITY = map(_FINDING.index, ("type", "form", "level"))

Values: TypeAlias = tuple[Value | None, ...]


class Conclusion(NamedTuple):
    """A judgement on its way to the row of its message."""

    message: int
    """Rowid."""
    judgement: Judgement
    host: str
    """Masked."""
    phase: Phase


@dataclass(slots=True)
class Judged:
    """What is stored of one judgement."""

    values: Values
    matches: list[int]
    findings: dict[str, Values]

    def count(self, difference: Difference, sign: int) -> None:
        """Add this judgement to the rollups, or take it away."""
        place = _PLACE(self.values)
        found = [(str(f[_TYPE]), str(f[_FORM]), _int(f[_SEVERITY])) for f in self.findings.values()]
        difference.message(place, _int(self.values[_LEVEL]), found, sign)


class JudgementLayer:
    """Writes judgements inside the caller's transaction; `forget()` after a rollback."""

    def __init__(self, connection: sqlite3.Connection, ruleset: Ruleset) -> None:
        self._connection = connection
        self._ruleset = ruleset.id
        self._ids: dict[tuple[Value, ...], int] = {}
        connection.execute(
            "INSERT OR IGNORE INTO rulesets VALUES (?, ?, ?)",
            (ruleset.id, json.dumps(ruleset.lists, ensure_ascii=False), ruleset.code),
        )

    def forget(self) -> None:
        """Drop what was remembered of rows that may not exist any more."""
        self._ids.clear()

    def insert(self, new: Sequence[Conclusion], difference: Difference) -> None:
        """First judgements of their messages."""
        rows = [(conclusion.message, self._judged(conclusion)) for conclusion in new]
        for _, judged in rows:
            judged.count(difference, +1)
        self._connection.executemany(
            f"INSERT INTO judgements (message, revision, ruleset, {', '.join(_JUDGEMENT)}) "
            f"VALUES (?, 1, ?{', ?' * len(_JUDGEMENT)})",
            [(message, self._ruleset, *judged.values) for message, judged in rows],
        )
        self._insert_details(rows)

    def replace(self, conclusion: Conclusion, difference: Difference) -> bool:
        """The next revision, unless nothing differs from the stored one; True where it was written."""
        message = conclusion.message
        old, new = self.stored(message), self._judged(conclusion)
        if old == new:
            return False
        old.count(difference, -1)
        new.count(difference, +1)
        self._connection.execute(
            f"UPDATE judgements SET revision = revision + 1, ruleset = ?, {' = ?, '.join(_JUDGEMENT)} = ? "
            "WHERE message = ?",
            (self._ruleset, *new.values, message),
        )
        self._connection.execute("DELETE FROM matches WHERE message = ?", (message,))
        gone = [(finding,) for finding in old.findings.keys() - new.findings.keys()]
        self._connection.executemany("DELETE FROM findings WHERE finding = ?", gone)
        self._connection.executemany(  # in place: a row keeps its number, so that views keep their place
            f"UPDATE findings SET {' = ?, '.join(_FINDING)} = ? WHERE finding = ?",
            [(*new.findings[found], found) for found in old.findings.keys() & new.findings.keys()],
        )
        added = {found: values for found, values in new.findings.items() if found not in old.findings}
        self._insert_details([(message, Judged(new.values, new.matches, added))])
        return True

    def move(self, conclusion: Conclusion, difference: Difference) -> None:
        """The same judgement for another site, as a new revision: site, party, recipient and company."""
        old, told = self.stored(conclusion.message), self._judged(conclusion).values
        moved = ("site", "confidence", "why", "client", "party", "recipient", "company", "phase")
        at = {_JUDGEMENT.index(name) for name in moved}
        values = tuple(told[i] if i in at else value for i, value in enumerate(old.values))
        old.count(difference, -1)
        Judged(values, old.matches, old.findings).count(difference, +1)
        columns = f"{' = ?, '.join(_JUDGEMENT)} = ?"
        self._connection.execute(
            f"UPDATE judgements SET revision = revision + 1, {columns} WHERE message = ?",
            (*values, conclusion.message),
        )

    def stored(self, message: int) -> Judged:
        """What is stored of a judged message."""
        row = self._connection.execute
        values = row(
            f"SELECT {', '.join(_JUDGEMENT)} FROM judgements WHERE message = ?", (message,)
        ).fetchone()
        rules = row("SELECT rule FROM matches WHERE message = ? ORDER BY place", (message,)).fetchall()
        found = row(
            f"SELECT finding, {', '.join(_FINDING)} FROM findings WHERE message = ?", (message,)
        ).fetchall()
        return Judged(
            tuple(values), [rule for (rule,) in rules], {name: tuple(rest) for name, *rest in found}
        )

    def rephase(self, message: int, phase: Phase, difference: Difference) -> None:
        """The same judgement in another phase, as a new revision."""
        judged = self.stored(message)
        judged.count(difference, -1)
        judged.values = (*judged.values[:_PHASE], phase, *judged.values[_PHASE + 1 :])
        judged.count(difference, +1)
        sql = "UPDATE judgements SET revision = revision + 1, phase = ? WHERE message = ?"
        self._connection.execute(sql, (phase, message))

    def _judged(self, conclusion: Conclusion) -> Judged:
        judgement, host = conclusion.judgement, conclusion.host
        attributed, verdict, consent = judgement.attributed, judgement.verdict, judgement.consent
        recipient = verdict.company.name if verdict.company else host
        if verdict.party == "first" and not verdict.company:
            recipient = attributed.site or host
        values = (
            moment(judgement.message.time), host, attributed.site, attributed.confidence, attributed.why,
            attributed.client,
            verdict.type, verdict.party, recipient, self._company(verdict.company),
            int(verdict.is_tracker), verdict.grade, LEVELS.index(judgement.level), conclusion.phase,
            consent.tcf, consent.gcs, consent.us, " ".join(judgement.partial),
        )  # fmt: skip
        findings = {found.id: _finding_values(found) for found in judgement.findings}
        return Judged(clean(values), [self._rule(match) for match in verdict.matches], findings)

    def _insert_details(self, rows: list[tuple[int, Judged]]) -> None:
        self._connection.executemany(
            "INSERT INTO matches VALUES (?, ?, ?)",
            [(message, place, rule) for message, judged in rows for place, rule in enumerate(judged.matches)],
        )
        self._connection.executemany(
            f"INSERT INTO findings (message, finding, {', '.join(_FINDING)}) "
            f"VALUES (?, ?{', ?' * len(_FINDING)})",
            [
                (message, name, *values)
                for message, judged in rows
                for name, values in judged.findings.items()
            ],
        )

    def _company(self, company: Company | None) -> int | None:
        if company is None:
            return None
        values = (company.name, company.country, company.category, company.source, company.as_of)
        return self._id("companies", "name country category source as_of", values)

    def _rule(self, match: Match) -> int:
        values = (
            match.list, match.version, match.rule, match.line, match.section, match.grade,
            int(match.exception),
        )  # fmt: skip
        return self._id("rules", "list version rule line section grade exception", values)

    def _id(self, table: str, columns: str, values: tuple[Value, ...]) -> int:
        """The id of a row of a shared table, written on first sight."""
        key = (table, *values)
        if key not in self._ids:
            if len(self._ids) > 50_000:
                self._ids.clear()
            names = columns.split()
            values = clean(values)
            places = ", ".join("?" * len(names))
            self._connection.execute(
                f"INSERT OR IGNORE INTO {table} ({', '.join(names)}) VALUES ({places})", values
            )
            test = " AND ".join(f"{name} = ?" for name in names)
            (self._ids[key],) = self._connection.execute(
                f"SELECT id FROM {table} WHERE {test}", values
            ).fetchone()
        return self._ids[key]


def _finding_values(found: Finding) -> Values:
    return clean((
        found.type, found.proof, found.basis, found.person, found.location, mask_name(found.field),
        json.dumps(found.chain), form(found.chain, found.normalisation), found.normalisation,
        found.value, found.value_token, LEVELS.index(found.level), found.level_ground, found.note,
    ))  # fmt: skip


def _int(value: Value | None) -> int:
    assert isinstance(value, int)
    return value
