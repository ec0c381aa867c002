"""The last look at where a device's connection went: names, and odd spellings of numbers, may lead inside."""

from __future__ import annotations

from mitmproxy import ctx
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from mouchard.addons.devices import Devices
from mouchard.devices.network import is_this_computer


class Inside:
    """Cuts a connection of a device that a name led to this computer, before anything is sent on it.

    `Devices` refuses what can be told from the address alone; this one knows what it turned out to be.
    """

    def __init__(self, devices: Devices) -> None:
        self._devices = devices

    def server_connected(self, data: ServerConnectionHookData) -> None:
        address, peer = data.server.address, data.server.peername
        if not address or not peer or not self._devices.is_foreign(data.client):
            return
        if not is_this_computer(peer[0]) or is_this_computer(address[0]):  # the latter: an invented world
            return
        data.server.error = "a device may not reach the inside of this computer"
        for handler in ctx.master.addons.get("proxyserver").connections.values():
            if handler.client is data.client and (found := handler.transports.get(data.server)):
                found.writer.transport.abort()
