"""What a person needs to connect one device: shown on this computer only, since it holds its secret."""

from __future__ import annotations

from dataclasses import dataclass

from mouchard.devices import wireguard
from mouchard.devices.device import Device
from mouchard.devices.register import Register

PAGE = "http://mouchard.check/"


@dataclass(frozen=True, slots=True)
class Pairing:
    """How one device connects."""

    device: Device
    code: str
    """Content of the QR code: the tunnel, or the address of the page with the certificate."""
    host: str
    port: int
    page: str
    """To open on the device once it is connected: its user agrees there."""


def pairing(register: Register, device: Device, host: str) -> Pairing:
    """How this device connects to this computer at `host`. BadInput where its keys are gone."""
    if device.kind == "wireguard":
        code = wireguard.configuration(register.keys(device), host, device.port)
    else:
        code = f"http://{host}:{device.port}/"
    return Pairing(device, code, host, device.port, PAGE)
