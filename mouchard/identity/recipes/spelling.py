"""Spellings of one value, collected with the recipes that lead to each."""

from __future__ import annotations

import unicodedata
from typing import Literal, NamedTuple, TypeAlias

Use: TypeAlias = Literal["plain", "keyed", "hash"]


class Spelling(NamedTuple):
    """One way to write a value."""

    recipes: tuple[str, ...]
    use: Use


class Spellings(dict[str, Spelling]):
    """Text -> Spelling; the same text reached by several recipes keeps all their names."""

    def put(self, text: str, recipe: str, use: Use = "plain") -> None:
        """Add a spelling; empty texts are left out, the widest use stands."""
        if not text:
            return
        known = self.get(text)
        if known is None:
            self[text] = Spelling((recipe,), use)
        elif recipe not in known.recipes:
            widest = min(known.use, use, key=("plain", "keyed", "hash").index)
            self[text] = Spelling((*known.recipes, recipe), widest)


def lowered(text: str) -> str:
    """Lower case of the same length, so that places in one are places in the other."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def ascii_folded(text: str) -> str:
    """`Lefèvre` -> `Lefevre`; œ, æ, ß, ø, ł, þ, ı are spelt out."""
    spelt = text.translate(_SPELT)
    return "".join(c for c in unicodedata.normalize("NFKD", spelt) if not unicodedata.combining(c))


def ascii_only(text: str) -> str:
    """`Lefèvre` -> `Lefvre`: letters with accents are deleted, as Meta's normaliser does."""
    return "".join(c for c in unicodedata.normalize("NFC", text) if c.isascii())


_SPELT = str.maketrans(
    {
        "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ħ": "h", "Ħ": "H",
    }
)  # fmt: skip
