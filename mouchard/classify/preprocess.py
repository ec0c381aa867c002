"""The preprocessor of uBlock Origin's lists: `!#if`, `!#else`, `!#endif`.

`!#include` is resolved when a list is fetched; one that is left in a file is counted, not followed.
"""

from __future__ import annotations

import re

TRUE = frozenset(["true", "ext_ublock", "cap_user_stylesheet"])
"""Tokens that hold for us; every other is false: we are no browser, and read no HTML."""

_WORD = re.compile(r"\s*(!|&&|\|\||\(|\)|[a-z_0-9]+)")
_DEPTH = 20


def preprocess(lines: list[str]) -> None:
    """Empty, in place, every line that a condition leaves out."""
    state: list[bool] = []
    for place, line in enumerate(lines):
        if line.startswith("!#if "):
            state.append(holds(line[5:].strip()))
        elif line.startswith("!#else") and state:
            state[-1] = not state[-1]
        elif line.startswith("!#endif") and state:
            state.pop()
        elif not all(state):
            lines[place] = ""


def holds(condition: str) -> bool:
    """The value of a condition; a malformed one is false."""
    words = _WORD.findall(condition)
    if "".join(words) != re.sub(r"\s", "", condition):
        return False
    try:
        value = _either(words, 0)
    except (IndexError, ValueError):
        return False
    return value if not words else False


def _either(words: list[str], depth: int) -> bool:
    value = _both(words, depth)
    while words and words[0] == "||":
        words.pop(0)
        value = _both(words, depth) or value
    return value


def _both(words: list[str], depth: int) -> bool:
    value = _one(words, depth)
    while words and words[0] == "&&":
        words.pop(0)
        value = _one(words, depth) and value
    return value


def _one(words: list[str], depth: int) -> bool:
    if depth > _DEPTH:
        raise ValueError("too deep")
    word = words.pop(0)
    if word == "!":
        return not _one(words, depth + 1)
    if word == "(":
        value = _either(words, depth + 1)
        if words.pop(0) != ")":
            raise ValueError("unbalanced")
        return value
    if not word[0].isalpha():
        raise ValueError(word)
    return word in TRUE
