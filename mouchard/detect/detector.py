"""The detector: one message in, its hits out. Pure: the same message always gives the same hits."""

from __future__ import annotations

from functools import lru_cache

from mouchard.detect import clicks, commerce, fields, links, match, pages, shapes
from mouchard.detect.index import Index
from mouchard.detect.region import region_of
from mouchard.detect.settle import settled
from mouchard.detect.vendors import Vendor, VendorMap, bundled
from mouchard.identity.person import NOBODY, Identity
from mouchard.model import Attributed, Extraction, Hit, Message, Node, Verdict


class Detector:
    """Finds the persons' data, and what the vendors' own fields say, in messages to other companies."""

    def __init__(self, identity: Identity = NOBODY, vendors: VendorMap | None = None) -> None:
        self.identity = identity
        self.index = Index(identity)
        self.vendors = vendors or bundled()
        regions = [person.region for person in identity]
        self._region = regions[0] if regions else "FR"

    def detect(
        self,
        message: Message,
        extraction: Extraction,
        verdict: Verdict,
        attributed: Attributed,
        learned: Index | None = None,
    ) -> tuple[Hit, ...]:
        """What leaves in this message. `learned` adds what the person typed into this site's own forms.
        Data given to the site itself is no leak: a first-party message gives hits where it speaks a
        tracker's format (a relay), or an identity over plain http (an exposure)."""
        nodes = extraction.nodes
        if not nodes:
            return ()
        host, path = host_and_path(message.url)
        vendors: tuple[Vendor, ...] = ()
        if verdict.party != "first":
            vendors = self.vendors.of_host(host, path)
        if not vendors:
            vendors = self.vendors.of_form(nodes)
        if not vendors and verdict.company and (verdict.party == "relay" or verdict.grade == "P"):
            vendors = self.vendors.of_company(verdict.company.name)
        if verdict.party == "first" and not vendors:
            exposed = message.url[:5].lower() in ("http:", "ws://")
            return settled(self._identity(nodes, learned, "", attributed.site)) if exposed else ()
        site = attributed.site
        keys = extraction.keys
        hits = self._identity(nodes, learned, vendors[0].recipe if vendors else "", site)
        documented = fields.find(vendors, nodes, message, path)
        hits = _explained(hits, documented) + documented
        hits += shapes.find(nodes, keys, site, self._region_of(site))
        hits += links.find(nodes, keys)
        if not vendors:
            hits += commerce.by_form(nodes, keys)
        known = verdict.is_tracker or bool(vendors)
        hits += pages.find(nodes, keys, site, hits, known)
        if known:
            hits += clicks.find(nodes, keys, verdict.company.name if verdict.company else "")
        return settled(hits)

    def _identity(self, nodes: tuple[Node, ...], learned: Index | None, recipe: str, site: str) -> list[Hit]:
        indexes = [index for index in (self.index, learned) if index]
        return match.find(indexes, nodes, recipe, site) if indexes else []

    def _region_of(self, site: str) -> str:
        return region_of(site) or self._region


def _explained(hits: list[Hit], documented: list[Hit]) -> list[Hit]:
    """The same hits, with what the vendor's documentation says of their fields."""
    notes = {(hit.location, hit.field, hit.type): hit.note for hit in documented} if hits else {}
    if not notes:
        return hits
    return [
        hit._replace(note=note)
        if not hit.note and (note := notes.get((hit.location, hit.field, hit.type)))
        else hit
        for hit in hits
    ]


@lru_cache(16)  # each message is asked for several times in a row
def host_and_path(url: str) -> tuple[str, str]:
    """Host in lower case without port, and path with a leading slash."""
    rest = url.partition("://")[2].partition("#")[0].partition("?")[0]
    authority, _, path = rest.partition("/")
    host = authority.rpartition("@")[2]
    host = host[: host.find("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return host.lower(), "/" + path
