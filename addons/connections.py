"""The proxy's ends of connections: what mitmproxy leaves open by mistake, what must be cut at once."""

from __future__ import annotations

from typing import Any

from mitmproxy import ctx
from mitmproxy.connection import Client, Connection
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from mouchard.addons.devices import Devices
from mouchard.devices.network import is_this_computer


class Connections:
    """Closes a client that mitmproxy is done with, and cuts a device that a name led to this computer.

    mitmproxy 12 forgets to close a client's connection where the server resets in the middle of an upload:
    the browser would wait for ever. As for devices, `Devices` refuses what can be told from the address
    alone; only here is known where names, and odd spellings of numbers, turned out to lead.
    """

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def client_disconnected(self, client: Client) -> None:
        if (writer := _writer(client, client)) is not None:
            writer.close()

    def server_connected(self, data: ServerConnectionHookData) -> None:
        address, peer = data.server.address, data.server.peername
        if not address or not peer or not self._devices.is_foreign(data.client):
            return
        if not is_this_computer(peer[0]) or is_this_computer(address[0]):  # the latter: an invented world
            return
        data.server.error = "a device may not reach the inside of this computer"
        if (writer := _writer(data.client, data.server)) is not None:
            writer.transport.abort()  # before anything is sent


def _writer(client: Client, connection: Connection) -> Any:
    """The stream of this connection, while there is one; Any: of a kind of mitmproxy's own in a tunnel."""
    handler = ctx.master.addons.get("proxyserver").connections.get(client.id)
    found = handler.transports.get(connection) if handler is not None else None
    return found.writer if found is not None else None
