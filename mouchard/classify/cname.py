"""The names behind a host: CNAME chains, looked up after capture and remembered for a while.

A look-up tells the resolver of this machine nothing that the proxy's own connection had not told it.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

import dns.asyncresolver
import dns.exception
import dns.resolver

from mouchard.classify.site import is_ip, normal_host, site_of
from mouchard.model import Verdict

CAPACITY = 2_048
"""Hosts remembered."""
SHORTEST, LONGEST = 60.0, 3_600.0
"""Seconds that an answer is kept, whatever its time to live says."""
NEGATIVE = 300.0
"""Seconds that a failure is kept."""
PATIENCE = 5.0
"""Seconds that one look-up may take."""
_LINKS = 16


def worth_asking(host: str, verdict: Verdict) -> bool:
    """Whether a host may hide a tracker: a first-party name of its own that nothing has unmasked yet."""
    host = normal_host(host)
    if verdict.party != "first" or verdict.type == "document" or is_ip(host) or "." not in host:
        return False
    site = site_of(host)
    return host not in (site, f"www.{site}") and not verdict.is_tracker


class Resolver:
    """CNAME chains by host. Asks the system's resolver directly, never through the proxied path."""

    def __init__(
        self, resolver: dns.asyncresolver.Resolver | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._resolver = resolver
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, tuple[str, ...]]] = OrderedDict()

    async def chain(self, host: str) -> tuple[str, ...]:
        """Every name that the host points to, in order; empty where it points to none or does not answer."""
        host = normal_host(host)
        found = self._known.get(host)
        if found is not None and found[0] > self._clock():
            self._known.move_to_end(host)
            return found[1]
        names, life = await self._ask(host)
        self._known[host] = (self._clock() + life, names)
        self._known.move_to_end(host)
        while len(self._known) > CAPACITY:
            self._known.popitem(last=False)
        return names

    async def _ask(self, host: str) -> tuple[tuple[str, ...], float]:
        try:
            if self._resolver is None:
                self._resolver = dns.asyncresolver.Resolver()
            answer = await self._resolver.resolve(
                host + ".", "A", raise_on_no_answer=False, lifetime=PATIENCE, search=False
            )
        except dns.resolver.NXDOMAIN as error:
            # a dangling alias still tells whose it was
            target = normal_host(error.canonical_name.to_text())
            return ((target,) if target != host else ()), NEGATIVE
        except (dns.exception.DNSException, OSError, ValueError):
            return (), NEGATIVE
        links = answer.chaining_result.cnames[:_LINKS]
        names = tuple(normal_host(link[0].target.to_text()) for link in links)
        life = min(max(float(answer.chaining_result.minimum_ttl), SHORTEST), LONGEST)
        return names, life
