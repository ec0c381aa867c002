"""Why a message belongs to its site: one table of sentences, from which reasons are written and read back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache


class Reason(StrEnum):
    """The sentences, as they are stored. `why`, `other` and `by` hold another reason, `by` a site else.

    Captures keep these words: one that changes stays below it, so that what was written can be read.
    """

    PAGE = "page load"
    CORRECTED = "corrected by the person"
    BROWSER = "the browser itself: no page asked for it (Sec-Fetch-Site: none)"
    AHEAD = "{purpose}ed by the page (Referer), not visited"
    AHEAD_BY_BROWSER = "{purpose}ed by the browser itself"
    APP = "no page: sent by the app {app}"
    APP_LIKELY = "no page known: sent by {app}"

    DOCUMENT = "Referer names a document loaded by {site} alone"
    DOCUMENT_LIKELY = "Referer names a document that seems to be of {site} alone"
    DOCUMENT_SHARED = "Referer names a document, loaded by {by}"
    DOCUMENT_SHARED_LIKELY = "Referer names a document, likely loaded by {by}"
    SAME_SITE = "Sec-Fetch-Site: {relation} with the open page {site}"
    FRAME = "frame or page of {site}, loaded by {by}"
    NAMED = "{header} names the open page {site}"
    NAMED_UNSEEN = "{header} names {site}, whose page was not seen to load"
    NAMED_FRAME = "{header} names {host}, loaded by {by}"
    REDIRECTED_THERE = "redirected there by request {seq}: {why}"
    REDIRECTED_TO = "redirected to request {seq}: {why}"
    REDIRECTED_FROM = "redirected there, where requests were sent by {by}"
    SEVERAL = "one of {n} sites"

    CONNECTION = "same connection as a request of {site}; this browser keeps one per site"
    COOKIES = "same cookies as a request of {site}; this browser keeps them apart by site"
    CONNECTION_LIKELY = "most requests on its connection seem to be of {site}"
    CONTRADICTED = "{why}; but {other}: one of {sites}"
    CONTRADICTED_UNNAMED = "{why}; another sign speaks for another site"

    ONLY = "names no page; the only active one"
    LIKELIEST = "names no page; the likeliest of several active ones"
    QUOTED = "its address quotes one of {site}"
    NOTHING = "no page was open and the request names none"

    BOUNCE = "bounce on the way to {onward}"
    BOUNCE_UNNAMED = "bounce on the way to another site"
    NO_PAGE = "opened no page (download or failure)"
    OPENED_BY_REFERER = "{why}, from the page its Referer names"
    OPENED_BY_OPEN = "{why}, from the page open then"
    OPENED_BY_NONE = "{why}, opened from no page"


INNER = ("why", "other", "by")
"""The parts that hold a reason themselves."""
LONGEST = 2048
"""Characters of a reason that are read: a file from elsewhere may hold anything."""
_SITE = r"(?:app:.*?|[^\s,;]*?)"
_SHAPES = {
    "purpose": "prefetch|prerender",
    "header": "Origin|Referer",
    "relation": r"same-\w+",
    "by": rf"one of \d+ sites|{_SITE}",
    "n": r"\d+",
    "seq": r"\d+",
    "app": ".*?",
    "why": ".+",
    "other": ".+",
    "sites": ".+",
}
_NAMES = r"(?:: (?P<candidates>.*))?"


@dataclass(frozen=True, slots=True)
class Told:
    """A reason taken apart: which one, its parts by name, and the candidates named after it."""

    reason: Reason
    parts: Mapping[str, str]
    candidates: str


@lru_cache(4096)
def read(why: str) -> Told | None:
    """The reason that was written so, or None where it is none of ours."""
    for reason, pattern in _patterns() if len(why) <= LONGEST else ():
        if found := pattern.fullmatch(why):
            parts = found.groupdict("")
            candidates = parts.pop("candidates", "")
            return Told(reason, parts, candidates)
    return None


@cache
def _patterns() -> tuple[tuple[Reason, re.Pattern[str]], ...]:
    return tuple((reason, re.compile("".join(_pattern(reason)), re.DOTALL)) for reason in Reason)


def _pattern(reason: Reason) -> Iterator[str]:
    """The sentence with a shape for each part; its end is open for candidates unless another's is."""
    for number, piece in enumerate(re.split(r"\{(\w+)\}", reason)):
        yield f"(?P<{piece}>{_SHAPES.get(piece, _SITE)})" if number % 2 else re.escape(piece)
    if not reason.endswith(("{why}", "{sites}")):
        yield _NAMES
