"""Evidence from what a browser keeps apart by top-level site: one sure request settles all that share it.

Chromium opens connections of their own for each top-level site; Firefox keeps third-party cookies of their
own for each. A tie seen with two sites is void, and its browser is not believed from then on.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field

from mouchard.attribute.facts import Sighting
from mouchard.attribute.reason import Reason
from mouchard.model import Confidence

LIMIT = 20_000
"""Ties remembered."""
WAITING = 256
"""Messages on one tie that may wait for evidence."""
ENOUGH = 3
"""Guesses that must agree on a tie before they outweigh a single one."""


@dataclass(slots=True)
class _Tie:
    site: str = ""
    mixed: bool = False
    waiting: tuple[int, ...] = ()
    guesses: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Bound:
    """The site a message is tied to, and how much that counts."""

    site: str
    confidence: Confidence
    why: str


class Ties:
    """Connections and cookies, and the site each belongs to."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Tie] = OrderedDict()
        self._jars: OrderedDict[tuple[str, str], dict[str, str]] = OrderedDict()
        """(client, host) → {site: its cookies}."""
        self._mixing: set[str] = set()
        """Clients whose connections or cookies were seen to serve two sites."""
        self._parting: set[str] = set()
        """Clients seen to send one host different cookies from two sites."""
        self._unproven: OrderedDict[str, tuple[int, ...]] = OrderedDict()
        """client → messages told by their cookies before that was seen."""

    def site(self, s: Sighting) -> Bound | None:
        """The site that this message's connection or cookies belong to, if that is known."""
        connection, jar = self._connection(s), self._jar(s)
        if connection and (known := self._known.get(connection)) and known.site and not known.mixed:
            why = Reason.CONNECTION.format(site=known.site)
            return Bound(known.site, "high", why)
        if jar and (known := self._known.get(jar)) and known.site and not known.mixed:
            why = Reason.COOKIES.format(site=known.site)
            return Bound(known.site, "high" if s.client in self._parting else "medium", why)
        return None

    def settle(self, s: Sighting, site: str) -> tuple[int, ...]:
        """This message surely belongs to the site; the messages that waited for that."""
        freed: list[int] = []
        for key in self._keys(s):
            tie = self._of(key)
            if tie.site not in ("", site):
                tie.mixed = True
                self._mixing.add(f"{key[0]}{s.client}")
                continue
            tie.site = site
            if not tie.mixed:
                freed += tie.waiting
                tie.waiting = ()
        if jar := self._jar(s):
            jars = self._jars.setdefault((s.client, s.host), {})
            jars[site] = jar
            self._jars.move_to_end((s.client, s.host))
            if len(self._jars) > LIMIT:
                self._jars.popitem(last=False)
            if len(set(jars.values())) > 1 and s.client not in self._parting:
                self._parting.add(s.client)
                freed += self._unproven.pop(s.client, ())
        return tuple(freed)

    def given(self, s: Sighting, site: str, cookies: str) -> tuple[int, ...]:
        """The answer to this message, surely of the site, set these cookies: whoever sends just them is of
        the site too. The messages that waited for that."""
        if not (cookies and s.cookies_apart) or f"j{s.client}" in self._mixing:
            return ()
        tie = self._of(f"j{s.client} {s.host} {cookies}")
        if tie.site:
            tie.mixed = tie.mixed or tie.site != site
            return ()
        tie.site, freed, tie.waiting = site, tie.waiting, ()
        return freed

    def provisional(self, s: Sighting) -> None:
        """This message was told by its cookies, and its browser may yet prove to keep them apart."""
        self._unproven[s.client] = (*self._unproven.get(s.client, ())[-2047:], s.seq)

    def wait(self, s: Sighting, guess: str) -> tuple[str, tuple[int, ...]]:
        """This message has no sure site: what most guesses on its tie say, and the others they concern."""
        best: str = guess
        others: tuple[int, ...] = ()
        for key in self._keys(s):
            tie = self._of(key)
            if guess:
                tie.guesses[guess] += 1
            if key[0] == "c" and tie.guesses:
                leader, count = tie.guesses.most_common(1)[0]
                if count >= ENOUGH:
                    best, others = leader, tie.waiting
            tie.waiting = (*tie.waiting[1 - WAITING :], s.seq)
        return best, others

    def elsewhere(self, s: Sighting) -> frozenset[str]:
        """Sites whose cookies for this host are other ones than this message carries."""
        bare = not s.cookies and s.fetch_dest in ("", "empty")  # fetch() brings none unless told to
        if bare or not s.cookies_apart or f"j{s.client}" in self._mixing:
            return frozenset()
        jars = self._jars.get((s.client, s.host), {})
        return frozenset(site for site, jar in jars.items() if jar != self._jar(s))

    def _keys(self, s: Sighting) -> list[str]:
        return [key for key in (self._connection(s), self._jar(s)) if key]

    def _connection(self, s: Sighting) -> str:
        counts = s.connections_apart and s.connection and f"c{s.client}" not in self._mixing
        return f"c{s.connection}" if counts else ""

    def _jar(self, s: Sighting) -> str:
        counts = s.cookies_apart and s.cookies and f"j{s.client}" not in self._mixing
        return f"j{s.client} {s.host} {s.cookies}" if counts else ""

    def _of(self, key: str) -> _Tie:
        tie = self._known.setdefault(key, _Tie())
        self._known.move_to_end(key)
        if len(self._known) > LIMIT:
            self._known.popitem(last=False)
        return tie
