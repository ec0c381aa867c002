"""mitmproxy's objects as records: the same reading for live traffic and for flow files."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import TypeAlias
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.connection import Client, Server

from mouchard.capture.records import Headers, Origin

HEADERS_CAP = 256 * 1024
URL_CAP = 384 * 1024
"""The rest is left out so that a frame stays bounded; servers accept a tenth of this."""

_AUTHORITY = re.compile(r"([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?")
_LINE_END = re.compile(rb"[\r\n\0]")
_PORTS = {"http": "80", "https": "443"}


OWN_HOSTS = frozenset({"mouchard.check", "mitm.it"})
"""Answered by the proxy itself, never recorded."""

OWN = "mouchard_own"
"""Key in `flow.metadata` of what the proxy answers itself."""

Names: TypeAlias = Callable[[Client], str]
"""Id of the device that a connection belongs to, or empty."""


class Origins:
    """The origin of each live client connection, with the name the device gave to the proxy."""

    def __init__(self, names: Names = lambda client: "") -> None:
        self._names = names
        self._known: WeakKeyDictionary[Client, Origin] = WeakKeyDictionary()

    def of(self, client: Client, flow: http.HTTPFlow | None = None) -> Origin:
        """Its origin; a flow on it may bring the name."""
        known = self._known.get(client)
        if known is None or (flow is not None and not known.proxy_user and "proxyauth" in flow.metadata):
            user = str(flow.metadata["proxyauth"][0]) if flow and flow.metadata.get("proxyauth") else ""
            user = user or self._names(client)
            known = self._known[client] = origin(client, user)
        return known


def place(origin: Origin) -> str:
    """The device as it is told from others: every tunnel has the same address inside."""
    return f"{origin.proxy_user}@{origin.peer}" if origin.proxy_user else origin.peer


def origin(client: Client, user: str = "", listener: str = "") -> Origin:
    """Where the client connection came from. Of a WireGuard key file only its name is kept."""
    peer = client.peername[0] if client.peername else ""
    if client.proxy_mode.type_name == "wireguard":  # one device, whatever address it takes inside
        peer = "10.0.0.1"
    return Origin(peer.removeprefix("::ffff:"), listener or _listener(client), user, client.id)


def _listener(client: Client) -> str:
    mode = client.proxy_mode
    name = str(mode.type_name)  # without the data of an upstream mode: a URL, maybe with a password
    if name == "wireguard" and mode.data:
        name = f"{name}:{PurePath(mode.data).stem}"
    return f"{name}@{mode.custom_listen_port}" if mode.custom_listen_port else name


def field(message: http.Message, name: bytes) -> str:
    """The first value of a header, by lower-case name, or empty; cheaper than mitmproxy's look-up."""
    size = len(name)
    for key, value in message.headers.fields:
        if len(key) == size and key.lower() == name:
            return value.decode("latin-1")
    return ""


def host(request: http.Request) -> str:
    """The host the client named (Host, `:authority`), or the address where that is no host."""
    named = _AUTHORITY.fullmatch(_authority(request))
    return named[1].lower() if named else request.host


def is_crooked(request: http.Request) -> bool:
    """Whether an HTTP/2 request holds line ends: written to an HTTP/1 server it would be more than the one
    that is recorded. The h2 that goes with mitmproxy 11 lets some through (CVE-2025-57804)."""
    if not (request.is_http2 or request.is_http3):
        return False
    fields = (part for pair in request.headers.fields for part in pair)
    return any(_LINE_END.search(part) for part in (request.data.path, request.data.authority, *fields))


def url(request: http.Request) -> str:
    """The URL, with the host as in `host`."""
    scheme = request.scheme
    named = _AUTHORITY.fullmatch(_authority(request))
    if named:
        name, port = named[1].lower(), named[2]
    else:
        name, port = request.host, str(request.port)
        if ":" in name:
            name = f"[{name}]"
    place = name if port is None or _PORTS.get(scheme) == port else f"{name}:{port}"
    path = request.data.path
    tail = "" if path == b"*" else path.decode("utf-8", "surrogateescape")
    return f"{scheme}://{place}{tail}"[:URL_CAP]


def _authority(request: http.Request) -> str:
    data = request.data
    if data.authority and not data.http_version.startswith(b"HTTP/1"):
        return data.authority.decode("latin-1")
    return field(request, b"host")


def headers(message: http.Message) -> Headers:
    """Header fields as on the wire, but for the password of our own proxy."""
    fields = message.headers.fields
    if sum(len(name) + len(value) for name, value in fields) > HEADERS_CAP:
        fields = _first(fields)
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in fields
        if len(name) != 19 or name.lower() != b"proxy-authorization"
    )


def _first(fields: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    kept, size = [], 0
    for name, value in fields:
        size += len(name) + len(value)
        if size > HEADERS_CAP:
            break
        kept.append((name, value))
    return tuple(kept)


def reached(flow: http.HTTPFlow) -> bool:
    """Whether the request was written upstream: its server connection stood, TLS included."""
    server: Server | None = flow.server_conn
    if server is None or server.timestamp_start is None or server.error:
        return False
    if server.tls and not server.tls_established:
        return False
    complete = flow.request.timestamp_end
    if complete is None:  # the client left before its body was whole
        return bool(flow.request.stream)
    return server.timestamp_end is None or server.timestamp_end >= complete
