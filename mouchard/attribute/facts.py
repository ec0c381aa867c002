"""What attribution needs of a message: hosts, flags and tokens, so that it can be rebuilt from storage."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias
from urllib.parse import urljoin, urlsplit

from mouchard.attribute.client import GENERIC, Family, agent_of, bundle, client_key
from mouchard.capture.records import Headers, Request, Response, WebSocketFrame, first_values

Tokenise = Callable[[str], str]
"""Keyed digest of a URL: equal URLs, equal tokens; useless without the local key."""


class Sighting(NamedTuple):
    """One message, as far as it tells which page it belongs to. A tuple, for it has so many fields."""

    seq: int
    time: float
    client: str
    family: Family
    connection: str
    method: str
    secure: bool
    host: str
    url_token: str
    request: int
    """seq of the handshake for a WebSocket frame, else its own."""
    referer: str
    """Host of the Referer, or empty."""
    origin: str
    """Host of the Origin, `null`, or empty."""
    fetch_site: str
    fetch_mode: str
    fetch_dest: str
    purpose: str
    """`prefetch` or `prerender`, else empty."""
    accepts_html: bool
    upgrade: bool
    """`Upgrade-Insecure-Requests: 1`, which only page loads carry."""
    app: str
    """Package or product name of an app, empty for a browser."""
    page: str = ""
    """The URL itself, in memory only, as all that follows; after a restart this much less is known."""
    names: str = ""
    """Token of the Referer where it names more than an origin: one document, style sheet or worker."""
    cookies: str = ""
    """Token of all cookies sent, or empty."""
    connections_apart: bool = False
    """The browser is known to keep one connection for one top-level site."""
    cookies_apart: bool = False
    """The browser keeps third-party cookies apart by top-level site, unless told otherwise."""

    @property
    def navigation(self) -> bool:
        """A page load at the top of a tab, by its own word or by the look of it."""
        if self.fetch_mode or self.fetch_dest:
            return self.fetch_mode == "navigate" and self.fetch_dest == "document"
        return self.method in ("GET", "POST") and self.accepts_html and self.upgrade

    @property
    def silent(self) -> bool:
        """Neither Referer nor Origin says who asked."""
        return not self.referer and self.origin in ("", "null")

    @property
    def nameless(self) -> bool:
        """Asked for by a frame without a name: even a page that names nobody tells its Origin here."""
        return self.origin == "null" and self.fetch_mode in ("cors", "websocket")

    @property
    def stated(self) -> bool:
        """The browser said by Sec-Fetch what kind of request this is (it never does over plain http)."""
        return bool(self.fetch_site or self.fetch_mode)


class Answer(NamedTuple):
    """How a request ended, as far as it opens a page or leads on. As quickly made as a sighting."""

    request: int
    time: float
    status: int
    is_html: bool
    location_token: str
    """Token of the absolute URL the answer redirects to, or empty."""
    silent: bool = False
    """The page tells its requests to name nobody (Referrer-Policy)."""
    cookies: str = ""
    """Token of the cookies it sets, as a request that has no others will send them; or empty."""


Event: TypeAlias = Sighting | Answer
"""What attribution reads of a record: what it is fed, and what the store keeps of it too."""

_READ = 16 * 1024
"""Bytes of an app's body searched for its package name."""
_META = re.compile(
    rb"""<meta[^>]{0,200}name=["']?referrer["']?[^>]{0,200}content=["']?([\w-]+)""", re.IGNORECASE
)


def sighting(
    record: Request | WebSocketFrame, token: Tokenise, said: Mapping[str, str] | None = None
) -> Sighting:
    """The facts of a record. `said`: the first values of its headers, where they have been made already."""
    headers = first_values(record.headers) if said is None else said
    user_agent = headers.get("user-agent", "")
    agent = agent_of(user_agent)
    scheme, host = _scheme_and_host(record.url)
    frame = isinstance(record, WebSocketFrame)
    package = headers.get("x-requested-with", "")
    package = "" if "." not in package or package.lower() == "xmlhttprequest" else package
    if agent.family == "app" and not package and agent.product in GENERIC:
        body = b"" if isinstance(record, WebSocketFrame) else record.body[:_READ]
        package = bundle(_query(record.url), body) or agent.product
    referer = headers.get("referer", "")
    origin = headers.get("origin", "")
    return Sighting(
        seq=record.seq,
        time=record.time,
        client=client_key(record.origin, user_agent),
        family=agent.family,
        connection=record.origin.connection,
        method="GET" if isinstance(record, WebSocketFrame) else record.method,
        secure=scheme in ("https", "wss"),
        host=host,
        url_token=token(record.url),
        request=record.request if isinstance(record, WebSocketFrame) else record.seq,
        referer=_host(referer),
        origin="null" if origin == "null" else _host(origin),
        fetch_site=headers.get("sec-fetch-site", ""),
        fetch_mode=headers.get("sec-fetch-mode", ""),
        fetch_dest=headers.get("sec-fetch-dest", ""),
        purpose=_purpose(headers),
        accepts_html=headers.get("accept", "").startswith("text/html"),
        upgrade=headers.get("upgrade-insecure-requests") == "1"
        and headers.get("priority", "u=0").startswith("u=0"),  # Firefox says so of a frame over plain http
        app=package or (agent.product if agent.family == "app" else ""),
        page="" if frame else record.url,
        names=token(referer) if _path(referer) else "",
        cookies=token(headers["cookie"]) if agent.cookies_apart and "cookie" in headers else "",
        connections_apart=agent.connections_apart,
        cookies_apart=agent.cookies_apart,
    )


def answer(record: Response, url: str, token: Tokenise, jars: bool = True) -> Answer:
    """The facts of an answer to a request for `url`. `jars`: the cookies it sets may tell something."""
    headers = first_values(record.headers)
    location = headers.get("location", "") if 300 <= record.status < 400 else ""
    return Answer(
        request=record.request,
        time=record.time,
        status=record.status,
        is_html="html" in headers.get("content-type", ""),
        location_token=token(_absolute(url, location)) if location else "",
        silent=_silent(headers.get("referrer-policy", ""), record.body),
        cookies=token(_given(record.headers)) if jars and "set-cookie" in headers else "",
    )


def _given(headers: Headers) -> str:
    """The cookies that an answer sets, as the browser sends them back."""
    pairs = (value.partition(";")[0].strip() for name, value in headers if name.lower() == "set-cookie")
    return "; ".join(pairs)


def _silent(policy: str, body: bytes) -> bool:
    """Whether requests to others name no page; the last policy a browser knows counts."""
    if not policy and b"referrer" in body and (found := _META.search(body)):
        policy = found[1].decode()
    return policy.rpartition(",")[2].strip().lower() in ("no-referrer", "same-origin", "never")


_PLAIN = re.compile(r"(https?|wss?)://([a-z0-9._-]+)(?::[0-9]{0,5})?(?![^/?#])").match
"""The URLs whose host needs no parser, which takes ten times as long: nearly all."""


def _scheme_and_host(url: str) -> tuple[str, str]:
    """Both are empty for what is no URL (`http://[`)."""
    if plain := _PLAIN(url):
        return plain[1], plain[2]
    try:
        parts = urlsplit(url)
        return parts.scheme, (parts.hostname or "").lower()
    except ValueError:
        return "", ""


def _host(url: str) -> str:
    return _scheme_and_host(url)[1] if url else ""


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def _path(url: str) -> bool:
    """Whether a URL names more than an origin."""
    place = url.partition("://")[2].partition("/")[2]
    return bool(place)


def _absolute(url: str, location: str) -> str:
    try:
        return urljoin(url, location).partition("#")[0]
    except ValueError:  # a hostile Location such as `http://[`
        return location


def _purpose(headers: Mapping[str, str]) -> str:
    value = headers.get("sec-purpose") or headers.get("purpose") or headers.get("x-moz") or ""
    return "prerender" if "prerender" in value else "prefetch" if "prefetch" in value else ""
