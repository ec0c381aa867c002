"""Sensitive topics of pages: health, politics, religion, sexuality, union, origin.; by words."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

from mouchard.identity.recipes.spelling import ascii_folded

_WORDS = re.compile(r"[^\W_]+")
_LONGEST = 2000


def of(text: str) -> str:
    """`subject:word` for the first sensitive word of an address, a title or a search, or empty."""
    return _of(_without_host(text)[:_LONGEST])


@lru_cache(maxsize=4096)
def _of(text: str) -> str:
    spelt = _WORDS.findall(text)
    folded = [ascii_folded(word).lower() for word in spelt]
    singles, phrases = _lists()
    for place, word in enumerate(folded):
        for size in (4, 3, 2):
            subject = (
                phrases.get("-".join(folded[place : place + size])) if place + size <= len(folded) else None
            )
            if subject:
                return f"{subject}:{' '.join(spelt[place : place + size]).lower()}"
        subject = singles.get(word) or (
            singles.get(word[:-1]) if word[-1:] == "s" and len(word) > 6 else None
        )
        if subject:
            return f"{subject}:{spelt[place].lower()}"
    return ""


def _without_host(text: str) -> str:
    """The host stays: `diabete.fr` tells too. The scheme and parameters that name campaigns go."""
    return re.sub(r"^[a-z]+://", "", re.sub(r"[?&](?:utm_\w+|fbclid|gclid|_ga)=[^&]*", "", text))


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, str], dict[str, str]]:
    table = tomllib.loads(files("mouchard.detect").joinpath("topics.toml").read_text(encoding="utf-8"))
    singles: dict[str, str] = {}
    phrases: dict[str, str] = {}
    for subject, languages in table.items():
        for words in languages.values():
            for word in words.split():
                (phrases if "-" in word else singles).setdefault(word, subject)
    return singles, phrases
