"""The filter language of the command line and the live view: words in, SQL conditions with parameters out.

`key:value` words are ANDed, `-` negates one, anything else is searched for. Quotes keep blanks and
colons together. Values of `site` and `host` match the domain and all below it, those of `company`,
`list` and `client` a whole name or its first words, any case; `*` stands for anything. `level:L3`
means L3 or above. Closed vocabularies take alternatives: `phase:refused,withdrawn`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias, get_args

from mouchard.capture.records import Phase
from mouchard.errors import BadInput
from mouchard.model import DATA_TYPES, LEVELS, Party, Proof

Target: TypeAlias = Literal["findings", "requests", "rollups"]
"""What a condition is for; aliases: `f` findings, `j` judgements, `m` messages, `r` rollups."""

Sql: TypeAlias = tuple[str, tuple[str | int | float, ...]]

REQUEST_TYPES = tuple(
    [
        "script",
        "image",
        "stylesheet",
        "xmlhttprequest",
        "subdocument",
        "document",
        "font",
        "media",
        "websocket",
        "ping",
        "other",
    ]
)
LOCATIONS = tuple(
    ["host", "path", "query", "fragment", "header", "cookie", "body", "websocket", "dns", "sni"]
)
KEYS = tuple(
    [
        "site",
        "company",
        "host",
        "type",
        "level",
        "party",
        "proof",
        "phase",
        "client",
        "person",
        "since",
        "list",
        "location",
    ]
)

_VOCABULARY: Mapping[str, Collection[str]] = {
    "type": DATA_TYPES + REQUEST_TYPES,
    "level": LEVELS,
    "party": get_args(Party),
    "proof": get_args(Proof),
    "phase": get_args(Phase),
}
_ROLLED_UP = frozenset({"site", "company", "party", "phase", "client"})
_OF_FINDING = frozenset({"type", "proof", "person", "location"})
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_WORD = re.compile(r'(?P<minus>-?)(?:(?P<key>[^\s:"]*):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]*))(?=\s|$)')


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a filter; key is empty for a bare word."""

    key: str
    value: str
    negated: bool = False

    def __str__(self) -> str:
        value = f'"{self.value}"' if re.search(r"[\s:]|^$|^-", self.value) else self.value
        return f"{'-' * self.negated}{self.key}{':' * bool(self.key)}{value}"


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed filter. The default lets everything through; `str()` gives a text that parses to it."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def and_(self, key: str, value: str, *, negated: bool = False) -> Query:
        """This filter narrowed by one more word; BadInput like `parse`."""
        return Query((*self.terms, _checked(Term(key, value.replace('"', ""), negated))))

    @property
    def rolled_up(self) -> bool:
        """True where the rollups can answer alone."""
        return all(term.key in _ROLLED_UP for term in self.terms)

    def where(self, target: Target, now: float | None = None) -> Sql:
        """The condition and its parameters; `now` (epoch seconds) is what `since:2h` counts from."""
        at = time.time() if now is None else now
        conditions: list[Sql] = []
        inner: list[Sql] = []
        for term in self.terms:
            of_finding = _is_of_finding(term) and target == "requests"
            sql, parameters = _condition(term, "findings" if of_finding else target, at)
            if of_finding and not term.negated:
                inner.append((sql, parameters))
                continue
            if of_finding:
                sql = f"EXISTS (SELECT 1 FROM findings f WHERE f.message = m.id AND {sql})"
            conditions.append((f"NOT coalesce({sql}, 0)" if term.negated else sql, parameters))
        if inner:  # one finding has to satisfy all of them
            sql, parameters = _joined(inner)
            conditions.append(
                (f"EXISTS (SELECT 1 FROM findings f WHERE f.message = m.id AND {sql})", parameters)
            )
        return _joined(conditions)


def parse(text: str) -> Query:
    """The filter in `text`; BadInput names the valid keys or values."""
    terms = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        found = _WORD.match(text, position)
        if found is None:
            raise BadInput("the filter has an open quote", 'write it as site:"my shop.example"')
        position = found.end()
        value = found["plain"] if found["quoted"] is None else found["quoted"]
        if found["key"] is None and not value:
            raise BadInput("the filter has an empty word", "a word after - is left out of the results")
        terms.append(_checked(Term((found["key"] or "").lower(), value, bool(found["minus"]))))
        if found["key"] == "":
            raise BadInput("the filter has a colon without a key", f"keys: {' '.join(KEYS)}")
    return Query(tuple(terms))


EVERYTHING = Query()


def of_capture(capture: str) -> Query:
    """Everything of one capture; cannot be typed as a word."""
    return Query((Term("capture", capture),))


def _checked(term: Term) -> Term:
    key, value = term.key, term.value
    if not key:
        return term
    if key not in KEYS:
        hint = f'keys: {" ".join(KEYS)}; quote a word that has a colon: "{key}:{value}"'
        raise BadInput(f"the filter knows no key {key!r}", hint)
    if not value:
        raise BadInput(f"the filter has no value after {key}:", _hint(key))
    if key in _VOCABULARY:
        known = {word.lower(): word for word in _VOCABULARY[key]}
        words = value.lower().split(",")
        if key == "level" and len(words) > 1:
            raise BadInput("the filter takes one level", "level:L2 means L2 or above")
        for word in words:
            if word not in known:
                raise BadInput(f"the filter knows no {key} {word!r}", _hint(key))
        return Term(key, ",".join(known[word] for word in words), term.negated)
    if key == "location" and value.split(".")[0] not in LOCATIONS:
        raise BadInput(f"the filter knows no location {value!r}", _hint(key))
    if key == "since":
        _since(value, 0.0)
    return term


def _hint(key: str) -> str:
    if key in _VOCABULARY:
        return f"one of: {' '.join(_VOCABULARY[key])}"
    if key == "location":
        return f"one of: {' '.join(LOCATIONS)}, also with a field: query.ud[em]"
    if key == "since":
        return "an age as 30m 2h 7d, or a moment as 2026-03-01 or 2026-03-01T14:00Z"
    return f"write {key}:NAME"


def _since(value: str, now: float) -> float:
    if age := re.fullmatch(r"(\d{1,9})([smhdw])", value):
        return now - int(age[1]) * _UNITS[age[2]]
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.astimezone()).astimezone(UTC).timestamp()
    except (ValueError, OverflowError, OSError):
        raise BadInput(f"the filter cannot read the time {value!r}", _hint("since")) from None


def _is_of_finding(term: Term) -> bool:
    if term.key == "type":
        return all(word in DATA_TYPES for word in term.value.split(","))
    return term.key in _OF_FINDING


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
        return _domain(f"{table}.site", term.value)
    if term.key == "company":
        return _name(f"{table}.recipient", term.value)
    if term.key == "capture":
        return "m.capture = (SELECT id FROM captures WHERE capture = ?)", (term.value,)
    if term.key == "client":
        sql, parameters = _name("name", term.value)
        column = "m.client" if target == "requests" else f"{table}.client"
        return f"({column} = ? OR {column} IN (SELECT key FROM clients WHERE {sql}))", (
            term.value,
            *parameters,
        )
    return _DETAIL[term.key](term, target, now)


def _level(term: Term, target: Target, now: float) -> Sql:
    return f"{'f' if target == 'findings' else 'j'}.level >= ?", (LEVELS.index(term.value),)


def _type(term: Term, target: Target, now: float) -> Sql:
    words = tuple(term.value.split(","))
    if target == "requests":
        data = f"EXISTS (SELECT 1 FROM findings f WHERE f.message = m.id AND f.type IN ({_marks(words)}))"
    else:
        data = f"f.type IN ({_marks(words)})"
    if all(word in DATA_TYPES for word in words):
        return data, words
    return f"(j.type IN ({_marks(words)}) OR {data})", words * 2


def _location(term: Term, target: Target, now: float) -> Sql:
    location, _, name = term.value.partition(".")
    if not name:
        return "f.location = ?", (location,)
    if "*" in name:
        return "(f.location = ? AND f.field LIKE ? ESCAPE '\\')", (location, _pattern(name))
    return "(f.location = ? AND f.field = ?)", (location, name)


def _list(term: Term, target: Target, now: float) -> Sql:
    message = "m.id" if target == "requests" else "f.message"
    sql, parameters = _name("u.list", term.value)
    joined = "matches x JOIN rules u ON u.id = x.rule"
    return f"EXISTS (SELECT 1 FROM {joined} WHERE x.message = {message} AND {sql})", parameters


_DETAIL: Mapping[str, Callable[[Term, Target, float], Sql]] = {
    "host": lambda term, target, now: _domain("m.host", term.value),
    "level": _level,
    "list": _list,
    "location": _location,
    "person": lambda term, target, now: ("f.person = ? COLLATE NOCASE", (term.value,)),
    "proof": lambda term, target, now: _one_of("f.proof", term.value),
    "since": lambda term, target, now: (
        f"{'m' if target == 'requests' else 'j'}.time >= ?", (_since(term.value, now),)
    ),
    "type": _type,
}  # fmt: skip


def _search(word: str, target: Target) -> Sql:
    pattern = f"%{_pattern(word)}%"
    columns = ["j.site", "j.recipient", "m.host"]
    inner = ["f.type", "f.location || '.' || f.field"]
    columns += ["j.type"] if target == "requests" else inner
    tests = [f"{column} LIKE ? ESCAPE '\\'" for column in columns]
    if target == "requests":
        found = " OR ".join(f"{column} LIKE ? ESCAPE '\\'" for column in inner)
        tests.append(f"EXISTS (SELECT 1 FROM findings f WHERE f.message = m.id AND ({found}))")
    return f"({' OR '.join(tests)})", (pattern,) * (
        len(columns) + (len(inner) if target == "requests" else 0)
    )


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
