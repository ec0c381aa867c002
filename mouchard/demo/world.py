"""The demo's world: two French shops, a news site and the companies listening on them, all on loopback.

Sites and small companies are invented; Meta and Google are played under their real host names, in the
documented formats, and no request of the demo ever leaves this machine.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from importlib.resources import files

from mouchard.demo.person import Person
from mouchard.demo.server import Answer, Ask

SHOP = "www.boutique-lilas.example"
CHOICE = "www.maison-olive.example"
"""A second shop, with a consent banner; nobody visits it by itself."""
NEWS = "www.le-quotidien.example"
LETTERS = "lettres.courrier-vif.example"
ADS = "sync.regie-sirocco.example"
CHAT = "chat.aide-directe.example"
META_SCRIPT = "connect.facebook.net"
META = "www.facebook.com"
GOOGLE_SCRIPT = "www.googletagmanager.com"
GOOGLE = "www.google-analytics.com"
COLLECT = (GOOGLE, "/g/collect")

FIRST_PAGE = f"https://{SHOP}/"
LAST_PAGE = "/fin"

GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")

PAGES: Mapping[tuple[str, str], str] = {
    (SHOP, "/"): "shop.html",
    (SHOP, "/produit"): "product.html",
    (SHOP, "/commande"): "order.html",
    (SHOP, "/merci"): "thanks.html",
    (CHOICE, "/"): "olive.html",
    (NEWS, "/"): "news.html",
    (NEWS, "/sante/vivre-avec-le-diabete"): "article.html",
    (NEWS, LAST_PAGE): "end.html",
}
SCRIPTS: Mapping[tuple[str, str], str] = {
    (META_SCRIPT, "/en_US/fbevents.js"): "pixel.js",
    (GOOGLE_SCRIPT, "/gtag/js"): "gtag.js",
    (CHOICE, "/choix.js"): "choice.js",
    (SHOP, "/visitor.js"): "visitor.js",
    (NEWS, "/visitor.js"): "visitor.js",
}


class World:
    """Answers every host; `ended` is set when the visitor has seen the last page."""

    def __init__(self, person: Person, pace: float = 1.0) -> None:
        """`pace` stretches the visitor's pauses; 0 makes the visit as quick as the browser is."""
        self.ended = threading.Event()
        self._visit = json.dumps({"person": _typed(person), "pace": pace})

    def answer(self, ask: Ask) -> Answer:
        place = (ask.host, ask.url.path)
        if page := PAGES.get(place):
            if ask.url.path == LAST_PAGE:
                self.ended.set()
            return Answer(body=_asset(page))
        if script := SCRIPTS.get(place):
            text = _asset(script).replace(b"__VISIT__", self._visit.encode())
            return Answer(type="text/javascript; charset=utf-8", body=text)
        if ask.host in (SHOP, CHOICE, NEWS) and ask.url.path.endswith(".css"):
            return Answer(type="text/css", body=_asset("site.css"))
        if ask.host in (SHOP, CHOICE, NEWS):
            return Answer(404, body=b"<!doctype html><title>404</title>")
        if place == COLLECT:  # as Google does: a body that no script reads keeps a page from falling silent
            return Answer(204, headers=_third_party_headers(ask))
        return Answer(type="image/gif", body=GIF, headers=_third_party_headers(ask))


def _third_party_headers(ask: Ask) -> dict[str, str]:
    headers = {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"}
    profile = dict(part.partition("=")[::2] for part in ask.url.query.split("&")).get("profil")
    if ask.host == ADS and profile:  # the advertiser remembers who this is, on every site from now on
        headers["Set-Cookie"] = f"profil={profile}; Secure; SameSite=None; Max-Age=31536000; Path=/"
    return headers


def _typed(person: Person) -> dict[str, str]:
    """Form field -> what is typed into it."""
    return {
        "prenom": person.first_name,
        "nom": person.last_name,
        "courriel": person.email,
        "telephone": person.phone,
        "rue": person.street,
        "code_postal": person.zip,
        "ville": person.city,
    }


def _asset(name: str) -> bytes:
    return files("mouchard.demo").joinpath("site", name).read_bytes()
