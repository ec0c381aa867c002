"""What the page itself tells: search terms in its address, and sensitive topics."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from mouchard.detect import topics
from mouchard.detect.denials import no_value
from mouchard.extract.decoders.percent import component
from mouchard.masking.value import mask
from mouchard.model import Hit, Node

_SEARCHES = frozenset(
    """q query search s recherche keyword keywords kw term terms terme k text searchterm search_term
    search_query searchquery searchtext search_text searchstring search_string searchkeyword searchword
    searchphrase mot motcle motscles mots-cles suchbegriff zoekterm ntt""".split()
)
_SHORT = frozenset(("s", "k", "text"))
"""Names of much else: they hold a search on pages that look like it. `/blog/?s=` is WordPress's."""
_RESULTS = re.compile(r"^[^/]*/?$|/s$|search|recherche|result|suche|buscar|zoek|find|catalog", re.IGNORECASE)
_SECTION = re.compile("/(?:search|recherche|suche|buscar)/")
_LONGEST = 500
"""Characters of the address of a results page, without what was searched for."""
_OPAQUE = re.compile(r"(?=\S*\d)(?:[0-9a-fA-F-]{8,}|[\w+/=-]{20,})$")
"""Numbers, digests and tokens, which nobody types."""
_TITLES = frozenset("title dt page_title pagetitle doctitle pt documenttitle content_name".split())


def find(nodes: Sequence[Node], keys: Set[str], site: str, hits: Sequence[Hit], known: bool) -> list[Hit]:
    """Searches and topics in the page addresses that were sent (`hits`), and in titles where the recipient
    is known to track. `keys` are the names of the nodes in lower case."""
    found: list[Hit] = []
    told: list[tuple[str, str, tuple[str, ...], str]] = [
        (hit.location, hit.field, hit.chain, hit.value)
        for hit in hits
        if hit.type in ("page_url", "search", "product", "purchase")
    ]
    for hit in hits:
        if hit.type == "page_url":
            term = searched(hit.value)
            if term:
                found.append(
                    Hit("search", hit.proof, hit.location, hit.field, hit.chain, term, mask("search", term))
                )
                told.append((hit.location, hit.field, hit.chain, term))
    titled = not keys.isdisjoint(_TITLES)
    if known and (titled or (site and "referer" in keys)):
        told += [
            (location, field, chain, value)
            for location, field, key, chain, value in nodes
            if isinstance(value, str)
            and (
                (titled and key.lower() in _TITLES)
                or (key == "referer" and location == "header" and site and site in value)
            )
        ]
    seen: set[str] = set()
    for location, field, chain, text in told:
        word = topics.of(text)
        if word and word not in seen:
            seen.add(word)
            found.append(Hit("topic", "field", location, field, chain, word, word, word=word))
    return found


def searched(url: str) -> str:
    """The search term in the address of a results page, or empty."""
    head, mark, query = url.partition("?")
    if not mark:
        head, _, query = url.partition("#")  # `/search#q=lamp`
    for pair in query.partition("#")[0].split("&") if query else ():
        key, _, raw = pair.partition("=")
        low = key.lower()
        if raw and low in _SEARCHES and _holds_search(low, head) and (term := _term(raw)):
            return term
    return _in_path(head.partition("#")[0])


def _in_path(page: str) -> str:
    """A term in the path of a results page: only where a space tells it from the name of a section."""
    section = _SECTION.search(page)
    typed = page[section.end() :].removesuffix("/").rpartition("/")[2] if section else ""
    return _term(typed) if "%20" in typed or "+" in typed else ""


def _holds_search(name: str, page: str) -> bool:
    """Whether a parameter of this name holds a search on this page."""
    if name not in _SHORT and (name != "q" or len(page) < 60):
        return True
    if len(page) > _LONGEST:
        return False
    return bool(_RESULTS.search(page.partition("://")[2])) or (name == "s" and page.endswith("/"))


def _term(raw: str) -> str:
    """What was typed, or empty where it is no words or the mark of a template."""
    text, _, spaced = component(raw)
    term = (spaced or text).strip()
    if not (2 if term.isascii() else 1) < len(term) < 200 or not any(c.isalpha() for c in term):
        return ""
    return "" if term.startswith(("http", "{")) or no_value(term) or _OPAQUE.match(term) else term
