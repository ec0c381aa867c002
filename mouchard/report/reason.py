"""Why a message belongs to the site, as a report may say it: no other site named, in plain words."""

from __future__ import annotations

from mouchard.attribute.reason import INNER, Reason, read
from mouchard.language import _, mark

SAID: dict[Reason, str] = {
    Reason.PAGE: mark("the page itself was loaded"),
    Reason.CORRECTED: mark("put right by the person"),
    Reason.BROWSER: mark("the browser itself: no page asked for it"),
    Reason.AHEAD: mark("loaded ahead by the page that its Referer names, and not visited"),
    Reason.AHEAD_BY_BROWSER: mark("loaded ahead by the browser itself"),
    Reason.APP: mark("no page is known: the app {app} sent it"),
    Reason.APP_LIKELY: mark("no page is known: the app {app} sent it"),
    Reason.DOCUMENT: mark("the Referer names a document that only {site} loads"),
    Reason.DOCUMENT_LIKELY: mark("the Referer names a document that seems to be of {site} alone"),
    Reason.DOCUMENT_SHARED: mark("the Referer names a document that {by} loads"),
    Reason.DOCUMENT_SHARED_LIKELY: mark("the Referer names a document that {by} seems to load"),
    Reason.SAME_SITE: mark("the browser says {relation}, and the page {site} is open"),
    Reason.FRAME: mark("a frame or page of {site}, loaded by {by}"),
    Reason.NAMED: mark("{header} names the open page {site}"),
    Reason.NAMED_UNSEEN: mark("{header} names {site}, whose page was not seen to load"),
    Reason.NAMED_FRAME: mark("{header} names {host}, which {by} loads"),
    Reason.REDIRECTED_THERE: mark("a redirect, request {seq}: {why}"),
    Reason.REDIRECTED_TO: mark("a redirect, request {seq}: {why}"),
    Reason.REDIRECTED_FROM: mark("a redirect of requests that {by} sent"),
    Reason.SEVERAL: mark("one of {n} sites"),
    Reason.CONNECTION: mark("same connection as a request of {site}; this browser keeps one per site"),
    Reason.COOKIES: mark("same cookies as a request of {site}; this browser keeps them apart by site"),
    Reason.CONNECTION_LIKELY: mark("most requests on its connection seem to be of {site}"),
    Reason.CONTRADICTED: mark("{why}; but {other}: one of {sites}"),
    Reason.CONTRADICTED_UNNAMED: mark("{why}; another sign speaks for another site"),
    Reason.ONLY: mark("it names no page; only one was active"),
    Reason.LIKELIEST: mark("it names no page; the likeliest of several"),
    Reason.QUOTED: mark("its address quotes one of {site}"),
    Reason.NOTHING: mark("no page was open, and the request names none"),
    Reason.BOUNCE: mark("a bounce on the way to {onward}"),
    Reason.BOUNCE_UNNAMED: mark("a bounce on the way to another site"),
    Reason.NO_PAGE: mark("it opened no page (a download, or a failure)"),
    Reason.OPENED_BY_REFERER: mark("{why}, from the page that its Referer names"),
    Reason.OPENED_BY_OPEN: mark("{why}, from the page open then"),
    Reason.OPENED_BY_NONE: mark("{why}, opened from no page"),
}
"""Each reason in the words of a reader."""
_UNNAMED = {
    Reason.BOUNCE: Reason.BOUNCE_UNNAMED,
    Reason.CONTRADICTED: Reason.CONTRADICTED_UNNAMED,
}


def own(why: str) -> str:
    """The reason without the other sites that were thought of: they are nobody's business."""
    told = read(why)
    if told is None:
        return why.partition(": ")[0]
    parts = {name: own(part) if name in INNER else part for name, part in told.parts.items()}
    return _UNNAMED.get(told.reason, told.reason).format(**parts)


def spoken(why: str) -> str:
    """The reason in the language in use, where it is one of ours; candidates stay at its end."""
    told = read(why)
    if told is None:
        return why
    parts = {name: spoken(part) if name in INNER else part for name, part in told.parts.items()}
    said = _(SAID[told.reason]).format(**parts)
    return _("{name}: {what}").format(name=said, what=told.candidates) if told.candidates else said
