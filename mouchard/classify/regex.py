"""Regular expressions of lists, by RE2: their time is linear in the text, whatever they ask."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

Search: TypeAlias = Callable[[str], object]

_MEMORY = 1 << 20
"""Bytes that one compiled expression may take."""


class Unusable(ValueError):
    """A rule that cannot serve as evidence; the argument is the reason, one or two words."""


@lru_cache(4_096)
def regex(expression: str, match_case: bool = False) -> Search:
    """Search of a regular expression. Raises Unusable where RE2 refuses it (look-around, back-references)."""
    import re2  # here, because lists without expressions are common and it takes a while to load

    options = re2.Options()
    options.case_sensitive = match_case
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        compiled = re2.compile(expression.replace("\\/", "/"), options).search
    except re2.error as error:
        raise Unusable("regex") from error

    def search(text: str) -> object:
        # In bytes it counts no characters. What was no UTF-8 is replaced: RE2 takes none, the rest counts.
        return compiled(text.encode("utf-8", "replace"))

    return search
