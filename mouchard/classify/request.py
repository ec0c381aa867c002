"""What a request says of itself: its type, who asks, and whether that is another site."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from mouchard.classify.options import BIT, TYPE_ALIASES
from mouchard.model import Message

Said: TypeAlias = Mapping[str, str]
"""The first value of each header of the request, by name in lower case."""

_DESTINATIONS = {
    "script": "script", "worker": "script", "sharedworker": "script", "serviceworker": "script",
    "audioworklet": "script", "paintworklet": "script", "style": "stylesheet", "image": "image",
    "font": "font", "document": "document", "iframe": "subdocument", "frame": "subdocument",
    "fencedframe": "subdocument", "audio": "media", "video": "media", "track": "media",
    "object": "object", "embed": "object", "websocket": "websocket", "json": "xmlhttprequest",
}  # fmt: skip
"""`Sec-Fetch-Dest` (Fetch standard) in the words of Adblock Plus."""


def type_of(message: Message, said: Said) -> str:
    """The request type, from `Sec-Fetch-Dest`, `Upgrade` and `Accept`; `other` where they do not say."""
    if message.kind == "ws" or said.get("upgrade", "").lower() == "websocket":
        return "websocket"
    destination = said.get("sec-fetch-dest", "").lower()
    if destination == "empty":
        return "ping" if _is_beacon(message, said) else "xmlhttprequest"
    if destination:
        return _DESTINATIONS.get(destination, "other")
    accept = said.get("accept", "").lower()
    if accept.startswith("text/html"):
        return "document" if message.method == "GET" and not said.get("origin", "") else "other"
    if accept.startswith("text/css"):
        return "stylesheet"
    if accept.startswith("image/"):
        return "image"
    if said.get("x-requested-with", "").lower() == "xmlhttprequest" or accept.startswith("application/json"):
        return "xmlhttprequest"
    return "other"


def normal_type(name: str) -> str:
    """A request type in the words of Adblock Plus; unknown words are `other`."""
    name = name.lower()
    name = TYPE_ALIASES.get(name, name)
    return name if name in BIT else "other"


def third_by_browser(said: Said) -> bool | None:
    """Whether the browser says the request goes to another site than the frame that asks; None if mute."""
    word = said.get("sec-fetch-site", "").lower()
    if word == "cross-site":
        return True
    return False if word in ("same-origin", "same-site") else None


def asker_of(said: Said) -> str:
    """URL of the page or frame that asks, as far as `Referer` or `Origin` tell; may be empty."""
    referer = said.get("referer", "")
    if referer:
        return referer
    origin = said.get("origin", "")
    return "" if origin == "null" else origin


def _is_beacon(message: Message, said: Said) -> bool:
    if said.get("ping-to", "") or said.get("content-type", "").lower().startswith("text/ping"):
        return True
    return message.method == "POST" and said.get("sec-fetch-mode", "").lower() == "no-cors"
