"""Records and judgements to fill a database with; every person and number is invented."""

from __future__ import annotations

from collections.abc import Sequence

from mouchard.capture.records import (
    Capture,
    Gap,
    Headers,
    Mark,
    Origin,
    Phase,
    Request,
    Response,
    Sealed,
    WebSocketFrame,
)
from mouchard.keys import Keys
from mouchard.masking.url import mask_url
from mouchard.model import (
    LEVELS,
    Attributed,
    Company,
    Finding,
    Judgement,
    Level,
    Match,
    Message,
    Party,
    Verdict,
    message,
)  # fmt: skip
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry

CAPTURE = "0123456789abcdef0123456789abcdef"
START = 1_790_000_000.0
KEYS = Keys(bytes(range(32)))
RULESET = Ruleset("rules-1", (("Own", "1"), ("EasyPrivacy", "202611200631")))
ORIGIN = Origin("127.0.0.1", "regular", "", "connection-1")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"
META = Company("Meta", "US", "advertising", "own", "2026-11-01")
CRITEO = Company("Criteo", "FR", "advertising", "own", "2026-11-01")
RULE = Match("EasyPrivacy", "202611200631", "||facebook.com/tr^", 123, "general", "A")


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


def capture(id: str = CAPTURE) -> Capture:
    return Capture(id, "live", "", START, "Mouchard 0.1.0")


def request(
    seq: int,
    url: str = "https://www.facebook.com/tr/?id=1&ud[em]=camille.martin@example.org",
    *,
    time: float | None = None,
    of: str = CAPTURE,
    headers: Headers = (),
    body: bytes = b"",
    method: str = "GET",
) -> Request:
    headers = (("User-Agent", FIREFOX), ("Referer", "https://shop.example/basket"), *headers)
    at = START + seq if time is None else time
    return Request(of, seq, at, ORIGIN, method, url, "HTTP/2.0", headers, body, len(body))


def response(
    seq: int, to: int, status: int = 200, outcome: str = "answered", *, of: str = CAPTURE
) -> Response:
    headers = (("Date", "Sat, 21 Nov 2026 10:00:00 GMT"), ("Set-Cookie", "uid=abc123; Max-Age=1"))
    at = START + seq
    return Response(of, seq, at, to, outcome, status, headers, b"", 0, "", at)  # type: ignore[arg-type]


def frame(seq: int, to: int, number: int, *, of: str = CAPTURE, data: bytes = b"hello") -> WebSocketFrame:
    headers = (("User-Agent", FIREFOX),)
    url = "wss://live.tracker.example/socket?sid=s3cret99"
    return WebSocketFrame(of, seq, START + seq, to, number, ORIGIN, url, headers, True, data, len(data))


def sealed(seq: int, host: str = "pinned.example") -> Sealed:
    return Sealed(CAPTURE, seq, START + seq, ORIGIN, host, 443, "distrusted", "unknown CA")


def gap(seq: int, hosts: tuple[tuple[str, int], ...] = (("cdn.example", 3),)) -> Gap:
    return Gap(CAPTURE, seq, START + seq, START + seq + 2, "recorder stalled", hosts)


def mark(
    seq: int, phase: Phase, *, site: str = "shop.example", client: str = "", undo: bool = False,
    source: str = "cmp", time: float | None = None,
) -> Mark:  # fmt: skip
    return Mark(CAPTURE, seq, START + seq if time is None else time, site, client, phase, source, undo)  # type: ignore[arg-type]


def finding(
    told: Message, type: str = "email", level: Level = "L3", *, field: str = "ud[em]", chain: tuple[str,
    ...] = ("percent",),
    location: str = "query", value: str = "c•••@e•••.org", person: str = "camille",
) -> Finding:  # fmt: skip
    return Finding(
        f"{told.id}/{location}-{field}-{type}-{'-'.join(chain)}",
        type, "identity", "declared", person, location, field,
        chain, "lower", value, KEYS.token(type, value), level, f"identity: {type}",
    )  # fmt: skip


def judge(
    record: Request | WebSocketFrame,
    *,
    site: str = "shop.example",
    company: Company | None = META,
    party: Party = "third",
    findings: Sequence[tuple[str, Level]] = (("email", "L3"),),
    matches: tuple[Match, ...] = (RULE,),
    client: str = "127.0.0.1/firefox",
    type: str = "image",
    why: str = "Referer names the open page shop.example",
    partial: tuple[str, ...] = (),
) -> Judgement:
    told = message(record)
    found = tuple(finding(told, kind, level) for kind, level in findings)
    level = max((one.level for one in found), key=LEVELS.index, default="L0")
    return Judgement(
        told, Attributed(told.seq, site, "high", why, client), Verdict(type, party, company, matches,
        bool(matches)),
        found, level, ("query.id", "query.ud[em]", "header.Referer"), mask_url(told.url), partial,
    )  # fmt: skip


def entry(record: Request | WebSocketFrame, **about: object) -> Entry:
    return Entry(record, (judge(record, **about),))  # type: ignore[arg-type]
