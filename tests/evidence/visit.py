"""An invented visit to a shop, judged by the real stages: all that may not be shown is in it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from mouchard.capture.records import (
    Capture,
    Headers,
    Mark,
    Origin,
    Phase,
    Record,
    Request,
    Response,
    WebSocketFrame,
)
from mouchard.cli.scan import store
from mouchard.identity import Identity
from mouchard.identity.person import Person
from mouchard.judge import Judge, judge
from mouchard.store.write import Writer

SITE, OTHER = "shop.example", "clinique-secrete.example"
CAPTURE = "00112233445566778899aabbccddeeff"
START = 1_795_000_000.0
EMAIL, PHONE, LAST = "camille.martin@example.org", "+33639981234", "Quatremère"
COOKIE, TOKEN, SEARCH = "s%3Aq9Zx81LmPw0vT", "eyJhbGciOiJub25lIn0.c2VjcmV0", "chaussures-rouges-44"
IDENTITY = Identity((Person("camille", (("email", (EMAIL,)), ("phone", (PHONE,)), ("last_name", (LAST,)))),))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
DEVICE = "10.4.5.6"
ORIGIN = Origin(DEVICE, "regular", "", "c0ffee00-connection")
NASTY = "<script>alert(1)</script>\x1b[31m\u202e=1+1|`"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def records(of: str = CAPTURE, phases: bool = False) -> Iterator[Record]:
    """A page, trackers that get what they should not, a socket, and the page of another site."""
    seq = 0

    def sent(
        url: str, page: str, *more: tuple[str, str], method: str = "GET", body: bytes = b""
    ) -> list[Record]:
        nonlocal seq
        headers: Headers = (("User-Agent", FIREFOX), *((("Referer", page),) if page else ()), *more)
        seq += 2
        asked = Request(of, seq - 1, START + seq, ORIGIN, method, url, "HTTP/2.0", headers, body, len(body))
        date = (("Date", "Wed, 18 Nov 2026 11:06:40 GMT"), ("Set-Cookie", f"uid={COOKIE}; Max-Age=9"))
        answer: Headers = (*date, ("Content-Type", "image/gif" if page else "text/html"))
        answered = Response(of, seq, START + seq, seq - 1, "answered", 200, answer, b"", 0, "", START + seq)
        return [asked, answered]

    def mark(phase: Phase) -> Mark:
        nonlocal seq
        seq += 1
        return Mark(of, seq, START + seq, SITE, "", phase, "cmp", False)

    navigate = (("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none"),
                ("Accept", "text/html"))  # fmt: skip
    page = f"https://{SITE}/compte/{LAST}?q={SEARCH}"
    other = f"https://{OTHER}/rendez-vous"
    yield from sent(page, "", *navigate)
    yield from sent(
        f"https://www.facebook.com/tr/?id=123456789012345&ev=PageView&ud[em]={sha256(EMAIL)}&dl={quote(page)}",
        page,
    )
    if phases:
        yield mark("refused")
    yield from sent(
        f"https://collect.tracker.example/p/{LAST}?e={quote(EMAIL)}&tel={PHONE}",
        page,
        ("Cookie", f"uid={COOKIE}"),
    )
    posted = b'{"mail":"' + base64.b64encode(EMAIL.encode()) + b'","n":"' + NASTY.encode() + b'"}\xff\xfe'
    kind = ("Content-Type", "application/json")
    yield from sent(
        "https://api.tracker.example/e",
        page,
        kind,
        ("Authorization", f"Bearer {TOKEN}"),
        method="POST",
        body=posted,
    )
    handshake = sent("wss://live.tracker.example/s", page, ("Cookie", f"sid={COOKIE}"))
    yield from handshake
    seq += 1
    told = f'{{"phone":"{PHONE}"}}'.encode()
    first = handshake[0].seq
    yield WebSocketFrame(of, seq, START + seq, first, 1, ORIGIN, "wss://live.tracker.example/s",
                         (("User-Agent", FIREFOX), ("Referer", page)), True, told, len(told))  # fmt: skip
    yield from sent(f"https://collect.tracker.example/sync/{OTHER}/px", page)
    yield from sent(other, "", *navigate)
    yield from sent(
        f"https://www.facebook.com/tr/?id=1&ev=PageView&ud[em]={sha256(EMAIL)}&dl={quote(other)}", other
    )


def elsewhere(record: Record) -> Record:
    """The same from another device and browser."""
    firefox = FIREFOX.replace("153", "154").replace("X11; Linux x86_64", "Windows NT 10.0")
    if isinstance(record, Request | WebSocketFrame):
        headers = tuple((name, firefox if value == FIREFOX else value) for name, value in record.headers)
        return replace(record, origin=replace(record.origin, peer="10.4.5.7"), headers=headers)
    return record


def record(path: Path, *, of: str = CAPTURE, phases: bool = False) -> Judge:
    """The visit in a database; gives the rules it was judged by."""
    rules = judge()
    rules = Judge(rules.classifier, IDENTITY, rules.keys, rules.ruleset)
    with Writer(path, rules.keys, rules.ruleset) as writer:
        store(writer, Capture(of, "live", "", START, "Mouchard"), records(of, phases), rules.analysis())
    return rules


def forbidden(share: bool = False) -> Iterator[str]:
    """All that may stand in no output, in every spelling that a program may give it."""
    for value in (EMAIL, PHONE, PHONE[1:], f"0{PHONE[3:]}", SEARCH, COOKIE, TOKEN):
        raw = value.encode()
        yield from (value, quote(value, safe=""), raw.hex(), base64.b64encode(raw).decode().rstrip("="))
        yield base64.urlsafe_b64encode(raw).decode().rstrip("=")
        for name in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(name, raw)
            yield digest.hexdigest()
            yield base64.b64encode(digest.digest()).decode().rstrip("=")
    yield from (OTHER, "clinique", ORIGIN.connection, "\x1b", "\u202e")
    yield from (LAST, quote(LAST))
    if share:
        yield from (DEVICE, "11:06:4", "Firefox on")
