"""Which client sent a message: one device and one browser (or app) on it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from mouchard.capture.records import Origin

Family: TypeAlias = Literal["chrome", "edge", "opera", "samsung", "firefox", "safari", "webview", "app"]

_MARKS: tuple[tuple[str, Family], ...] = (
    ("; wv)", "webview"),
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("SamsungBrowser/", "samsung"),
    ("Chrome/", "chrome"),
    ("CriOS/", "chrome"),
    ("FxiOS/", "firefox"),
    ("Firefox/", "firefox"),
    ("Version/", "safari"),
)
_CHROMIUM = re.compile(r"Chrome/(\d{1,4})\.")
_PRODUCT = re.compile(r"[A-Za-z0-9][\w.+-]{1,60}")


_CACHED = 1024
"""Longest User-Agent remembered, so that the wire cannot fill the memory."""


class Agent(NamedTuple):
    """What a User-Agent tells of the browser or app that sends it."""

    family: Family
    product: str
    connections_apart: bool
    cookies_apart: bool


def agent_of(user_agent: str) -> Agent:
    """The browser or app of this User-Agent: the same few come with every message."""
    return _agent(user_agent) if len(user_agent) <= _CACHED else _agent.__wrapped__(user_agent)


@lru_cache(512)
def _agent(user_agent: str) -> Agent:
    of = family(user_agent)
    return Agent(of, product(user_agent), connections_apart(of, user_agent), cookies_apart(of))


def family(user_agent: str) -> Family:
    """The browser family a User-Agent names; `app` for everything that is no browser."""
    if not user_agent.startswith("Mozilla/"):
        return "app"
    return next((name for mark, name in _MARKS if mark in user_agent), "app")


def connections_apart(of: Family, user_agent: str) -> bool:
    """True for browsers known to keep one connection for one top-level site.

    Source: own measurement with Chromium 156 and Firefox ESR 153, 2026-11-21; Firefox mixes sites. Older
    Chromium and web views inside apps may do so too.
    """
    found = _CHROMIUM.search(user_agent)
    return of in ("chrome", "edge", "opera", "samsung") and found is not None and int(found[1]) >= 130


def cookies_apart(of: Family) -> bool:
    """True for browsers that keep third-party cookies apart by top-level site unless told otherwise."""
    return of == "firefox"


def product(user_agent: str) -> str:
    """The name an app gives itself: `Shop/4.1 CFNetwork/…` → `Shop`; empty when it gives none."""
    if user_agent.startswith("Mozilla/"):
        return ""
    found = _PRODUCT.match(user_agent)
    return found[0] if found else ""


GENERIC = frozenset({"okhttp", "Dalvik", "CFNetwork", "Java", "Apache-HttpClient", "Dart", "axios", ""})
"""Products that are a library, not an app."""
_BUNDLE = re.compile(
    rb"""(?:^|[?&{,"'\s])(?:app_?)?(?:bundle|package|pkg|app)(?:_?(?:id|name|identifier))?["']?\s*[=:]\s*["']?"""
    rb"""([A-Za-z][A-Za-z0-9_]{1,30}(?:\.[A-Za-z0-9_-]{1,40}){1,6})""",
    re.IGNORECASE,
)


def bundle(query: str, body: bytes) -> str:
    """The package name that an app's request tells of itself (`bundle=com.shop.app`), or empty."""
    found = _BUNDLE.search(query.encode("utf-8", "replace")) or _BUNDLE.search(body)
    return found[1].decode() if found else ""


def client_key(origin: Origin, user_agent: str) -> str:
    """`device/browser`: `127.0.0.1/firefox`, `alice@10.0.0.1/chrome`, `10.0.0.1#51820/app`.

    Browsers of one family at one address that give no name and share a listener are one client.
    """
    device = f"{origin.proxy_user}@{origin.peer}" if origin.proxy_user else origin.peer
    kind, _, port = origin.listener.partition("@")
    if port and (kind.startswith("wireguard") or not origin.proxy_user):
        device = f"{device}#{port}"  # every tunnel has address 10.0.0.1, but a listener of its own
    return f"{device}/{agent_of(user_agent).family}"
