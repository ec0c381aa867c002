"""Evidence from connections: Chromium opens one per top-level site, so one sure request settles all on it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from mouchard.attribute.client import partitions_connections
from mouchard.attribute.facts import Sighting

LIMIT = 20_000
"""Connections remembered."""
WAITING = 256
"""Messages of one connection that may wait for evidence."""


@dataclass(slots=True)
class _Connection:
    site: str = ""
    mixed: bool = False
    waiting: tuple[int, ...] = ()


class Connections:
    """What is known of the client connections of browsers that keep them apart by site."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, _Connection] = OrderedDict()

    def site(self, s: Sighting) -> str:
        """The site whose connection this message came on, or empty."""
        connection = self._known.get(s.connection) if self._counts(s) else None
        return connection.site if connection and not connection.mixed else ""

    def wait(self, s: Sighting) -> None:
        """This message has no sure site yet."""
        if self._counts(s):
            connection = self._of(s)
            connection.waiting = (*connection.waiting[1 - WAITING :], s.seq)

    def settle(self, s: Sighting, site: str) -> tuple[int, ...]:
        """This message surely belongs to the site; the messages that waited for that."""
        if not self._counts(s):
            return ()
        connection = self._of(s)
        connection.mixed |= connection.site not in ("", site)
        if connection.mixed:
            return ()
        connection.site = site
        waiting, connection.waiting = connection.waiting, ()
        return waiting

    def _counts(self, s: Sighting) -> bool:
        return s.secure and bool(s.connection) and partitions_connections(s.family)

    def _of(self, s: Sighting) -> _Connection:
        connection = self._known.setdefault(s.connection, _Connection())
        self._known.move_to_end(s.connection)
        if len(self._known) > LIMIT:
            self._known.popitem(last=False)
        return connection
