"""The pages one client has open, and what each of them has loaded."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TypeVar

from mouchard.model import Confidence

T = TypeVar("T")

PAGE_LIFE = 30 * 60.0
"""Seconds without any sign after which a page no longer counts as open."""
EMBED_LIFE = 10 * 60.0
"""Seconds for which a page is held to still embed a host."""
REDIRECT_LIFE = 10.0
"""Seconds in which a browser follows a redirect."""
Value = TypeVar("Value")
LIMIT = 4096
"""Entries kept in each table of a client: a hostile page cannot grow them."""


@dataclass(slots=True)
class Page:
    """A site open in some tab of a client."""

    site: str
    url: str
    opened: float
    active: float
    """Last time a request was surely its own."""
    secure: bool = True
    sure: bool = True
    """The browser itself said that it was a page, not a frame."""
    named: int = 0
    """Own requests that named it, less those that named nobody."""

    acts: float = 0.0
    """Last time something of its own arrived that may make requests."""
    framed: float = 0.0
    """The same of a frame."""

    @property
    def silent(self) -> bool:
        """Its requests name nobody."""
        return self.named < 0


@dataclass(slots=True)
class Pages:
    """What one client has open."""

    open: OrderedDict[str, Page] = field(default_factory=OrderedDict)
    """site → page, least recently active first."""
    embedded: OrderedDict[str, dict[str, float]] = field(default_factory=OrderedDict)
    """host → {site that loaded it as a frame, style sheet or script: when}."""
    documents: OrderedDict[str, dict[str, Confidence]] = field(default_factory=OrderedDict)
    """URL token of what makes requests → {site that loaded it: how sure that is}."""
    redirects: OrderedDict[str, tuple[tuple[int, float, str], ...]] = field(default_factory=OrderedDict)
    """URL token → the requests redirected there: seq, when, destination."""

    def opened(
        self, site: str, url: str, now: float, sure: bool = True, secure: bool = True, silent: bool = False
    ) -> Page:
        """A page of this site was loaded."""
        page = self.open.get(site)
        sure = sure or (page is not None and page.sure)
        page = Page(site, url, now, now, secure, sure, -3 if silent else 0)
        self.open[site] = page
        self.open.move_to_end(site)
        _trim(self.open)
        return page

    def touch(self, site: str, now: float) -> None:
        """A request was surely this page's own."""
        if page := self.open.get(site):
            page.active = max(page.active, now)
            self.open.move_to_end(site)

    def page(self, site: str, now: float) -> Page | None:
        """The open page of a site."""
        page = self.open.get(site)
        return page if page and now - page.active <= PAGE_LIFE else None

    def latest(self, now: float) -> list[Page]:
        """Open pages, most recently active first."""
        return [page for page in reversed(self.open.values()) if now - page.active <= PAGE_LIFE]

    def embed(self, host: str, site: str, now: float) -> None:
        """This site loaded something of the host that can make requests of its own."""
        sites = self.embedded.setdefault(host, {})
        sites.pop(site, None)
        sites[site] = now
        self.embedded.move_to_end(host)
        _trim(self.embedded)

    def maybe(self, host: str, site: str, now: float) -> None:
        """This site may have loaded something of the host, less likely than any other known to."""
        sites = self.embedded.setdefault(host, {})
        if site not in sites:
            self.embedded[host] = {site: now, **sites}
        _trim(self.embedded)

    def embedders(self, host: str, now: float) -> list[str]:
        """Sites that embed the host, latest first; a page left before the latest was opened is dropped."""
        sites = [s for s, when in self.embedded.get(host, {}).items() if now - when <= EMBED_LIFE][::-1]
        newest = self.open.get(sites[0]) if sites else None
        if newest is None:
            return sites
        return [s for s in sites if s == newest.site or self._alive(s, newest.opened)]

    def _alive(self, site: str, since: float) -> bool:
        page = self.open.get(site)
        return page is not None and page.active >= since

    def load(self, token: str, site: str, sure: Confidence) -> None:
        """This site loaded exactly this document, style sheet or worker."""
        self.documents.setdefault(token, {})[site] = sure
        self.documents.move_to_end(token)
        _trim(self.documents)

    def redirected(self, token: str, now: float, destination: str) -> tuple[int, ...]:
        """The requests of that destination redirected to this URL a moment ago, latest first."""
        found = self.redirects.get(token)
        if not found:
            return ()
        return tuple(seq for seq, at, to in found[::-1] if now - at <= REDIRECT_LIFE and to == destination)

    def redirect(self, token: str, seq: int, now: float, destination: str) -> None:
        """An answer sent the browser to this URL."""
        self.redirects[token] = (*self.redirects.get(token, ())[-7:], (seq, now, destination))
        self.redirects.move_to_end(token)
        _trim(self.redirects)


def _trim(table: OrderedDict[str, T]) -> None:
    while len(table) > LIMIT:
        table.popitem(last=False)
