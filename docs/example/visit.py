"""An invented visit, record by record: a lamp looked at, a checkout begun, the banner answered in each way.

Shop, person and identifiers are fiction; the recipients and their formats are real. Nothing of it was ever
sent. The first profile refuses; the second accepts, and withdraws later.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from mouchard.capture.records import Capture, Headers, Mark, Origin, Phase, Record, Request, Response, Sealed

SITE = "maison-lumiere.example"
HOME, LAMP, CHECKOUT = (f"https://www.{SITE}{path}" for path in ("/", "/lampes/arc-laiton", "/commande"))
PERSON = {
    "email": ["camille.martin@courriel.example"],
    "phone": ["06 39 98 41 27"],
    "first_name": ["Camille"],
    "last_name": ["Martin"],
    "zip": ["35000"],
    "city": ["Rennes"],
}
START = 1_795_251_663.0
"""21 November 2026, 09:01:03 UTC."""
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PIXEL = "204815162342108"
FBP = "fb.1.1795251663000.1029384756"
TOOL = "Mouchard 0.1.0, Python 3.13, mitmproxy 12.2"

EMAIL = PERSON["email"][0]
PHONE = "33639984127"


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def tcf(purposes: int) -> str:
    """A TCF v2 string of the invented banner (number 999) with these purposes, a bit each."""
    fields = (
        (2, 6), (17951, 36), (17951, 36), (999, 12), (1, 12), (1, 6), (0x0C4, 12), (48, 12), (4, 6), (1, 1),
        (0, 1), (0, 12), (purposes, 24), (0, 24), (0, 1), (0x0C4, 12), (97, 16), (0, 1),
        (1 if purposes else 0, 97), (0, 3),
    )  # fmt: skip
    bits, length = 0, 0
    for value, size in fields:
        bits, length = bits << size | value, length + size
    bits <<= -length % 8
    return base64.urlsafe_b64encode(bits.to_bytes((length + 7) // 8, "big")).decode().rstrip("=")


ALL, NONE = tcf(0xFFE000), tcf(0)


class Recorder:
    """Numbers the records of one capture."""

    def __init__(self, name: str) -> None:
        digest = hashlib.sha256(name.encode()).hexdigest()
        self.capture = Capture(digest[:32], "live", "", START, TOOL)
        self.records: list[Record] = []
        self._page = HOME

    def page(self, at: float, url: str) -> None:
        """The person opens a page."""
        document = (
            ("Sec-Fetch-Dest", "document"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-Site", "none"),
        )
        self._page = url
        self._send(at, "GET", url, document, b"", "text/html; charset=utf-8")

    def get(self, at: float, url: str, query: dict[str, str] | list[tuple[str, str]] | None = None) -> None:
        """A request that the page makes."""
        whole = f"{url}?{urlencode(query)}" if query else url
        self._send(at, "GET", whole, self._from_page("image"), b"", "image/gif")

    def post(self, at: float, url: str, query: dict[str, str]) -> None:
        """The same with a form as its body."""
        more = (*self._from_page("empty"), ("Content-Type", "application/x-www-form-urlencoded"))
        self._send(at, "POST", url, more, urlencode(query).encode(), "text/plain")

    def post_json(self, at: float, url: str, content: object) -> None:
        """The same with JSON as its body."""
        more = (*self._from_page("empty"), ("Content-Type", "application/json"))
        self._send(at, "POST", url, more, json.dumps(content).encode(), "application/json")

    def choose(self, at: float, phase: Phase) -> None:
        """A click on the banner, seen in the browser."""
        self.records.append(Mark(self.capture.id, self._seq(), START + at, SITE, "", phase, "browser", False))

    def sealed(self, at: float, host: str) -> None:
        """A connection that could not be read."""
        origin, detail = self._origin(), "unknown CA"
        self.records.append(
            Sealed(self.capture.id, self._seq(), START + at, origin, host, 443, "distrusted", detail)
        )

    def _from_page(self, kind: str) -> Headers:
        return (("Referer", self._page), ("Sec-Fetch-Dest", kind), ("Sec-Fetch-Site", "cross-site"))

    def _send(self, at: float, method: str, url: str, more: Headers, body: bytes, kind: str) -> None:
        host = url.split("/")[2]
        headers = (("Host", host), ("User-Agent", FIREFOX), *more)
        seq, time = self._seq(), START + at
        self.records.append(
            Request(
                self.capture.id, seq, time, self._origin(), method, url, "HTTP/2.0", headers, body, len(body)
            )
        )
        answer = (("Content-Type", kind), ("Date", "Sat, 21 Nov 2026 09:01:03 GMT"))
        self.records.append(
            Response(
                self.capture.id, seq + 1, time + 0.08, seq, "answered", 200, answer, b"", 43, "", time + 0.08
            )
        )

    def _origin(self) -> Origin:
        return Origin("127.0.0.1", "regular", "", f"connection-{self.capture.id[:4]}")

    def _seq(self) -> int:
        return len(self.records) + 1


def meta(event: str, page: str, **more: str) -> dict[str, str]:
    """A call of the Meta pixel."""
    return {
        "id": PIXEL, "ev": event, "dl": page, "rl": HOME, "if": "false", "ts": "1795251664000", "sw": "1440",
        "sh": "900", "fbp": FBP, "it": "1795251663900", **more,
    }  # fmt: skip


def google(event: str, page: str, consent: str) -> dict[str, str]:
    """A call of Google Analytics 4."""
    return {"v": "2", "tid": "G-LUMIERE001", "cid": "1928374650.1795251663", "en": event, "dl": page,
            "dt": "Maison Lumière", "gcs": consent}  # fmt: skip


def tags(told: Recorder, at: float, page: str, which: slice = slice(None)) -> None:
    """The smaller tags of a page, each with the page or a number for the browser."""
    calls = (
        (
            "https://ct.pinterest.com/v3/",
            {"event": "pagevisit", "tid": "2613049583721", "ad": f'{{"loc":"{page}"}}'},
        ),
        ("https://bat.bing.com/action/0", {"ti": "187033912", "evt": "pageLoad", "p": page}),
        ("https://px.ads.linkedin.com/collect", {"v": "2", "pid": "40219", "url": page}),
        (
            "https://tr.snapchat.com/p",
            {"pid": "6f0f9b9a-3c2e-4f64-9a3e-2f6f5f0a1b2c", "u_c1": _number("snap")},
        ),
        ("https://insight.adsrvr.org/track/pxl/", {"adv": "lumiere1", "upid": "arc01", "ref": page}),
        ("https://c.contentsquare.net/pageview", {"pid": "40219", "uu": _number("square"), "url": page}),
        ("https://analytics.tiktok.com/api/v2/pixel", {}),
    )
    for number, (url, query) in enumerate(calls[which]):
        if query:
            told.get(at + number / 10, url, query)
        else:
            told.post_json(at + number / 10, url, {"event": "Pageview", "context": {"page": {"url": page}}})


def _number(seed: str) -> str:
    return f"{md5(seed)[:8]}-{md5(seed)[8:12]}-4a1b-8c2d-{md5(seed)[12:24]}"


def first_page(told: Recorder) -> None:
    """The home page before any choice: fonts and payment, and already two trackers."""
    told.page(0.0, HOME)
    told.get(0.2, "https://use.typekit.net/lum1ere.css")
    told.get(0.2, "https://cdn.jsdelivr.net/npm/swiper/swiper.min.js")
    told.get(0.3, "https://js.stripe.com/v3/")
    told.get(0.4, "https://www.facebook.com/tr/", meta("PageView", HOME))
    told.get(0.5, "https://region1.google-analytics.com/g/collect", google("page_view", HOME, "G1--"))


def matched(page: str, *, phone: bool) -> dict[str, str]:
    """Meta's automatic advanced matching: hashes of what stands in the form, before it is submitted."""
    found = {"udff[em]": sha(EMAIL), "cudff[em]": "*******.******@********.*******"}
    if phone:
        found |= {"udff[ph]": sha(PHONE), "udff[zp]": sha("35000")}
    details = {"cd[content_name]": "Lampe Arc laiton", "cd[value]": "149.00", "cd[currency]": "EUR"}
    return meta("SubscribedButtonClick", page, es="automatic", eid="7d1e4c02", **details, **found)


def refusing() -> Recorder:
    """The first profile: before, then everything refused."""
    told = Recorder("maison-lumiere: refuse")
    first_page(told)
    told.choose(9.5, "refused")
    told.page(14.0, LAMP)
    told.get(
        14.6, "https://www.facebook.com/tr/", meta("ViewContent", LAMP, **{"cd[content_ids]": "LAMPE-ARC-01"})
    )
    told.get(14.7, "https://region1.google-analytics.com/g/collect", google("page_view", LAMP, "G100"))
    tags(told, 15.0, LAMP, slice(1))
    told.page(290.0, CHECKOUT)
    told.post(309.4, "https://www.facebook.com/tr/", matched(CHECKOUT, phone=False))
    told.post(309.5, f"https://gw.{SITE}/events", matched(CHECKOUT, phone=False))
    told.sealed(310.0, "telemetrie.application.example")
    return told


def accepting() -> Recorder:
    """The second profile: before, accepted, withdrawn."""
    told = Recorder("maison-lumiere: accept")
    first_page(told)
    told.choose(8.0, "accepted")
    told.page(12.0, LAMP)
    told.get(
        12.5, "https://www.facebook.com/tr/", meta("ViewContent", LAMP, **{"cd[content_ids]": "LAMPE-ARC-01"})
    )
    told.get(12.6, "https://region1.google-analytics.com/g/collect", google("page_view", LAMP, "G111"))
    tags(told, 12.8, LAMP)
    told.page(60.0, CHECKOUT)
    basket = quote("e=vb&p=[" + quote("i=LAMPE-ARC-01&pr=149.00&q=1") + "]", safe="")
    person = quote(f"e=ce&m=[{sha(md5(EMAIL))}]&h=sha256", safe="")
    told.get(
        76.0, f"https://sslwidget.criteo.com/event?a=90210&v=5.23.0&p0={person}&p1={basket}&uid={md5('cto')}"
    )
    hashes = [("it", "4"), ("iv", md5(EMAIL)), ("it", "4"), ("iv", hashlib.sha1(EMAIL.encode()).hexdigest()),
              ("it", "4"), ("iv", sha(EMAIL)), ("ct", "4"), ("cv", ALL)]  # fmt: skip
    told.get(76.3, "https://api.rlcdn.com/api/identity/v2/envelope", [("pid", "13421"), *hashes])
    told.post(77.0, "https://www.facebook.com/tr/", matched(CHECKOUT, phone=True))
    told.post(77.1, f"https://gw.{SITE}/events", matched(CHECKOUT, phone=False))
    told.choose(180.0, "withdrawn")
    told.page(190.0, LAMP)
    told.post(191.0, "https://www.facebook.com/tr/", matched(LAMP, phone=False))
    told.post(191.1, f"https://gw.{SITE}/events", matched(LAMP, phone=False))
    told.get(191.3, "https://region1.google-analytics.com/g/collect", google("page_view", LAMP, "G111"))
    tags(told, 191.5, LAMP, slice(3))
    return told


def visits() -> Iterator[Recorder]:
    """Both profiles."""
    yield refusing()
    yield accepting()
