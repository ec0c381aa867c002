"""Which TLS connections are left unread: by choice, or because the device refuses our certificate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

PASS_SECONDS = 3600.0
"""How long a host that was refused is let through unread."""
_REFUSALS = 3
"""Unexplained failures in a row that count as a refusal."""
_BURST_SECONDS = 0.5
"""Handshakes that were given up this close together count once: a browser that moves on, or whose network
changes, drops all that it has begun."""
_REMEMBERED = 4000
WITHOUT_A_WORD = "closed without a word"
"""What is said here of a connection that ends right after the handshake."""
_GIVEN_UP = ("The client disconnected during the handshake", "connection closed", WITHOUT_A_WORD)
"""How errors begin, in mitmproxy's words but for the last, where the client left without an alert."""
_DISTRUST = (
    "The client does not trust",  # for the alerts unknown ca, bad certificate, certificate unknown
    "alert unsupported certificate",
    "alert certificate expired",
    "alert certificate revoked",
    "alert access denied",
    "alert decrypt error",  # of an authority of the same name, but another key
)


def was_given_up(error: str) -> bool:
    """Whether the client went away without saying why."""
    return error.startswith(_GIVEN_UP)


def says_distrust(error: str) -> bool:
    """Whether the client said that it does not accept the certificate. Who went away has not said so, though
    mitmproxy adds that it may mean that: browsers drop handshakes for many reasons."""
    return not was_given_up(error) and any(words in error for words in _DISTRUST)


class _Failures(NamedTuple):
    """Failures in a row of one device with one host."""

    times: int
    last: float


class Trust:
    """Learns per (device, host) whether our certificate is accepted.

    A host is let through unread once the device has refused it, so that an app which accepts no added
    certificate fails once and then works. Of a device that refuses every host it is said that it lacks
    the certificate.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._never: frozenset[str] = frozenset()
        self._never_of_devices: frozenset[str] = frozenset()
        self._clock = clock
        self._accepted: set[tuple[str, str]] = set()
        self._trusting: set[str] = set()
        self._refused: dict[tuple[str, str], float] = {}
        self._failures: dict[tuple[str, str], _Failures] = {}
        self._warned: set[str] = set()

    def never_open(self, hosts: Iterable[str], *, devices: bool = False) -> None:
        """Leave these hosts and all their subdomains unread, by choice; or only those of `devices`."""
        named = frozenset(host.strip().lower().lstrip("*.") for host in hosts) - {""}
        if devices:
            self._never_of_devices = named
        else:
            self._never = named

    def verdict(
        self, peer: str, host: str, *, device: bool = False
    ) -> Literal["open", "never-open", "passed"]:
        """What to do with a connection that is about to start TLS; `device`: not from this computer."""
        if self._is_in(self._never, host) or (device and self._is_in(self._never_of_devices, host)):
            return "never-open"
        since = self._refused.get((peer, host))
        if since is None:
            return "open"
        if self._clock() - since > PASS_SECONDS:
            del self._refused[peer, host]
            return "open"
        return "passed"

    def accepted(self, peer: str, host: str) -> None:
        """The device sent a message inside TLS: it trusts us, at least for this host."""
        if len(self._accepted) >= _REMEMBERED:
            self._accepted.clear()
        self._accepted.add((peer, host))
        self._trusting.add(peer)
        self._failures.pop((peer, host), None)

    def is_accepted(self, peer: str, host: str) -> bool:
        """Whether the device ever sent a message for this host inside TLS."""
        return (peer, host) in self._accepted

    def failed(self, peer: str, host: str, error: str) -> Literal["distrusted", "failed", ""]:
        """TLS with the device failed: whether it refuses the certificate, or failed for another reason.
        Empty for a connection that was merely given up: browsers open some that they never use."""
        key, now = (peer, host), self._clock()
        distrusted, given_up = says_distrust(error), was_given_up(error)
        if len(self._failures) >= _REMEMBERED:
            self._failures.clear()
        before = self._failures.get(key, _Failures(0, -_BURST_SECONDS))
        if given_up and error != WITHOUT_A_WORD and now - before.last < _BURST_SECONDS:
            return ""
        failures = self._failures[key] = _Failures(before.times + 1, now)
        if key not in self._accepted and (distrusted or failures.times >= _REFUSALS):
            if len(self._refused) >= _REMEMBERED:
                self._refused.clear()
            self._refused[key] = now
        if distrusted:
            return "distrusted"
        return "" if given_up and failures.times < _REFUSALS else "failed"

    def lacks_certificate(self, peer: str) -> bool:
        """True once, when this device has refused several hosts and accepted none."""
        if peer in self._trusting or peer in self._warned:
            return False
        if sum(1 for device, _ in self._refused if device == peer) < _REFUSALS:
            return False
        self._warned.add(peer)
        return True

    @staticmethod
    def _is_in(hosts: frozenset[str], host: str) -> bool:
        if not hosts:
            return False
        labels = host.lower().rstrip(".").split(".")
        return any(".".join(labels[i:]) in hosts for i in range(len(labels)))
