"""Where this computer can be reached by the devices around it."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Collection

from mouchard.errors import BadInput

_HINT = "connect to the network of the device, or name this computer's address there: --lan ADDRESS"


def lan_address(wished: str = "") -> str:
    """This computer's IPv4 address on the network; BadInput where there is none. Nothing is sent for it."""
    try:
        found = ipaddress.IPv4Address(wished or _routed())
    except ValueError:
        raise BadInput(f"{wished!r} is no IPv4 address of this computer", _HINT) from None
    if found.is_unspecified or (found.is_loopback and not wished):
        raise BadInput("this computer has no address that a device could reach", _HINT)
    return str(found)


def _routed() -> str:
    """The address from which packets leave by the default route; connecting a datagram socket sends none."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address of documentation
        except OSError:
            return "0.0.0.0"
        return str(probe.getsockname()[0])


def free_port(first: int, *, udp: bool, host: str = "", taken: Collection[int] = ()) -> int:
    """The first port from here on at which nobody listens and that is not taken."""
    kind = socket.SOCK_DGRAM if udp else socket.SOCK_STREAM
    for port in range(first, first + 200):
        if port in taken:
            continue
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind((host, port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    raise BadInput(f"{host} is no address of this computer", _HINT) from None
                continue
            return port
    raise BadInput(f"no free port from {first} on", "end what listens there")


def is_this_computer(host: str) -> bool:
    """Whether this name or address can only mean the computer itself."""
    if host.lower().rstrip(".") == "localhost" or host.lower().rstrip(".").endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return mapped.is_loopback or mapped.is_unspecified
