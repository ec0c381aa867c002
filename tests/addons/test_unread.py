"""Connections that stay closed: by choice, after a refusal, or because they are no TLS."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mitmproxy.connection import Client
from mitmproxy.exceptions import OptionsError
from mitmproxy.test import tflow

from mouchard.addons.admission import Admission
from mouchard.addons.handover import Handover
from mouchard.addons.messages import Origins
from mouchard.addons.trust import PASS_SECONDS, Trust
from mouchard.addons.unread import Unread
from mouchard.capture.records import Capture, Sealed
from mouchard.capture.wire import Decoder
from mouchard.devices.closed import LIST

REFUSED = "The client does not trust the proxy's certificate for x (tlsv1 alert unknown ca)"
GIVEN_UP = (
    "The client disconnected during the handshake. If this happens consistently for x, "
    "this may indicate that the client does not trust the proxy's certificate."
)
"""Both in full, as mitmproxy 11 and 12 say them."""


class Bench:
    def __init__(self) -> None:
        self.now = 0.0
        self.untrusted: list[tuple[str, str]] = []
        self.trust = Trust(lambda: self.now)
        self.handover = Handover(Capture("ef" * 16, "live", "", 1.0, "test"))
        admission = Admission(self.handover)
        self.unread = Unread(
            admission, Origins(), self.trust, lambda peer, host: self.untrusted.append((peer, host))
        )

    def hello(self, host: str, peer: str = "192.0.2.1") -> bool:
        """Whether a connection that says this SNI is opened."""
        data: Any = SimpleNamespace(
            context=context(peer), client_hello=SimpleNamespace(sni=host), ignore_connection=False
        )
        self.unread.tls_clienthello(data)
        return not data.ignore_connection

    def fail(self, host: str, error: str, peer: str = "192.0.2.1") -> None:
        around = context(peer)
        around.client.sni = host
        around.client.error = error
        data: Any = SimpleNamespace(context=around, conn=around.client)
        self.unread.tls_failed_client(data)

    @property
    def sealed(self) -> list[tuple[str, str]]:
        frames = Decoder().feed(b"".join(frame for _, frame in self.handover._unacked))
        return [(f.host, f.reason) for f in frames if isinstance(f, Sealed)]


def context(peer: str) -> Any:
    client: Client = tflow.tclient_conn()
    client.peername = (peer, 4000)
    return SimpleNamespace(client=client, server=SimpleNamespace(address=("address", 443)))


@pytest.mark.parametrize(
    ("host", "opened"),
    [("bank.example", False), ("www.Bank.example", False), ("notbank.example", True), ("example", True)],
)
def test_what_is_never_opened_is_sealed_by_choice(host: str, opened: bool) -> None:
    bench = Bench()
    bench.trust.never_open(["*.bank.example", " tax.example ", ""])
    assert bench.hello(host) is opened
    assert bench.sealed == ([] if opened else [(host, "never-open")])


def test_the_list_that_comes_along_is_read_and_can_be_added_to(tmp_path: Path) -> None:
    own = tmp_path / "own.txt"
    own.write_text("# mine\nchess.example  # a club\n\n")
    bench = Bench()
    bench.unread.never_open(["@default", f"@{own}", "tax.example"])
    closed = ["www.impots.gouv.fr", "doctolib.fr", "play.chess.example", "tax.example"]
    assert [bench.hello(host) for host in closed] == [False] * 4
    assert [bench.hello(host) for host in ("gouv.fr", "fr", "shop.example", "mine")] == [True] * 4
    with pytest.raises(OptionsError, match=r"none\.txt"):
        bench.unread.never_open(["@none.txt"])


def test_the_list_that_comes_along_holds_hosts_once() -> None:
    lines = [line for line in LIST.read_text().splitlines() if line and not line.startswith("#")]
    assert len(lines) > 50 and len(set(lines)) == len(lines)
    assert all(re.fullmatch(r"[a-z0-9.-]+", line) for line in lines)


def test_a_refused_host_is_let_through_for_this_device_and_then_tried_again() -> None:
    bench = Bench()
    bench.trust.accepted("192.0.2.1", "shop.example")
    bench.fail("pinned.example", REFUSED)
    assert not bench.hello("pinned.example")
    assert bench.hello("pinned.example", peer="192.0.2.2")
    assert bench.hello("other.example")
    assert bench.sealed == [("pinned.example", "distrusted"), ("pinned.example", "passed")]
    bench.now += PASS_SECONDS + 1
    assert bench.hello("pinned.example")


def test_a_host_that_was_ever_read_is_not_let_through() -> None:
    bench = Bench()
    bench.trust.accepted("192.0.2.1", "shop.example")
    bench.fail("shop.example", REFUSED)
    assert bench.hello("shop.example")


def test_a_device_that_refuses_everything_lacks_the_certificate() -> None:
    bench = Bench()
    for n in range(4):
        bench.fail(f"host{n}.example", REFUSED)
        assert not bench.hello(f"host{n}.example")  # it fails once, then works unread
    assert bench.untrusted == [("192.0.2.1", "host2.example")]


def test_connections_that_were_merely_given_up_are_no_news() -> None:
    bench = Bench()
    bench.trust.accepted("192.0.2.1", "shop.example")
    for _ in range(2):
        bench.fail("cdn.example", GIVEN_UP)
        bench.now += 1
    assert bench.sealed == [] and bench.hello("cdn.example")
    bench.fail("cdn.example", GIVEN_UP)
    assert bench.sealed == [("cdn.example", "failed")] and not bench.hello("cdn.example")


def test_a_browser_that_drops_all_its_connections_at_once_is_read_afterwards() -> None:
    """Chromium does so when the machine changes its network, and when its certificates have been loaded."""
    bench = Bench()
    for _ in range(6):
        bench.fail("shop.example", GIVEN_UP)
    assert bench.sealed == [] and bench.hello("shop.example")


def test_another_fault_of_tls_is_a_failure() -> None:
    bench = Bench()
    bench.fail("old.example", "Client and mitmproxy cannot agree on a TLS version to use.")
    bench.fail("odd.example", "Cannot parse ClientHello: 16030100c2deadbeef")
    assert bench.sealed == [("old.example", "failed"), ("odd.example", "failed")]
    assert not any(b"deadbeef" in frame for _, frame in bench.handover._unacked)


def test_our_own_page_is_never_sealed() -> None:
    bench = Bench()
    bench.fail("mouchard.check", REFUSED)
    assert bench.sealed == []


def test_what_is_no_tls_is_named_by_its_address() -> None:
    bench = Bench()
    bench.unread.tcp_start(tflow.ttcpflow())
    bench.unread.udp_start(tflow.tudpflow())
    assert [reason for _, reason in bench.sealed] == ["not-tls", "not-tls"]


def test_the_memory_of_devices_is_bounded() -> None:
    trust = Trust(lambda: 0.0)
    for n in range(10_000):
        trust.accepted("192.0.2.1", f"{n}.example")
        trust.failed("192.0.2.2", f"{n}.example", REFUSED)
    assert all(len(held) <= 4000 for held in (trust._accepted, trust._refused, trust._failures))
