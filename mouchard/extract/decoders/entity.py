"""HTML entities: `&#64;`, `&#x40;`, `&commat;`."""

from __future__ import annotations

import html
import re

from mouchard.extract.part import Part

_ENTITY = re.compile(r"&(?:#\d{2,7};?|#[xX][0-9a-fA-F]{2,6};?|[A-Za-z]{2,31};)")


def decode(value: str) -> tuple[Part, ...]:
    """The text behind the entities."""
    if not _ENTITY.search(value):
        return ()
    text = html.unescape(value)
    return (Part(("entity",), "", "", text),) if text != value else ()
