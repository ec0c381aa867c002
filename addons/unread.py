"""The addon for connections that cannot be read, or by choice are not: host only."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Literal

from mitmproxy import ctx, exceptions, tcp, tls, udp
from mitmproxy.addonmanager import Loader
from mitmproxy.connection import Client

from mouchard.addons import messages
from mouchard.addons.admission import Admission, guarded
from mouchard.addons.devices import Devices
from mouchard.addons.messages import OWN_HOSTS, Origins
from mouchard.addons.trust import WITHOUT_A_WORD, Trust, says_distrust, was_given_up
from mouchard.capture.records import Sealed
from mouchard.devices import closed

_DETAIL_CAP = 300
_SILENT_SECONDS = 1.0


class Unread:
    """Decides which TLS connections stay closed, and records them and those that failed."""

    def __init__(
        self,
        admission: Admission,
        origins: Origins,
        trust: Trust,
        untrusted: Callable[[str, str], None] = lambda peer, host: None,
        devices: Devices | None = None,
    ) -> None:
        self.admission = admission
        self._origins = origins
        self._trust = trust
        self._untrusted = untrusted
        self._devices = devices or Devices()
        self.never_open(["@phones"], devices=True)

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "mouchard_never_open",
            Sequence[str],
            [],
            "Hosts, subdomains included, whose connections stay closed; @FILE reads them from a file, "
            "@default from Mouchard's list of banks, health, taxes, password managers and mail.",
        )
        loader.add_option(
            "mouchard_never_open_devices",
            Sequence[str],
            ["@phones"],
            "The same for phones and other devices alone; @phones is the default list with your own changes.",
        )

    def configure(self, updated: set[str]) -> None:
        if "mouchard_never_open" in updated:
            self.never_open(ctx.options.mouchard_never_open)
        if "mouchard_never_open_devices" in updated:
            self.never_open(ctx.options.mouchard_never_open_devices, devices=True)

    def never_open(self, entries: Iterable[str], *, devices: bool = False) -> None:
        """Leave these hosts closed from now on; entries as in the option. OptionsError for a bad file."""
        self._trust.never_open((host for entry in entries for host in _hosts(entry)), devices=devices)

    def reload(self) -> None:
        """Read the list for devices again."""
        self.never_open(ctx.options.mouchard_never_open_devices, devices=True)

    @guarded
    def tls_clienthello(self, data: tls.ClientHelloData) -> Awaitable[None] | None:
        client, address = data.context.client, data.context.server.address
        host = data.client_hello.sni or (address[0] if address else "")
        if host in OWN_HOSTS:
            return None
        place, foreign = messages.place(self._origins.of(client)), self._devices.is_foreign(client)
        if foreign and not self._devices.records(client):
            data.ignore_connection = True  # whoever did not agree is not even decrypted
            return None
        verdict = self._trust.verdict(place, host, device=foreign)
        if verdict == "open":
            return None
        data.ignore_connection = True
        return self._seal(client, host, address[1] if address else 0, verdict, "")

    @guarded
    def tls_failed_client(self, data: tls.TlsData) -> Awaitable[None] | None:
        client, address = data.context.client, data.context.server.address
        host = client.sni or (address[0] if address else "")
        peer = messages.place(self._origins.of(client))
        said = data.conn.error or ""
        error = said.partition(": ")[0]  # what follows may be bytes of the wire
        reason, foreign = self._trust.failed(peer, host, said), self._devices.is_foreign(client)
        if host in OWN_HOSTS:
            # A browser had our page open: the proof. Some on phones leave without saying so.
            if says_distrust(said) or (foreign and was_given_up(said)):
                self._devices.trusts(client, False)
                if not foreign:
                    self._untrusted(peer, host)
            return None
        if not foreign and self._trust.lacks_certificate(peer):
            self._untrusted(peer, host)
        if not reason or not self._devices.records(client):
            return None
        return self._seal(client, host, address[1] if address else 0, reason, error)

    @guarded
    def client_disconnected(self, client: Client) -> Awaitable[None] | None:
        """An app may accept the certificate, look at it, and leave without a word. Browsers do so too, with
        connections made in advance: so only for devices, and after several times."""
        began, ended, host = client.timestamp_tls_setup, client.timestamp_end, client.sni or ""
        if (
            not (began and ended and host and self._devices.is_foreign(client))
            or ended - began > _SILENT_SECONDS
        ):
            return None
        place = messages.place(self._origins.of(client))
        if host in OWN_HOSTS or self._trust.is_accepted(place, host) or not self._devices.records(client):
            return None
        reason = self._trust.failed(place, host, WITHOUT_A_WORD)
        return self._seal(client, host, 0, reason, WITHOUT_A_WORD) if reason else None

    @guarded
    def tcp_start(self, flow: tcp.TCPFlow) -> Awaitable[None] | None:
        return self._seal_other(flow)

    @guarded
    def udp_start(self, flow: udp.UDPFlow) -> Awaitable[None] | None:
        return self._seal_other(flow)

    def _seal_other(self, flow: tcp.TCPFlow | udp.UDPFlow) -> Awaitable[None] | None:
        if not self._devices.records(flow.client_conn):
            return None
        address = flow.server_conn.address
        host, port = (flow.client_conn.sni or address[0], address[1]) if address else ("", 0)
        return self._seal(flow.client_conn, host, port, "not-tls", flow.client_conn.transport_protocol)

    def _seal(
        self,
        client: Client,
        host: str,
        port: int,
        reason: Literal["distrusted", "failed", "passed", "never-open", "not-tls"],
        detail: str,
    ) -> Awaitable[None] | None:
        origin = self._origins.of(client)

        def record() -> None:
            handover = self.admission.handover
            handover.put(
                Sealed(
                    handover.capture.id, handover.next_seq, time.time(), origin, host, port, reason,
                    detail[:_DETAIL_CAP],
                )
            )  # fmt: skip

        return self.admission.admit(record, host)


def _hosts(entry: str) -> Iterable[str]:
    if not entry.startswith("@"):
        return [entry]
    if entry == "@phones":
        return closed.hosts()
    path = closed.LIST if entry == "@default" else Path(entry[1:]).expanduser()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        raise exceptions.OptionsError(f"cannot read {path}") from None
    return [line.partition("#")[0] for line in lines]
