"""URLs inside values: their path, query and fragment; `mailto:`, `tel:` and `data:` too."""

from __future__ import annotations

import base64
import binascii
import re

from mouchard.extract.decoders import querystring
from mouchard.extract.decoders.percent import component
from mouchard.extract.part import MAX_INFLATED, Part, as_text

_URL = re.compile(
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]{1,20}:)//[^\s]*$|//[\w-]+[.:][^\s]*$|/[^\s?]*\?[^\s]*$"
    r"|[\w./-]{1,200}\?[\w.$%\[\]-]{1,60}=[^\s]*$|(?:mailto|tel|sms):[^\s]+$"
)


def looks(value: str) -> bool:
    """True for an absolute or scheme-relative URL, and for a path with a query."""
    return _URL.match(value) is not None


def decode(value: str) -> tuple[Part, ...]:
    """Path segments, pairs of the query, fragment."""
    scheme, colon, rest = value.partition(":")
    if colon and not rest.startswith("//") and scheme.lower() in ("mailto", "tel", "sms"):
        address, _, query = rest.partition("?")
        text, percent, _ = component(address)
        steps = ("url", percent) if percent else ("url",)
        return (Part(steps, "", "", text), *_query(query))
    _, _, tail = value.partition("//")
    authority, slash, tail = tail.partition("/") if 0 <= value.find("//") < 24 else ("", "", value)
    before, _, fragment = tail.partition("#")
    path, mark, query = before.partition("?")
    if not slash and not mark and "?" in authority:
        authority, _, query = authority.partition("?")
    parts: list[Part] = []
    if "@" in authority and "%" not in authority:
        account = authority.rpartition("@")[0]
        if len(account) > 5:
            parts.append(Part(("url",), "", "", component(account)[0]))
    previous = ""
    for segment in path.split("/")[:60]:
        if len(segment) > 5:
            text, percent, _ = component(segment)
            parts.append(Part(("url", percent) if percent else ("url",), "", previous, text))
        previous = segment if segment.isalpha() else ""
    parts.extend(_query(query))
    if len(fragment) > 5:
        route, mark, query = fragment.partition("?")
        if mark and "=" not in route:
            fragment = query
        parts.extend(
            _query(fragment) if "=" in fragment else (Part(("url",), "", "", component(fragment)[0]),)
        )
    return tuple(parts)


def data_url(value: str) -> tuple[Part, ...]:
    """The content of a `data:` URL, unless it is a picture, a font or a film."""
    head, comma, content = value.partition(",")
    kind = head[5:].lower()
    if not comma or kind.startswith(("image/", "font/", "video/", "audio/", "application/font")):
        return ()
    if ";base64" not in kind:
        return (Part(("url",), "", "", component(content)[0]),)
    try:
        data = base64.b64decode(content[:MAX_INFLATED] + "===", altchars=b"-_")
    except (ValueError, binascii.Error):
        return ()
    return (Part(("url", "base64"), "", "", as_text(data) or data),)


def _query(query: str) -> tuple[Part, ...]:
    if not query:
        return ()
    return tuple(Part(("url", *part.steps), *part[1:]) for part in querystring.decode(query).parts)
