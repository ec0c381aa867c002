"""Protocols in which the server speaks first: their connection upstream cannot wait for the client."""

from __future__ import annotations

import re
from typing import Any

from mitmproxy import ctx, tls
from mitmproxy.connection import Client
from mitmproxy.proxy import layer
from mitmproxy.proxy.layers import modes

PORTS = frozenset({21, 22, 25, 110, 119, 143, 587, 3306, 4190, 5900})
"""FTP, SSH, SMTP, POP3, NNTP, IMAP, mail submission, MySQL, Sieve, VNC."""

WEB = frozenset({80, 443, 8080, 8443})
"""Where the client speaks first, and nothing is to be connected but for a request."""

_CONNECT = re.compile(rb"CONNECT [^ \r\n]{1,300}:(\d{1,5}) ")


class _Eager:
    """The options, but for when to connect."""

    connection_strategy = "eager"

    def __init__(self, options: Any) -> None:
        self._options = options

    def __getattr__(self, name: str) -> Any:
        return getattr(self._options, name)

    def __contains__(self, name: object) -> bool:
        return name in self._options


class Greeting:
    """Connects upstream at once where the server may be the first to speak; what comes first then tells."""

    def client_connected(self, client: Client) -> None:
        """Out of a tunnel: what ports are known for it."""
        if client.proxy_mode.type_name != "wireguard" or client.transport_protocol != "tcp":
            return
        server = ctx.master.addons.get("proxyserver")
        handler = server.connections.get(client.id) if server is not None else None
        context = handler.layer.context if handler is not None else None
        if context is not None and context.server.address and context.server.address[1] in PORTS:
            context.options = _Eager(context.options)

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """A client that asks for a connection to a port which is not the web's wants it, whatever it says."""
        context = nextlayer.context
        if not context.layers or not isinstance(context.layers[0], modes.HttpProxy):
            return
        asked = _CONNECT.match(nextlayer.data_client())
        if asked and int(asked[1]) not in WEB:
            context.options = _Eager(context.options)  # type: ignore[assignment]

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        """TLS after all: upstream too, on the connection that is open by now. Comes after mitmproxy's own."""
        if isinstance(data.context.options, _Eager):
            data.establish_server_tls_first = bool(data.context.server.tls)
