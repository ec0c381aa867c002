"""Whether a device is off the proxy: by what arrives where it came in."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from mouchard.devices import Device
from mouchard.devices.network import free_port
from mouchard.devices.watch import still_comes

HANDSHAKE = b"\1\0\0\0" + bytes(144)


def heard(device: Device, send: Callable[[], object], seconds: float) -> bool:
    """What `still_comes` says while `send` is tried until it is done."""
    found: list[bool] = []
    watching = threading.Thread(target=lambda: found.append(still_comes(device, seconds, "127.0.0.1")))
    watching.start()
    while watching.is_alive() and not send():
        pass
    watching.join()
    return found[0]


@pytest.mark.parametrize(
    ("datagram", "comes"), [(HANDSHAKE, True), (b"\1\0\0\0", False), (b"hello" * 20, False)]
)
def test_a_tunnel_is_heard_by_its_handshake(datagram: bytes, comes: bool) -> None:
    device = Device("phone", "Phone", "wireguard", free_port(41820, udp=True, host="127.0.0.1"))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", device.port))

        def send() -> bool:
            with suppress(ConnectionRefusedError):
                sender.send(datagram)
            return False

        assert heard(device, send, 30 if comes else 0.3) is comes


@pytest.mark.parametrize("stranger", ["other", ""], ids=["another", "none"])
def test_a_proxy_user_is_heard_by_name_and_all_are_refused(stranger: str) -> None:
    device = Device("tablet", "Tablet", "proxy", free_port(41081, udp=False, host="127.0.0.1"), "secret")
    users = (stranger, device.id)
    answers: list[bytes] = []

    def send() -> bool:
        user = users[len(answers)]
        code = base64.b64encode(f"{user}:secret".encode()).decode()
        field = f"Proxy-Authorization: Basic {code}" if user else "X: y"
        with suppress(ConnectionError), socket.create_connection(("127.0.0.1", device.port), 5) as connection:
            connection.sendall(f"CONNECT shop.example:443 HTTP/1.1\r\n{field}\r\n\r\n".encode())
            if answer := connection.recv(100):
                answers.append(answer)
        return len(answers) == len(users)

    assert heard(device, send, 60)
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 407"] * 2


def test_silence_is_off() -> None:
    device = Device("phone", "Phone", "wireguard", free_port(41820, udp=True, host="127.0.0.1"))
    assert still_comes(device, 0.05, "127.0.0.1") is False
