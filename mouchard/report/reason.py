"""Why a message belongs to the site, as a report may say it: no other site named, in plain words."""

from __future__ import annotations

import re

from mouchard.language import _, mark

_OTHERS = re.compile(r"( sites| one of [^\s,;:]+| several active ones): .*$", re.DOTALL)
_ONWARD = re.compile(r"(bounce on the way to )[^\s,]+")
_AGAINST = re.compile(r"; but .*$", re.DOTALL)
_SAID: tuple[tuple[str, str], ...] = (
    (
        r"Referer names a document loaded by (?P<site>\S+) alone",
        mark("the Referer names a document that only {site} loads"),
    ),
    (
        r"(?P<name>Origin|Referer) names the open page (?P<site>\S+)",
        mark("{name} names the open page {site}"),
    ),
    (
        r"(?P<name>Origin|Referer) names (?P<site>\S+), whose page was not seen to load",
        mark("{name} names {site}, whose page was not seen to load"),
    ),
    (
        r"Sec-Fetch-Site: (?P<name>\S+) with the open page (?P<site>\S+)",
        mark("the browser says {name}, and the page {site} is open"),
    ),
    (
        r"same connection as a request of (?P<site>\S+); this browser keeps one per site",
        mark("same connection as a request of {site}; this browser keeps one per site"),
    ),
    (
        r"same cookies as a request of (?P<site>\S+); this browser keeps them apart by site",
        mark("same cookies as a request of {site}; this browser keeps them apart by site"),
    ),
    (r"names no page; the only active one", mark("it names no page; only one was active")),
    (
        r"names no page; the likeliest of several active ones",
        mark("it names no page; the likeliest of several"),
    ),
    (r"page load", mark("the page itself was loaded")),
    (
        r"the browser itself: no page asked for it \(Sec-Fetch-Site: none\)",
        mark("the browser itself: no page asked for it"),
    ),
    (r"(?:prefetch|prerender)ed by the browser itself", mark("loaded ahead by the browser itself")),
    (
        r"Referer names a document, (?:likely )?loaded by one of (?P<n>\d+) sites",
        mark("the Referer names a document that one of {n} sites loads"),
    ),
    (
        r"Referer names a document, (?:likely )?loaded by (?P<site>\S+)",
        mark("the Referer names a document that {site} loads"),
    ),
    (
        r"Referer names a document that seems to be of (?P<site>\S+) alone",
        mark("the Referer names a document that seems to be of {site} alone"),
    ),
    (
        r"frame or page of (?P<site>\S+), loaded by one of (?P<n>\d+) sites",
        mark("a frame or page of {site}, loaded by one of {n} sites"),
    ),
    (
        r"frame or page of (?P<site>\S+), loaded by (?P<other>\S+)",
        mark("a frame or page of {site}, loaded by {other}"),
    ),
    (r"its address quotes one of (?P<site>\S+)", mark("its address quotes one of {site}")),
    (
        r"no page(?: known)?: sent by (?:the app )?(?P<name>.+)",
        mark("no page is known: the app {name} sent it"),
    ),
    (r"no page was open and the request names none", mark("no page was open, and the request names none")),
    (
        r"most requests on its connection seem to be of (?P<site>\S+)",
        mark("most requests on its connection seem to be of {site}"),
    ),
    (r"corrected by the person", mark("put right by the person")),
)
_REDIRECTED = re.compile(r"redirected (?:there by|to) request (?P<n>\d+): (?P<why>.+)", re.DOTALL)
_ANOTHER = "; another sign speaks for another site"


def own(why: str) -> str:
    """The reason without the other sites that were thought of: they are nobody's business."""
    why = _ONWARD.sub(r"\1another site", why)
    return _OTHERS.sub(r"\1", _AGAINST.sub("; another sign speaks for another site", why))


def spoken(why: str) -> str:
    """The reason in the language in use, where it is one of the usual ones; candidates stay at its end."""
    if why.endswith(_ANOTHER):
        return spoken(why.removesuffix(_ANOTHER)) + _("; another sign speaks for another site")
    if found := _REDIRECTED.fullmatch(why):
        return _("a redirect, request {n}: {why}").format(n=found["n"], why=spoken(found["why"]))
    head = own(why) if why.startswith(own(why)) else why
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, head):
            return _(words).format(**found.groupdict()) + why[len(head) :]
    return why
