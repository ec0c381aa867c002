"""The state machine: feed it sightings and answers in order, get sites with confidence and reason.

What a request says of itself comes first, then what its browser keeps apart by site, then a guess. The
rules come from a lab of every kind of request in Chromium 156 and Firefox ESR 153 (own measurement,
2026-11-21). A guess is never marked high; what cannot be known names its candidates.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mouchard.attribute.facts import Answer, Event, Sighting
from mouchard.attribute.pages import Page, Pages
from mouchard.attribute.reason import Reason
from mouchard.attribute.statements import BROWSER, Statements, found, site_url, unnamed
from mouchard.attribute.ties import Ties
from mouchard.classify.site import site_of
from mouchard.model import Attributed, Confidence

MEMORY = 20_000
"""Messages remembered, for sockets, redirects and late evidence."""
CLIENTS = 1024
"""Clients remembered."""
MAKES_REQUESTS = frozenset(
    "iframe frame fencedframe style script worker sharedworker serviceworker object embed".split()
)
"""Destinations whose own sub-requests name them, not the page, as their origin."""
FRAMES = frozenset("iframe frame fencedframe object embed".split())
"""Those of them that are documents."""


@dataclass(slots=True)
class _Seen:
    """A message as it stands now."""

    s: Sighting
    attributed: Attributed
    page_load: bool


class Attribution:
    """`feed(event)` gives the attribution of that message, and new ones of earlier messages."""

    def __init__(self) -> None:
        self._clients: OrderedDict[tuple[str, str], Pages] = OrderedDict()
        self._seen: OrderedDict[int, _Seen] = OrderedDict()
        self._ties = Ties()
        self.corrections: dict[int, str] = {}
        """seq → site of the messages that the person has put right."""

    def feed(self, event: Event) -> tuple[Attributed, ...]:
        """Attribution of the message (first), then revisions of earlier messages, if any."""
        return self._answer(event) if isinstance(event, Answer) else self._request(event)

    def settled(self, seq: int) -> Attributed | None:
        """The latest attribution of a remembered message."""
        seen = self._seen.get(seq)
        return seen.attributed if seen else None

    def seen(self, seq: int) -> Sighting | None:
        """The facts of a remembered message."""
        seen = self._seen.get(seq)
        return seen.s if seen else None

    def correct(self, seq: int, site: str, client: str) -> Attributed:
        """The person says where a message belongs: that stands."""
        self.corrections[seq] = site
        attributed = Attributed(seq, site, "high", Reason.CORRECTED, client)
        if seen := self._seen.get(seq):
            seen.attributed = attributed
        return attributed

    def current(self, client: str, now: float) -> str:
        """The site of the client's latest page, or empty."""
        latest = [
            page for (key, _), pages in self._clients.items() if key == client for page in pages.latest(now)
        ]
        return max(latest, key=lambda page: page.active).site if latest else ""

    # --- requests ----------------------------------------------------------------------------

    def _request(self, s: Sighting) -> tuple[Attributed, ...]:
        socket = self._seen.get(s.request)
        if s.request != s.seq and socket is not None:  # a frame belongs where its socket does
            told = replace(socket.attributed, seq=s.seq)
            told = self._corrected(s, told)
            self._remember(_Seen(s, told, False))
            return (told,)
        pages = self._pages(s)
        said = Statements(s, pages, self.settled)
        page_load = not s.purpose and said.page_load(self._ties.site(s))
        attributed = said.navigation() if page_load else said.attributed()
        revised: list[Attributed] = []
        if page_load or (attributed and attributed.site == BROWSER) or s.purpose:
            attributed = attributed or said.guess(())
            if page_load and attributed.confidence == "high":
                self._ties.settle(s, attributed.site)
        elif attributed and attributed.site.startswith("app:"):
            pass
        else:
            attributed, revised = self._weigh(s, said, attributed)
            revised += self._causes(s, attributed, pages)
        attributed = self._corrected(s, attributed)
        self._remember(_Seen(s, attributed, page_load))
        self._learn(s, attributed, pages, page_load)
        return (attributed, *revised)

    def _weigh(
        self, s: Sighting, said: Statements, stated: Attributed | None
    ) -> tuple[Attributed, list[Attributed]]:
        """What the request says, held against what its browser keeps apart."""
        bound = self._ties.site(s)
        if stated and stated.confidence == "high":
            if bound and bound.site != stated.site:  # one of the two is not what it seems
                self._ties.settle(s, stated.site)
                sites = (stated.site, bound.site)
                why = Reason.CONTRADICTED.format(why=stated.why, other=bound.why, sites=", ".join(sites))
                return replace(stated, confidence="low", why=why, candidates=sites), []
            return stated, self._free(self._ties.settle(s, stated.site))
        candidates = stated.candidates if stated else ()
        if bound:
            if bound.confidence != "high":
                self._ties.provisional(s)
            fits = not stated or bound.site in (stated.site, *candidates)
            how = bound.confidence if fits else "medium"
            return found(s, bound.site, how, bound.why, site_url(said.pages, bound.site)), []
        if stated is None or len(candidates) > 1:
            stated = said.guess(candidates, unnamed(stated) if stated else "", self._ties.elsewhere(s))
        best, others = self._ties.wait(s, stated.site)
        if best == stated.site or (candidates and best not in candidates):
            return stated, []
        why = Reason.CONNECTION_LIKELY.format(site=best)
        revised: list[Attributed] = []
        for seq in others:
            seen = self._seen.get(seq)
            if seen and seen.attributed.confidence != "high" and seen.attributed.site != best:
                revised += self._revise(seen, replace(seen.attributed, site=best, why=why))
        return replace(stated, site=best, confidence="low", why=why), revised

    def _causes(self, s: Sighting, attributed: Attributed, pages: Pages) -> list[Attributed]:
        """The requests that were redirected here, whose site was a guess, now that this one's is sure."""
        revised: list[Attributed] = []
        if attributed.confidence != "high":
            return revised
        token, past = s.url_token, {s.seq}
        while len(causes := pages.redirected(token, s.time, s.fetch_dest)) == 1:
            seen = self._seen.get(causes[0])
            if seen is None or seen.page_load or seen.attributed.confidence != "low" or causes[0] in past:
                break
            why = Reason.REDIRECTED_TO.format(seq=s.seq, why=attributed.why)
            revised += self._revise(seen, found(seen.s, attributed.site, "medium", why, attributed.page))
            past.add(causes[0])
            token = seen.s.url_token
        return revised

    def _free(self, waiting: Sequence[int]) -> list[Attributed]:
        """Messages that waited for their connection or cookies to be settled."""
        revised: list[Attributed] = []
        for seq in waiting:
            seen = self._seen.get(seq)
            if seen is None or seen.page_load or seen.attributed.confidence == "high":
                continue
            if bound := self._ties.site(seen.s):
                page = site_url(self._pages(seen.s), bound.site)
                revised += self._revise(seen, found(seen.s, bound.site, bound.confidence, bound.why, page))
        return revised

    def _learn(self, s: Sighting, attributed: Attributed, pages: Pages, page_load: bool) -> None:
        """What this request tells of those to come."""
        site, sure = attributed.site, attributed.confidence == "high"
        if site in ("", BROWSER) or site.startswith("app:"):
            return
        if not page_load and not s.purpose and (s.fetch_dest in MAKES_REQUESTS or not s.stated):
            # Over plain http the destination is not said: anything may make requests of its own.
            pages.load(s.url_token, site, attributed.confidence)
            if site != site_of(s.host):
                for other in attributed.candidates:
                    pages.maybe(s.host, other, s.time)
                pages.embed(s.host, site, s.time)
        asker = s.referer or s.origin
        if sure and not page_load and asker in pages.embedded and site != site_of(asker):
            pages.embed(asker, site, s.time)  # this frame is alive, here and now
        if sure and not s.purpose:
            pages.touch(site, s.time)
            page = pages.open.get(site)
            if page and not page_load and s.fetch_site in ("same-origin", "same-site") and s.method == "GET":
                page.named += 1 if s.referer else -1

    def _corrected(self, s: Sighting, attributed: Attributed) -> Attributed:
        site = self.corrections.get(s.seq)
        return attributed if site is None else Attributed(s.seq, site, "high", Reason.CORRECTED, s.client)

    def _pages(self, s: Sighting) -> Pages:
        """What this client has open; the web views of two apps are two clients."""
        key = (s.client, s.app)
        pages = self._clients.get(key)
        if pages is None:
            pages = self._clients[key] = Pages()
        self._clients.move_to_end(key)
        if len(self._clients) > CLIENTS:
            self._clients.popitem(last=False)
        return pages

    def _remember(self, seen: _Seen) -> None:
        self._seen[seen.s.seq] = seen
        if len(self._seen) > MEMORY:
            self._seen.popitem(last=False)

    # --- answers -----------------------------------------------------------------------------

    def _answer(self, event: Answer) -> tuple[Attributed, ...]:
        seen = self._seen.get(event.request)
        if seen is None:
            return ()
        s, site = seen.s, seen.attributed.site
        pages = self._pages(s)
        if event.location_token:
            pages.redirect(event.location_token, s.seq, event.time, s.fetch_dest)
        if s.purpose or not site:
            return ()
        if not seen.page_load:
            self._acts(seen, pages, event)
            sure = seen.attributed.confidence == "high"
            return (
                tuple(self._free(self._ties.given(s, site, event.cookies))) if sure and event.cookies else ()
            )
        if event.is_html and (200 <= event.status < 300 or event.status >= 400):
            sure = seen.attributed.confidence == "high"
            pages.opened(site, s.page, event.time, sure, s.secure, event.silent)
            pages.load(s.url_token, site, seen.attributed.confidence)
            return tuple(self._bounces(s, site, pages))
        if 300 <= event.status < 400:
            return ()  # a hop: settled when the page it leads to opens
        return tuple(self._revise(seen, self._opener(s, pages, Reason.NO_PAGE)))

    def _acts(self, seen: _Seen, pages: Pages, event: Answer) -> None:
        """What has just arrived is likely to make the next requests."""
        s, site = seen.s, seen.attributed.site
        if event.location_token or not (s.fetch_dest in MAKES_REQUESTS or not s.stated):
            return
        if page := pages.open.get(site):
            page.acts = event.time
            if s.fetch_dest in FRAMES and seen.attributed.confidence != "low":
                page.framed = event.time
        if site != site_of(s.host) and s.host in pages.embedded and seen.attributed.confidence != "low":
            pages.embed(s.host, site, event.time)

    def _bounces(self, s: Sighting, site: str, pages: Pages) -> list[Attributed]:
        """The redirect hops that led to a page which has now opened."""
        changed: list[Attributed] = []
        token, past = s.url_token, {s.seq}
        while hops := [
            hop
            for hop in pages.redirected(token, s.time, s.fetch_dest)
            if hop in self._seen and hop not in past
        ]:
            seen = self._seen[hops[0]]
            past.add(hops[0])
            token = seen.s.url_token
            if not seen.page_load or site_of(seen.s.host) == site:
                continue
            bounce = Reason.BOUNCE.format(onward=site)
            opener = self._opener(seen.s, pages, bounce, without=site)
            if not opener.site or opener.site == site_of(seen.s.host):
                opener = found(seen.s, site, "medium", Reason.OPENED_BY_NONE.format(why=bounce))
            changed += self._revise(seen, opener)
        return changed

    def _opener(self, s: Sighting, pages: Pages, why: str, without: str = "") -> Attributed:
        """The page that made a navigation happen."""
        host = s.referer or ("" if s.origin == "null" else s.origin)
        if host and (page := pages.page(site_of(host), s.time)):
            how: Confidence = "high" if page.sure and not pages.embedders(host, s.time) else "medium"
            return found(s, page.site, how, Reason.OPENED_BY_REFERER.format(why=why), page.url)
        if s.fetch_site in ("", "none"):
            return found(s, without, "medium", Reason.OPENED_BY_NONE.format(why=why))
        latest = [page for page in pages.latest(s.time) if page.opened < s.time and page.site != without]
        if not latest:
            return found(s, without, "low", why)
        how = "medium" if len(latest) == 1 else "low"
        return found(s, _quiet_first(latest)[0].site, how, Reason.OPENED_BY_OPEN.format(why=why))

    def _revise(self, seen: _Seen, new: Attributed) -> tuple[Attributed, ...]:
        was = seen.attributed
        if (
            was.why == Reason.CORRECTED
            or (new.site, new.confidence) == (was.site, was.confidence)
            or not new.site
        ):
            return ()
        seen.attributed = new
        return (new,)


def _quiet_first(pages: list[Page]) -> list[Page]:
    """Those whose requests name nobody first: the navigation named nobody."""
    return sorted(pages, key=lambda page: not page.silent)
