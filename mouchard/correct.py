"""The person says which site a message belongs to, and that stands."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import urlsplit

from mouchard.analysis import Analysis
from mouchard.capture.records import Request, WebSocketFrame
from mouchard.classify.site import normal_host, site_of
from mouchard.errors import BadInput
from mouchard.model import Message
from mouchard.store.write import Writer

_HOST = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|\[?[0-9a-f:.]{2,45}\]?")
_APP = re.compile(r"app:[\w.+ -]{1,80}")


def site_named(text: str) -> str:
    """The site that the person means: `www.shop.example`, a URL, `app:NAME` or `browser`; else BadInput."""
    text = text.strip()
    if text == "browser" or _APP.fullmatch(text):
        return text
    try:
        host = normal_host((urlsplit(text).hostname or "") if "://" in text else text)
    except ValueError:
        host = ""
    if len(host) > 253 or any(map(str.isspace, text)) or not _HOST.fullmatch(host):
        raise BadInput(f"{text!r} is no site", "name a host, as in `--site shop.example`, or app:NAME")
    return site_of(host)


def correct(writer: Writer, analysis: Analysis, request: str, site: str) -> tuple[str, str]:
    """The site that the message was held to belong to, and the one it belongs to now.

    `analysis` is that of the message's capture while it runs, else a fresh one. The raw message is judged
    anew while it is kept; after that its site, party and company change and the findings stay.
    """
    place, site = writer.place(request), site_named(site)
    try:
        record = writer.raw(place.capture, place.seq)
    except BadInput:  # sealed with another key, elsewhere
        record = None
    told = None
    if not isinstance(record, Request | WebSocketFrame):
        record = None
        kind: Literal["http", "ws"] = "ws" if place.kind == "ws" else "http"
        told = Message(
            place.capture, place.seq, kind, place.time, place.method, place.url, (), b"", True, place.seq
        )  # fmt: skip
    judgement = analysis.correct(record or told, site, place.client)  # type: ignore[arg-type]
    writer.correct(place, judgement, record)
    return place.site, site
