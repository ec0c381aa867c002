"""What one request says of the page it belongs to, by itself and beside what its client has open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import unquote, urlsplit

from mouchard.attribute.facts import Sighting
from mouchard.attribute.pages import Page, Pages
from mouchard.attribute.reason import Reason
from mouchard.attribute.ties import Bound
from mouchard.classify.site import site_of
from mouchard.model import Attributed, Confidence

BROWSER = "browser"
"""The site given to a browser's own traffic: updates, safe browsing, look-ups."""
RECENT = 30.0
"""Seconds in which the only active page is a fair guess."""
NAMED = 4
"""Candidates named in a reason."""
BUSY = 2.0
"""Seconds within which a page that sends requests is held to be still loading."""
_ADDRESS = re.compile(r"https?://([\w.-]{1,253})", re.ASCII)


class Statements:
    """One request beside what its client has open. `settled` gives the attribution of an earlier one."""

    def __init__(self, s: Sighting, pages: Pages, settled: Callable[[int], Attributed | None]) -> None:
        self.s = s
        self.pages = pages
        self._settled = settled

    # --- pages -------------------------------------------------------------------------------

    def page_load(self, bound: Bound | None) -> bool:
        """Whether this loads a page at the top of a tab.

        Over plain http frames look the same: then the connection and a page still busy speak for a frame.
        """
        s = self.s
        if not s.navigation:
            return False
        own = site_of(s.host)
        if s.stated or not s.referer or site_of(s.referer) == own:
            return s.stated or bound is None or bound.site == own
        page = self.pages.page(site_of(s.referer), s.time)
        if page:
            return s.time - page.active > BUSY
        return not self.pages.embedders(s.referer, s.time)

    def navigation(self) -> Attributed:
        """A page belongs to itself."""
        s = self.s
        how: Confidence = "high" if self.surely_page() else "medium"
        return found(s, site_of(s.host), how if s.host else "low", Reason.PAGE, s.page)

    def surely_page(self) -> bool:
        """The browser said so, or it can be no frame: only a page over plain http could hold it."""
        s = self.s
        if s.stated:
            return True
        alone = all(page.secure or s.time - page.active > RECENT for page in self.pages.latest(s.time))
        return not s.secure and not s.referer and s.family not in ("app", "webview") and alone

    # --- what is said ------------------------------------------------------------------------

    def attributed(self) -> Attributed | None:
        """The site that the request names, or several candidates, or None where it names none."""
        s = self.s
        if s.purpose:
            return self._ahead()
        if s.app and s.family == "app" and s.silent:
            return found(s, f"app:{s.app}", "medium", Reason.APP.format(app=s.app))
        if s.fetch_site == "none":
            return found(s, BROWSER, "high", Reason.BROWSER)
        return self._document() or self._same_site() or self._named() or self._led()

    def _ahead(self) -> Attributed | None:
        s = self.s
        host = s.referer or s.origin
        if host and host != "null" and (page := self.pages.page(site_of(host), s.time)):
            others = self._others(host, page.site)
            how: Confidence = "high" if page.sure and not others else "medium"
            return found(s, page.site, how, Reason.AHEAD.format(purpose=s.purpose), page.url)
        if s.fetch_site == "none":
            return found(s, BROWSER, "high", Reason.AHEAD_BY_BROWSER.format(purpose=s.purpose))
        return None

    def _document(self) -> Attributed | None:
        """The very document, style sheet or worker that the Referer names."""
        s = self.s
        sites = self.pages.documents.get(s.names, {}) if s.names else {}
        if not sites:
            return None
        if len(sites) > 1:
            return self._either(list(sites)[::-1], Reason.DOCUMENT_SHARED)
        [(site, how)] = sites.items()
        page, others = site_url(self.pages, site), self._others(s.referer, site) if how == "low" else []
        if others:
            return self._either([site, *others], Reason.DOCUMENT_SHARED_LIKELY)
        why = Reason.DOCUMENT_LIKELY if how == "low" else Reason.DOCUMENT
        return found(s, site, how, why.format(site=site), page)

    def _same_site(self) -> Attributed | None:
        s = self.s
        if s.fetch_site not in ("same-origin", "same-site"):
            return None
        site = site_of(s.host)
        others = self._others(s.host, site) or self._others(s.referer or s.host, site)
        page = self.pages.page(site, s.time)
        if page and not others:
            how: Confidence = "high" if page.sure else "medium"
            why = Reason.SAME_SITE.format(relation=s.fetch_site, site=site)
            return found(s, site, how, why, page.url)
        if page or others:
            return self._either(others + ([site] if page else []), Reason.FRAME, site=site)
        return None

    def _named(self) -> Attributed | None:
        """The page or frame that Origin, then Referer, names."""
        s = self.s
        for name, host in (("Origin", s.origin), ("Referer", s.referer)):
            if not host or host == "null":
                continue
            site = site_of(host)
            page, others = self.pages.page(site, s.time), self._others(host, site)
            if page and not others:
                how: Confidence = "high" if page.sure else "medium"
                return found(s, site, how, Reason.NAMED.format(header=name, site=site), page.url)
            if page or others:
                sites = others + ([site] if page else [])
                return self._either(sites, Reason.NAMED_FRAME, header=name, host=host)
            if name == "Origin" and s.referer and site_of(s.referer) != site:
                continue  # the Referer may name a page we do know
            return found(s, site, "medium", Reason.NAMED_UNSEEN.format(header=name, site=site))
        return None

    def _led(self) -> Attributed | None:
        """Where a redirect sent the browser to this URL, the site of the request that was redirected."""
        s = self.s
        earlier = self.pages.redirected(s.url_token, s.time, s.fetch_dest)
        causes = [(seq, cause) for seq in earlier if (cause := self._settled(seq))]
        sites = list(dict.fromkeys(cause.site for _, cause in causes))
        if len(sites) > 1:
            return self._either(sites, Reason.REDIRECTED_FROM)
        for seq, cause in causes:
            return _like(s, cause, Reason.REDIRECTED_THERE.format(seq=seq, why=cause.why))
        return None

    def _others(self, host: str, site: str) -> list[str]:
        return [other for other in self.pages.embedders(host, self.s.time) if other != site]

    def _either(self, sites: Sequence[str], why: Reason, **parts: str) -> Attributed:
        """One of several sites, the first most likely."""
        if len(sites) == 1:
            page = site_url(self.pages, sites[0])
            return found(self.s, sites[0], "medium", why.format(by=sites[0], **parts), page)
        said = why.format(by=Reason.SEVERAL.format(n=len(sites)), **parts)
        return found(self.s, sites[0], "low", said, site_url(self.pages, sites[0]), sites)

    # --- what is guessed ---------------------------------------------------------------------

    def guess(self, candidates: Sequence[str], why: str = "", elsewhere: Iterable[str] = ()) -> Attributed:
        """The likeliest of the candidates, or of the open pages. `elsewhere`: sites with other cookies."""
        s = self.s
        if candidates:
            order = {site: -place for place, site in enumerate(candidates)}
            pages = [page for site in candidates if (page := self.pages.open.get(site))]
        else:
            latest = self.pages.latest(s.time)
            pages = [page for page in latest if s.time - page.active <= RECENT] or latest[:1]
            order, why = {}, Reason.LIKELIEST
        # A page over https loads nothing over plain http: browsers block it.
        plain = [] if s.secure or s.family == "app" else [page for page in pages if not page.secure]
        pages = plain or pages
        if not pages:
            return self._unknown(candidates, why)
        if len(pages) == 1 and not candidates:
            how: Confidence = "medium" if plain or len(self.pages.latest(s.time)) == 1 else "low"
            return found(s, pages[0].site, how, Reason.ONLY, pages[0].url)
        away, told = frozenset(elsewhere), self._told()

        def likely(page: Page) -> tuple[bool, bool, bool, int, float, float]:
            return (
                page.site in told,
                page.site not in away,
                s.silent and page.silent and not s.nameless,
                order.get(page.site, 0),
                page.framed if s.nameless else 0.0,
                page.acts if page.acts > page.active else page.active,
            )

        best = max(pages, key=likely)
        sites = list(dict.fromkeys([best.site, *candidates, *(page.site for page in pages)]))
        if told == {best.site}:
            why = Reason.QUOTED.format(site=best.site)
            return found(s, best.site, "medium", why, best.url, sites)
        return found(s, best.site, "low", why, best.url, sites)

    def _unknown(self, candidates: Sequence[str], why: str) -> Attributed:
        s = self.s
        if candidates:
            return found(s, candidates[0], "low", why, "", candidates)
        if s.app:
            return found(s, f"app:{s.app}", "low", Reason.APP_LIKELY.format(app=s.app))
        return found(s, "", "low", Reason.NOTHING)

    def _told(self) -> set[str]:
        """Sites of the open pages whose address the query quotes, as trackers do."""
        query = urlsplit(self.s.page).query if "//" in self.s.page else ""
        if "://" not in query and "%3A%2F%2F" not in query.upper():
            return set()
        sites = {site_of(host.lower()) for host in _ADDRESS.findall(unquote(query[:8192]))}
        return {site for site in sites if site in self.pages.open}


def found(
    s: Sighting,
    site: str,
    confidence: Confidence,
    why: str,
    page: str = "",
    candidates: Sequence[str] = (),
) -> Attributed:
    """The attribution of this message; several candidates are named in its reason."""
    if len(candidates) > 1:
        why += _list(candidates)
    return Attributed(s.seq, site, confidence, why, s.client, page, tuple(candidates))


def unnamed(stated: Attributed) -> str:
    """Its reason without the candidates it names, which come in another order now."""
    return stated.why.removesuffix(_list(stated.candidates))


def _list(candidates: Sequence[str]) -> str:
    return f": {', '.join(candidates[:NAMED])}" + (", …" if len(candidates) > NAMED else "")


def site_url(pages: Pages, site: str) -> str:
    """The URL of the site's page where it is known."""
    page = pages.open.get(site)
    return page.url if page else ""


def _like(s: Sighting, cause: Attributed, why: str) -> Attributed:
    return Attributed(s.seq, cause.site, cause.confidence, why, s.client, cause.page, cause.candidates)
