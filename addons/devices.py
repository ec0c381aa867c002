"""The door for devices: which one a connection belongs to, and whether its messages may be recorded."""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, TypeAlias
from weakref import WeakKeyDictionary

from mitmproxy import ctx, dns, http
from mitmproxy.connection import Client
from mitmproxy.net.dns import classes, types
from mitmproxy.proxy import layer
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from mouchard.addons import quic
from mouchard.addons.messages import OWN, OWN_HOSTS, field
from mouchard.devices import Device, Register
from mouchard.devices.network import is_this_computer, lan_address
from mouchard.devices.pairing import pairing
from mouchard.errors import BadInput
from mouchard.supervisor.lines import Line

News: TypeAlias = Literal["arrived", "confirmed", "withdrawn", "paused", "resumed", "untrusting"]

_UNNAMED = "?"
"""Of a connection that has to say who it is."""
_PAGE_ADDRESS = "198.18.0.53"
"""Answer to a look-up of our own page inside a tunnel: an address that no host may have."""
_UNFIT_BODY = 64 * 1024


class Devices:
    """A connection from this computer is nobody's in particular, and open. Any other belongs to a device:
    by its tunnel, or by the name and password it gives; without them it gets the page of the certificate
    and nothing else.
    """

    def __init__(
        self,
        register: Register | None = None,
        lan: str = "",
        heard: Callable[[News, Device], None] = lambda news, device: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`lan`: this computer's address on the network, where devices come in; empty: none do."""
        self.lan = lan
        self.refused = 0
        """Requests without a valid name and password."""
        self.passed: Counter[str] = Counter()
        """Connections and messages of each device that went by while it was not to be recorded."""
        self._register = register
        self._heard = heard
        self._clock = clock
        self._seen: dict[str, float] = {}
        self._trusts: dict[str, bool] = {}
        self._ids: WeakKeyDictionary[Client, str] = WeakKeyDictionary()
        """Of every connection that is not from this computer; of a tunnel the name of its key file."""

    # --- what others ask -------------------------------------------------------------------------

    def modes(self, upstream: str = "") -> Iterator[str]:
        """The listeners for the devices, as mitmproxy modes."""
        if self._register is None or not self.lan:
            return
        for device in self._register:
            if device.kind == "wireguard":
                yield f"wireguard:{self._register.keys(device)}@{self.lan}:{device.port}"
        if port := self.proxy_port:
            yield f"{f'upstream:{upstream}' if upstream else 'regular'}@{self.lan}:{port}"

    @property
    def proxy_port(self) -> int:
        """Where devices with a password come in; 0 where there are none."""
        found = (device.port for device in self._register or () if device.kind == "proxy")
        return next(found, 0)

    def name(self, client: Client) -> str:
        """Id of the device, or empty for this computer."""
        known = self._ids.get(client, "")
        return "" if known == _UNNAMED else known

    def of(self, client: Client) -> Device | None:
        """The device, as it stands now; None for this computer, and for one that was deleted."""
        known = self.name(client)
        return self._register.get(known) if known and self._register is not None else None

    def is_foreign(self, client: Client) -> bool:
        """Whether the connection comes from anywhere but this computer."""
        return client in self._ids

    def records(self, client: Client) -> bool:
        """Whether messages of this connection may be recorded now. Asked once a message: it counts."""
        if client not in self._ids:
            return True
        device = self.of(client)
        if device is None:
            return False
        if device.standing != "recorded":
            self.passed[device.id] += 1
            return False
        return True

    def trusts(self, client: Client, trusts: bool) -> None:
        """Note whether a browser there accepted the certificate of our own page."""
        if (device := self.of(client)) is not None and self._trusts.get(device.id) is not trusts:
            self._trusts[device.id] = trusts
            if not trusts:
                self._heard("untrusting", device)

    def change(self, action: str, device: Device, name: str = "") -> Device | None:
        """Do to a device what was asked for; None once it is deleted. BadInput for an unknown action."""
        if self._register is None:
            raise BadInput("no device can come in", "start the capture with `mouchard run --phone`")
        news: News | None = None
        match action:
            case "confirm":
                changed, news = self._register.confirm(device, self._clock()), "confirmed"
            case "withdraw":
                changed, news = self._register.confirm(device, 0.0), "withdrawn"
            case "pause" | "resume":
                changed = self._register.pause(device, action == "pause")
                if device.confirmed:  # else nothing of it was recorded, and nothing is now
                    news = "paused" if changed.paused else "resumed"
            case "name":
                changed = self._register.rename(device, name)
            case "delete":
                self._register.remove(device)
                return None
            case _:
                raise BadInput(f"unknown action {action!r}", "confirm withdraw pause resume name delete")
        if news:
            self._heard(news, changed)
        return changed

    def answer(self, line: Line) -> Line:
        """The answer to `{"do": "devices", "action", "device", "name", "kind"}`; without action the list.
        `open` lets devices in from now on, at the address `device` or the usual one."""
        action, word = str(line.get("action") or "list"), str(line.get("device", ""))
        if action == "open" and self._register is not None and not self.lan:
            self.lan = lan_address(word)
            if not len(self._register):
                self._register.add("phone", "wireguard", self.lan)
        if self._register is None or not self.lan:
            return {"lan": ""}  # nobody can come in: whoever asked may write the register
        return {"lan": self.lan, **self._done(action, word, line)}

    def _done(self, action: str, word: str, line: Line) -> Line:
        assert self._register is not None
        if action in ("list", "open"):
            return {"devices": [self._told(device) for device in self._register]}
        if action == "add":
            kind: Literal["wireguard", "proxy"] = "proxy" if line.get("kind") == "proxy" else "wireguard"
            return {"device": self._told(self._register.add(word, kind, self.lan))}
        device = self._register.find(word)
        if action == "pair":
            found = pairing(self._register, device, self.lan)
            return {"device": self._told(device), "code": found.code, "host": found.host, "port": found.port,
                    "page": found.page, "password": device.password}  # fmt: skip
        changed = self.change(action, device, str(line.get("name", "")))
        return {"device": self._told(changed or device), "deleted": changed is None}

    def _told(self, device: Device) -> Line:
        return {
            "id": device.id, "name": device.name, "kind": device.kind, "port": device.port,
            "standing": device.standing, "confirmed": device.confirmed, "passed": self.passed[device.id],
            "seen": self._seen.get(device.id, 0.0), "trusts": self._trusts.get(device.id),
        }  # fmt: skip

    # --- mitmproxy's hooks -----------------------------------------------------------------------

    def client_connected(self, client: Client) -> None:
        mode = client.proxy_mode
        if mode.type_name == "wireguard":
            self._ids[client] = Path(mode.data).stem if mode.data else "wireguard"
            self._met(client)
        elif mode.type_name in ("regular", "upstream", "socks5") and self._must_say(client):
            self._ids[client] = _UNNAMED
            if mode.type_name == "socks5":
                client.error = "only this computer may use this listener"

    def http_connect(self, flow: http.HTTPFlow) -> None:
        self._admit(flow)

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        known = self._ids.get(flow.client_conn)
        if known is None:
            return
        if known == _UNNAMED and self.is_lan_page(flow.request):
            flow.metadata[OWN] = "lan"
        else:
            self._admit(flow)

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        client, address = nextlayer.context.client, nextlayer.context.server.address
        tunnelled = client.proxy_mode.type_name in ("wireguard", "local", "tun")
        if (
            client.transport_protocol == "udp"
            and tunnelled
            and quic.is_quic(nextlayer.data_client(), address)
        ):
            nextlayer.layer = quic.Refusal(nextlayer.context)

    def dns_request(self, flow: dns.DNSFlow) -> None:
        question = flow.request.question
        if question is None or question.name.lower().rstrip(".") not in OWN_HOSTS:
            return
        if not self.is_foreign(flow.client_conn):
            return
        answers = []
        if question.type == types.A:
            address = ipaddress.IPv4Address(_PAGE_ADDRESS).packed
            answers = [dns.ResourceRecord(question.name, types.A, classes.IN, 60, address)]
        flow.response = flow.request.succeed(answers)

    def server_connect(self, data: ServerConnectionHookData) -> None:
        address = data.server.address
        if address is not None and self.is_foreign(data.client) and is_this_computer(address[0]):
            data.server.error = "a device may not reach the inside of this computer"

    # --- who is it -------------------------------------------------------------------------------

    def is_lan_page(self, request: http.Request) -> bool:
        """Whether this asks the listener itself for a page."""
        port = self.proxy_port
        return bool(port) and request.scheme == "http" and (request.host, request.port) == (self.lan, port)

    def _must_say(self, client: Client) -> bool:
        mode = client.proxy_mode
        if self.lan and mode.custom_listen_host == self.lan and mode.custom_listen_port == self.proxy_port:
            return True
        peer = client.peername[0] if client.peername else ""
        return not is_this_computer(peer) and not ctx.options.proxyauth

    def _admit(self, flow: http.HTTPFlow) -> None:
        client = flow.client_conn
        known = self._ids.get(client)
        if known is None:
            return
        given = field(flow.request, b"proxy-authorization")
        if known == _UNNAMED:
            device = self._named(given)
            if device is None:
                self._refuse(flow)
                return
            known = self._ids[client] = device.id
            self._met(client)
        elif self.of(client) is None:
            flow.metadata[OWN] = "deleted"
            flow.kill()
            return
        if given:
            del flow.request.headers["proxy-authorization"]
        flow.metadata["proxyauth"] = (known, "")

    def _refuse(self, flow: http.HTTPFlow) -> None:
        self.refused += 1
        flow.metadata[OWN] = "refused"
        size = field(flow.request, b"content-length")
        chunked = field(flow.request, b"transfer-encoding")
        if chunked or (size and not (size.isascii() and size.isdigit() and int(size) < _UNFIT_BODY)):
            flow.kill()  # else all of it would be read first
            return
        headers = {"Proxy-Authenticate": 'Basic realm="Mouchard"', "Connection": "close"}
        flow.response = http.Response.make(407, b"Name and password of this device, please.\n", headers)

    def _named(self, given: str) -> Device | None:
        scheme, _, code = given.partition(" ")
        try:
            name, _, password = base64.b64decode(code, validate=True).decode().partition(":")
        except (binascii.Error, ValueError):
            return None
        device = self._register.get(name) if self._register is not None else None
        right = device.password if device is not None and device.kind == "proxy" else ""
        same = hmac.compare_digest(right.encode(), password.encode())
        return device if same and right and scheme.lower() == "basic" else None

    def _met(self, client: Client) -> None:
        device = self.of(client)
        if device is None:
            return
        first = device.id not in self._seen
        self._seen[device.id] = self._clock()
        if first:
            self._heard("arrived", device)
