"""Whether a device still sends its traffic here, once the capture is over."""

from __future__ import annotations

import base64
import binascii
import re
import socket
import time

from mouchard.devices.device import Device

_HEAD = 8192
_REFUSAL = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="Mouchard"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)


def still_comes(device: Device, seconds: float, host: str = "") -> bool:
    """Listen where the device came in, for so long or until it is heard. OSError where that cannot be."""
    deadline = time.monotonic() + seconds
    tunnel = device.kind == "wireguard"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM if tunnel else socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, device.port))
        if not tunnel:
            listener.listen()
        while (left := deadline - time.monotonic()) > 0:
            listener.settimeout(left)
            try:
                if tunnel:
                    heard = _is_wireguard(listener.recv(2048))
                else:
                    heard = _asks_as(listener.accept()[0], device)
            except TimeoutError:
                return False
            if heard:
                return True
    return False


def _is_wireguard(datagram: bytes) -> bool:
    """The first message of a handshake, or data under old keys."""
    return len(datagram) >= 32 and datagram[0] in (1, 4) and datagram[1:4] == b"\0\0\0"


def _asks_as(connection: socket.socket, device: Device) -> bool:
    """Whether this is a request to a proxy in the device's name; a nameless one is asked for it."""
    with connection:
        connection.settimeout(2.0)
        try:
            head = connection.recv(_HEAD)
            connection.sendall(_REFUSAL)
        except OSError:
            return False
    given = re.search(rb"(?im)^proxy-authorization: *basic +(\S+)", head)
    try:
        name = base64.b64decode(given[1], validate=True).partition(b":")[0] if given else b""
    except binascii.Error:
        return False
    return name == device.id.encode()
