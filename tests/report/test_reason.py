"""Reasons name the site of the report and no other, and are said in the reader's language."""

from __future__ import annotations

import string

import pytest

from mouchard import language
from mouchard.attribute.reason import Reason
from mouchard.report.reason import SAID, own, spoken


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (
            "Referer names a document, loaded by one of 2 sites: shop.example, clinic.example",
            "Referer names a document, loaded by one of 2 sites",
        ),
        (
            "its address quotes one of shop.example: shop.example, clinic.example, …",
            "its address quotes one of shop.example",
        ),
        (
            "Origin names the open page shop.example; but same cookies as a request of clinic.example; this"
            " browser keeps them apart by site: one of shop.example, clinic.example",
            "Origin names the open page shop.example; another sign speaks for another site",
        ),
        (
            "names no page; the likeliest of several active ones: shop.example, clinic.example",
            "names no page; the likeliest of several active ones",
        ),
        (
            "redirected there by request 7: Origin names x.fr, loaded by one of 2 sites: a.example, clinic.x",
            "redirected there by request 7: Origin names x.fr, loaded by one of 2 sites",
        ),
        (
            "bounce on the way to clinic.example, from the page its Referer names",
            "bounce on the way to another site, from the page its Referer names",
        ),
        ("Sec-Fetch-Site: same-origin with the open page shop.example",) * 2,
        ("the browser itself: no page asked for it (Sec-Fetch-Site: none)",) * 2,
        ("told by an older Mouchard: shop.example, clinic.example", "told by an older Mouchard"),
    ],
)
def test_no_other_site_is_named(why: str, said: str) -> None:
    assert own(why) == said
    assert "clinic" not in own(why)


@pytest.mark.parametrize(
    ("why", "english", "french"),
    [
        (
            "Referer names a document loaded by shop.example alone",
            "the Referer names a document that only shop.example loads",
            "le Referer désigne un document que seul shop.example charge",
        ),
        (
            "Origin names the open page shop.example",
            "Origin names the open page shop.example",
            "Origin désigne la page ouverte shop.example",
        ),
        (
            "names no page; the likeliest of several active ones: shop.example, news.example",
            "it names no page; the likeliest of several: shop.example, news.example",
            "elle ne désigne aucune page ; la plus probable de plusieurs : shop.example, news.example",
        ),
        (
            "redirected there by request 7: page load",
            "a redirect, request 7: the page itself was loaded",
            "une redirection, requête 7 : la page elle-même a été chargée",
        ),
        (
            "Origin names the open page shop.example; another sign speaks for another site",
            "Origin names the open page shop.example; another sign speaks for another site",
            "Origin désigne la page ouverte shop.example ; un autre signe parle pour un autre site",
        ),
        (
            "Referer names a document, likely loaded by one of 2 sites",
            "the Referer names a document that one of 2 sites seems to load",
            "le Referer désigne un document que semble charger l’un de 2 sites",
        ),
        (
            "bounce on the way to another site, from the page its Referer names",
            "a bounce on the way to another site, from the page that its Referer names",
            "un rebond vers un autre site, depuis la page que désigne son Referer",
        ),
        (
            "Origin names the open page shop.example; but same connection as a request of news.example; this"
            " browser keeps one per site: one of shop.example, news.example",
            "Origin names the open page shop.example; but same connection as a request of news.example; this"
            " browser keeps one per site: one of shop.example, news.example",
            "Origin désigne la page ouverte shop.example ; mais même connexion qu’une requête de"
            " news.example ; ce navigateur en tient une par site : l’un de shop.example, news.example",
        ),
        ("something new", "something new", "something new"),
    ],
)
def test_the_language_of_a_reason(why: str, english: str, french: str) -> None:
    language.use("en")
    assert spoken(why) == english
    language.use("fr")
    assert spoken(why) == french


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_words_with_the_same_parts(reason: Reason) -> None:
    def parts(text: str) -> set[str]:
        return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}

    assert parts(SAID[reason]) <= parts(reason)
