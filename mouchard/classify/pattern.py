"""Patterns of network rules: anchors, `*`, `^`, and regular expressions, in time linear in the URL."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from typing import TypeAlias

from mouchard.classify.regex import Unusable, regex
from mouchard.classify.target import Target

Test: TypeAlias = Callable[[Target], bool]

RULE_CAP = 4_096
"""Characters of a rule's pattern; longer ones are unusable."""

_SEPARATORS = frozenset(map(chr, range(128))) - frozenset(string.ascii_letters + string.digits + "_-.%")
"""What `^` stands for, besides the end of the URL."""
_RUN = re.compile(r"[0-9a-z%]+")
_ANCHORED = re.compile(r"\|\|([^/^:?*$|]*)(.*)", re.S).fullmatch
_REGEX_ATOM = re.compile(r"\\[dDwWsSbBAzZ]|\\x[0-9a-fA-F]{2}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\]", re.S)
_QUANTIFIER = re.compile(r"[?*+]\??|\{\d*(,\d*)?\}\??")


def is_regex(pattern: str) -> bool:
    """Whether a pattern is written as `/regular expression/`."""
    return len(pattern) > 2 and pattern[0] == pattern[-1] == "/"


def compile_test(pattern: str, match_case: bool = False) -> Test | None:
    """A test of a URL against a pattern; None where every URL passes. Raises Unusable."""
    if len(pattern) > RULE_CAP:
        raise Unusable("too long")
    if is_regex(pattern):
        search = regex(pattern[1:-1], match_case)
        return lambda target: bool(search(target.cased))
    if not match_case:
        pattern = pattern.lower()
    anchored = _ANCHORED(pattern)
    if anchored is not None:
        return _host_test(pattern[2:], match_case)
    start = pattern.startswith("|")
    end = len(pattern) > 1 and pattern.endswith("|")
    body = pattern[start : len(pattern) - end]
    if not body.strip("*"):
        return None
    if not start and not end and not set(body) & {"*", "^"}:
        if match_case:
            return lambda target: body in target.cased
        return lambda target: body in target.text
    glob = Glob(body if start else "*" + body, end)
    if match_case:
        return lambda target: glob.at(target.cased, 0)
    return lambda target: glob.at(target.text, 0)


def compile_rest(rest: str, match_case: bool = False) -> Test | None:
    """A test of what follows the host, for a rule already found by its host. Raises Unusable."""
    if len(rest) > RULE_CAP:
        raise Unusable("too long")
    if not rest.strip("*") or rest == "^":  # a host always ends at a separator
        return None
    end = rest.endswith("|")
    if not end and not match_case and not set(rest) & {"*", "^"}:
        rest = rest.lower()
        return lambda target: target.text.startswith(rest, target.end)
    glob = Glob(rest[: len(rest) - end] if match_case else rest[: len(rest) - end].lower(), end)
    if match_case:
        return lambda target: glob.at(target.cased, target.end)
    return lambda target: glob.at(target.text, target.end)


def _host_test(body: str, match_case: bool) -> Test:
    end = body.endswith("|")
    glob = Glob(body[: len(body) - end], end)

    def test(target: Target) -> bool:
        text = target.cased if match_case else target.text
        at = target.start
        while at < target.end:
            end = glob.head(text, at)
            if end >= 0:
                return glob.tail(text, end)
            at = text.find(".", at, target.end) + 1 or target.end
        return False

    return test


class Glob:
    """A pattern of literals, `*` and `^`. Parts are looked for once, from left to right: no backtracking."""

    __slots__ = ("_end", "_parts")

    def __init__(self, body: str, end: bool) -> None:
        self._parts = [piece if "^" not in piece else piece.split("^") for piece in body.split("*")]
        self._end = end

    def at(self, text: str, at: int) -> bool:
        """Whether the text matches from this place on."""
        at = self.head(text, at)
        return at >= 0 and self.tail(text, at)

    def head(self, text: str, at: int) -> int:
        """Where the first part ends, if it stands at this place; else -1."""
        part = self._parts[0]
        closed = self._end and len(self._parts) == 1
        if isinstance(part, list):
            return _follow(part, text, at, closed)
        if not text.startswith(part, at) or (closed and at + len(part) != len(text)):
            return -1
        return at + len(part)

    def tail(self, text: str, at: int) -> bool:
        """Whether the other parts follow, anywhere after the first; if not here, then nowhere later."""
        parts = self._parts
        last = len(parts) - 1
        for number in range(1, len(parts)):
            part = parts[number]
            closed = self._end and number == last
            if isinstance(part, list):
                at = _find(part, text, at, closed)
                if at < 0:
                    return False
            elif closed:
                return len(text) - len(part) >= at and text.endswith(part)
            else:
                at = text.find(part, at)
                if at < 0:
                    return False
                at += len(part)
        return True


def _follow(literals: Sequence[str], text: str, at: int, closed: bool) -> int:
    """The end of these literals, a separator between each two, from here on; -1 where they do not stand here.

    The end of the text counts as a separator.
    """
    size = len(text)
    for number, literal in enumerate(literals):
        if number and at < size:
            if text[at] not in _SEPARATORS:
                return -1
            at += 1
        if literal and not text.startswith(literal, at):
            return -1
        at += len(literal)
    return -1 if closed and at != size else at


def _find(literals: Sequence[str], text: str, at: int, closed: bool) -> int:
    """As `_follow`, at this place or any later one."""
    head, lead = (literals[0], 0) if literals[0] else (literals[1], 1)
    while at <= len(text):
        if head:
            begin = text.find(head, at + lead) - lead
            if begin < at:
                return -1
            at = begin
        end = _follow(literals, text, at, closed)
        if end >= 0:
            return end
        at += 1
    return -1


def host_and_rest(pattern: str) -> tuple[str, str] | None:
    """Host and rest of a `||host^...` pattern whose host is whole: it can be looked up by host."""
    anchored = _ANCHORED(pattern)
    if anchored is None or not anchored[1] or anchored[2][:1] not in ("^", "/", ":", "?"):
        return None
    return anchored[1], anchored[2]


def tokens(pattern: str) -> list[str]:
    """Runs of letters and digits that must stand alone in every URL the pattern matches; none for a regex."""
    if is_regex(pattern):
        return []
    pattern = pattern.lower()
    found = []
    for run in _RUN.finditer(pattern):
        begin, end = run.span()
        open_left = begin == 0 or pattern[begin - 1] == "*"
        open_right = end == len(pattern) or pattern[end] == "*"
        if not open_left and not open_right:
            found.append(run[0])
    return found


def plain_literal(pattern: str) -> str:
    """As `literal`, of a pattern that is no expression."""
    return max(re.split(r"[*^|]+", pattern.lower()), key=len)


def literal(pattern: str) -> str:
    """The longest text that every URL the pattern matches contains, in lower case; may be empty."""
    if not is_regex(pattern):
        return plain_literal(pattern)
    body = pattern[1:-1]
    best = run = ""
    place = depth = 0
    while place < len(body):
        atom = _REGEX_ATOM.match(body, place)
        if atom is None:
            return ""
        text = atom[0]
        place = atom.end()
        quantifier = _QUANTIFIER.match(body, place)
        if quantifier is not None:
            place = quantifier.end()
        if text == "(":
            depth += 1
        elif text == ")":
            depth -= 1
        if text == "|" and depth == 0:
            return ""
        plain = text[1:] if len(text) == 2 and text[0] == "\\" and not text[1].isalnum() else text
        if (
            len(plain) == 1
            and depth == 0
            and quantifier is None
            and (plain != text or text not in ".^$|()[]")
        ):
            run += plain.lower()
        else:
            best, run = max(best, run, key=len), ""
    return max(best, run, key=len)
