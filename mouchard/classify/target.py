"""The URL of a request as rules see it."""

from __future__ import annotations

import re

from mouchard.classify.site import normal_host

URL_CAP = 4_096
"""Characters of a URL that rules look at: what lies beyond is never the reason for a rule."""

_SPLIT = re.compile(r"([a-z][a-z0-9+.-]*)://+(?:[^/?#]*@)?(\[[^/?#\]]*\]|[^/?#:]*)(:[0-9]*)?", re.I).match
_TOKEN = frozenset(b"0123456789abcdefghijklmnopqrstuvwxyz%")
_APART = bytes(byte if byte in _TOKEN else ord(" ") for byte in range(256))
"""Each byte as itself, or a space where it is in no word."""
_DEFAULT_PORTS = {("http", ":80"), ("https", ":443"), ("ws", ":80"), ("wss", ":443")}


class Target:
    """A URL without user, default port and fragment; `text` is lower case, `cased` as it was sent.

    `host` is normal (see `normal_host`), `start` and `end` are its bounds in the text. `words` are the
    runs of letters, digits and percent signs, in lower case.
    """

    __slots__ = ("cased", "end", "host", "start", "text", "words")

    def __init__(self, url: str) -> None:
        url = url[:URL_CAP]
        fragment = url.find("#")
        if fragment >= 0:
            url = url[:fragment]
        split = _SPLIT(url)
        if split is None:
            self.cased, self.text, self.host, self.start, self.end = url, url.lower(), "", 0, 0
            self.words = _words(self.text)
            return
        scheme, host, port = split.groups()
        self.host = normal_host(host)
        rest = split.end()
        name = f"[{self.host}]" if ":" in self.host else self.host
        plain = f"{scheme}://{name}"
        if port and port != ":" and (scheme.lower(), port) not in _DEFAULT_PORTS:
            after = port + url[rest:]
        else:
            after = url[rest:]
        self.cased = plain + after
        self.text = self.cased.lower()
        self.start = len(scheme) + 3
        self.end = len(plain)
        self.words = _words(self.text)


def _words(text: str) -> frozenset[str]:
    """As an expression would find them, at half its cost: this is done to each URL."""
    return frozenset(text.encode("ascii", "replace").translate(_APART).decode("ascii").split())
