"""Protocols in which the server speaks first: their connection upstream cannot wait for the client."""

from __future__ import annotations

from typing import Any

from mitmproxy import ctx
from mitmproxy.connection import Client

PORTS = frozenset({21, 22, 25, 110, 119, 143, 587, 3306, 4190, 5900})
"""FTP, SSH, SMTP, POP3, NNTP, IMAP, mail submission, MySQL, Sieve, VNC."""


class _Eager:
    """The options, but for when to connect."""

    connection_strategy = "eager"

    def __init__(self, options: Any) -> None:
        self._options = options

    def __getattr__(self, name: str) -> Any:
        return getattr(self._options, name)


def connect_at_once(client: Client) -> None:
    """Open this tunnelled connection upstream at once if its port is one of those."""
    server = ctx.master.addons.get("proxyserver")
    handler = server.connections.get(client.id) if server is not None else None
    context = handler.layer.context if handler is not None else None
    if context is not None and context.server.address and context.server.address[1] in PORTS:
        context.options = _Eager(context.options)
