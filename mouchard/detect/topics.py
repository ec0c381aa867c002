"""Sensitive topics of pages: health, politics, religion, sexuality, union, origin; by words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from urllib.parse import unquote

from mouchard.identity.recipes.spelling import ascii_folded

_WORDS = re.compile(r"[^\W_]+")
_LONGEST = 2000
_SHOWN = frozenset(("bank", "insurance", "credit"))
"""Subjects that are shown, and give way to a sensitive one further on."""
_STREETS = frozenset("rue avenue boulevard quai impasse chemin allee faubourg".split())
_ARTICLES = frozenset("de du des la le les l d".split())
_EVERYDAY = "everyday"


def of(text: str) -> str:
    """`subject:word` for the first sensitive word of an address, a title or a search, or empty."""
    return _of(_without_host(text)[:_LONGEST])


@dataclass(frozen=True, slots=True)
class _Lists:
    """The words of `topics.toml`."""

    singles: Mapping[str, str]
    phrases: Mapping[str, str]
    only: Mapping[str, frozenset[str]]
    unless: Mapping[str, frozenset[str]]

    def phrase(self, words: Sequence[str]) -> str:
        """The subject of a phrase, in the plural too, or empty."""
        joined = "-".join(words)
        return self.phrases.get(joined) or self.phrases.get(joined.removesuffix("s"), "")

    def single(self, word: str, beside: Collection[str]) -> str:
        """The subject of a word among the others of its text, or empty."""
        singular = word[:-1] if word[-1] == "s" and len(word) > 6 else word
        subject = self.singles.get(word) or self.singles.get(singular)
        if not subject:
            return ""
        needed = self.only.get(word)
        if needed is not None and needed.isdisjoint(beside):
            return ""
        meant = (self.unless.get(said, frozenset()) for said in (subject, word, singular))
        return subject if all(others.isdisjoint(beside) for others in meant) else ""


@lru_cache(maxsize=4096)
def _of(text: str) -> str:
    spelt = _WORDS.findall(text)
    folded = [ascii_folded(word).lower() or word for word in spelt]  # some signs are nothing but an accent
    lists = _lists()
    shown, passed = "", 0
    for place, word in enumerate(folded):
        if place < passed:
            continue
        size, subject = 1, ""
        for size in (4, 3, 2):
            if place + size <= len(folded) and (subject := lists.phrase(folded[place : place + size])):
                passed = place + size
                break
        else:
            size = 1
            if (subject := lists.single(word, folded)) and _is_street(folded, place):
                subject = ""
        if not subject or subject == _EVERYDAY:
            continue
        found = f"{subject}:{' '.join(spelt[place : place + size]).lower()}"
        if subject not in _SHOWN:
            return found
        shown = shown or found
    return shown


def _is_street(words: list[str], place: int) -> bool:
    """Whether a word is in the name of a street: `rue de la Synagogue`."""
    before = place - 1
    while before >= 0 and words[before] in _ARTICLES:
        before -= 1
    return before >= 0 and words[before] in _STREETS


def _without_host(text: str) -> str:
    """The host stays: `diabete.fr` tells too. The scheme and parameters that name campaigns go."""
    told = re.sub(r"^[a-z]+://", "", re.sub(r"[?&](?:utm_\w+|fbclid|gclid|_ga)=[^&]*", "", text))
    return unquote(told) if "%" in told else told


@lru_cache(maxsize=1)
def _lists() -> _Lists:
    table = tomllib.loads(files("mouchard.detect").joinpath("topics.toml").read_text(encoding="utf-8"))
    only, unless = (
        {word: frozenset(others.split()) for word, others in table.pop(name).items()}
        for name in ("only", "unless")
    )
    singles: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for subject, languages in table.items():
        for words in languages.values():
            for word in words.split():
                (phrases if "-" in word else singles).setdefault(word, subject)
    return _Lists(singles, phrases, only, unless)
