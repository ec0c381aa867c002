"""The filter language of the command line and the live view: words in, SQL conditions with parameters out.

`key:value` words are ANDed, `-` negates one, anything else is searched for. Quotes keep blanks and
colons together. Values of `site` and `host` match the domain and all below it, those of `company`,
`list` and `client` a whole name or its first words, any case; `*` stands for anything. `level:L3`
means L3 or above. Closed vocabularies take alternatives: `phase:refused,withdrawn`.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from mouchard.errors import BadInput
from mouchard.store.conditions import Sql, Target, condition
from mouchard.store.terms import KEYS, LOCATIONS, REQUEST_TYPES, Term, checked

_ROLLED_UP = frozenset({"site", "company", "party", "phase", "client"})
_WORD = re.compile(r'(?P<minus>-?)(?:(?P<key>[^\s:"]*):)?(?:"(?P<quoted>[^"]*)"|(?P<plain>[^\s"]*))(?=\s|$)')


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed filter. The default lets everything through; `str()` gives a text that parses to it."""

    terms: tuple[Term, ...] = ()

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))

    def and_(self, key: str, value: str, *, negated: bool = False) -> Query:
        """This filter narrowed by one more word; BadInput like `parse`."""
        return Query((*self.terms, checked(Term(key, value.replace('"', ""), negated))))

    @property
    def rolled_up(self) -> bool:
        """True where the rollups can answer alone."""
        return all(term.key in _ROLLED_UP for term in self.terms)

    def where(self, target: Target, now: float | None = None) -> Sql:
        """The condition and its parameters; `now` (epoch seconds) is what `since:2h` counts from."""
        return condition(self.terms, target, time.time() if now is None else now)


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
        terms.append(checked(Term((found["key"] or "").lower(), value, bool(found["minus"]))))
        if found["key"] == "":
            raise BadInput("the filter has a colon without a key", f"keys: {' '.join(KEYS)}")
    return Query(tuple(terms))


EVERYTHING = Query()
"""The filter that lets everything through."""


def of_capture(capture: str) -> Query:
    """Everything of one capture; cannot be typed as a word."""
    return Query((Term("capture", capture),))


__all__ = ["EVERYTHING", "KEYS", "LOCATIONS", "REQUEST_TYPES", "Query", "Term", "of_capture", "parse"]
