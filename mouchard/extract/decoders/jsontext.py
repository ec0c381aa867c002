"""JSON, JSON lines, JSONP, and JSON that was cut or is broken (by its string literals)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice, repeat
from typing import Any, TypeAlias

from mouchard.extract.decoders import codes
from mouchard.extract.part import DIGEST_SIZES, MAX_LEAVES, Part, Peeled

_CALL = re.compile(r"^(?:\)\]\}'?,?\s*|(?:/\*\*/)?[\w.$]{1,60}\()")
_PAIR = re.compile(r'"((?:[^"\\]|\\.){0,80})"\s*:\s*(?:"((?:[^"\\]|\\.)*)|(-?\d[\d.eE+-]*))')
_NAMED = re.compile(
    r"""(?<![\w$.-])([A-Za-z_$][\w$.-]{0,60})["']?\s{0,4}[:=]\s{0,4}(?:"((?:[^"\\]|\\.){1,400})"|'((?:[^'\\]|\\.){1,400})')"""
)
_OPENING = re.compile(r"\{(?=[\s\"}])|\[(?=[\s\"\[{])")
_Frame: TypeAlias = tuple[Iterator[tuple[str, Any]], str, str]
"""Members with their names, the path before the names, and what they are called instead (empty: so)."""
_DECODER = json.JSONDecoder()
_LABEL = re.compile(r"[\w.$@-]{2,40}$")
_NAMES = ("name", "key", "k", "n", "field", "property", "attribute", "trait", "label", "id", "type")
_TYPED = frozenset("stringValue string_value intValue int_value".split())
"""A value by its type alone, as OpenTelemetry has it: `{"key": "city", "value": {"stringValue": "Nice"}}`."""
_VALUES = frozenset("value val v values content text data".split()) | _TYPED
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


def decode(value: str) -> Peeled | None:
    """Every leaf of a JSON text (strings and numbers), or None where it is no JSON."""
    text = value.strip().lstrip("\ufeff")
    if not text:
        return None
    if text[0] not in '{["':
        opening = _CALL.match(text)
        if not opening:
            return None
        text = text[opening.end() :].rstrip("); \n")
        if not text or text[0] not in "{[":
            return None
    try:
        return leaves(json.loads(text), "json")
    except RecursionError:
        return by_literals(text, "depth") or Peeled((), False, "depth")
    except ValueError:
        pass
    if text[0] == '"':
        return None
    lines = _lines(text)
    return lines if lines is not None else by_literals(text, "json")


def leaves(root: object, step: str) -> Peeled:
    """The strings and numbers below a parsed value, in document order; at most `MAX_LEAVES`."""
    parts: list[Part] = []
    cut = ""
    steps = (step,)
    new, keep = tuple.__new__, parts.append  # there are so many of them
    stack: list[_Frame] = [(iter((("", root),)), "", "")]
    while stack and len(parts) < MAX_LEAVES:
        members, prefix, key = stack[-1]
        for name, value in members:
            kind = type(value)
            if kind is str:
                if value:
                    keep(new(Part, (steps, prefix + name, key or name, value)))
            elif kind is int or kind is float:
                keep(new(Part, (steps, prefix + name, key or name, repr(value))))
            elif kind is dict:
                path = prefix + name
                inside = f"{path}." if path else ""
                parts += [
                    Part(steps, f"{inside}<name>", "", odd)
                    for odd in value
                    if (len(odd) > 15 or odd.find("@") > 0 or (len(odd) > 8 and _spelt(odd))) and _odd(odd)
                ]
                stack += _frames(value, inside, key or name)
                break
            elif kind is list:
                path, inner = prefix + name, key or name
                if len(value) >= codes.FEWEST and (text := codes.spelt(value)) is not None:
                    parts.append(Part((step, "charcodes"), path, inner, text))
                    continue
                if len(value) in DIGEST_SIZES and (octets := codes.digest(value)):
                    parts.append(Part((step, "charcodes"), path, inner, octets))
                if len(value) == 2 and _is_pair(value, path, inner):
                    inner = value[0]
                stack.append((zip(repeat(""), value[:MAX_LEAVES]), path + "[]", inner))
                if len(value) > MAX_LEAVES:
                    cut = "nodes"
                break
        else:
            stack.pop()
    if stack or len(parts) > MAX_LEAVES:
        cut = "nodes"
        del parts[MAX_LEAVES:]
    letters = [part for part in parts if len(part.value) == 1 and "[]" in part.path]
    if len(letters) >= codes.FEWEST:
        parts.extend(_typed(letters))
    return Peeled(tuple(parts), not cut, cut)


def _typed(letters: list[Part]) -> list[Part]:
    """The texts that were sent letter by letter, each in an event of its own."""
    rows: dict[str, list[Part]] = {}
    for part in letters:
        rows.setdefault(part.path, []).append(part)
    return [
        row[0]._replace(steps=(*row[0].steps, "joined"), value="".join(str(part.value) for part in row))
        for row in rows.values()
        if len(row) >= codes.FEWEST
    ]


def _frames(value: dict[str, Any], prefix: str, key: str) -> list[_Frame]:
    """The members, the first on top; the value of `{"name": "city", "value": "Nice"}` goes by what names
    it."""
    if len(value) > 8 or _VALUES.isdisjoint(value):
        return [(islice(value.items(), MAX_LEAVES + 1), prefix, "")]
    if len(value) == 1 and key and not _TYPED.isdisjoint(value):
        return [(iter(value.items()), prefix, key)]
    label = next(
        (text for name in _NAMES if isinstance(text := value.get(name), str) and _LABEL.match(text)), ""
    )
    if not label:
        return [(iter(value.items()), prefix, "")]
    return [
        (iter((member,)), prefix, label if member[0] in _VALUES else "") for member in reversed(value.items())
    ]


def _is_pair(value: list[Any], path: str, key: str) -> bool:
    """Whether the first of two items names the second: `[["city", "Nice"]]`, `{"1": ["city", "Nice"]}`."""
    name = value[0]
    return (
        (path.endswith("[]") or not key or key.isdigit())
        and isinstance(name, str)
        and name.isascii()
        and _LABEL.match(name) is not None
    )


def embedded(text: str) -> Peeled | None:
    """The JSON values that begin somewhere inside a text, behind lengths, names or frames."""
    parts: list[Part] = []
    place = failures = 0
    while failures < 4 and len(parts) < MAX_LEAVES:
        found = _OPENING.search(text, place)
        if found is None:
            break
        try:
            root, place = _DECODER.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            failures, place = failures + 1, found.end()
            continue
        parts.extend(leaves(root, "json").parts)
    return Peeled(tuple(parts), False) if parts else None


def literals(text: str) -> tuple[Part, ...]:
    """The quoted values with a name before them (`name: "value"`, `name='value'`), as in GraphQL."""
    return tuple(
        Part(("split",), name, name, unescaped(double) if double else single)
        for name, double, single in _NAMED.findall(text, 0, 65536)[:200]
        if double or single
    )


def by_literals(text: str, cut: str) -> Peeled | None:
    """The `"name": value` pairs of a text that no parser takes; the structure is lost, the names stay."""
    parts: list[Part] = []
    for found in _PAIR.finditer(text):
        literal = found[2] if found[2] is not None else found[3]
        if literal:
            parts.append(Part(("json",), found[1], found[1], unescaped(literal)))
        if len(parts) >= MAX_LEAVES:
            break
    if not parts:
        parts = list(literals(text))
    if not parts:
        parts = [Part(("json",), "[]", "", unescaped(s[1])) for s in _STRING.finditer(text, 0, 65536) if s[1]]
    return Peeled(tuple(parts), False, cut) if parts else None


def unescaped(literal: str) -> str:
    """The text of a JSON string literal, as far as it can be read."""
    if "\\" not in literal:
        return literal
    try:
        return str(json.loads(f'"{literal}"'))
    except ValueError:
        return literal


def _lines(text: str) -> Peeled | None:
    """JSON lines, also mixed with other lines (Sentry envelopes); None unless two lines are JSON. Records may
    end in a separator of their own (SignalR, RFC 7464)."""
    if "\x1e" in text:
        text = text.replace("\x1e", "\n")
    if "\n" not in text:
        return None
    parts: list[Part] = []
    parsed = 0
    cut = ""
    for line in text.split("\n")[:MAX_LEAVES]:
        line = line.strip()
        if not line:
            continue
        if line[0] in "{[":
            try:
                found = leaves(json.loads(line), "ndjson")
            except (ValueError, RecursionError):
                cut = "json"
            else:
                parsed += 1
                parts.extend(found.parts)
                cut = cut or found.cut
                continue
        parts.append(Part(("ndjson",), "", "", line))
        if len(parts) > MAX_LEAVES:
            cut = "nodes"
            break
    if not parsed or (parsed < 2 and cut == "json"):
        return None
    return Peeled(tuple(parts), not cut, "" if cut == "json" else cut)


def _spelt(name: str) -> bool:
    """Whether a name is written as telephone numbers or people's names are: Kameleoon counts values so."""
    return name[0] in "+0(" or " " in name


def _odd(name: str) -> bool:
    return not name.replace("_", "").replace("-", "").replace("$", "").isalpha()
