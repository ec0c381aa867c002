"""Which client sent a message: one device and one browser (or app) on it."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from mouchard.capture.records import Origin

Family: TypeAlias = Literal["chrome", "edge", "opera", "samsung", "firefox", "safari", "app"]

_MARKS: tuple[tuple[str, Family], ...] = (
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("SamsungBrowser/", "samsung"),
    ("Chrome/", "chrome"),
    ("CriOS/", "chrome"),
    ("FxiOS/", "firefox"),
    ("Firefox/", "firefox"),
    ("Version/", "safari"),
)
_PRODUCT = re.compile(r"[A-Za-z0-9][\w.+-]{1,60}")


def family(user_agent: str) -> Family:
    """The browser family a User-Agent names; `app` for everything that is no browser."""
    if not user_agent.startswith("Mozilla/"):
        return "app"
    return next((name for mark, name in _MARKS if mark in user_agent), "app")


def partitions_connections(of: Family) -> bool:
    """True for browsers seen to keep one connection for one top-level site.

    Source: own measurement with Chromium 156 and Firefox ESR 153, 2026-11-21; Firefox mixes sites.
    """
    return of in ("chrome", "edge", "opera", "samsung")


def product(user_agent: str) -> str:
    """The name an app gives itself: `Shop/4.1 CFNetwork/…` → `Shop`; empty when it gives none."""
    if user_agent.startswith("Mozilla/"):
        return ""
    found = _PRODUCT.match(user_agent)
    return found[0] if found else ""


def client_key(origin: Origin, user_agent: str) -> str:
    """`device/browser`: `127.0.0.1/firefox`, `alice@10.0.0.1/chrome`, `10.0.0.1#wireguard…/app`."""
    device = f"{origin.proxy_user}@{origin.peer}" if origin.proxy_user else origin.peer
    if origin.listener.startswith("wireguard"):  # every peer has address 10.0.0.1, but a listener of its own
        device = f"{device}#{origin.listener.rpartition('@')[2]}"
    return f"{device}/{family(user_agent)}"
