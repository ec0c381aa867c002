"""Which TLS connections are left unread: by choice, or because the device refuses our certificate."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Literal

PASS_SECONDS = 3600.0
"""How long a host that was refused is let through unread."""
_REFUSALS = 3
"""Unexplained failures in a row that count as a refusal."""
_REMEMBERED = 4000
_DISTRUST = (
    "does not trust",  # mitmproxy's words for the alerts unknown ca, bad certificate, certificate unknown
    "alert unsupported certificate",
    "alert certificate expired",
    "alert certificate revoked",
    "alert access denied",
    "alert decrypt error",  # of an authority of the same name, but another key
)


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
        self._failures: dict[tuple[str, str], int] = {}
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
        key = (peer, host)
        distrusted = any(words in error for words in _DISTRUST)
        if len(self._failures) >= _REMEMBERED:
            self._failures.clear()
        self._failures[key] = self._failures.get(key, 0) + 1
        if key not in self._accepted and (distrusted or self._failures[key] >= _REFUSALS):
            if len(self._refused) >= _REMEMBERED:
                self._refused.clear()
            self._refused[key] = self._clock()
        if distrusted:
            return "distrusted"
        given_up = "disconnected during the handshake" in error or "closed" in error
        return "" if given_up and self._failures[key] < _REFUSALS else "failed"

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
