"""Filters as SQL: conditions with parameters, never a value in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, TypeAlias

from mouchard.model import LEVELS
from mouchard.store.terms import Term, since

Target: TypeAlias = Literal["findings", "requests", "judgements", "rollups"]
"""What is chosen; aliases in the SQL: `f` findings, `j` judgements, `m` messages, `r` rollups.

`requests` takes in messages without a judgement, `judgements` needs no `m`.
"""

_MESSAGE: Mapping[Target, str] = {"findings": "f.message", "requests": "m.id", "judgements": "j.message"}
Sql: TypeAlias = tuple[str, tuple[str | int | float, ...]]


def condition(terms: Sequence[Term], target: Target, now: float) -> Sql:
    """All the words, ANDed; `now` (epoch seconds) is what `since:2h` counts from."""
    conditions: list[Sql] = []
    inner: list[Sql] = []
    for term in terms:
        of_finding = term.of_finding and target in ("requests", "judgements")
        sql, parameters = _condition(term, "findings" if of_finding else target, now)
        if of_finding and not term.negated:
            inner.append((sql, parameters))
            continue
        if of_finding:
            sql = _has_finding(target, sql)
        conditions.append((f"NOT coalesce({sql}, 0)" if term.negated else sql, parameters))
    if inner:  # one finding has to satisfy all of them
        sql, parameters = _joined(inner)
        conditions.append(
            (f"{_MESSAGE[target]} IN (SELECT f.message FROM findings f WHERE {sql})", parameters)
        )
    return _joined(conditions)


def _has_finding(target: Target, sql: str) -> str:
    return f"EXISTS (SELECT 1 FROM findings f WHERE f.message = {_MESSAGE[target]} AND {sql})"


def _joined(conditions: list[Sql]) -> Sql:
    if not conditions:
        return "1", ()
    return " AND ".join(sql for sql, _ in conditions), tuple(p for _, more in conditions for p in more)


def _condition(term: Term, target: Target, now: float) -> Sql:
    table = "r" if target == "rollups" else "j"
    if not term.key:
        return _search(term.value, target)
    if term.key in ("party", "phase"):
        return _one_of(f"{table}.{term.key}", term.value)
    if term.key == "site":
        return _site(f"{table}.site", term.value)
    if term.key == "company":
        return _name(f"{table}.recipient", term.value)
    if term.key == "capture":
        return "m.capture = (SELECT id FROM captures WHERE capture = ?)", (term.value,)
    if term.key == "client":
        sql, parameters = _name("name", term.value)
        column = "coalesce(j.client, m.client)" if target == "requests" else f"{table}.client"
        return f"({column} = ? OR {column} IN (SELECT key FROM clients WHERE {sql}))", (
            term.value,
            *parameters,
        )
    return _DETAIL[term.key](term, target, now)


def _host(target: Target) -> str:
    return "m.host" if target == "requests" else "j.host"


def _level(term: Term, target: Target, now: float) -> Sql:
    return f"{'f' if target == 'findings' else 'j'}.level >= ?", (LEVELS.index(term.value),)


def _type(term: Term, target: Target, now: float) -> Sql:
    """Data types of a finding, request types of its message; `of_finding` words never come here alone."""
    words = term.words
    data = f"f.type IN ({_marks(words)})"
    if term.of_finding:
        return data, words
    if target != "findings":
        data = _has_finding(target, data)
    return f"(j.type IN ({_marks(words)}) OR {data})", words * 2


def _location(term: Term, target: Target, now: float) -> Sql:
    location, _, name = term.value.partition(".")
    if not name:
        return "f.location = ?", (location,)
    if "*" in name:
        return "(f.location = ? AND f.field LIKE ? ESCAPE '\\')", (location, _pattern(name))
    return "(f.location = ? AND f.field = ?)", (location, name)


def _list(term: Term, target: Target, now: float) -> Sql:
    sql, parameters = _name("u.list", term.value)
    joined = "matches x JOIN rules u ON u.id = x.rule"
    return f"EXISTS (SELECT 1 FROM {joined} WHERE x.message = {_MESSAGE[target]} AND {sql})", parameters


_DETAIL: Mapping[str, Callable[[Term, Target, float], Sql]] = {
    "host": lambda term, target, now: _domain(_host(target), term.value),
    "level": _level,
    "list": _list,
    "location": _location,
    "person": lambda term, target, now: ("f.person = ? COLLATE NOCASE", (term.value,)),
    "proof": lambda term, target, now: _one_of("f.proof", term.value),
    "since": lambda term, target, now: (
        f"{'m' if target == 'requests' else 'j'}.time >= ?", (since(term.value, now),)
    ),
    "type": _type,
}  # fmt: skip


def _search(word: str, target: Target) -> Sql:
    def anywhere(columns: Sequence[str]) -> str:
        return " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in columns)

    of_message = ("j.site", "j.recipient", _host(target), "j.type")
    of_finding = ("f.type", "f.location || '.' || f.field")
    found = anywhere(of_finding)
    if target != "findings":
        found = _has_finding(target, f"({found})")
    return f"({anywhere(of_message)} OR {found})", (f"%{_pattern(word)}%",) * 6


def _site(column: str, value: str) -> Sql:
    if "*" not in value and value.lower().startswith("app:"):  # an app's own name, in its own capitals
        return f"{column} = ? COLLATE NOCASE", (value,)
    return _domain(column, value)


def _domain(column: str, value: str) -> Sql:
    value = value.lower().rstrip(".")
    if "*" in value:
        return f"{column} LIKE ? ESCAPE '\\'", (_pattern(value),)
    return f"({column} = ? OR {column} LIKE ? ESCAPE '\\')", (value, "%." + _pattern(value))


def _name(column: str, value: str) -> Sql:
    pattern = _pattern(value)
    if "*" in value:
        return f"{column} LIKE ? ESCAPE '\\'", (pattern,)
    sql = " OR ".join([f"{column} LIKE ? ESCAPE '\\'"] * 3)
    return f"({sql})", (pattern, pattern + " %", pattern + ",%")


def _pattern(value: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", value).replace("*", "%")


def _one_of(column: str, value: str) -> Sql:
    words = tuple(value.split(","))
    return f"{column} IN ({_marks(words)})", words


def _marks(words: Collection[str]) -> str:
    return ",".join("?" * len(words))
