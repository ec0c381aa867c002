"""CNAME look-ups beside the loop: answers ring, hosts are asked once, a tracker in disguise is unmasked."""

from __future__ import annotations

import select
from functools import lru_cache

import pytest

from mouchard.analyser.lookups import Lookups
from mouchard.analysis import Analysis
from mouchard.capture.records import Origin, Request, Response
from mouchard.classify import Classifier
from mouchard.classify.cname import Resolver
from mouchard.detect import Detector
from mouchard.keys import Keys
from mouchard.supervisor.settings import Settings

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"


class Names(Resolver):
    """A resolver with a fixed answer, that counts its questions."""

    def __init__(self, **chains: tuple[str, ...]) -> None:
        super().__init__()
        self.chains = {host.replace("_", "."): chain for host, chain in chains.items()}
        self.asked: list[str] = []

    async def chain(self, host: str) -> tuple[str, ...]:
        self.asked.append(host)
        return self.chains.get(host, ())


def test_answers_ring_and_each_host_is_asked_once() -> None:
    names = Names(a_shop_fr=("x.tracker.example",))
    lookups = Lookups(names)
    try:
        for host in ("b.shop.fr", "a.shop.fr", "a.shop.fr"):
            lookups.ask(host)
        assert select.select([lookups], [], [], 20)[0] == [lookups]
        assert list(lookups.answers()) == [("a.shop.fr", ("x.tracker.example",))]
        assert not select.select([lookups], [], [], 0)[0]
        assert names.asked == ["b.shop.fr", "a.shop.fr"]
    finally:
        lookups.close()


@lru_cache(1)
def classifier() -> Classifier:
    return Classifier.load()


def test_a_first_party_host_that_points_to_a_tracker_is_judged_again() -> None:
    analysis = Analysis(classifier(), Detector(), Keys(bytes(32)))
    origin = Origin("127.0.0.1", "regular", "", "c")

    def request(seq: int, url: str, **headers: str) -> Request:
        fields = (("User-Agent", AGENT), *((k.replace("_", "-"), v) for k, v in headers.items()))
        return Request("c", seq, 1000.0 + seq, origin, "GET", url, "HTTP/2", fields, b"", 0)

    page = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document", "Sec_Fetch_Site": "none"}
    analysis.feed(request(1, "https://www.boutique-exemple.fr/", **page))
    analysis.feed(
        Response("c", 2, 1002.0, 1, "answered", 200, (("Content-Type", "text/html"),), b"", 0, "", 1002.0)
    )
    own = {
        "Sec_Fetch_Site": "same-site",
        "Sec_Fetch_Dest": "image",
        "Referer": "https://www.boutique-exemple.fr/",
    }
    [first] = analysis.feed(request(3, "https://ab12.boutique-exemple.fr/p?x=1", **own))
    assert (first.verdict.party, first.verdict.is_tracker) == ("first", False)
    assert analysis.learn("ab12.boutique-exemple.fr", ("cdn.boutique-exemple.fr",)) == ()
    [again] = analysis.learn("ab12.boutique-exemple.fr", ("boutique.eulerian.net",))
    assert again.message.seq == 3
    assert again.verdict.is_tracker and again.verdict.party == "relay"
    assert again.verdict.company is not None and again.verdict.company.name == "Eulerian"


@pytest.mark.parametrize(
    ("more", "asks"),
    [
        ({}, True),
        ({"cname": False}, False),
        ({"upstream": "http://127.0.0.1:3128"}, False),
        ({"options": ("mouchard_resolve=*=127.0.0.1:1",)}, False),
    ],
)
def test_nobody_is_asked_where_the_proxy_asks_nobody(tmp_path, more: dict[str, object], asks: bool) -> None:  # type: ignore[no-untyped-def]
    settings = Settings(db=tmp_path / "a.db", **({"cname": True} | more))  # type: ignore[arg-type]
    assert ("--cname" in settings.for_analyser()) is asks
