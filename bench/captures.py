"""The captures that `scan` is measured on: HAR files, made once below build/, the same each time.

What a browser records while somebody visits sites is `VISITS`: pages with what they load from their own
site and from others, the same others on each page of a site. In the median a page makes 39 requests to its
own site and 24 to others (HTTP Archive, https://discuss.httparchive.org/t/100, read 2026-11-23), and sites
embed between 27 and 66 others by their rank (Web Almanac 2024, chapter Third Parties, the same day).
`STRANGERS` is as hard as it gets: nothing but requests to others, to thousands of hosts, so that hardly
anything comes twice.

Hosts, paths and leaks are those of the corpus; headers, cookies, parameters and bodies as browsers send them.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
SITES = 40
LEAKS = 20
"""One request in so many to others carries something of the person."""
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
DESTINATIONS = {"xhr": "empty", "fetch": "empty", "stylesheet": "style", "subdocument": "iframe"}
OWN = (
    ("/static/app-{n}.{hash}.js", "script", "text/javascript"),
    ("/static/style-{n}.{hash}.css", "stylesheet", "text/css"),
    ("/images/article-{n}.webp?w=640", "image", "image/webp"),
    ("/images/produit-{n}.webp?w=320&q=80", "image", "image/webp"),
    ("/images/logo-{n}.svg", "image", "image/svg+xml"),
    ("/fonts/inter-{n}.woff2", "font", "font/woff2"),
    ("/api/stock?article={n}", "fetch", "application/json"),
)
"""What a page loads from its own site: path, type, and type of the answer."""
Json = dict[str, Any]


class Habit(NamedTuple):
    """How pages are made up."""

    name: str
    own: int
    """Requests of a page to its own site, the page included."""
    others: int
    """Requests of a page to others."""
    embedded: int
    """Hosts of others that a site embeds; 0: any host at all."""


VISITS = Habit("visits", 39, 24, 40)
STRANGERS = Habit("strangers", 1, 49, 0)


class Asked(NamedTuple):
    """One request as it goes into the file."""

    url: str
    type: str
    answer: str
    page: str = ""
    method: str = "GET"
    content_type: str = ""
    body: str = ""


def har(shared: Path, count: int, habit: Habit = VISITS) -> Path:
    """A capture of that many requests."""
    path = ROOT / "build" / f"bench-scan-{habit.name}-{count}.har"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        entries = list(_entries(shared, count, habit))
        creator = {"name": "bench", "version": "1"}
        log = {"log": {"version": "1.2", "creator": creator, "entries": entries}}
        path.write_text(json.dumps(log), encoding="utf-8")
    return path


def person(shared: Path) -> Json:
    """The invented person of the corpus."""
    with (shared / "corpus" / "detect_cases.jsonl").open(encoding="utf-8") as lines:
        told: Json = json.loads(next(lines))["identity"]
    return told


def _entries(shared: Path, count: int, habit: Habit) -> Iterator[Json]:
    chance = random.Random(1)
    jar: dict[str, str] = {}
    asked = _asked(shared, habit, chance)
    for number in range(count):
        yield _entry(number, next(asked), jar, chance)


def _asked(shared: Path, habit: Habit, chance: random.Random) -> Iterator[Asked]:
    """Visits of pages, without end."""
    leaks = [row for row in _rows(shared, "detect_cases.jsonl") if row["kind"] == "http"]
    by_host: dict[str, list[Json]] = {}
    for row in [*_rows(shared, "requests.jsonl"), *_rows(shared, "benign_urls.jsonl")]:
        by_host.setdefault(urlsplit(row["url"]).netloc, []).append(row)
    rows = [row for found in by_host.values() for row in found]
    hosts = [urlsplit(row["url"]).netloc for row in rows]  # one with many requests is embedded by many
    embedded = [
        [row for host in chance.sample(hosts, habit.embedded) for row in by_host[host]] or rows
        for _ in range(SITES)
    ]
    while True:
        site = chance.randrange(SITES)
        root = f"https://www.site-{site}.example"
        page = f"{root}/rayon/lampes/article-{chance.randrange(500)}"
        yield Asked(page, "document", "text/html; charset=utf-8")
        own = [True] * (habit.own - 1) + [False] * habit.others
        chance.shuffle(own)
        for is_own in own:
            if is_own:
                path, kind, answer = chance.choice(OWN)
                n = chance.randrange(40)
                yield Asked(root + path.format(n=n, hash=f"{n * 7919 + site:08x}"), kind, answer, page)
            elif chance.randrange(LEAKS):
                yield _to_other(chance.choice(embedded[site]), page, chance)
            else:
                row = chance.choice(leaks)
                told = {name.lower(): value for name, value in row["headers"].items()}
                yield Asked(
                    row["url"], "xhr", "image/gif", page, row["method"], told.get("content-type", ""),
                    row.get("body", ""),
                )  # fmt: skip


def _to_other(row: Json, page: str, chance: random.Random) -> Asked:
    values = "&".join(_pair(chance, page) for _ in range(chance.randrange(9)))
    url = row["url"] + (("&" if "?" in row["url"] else "?") + values if values else "")
    if chance.randrange(10):
        return Asked(url, row["type"], "image/gif", page)
    body = json.dumps(_event(chance, page))
    return Asked(url, row["type"], "image/gif", page, "POST", "application/json", body)


def _entry(number: int, asked: Asked, jar: dict[str, str], chance: random.Random) -> Json:
    host, page = urlsplit(asked.url).netloc, asked.page
    from_site = "same-origin" if urlsplit(page).netloc == host else "cross-site" if page else "none"
    jar.setdefault(host, f"uid={chance.randbytes(16).hex()}; _ga=GA1.2.{chance.randrange(10**9)}.1718000000")
    headers = {
        "Host": host,
        "sec-ch-ua": '"Chromium";v="141", "Not?A_Brand";v="8"',
        "sec-ch-ua-mobile": "?0",
        "sec-ch-ua-platform": '"Linux"',
        "User-Agent": AGENT,
        "Accept": "*/*" if page else "text/html,application/xhtml+xml",
        "Sec-Fetch-Site": from_site,
        "Sec-Fetch-Mode": "no-cors" if page else "navigate",
        "Sec-Fetch-Dest": DESTINATIONS.get(asked.type, asked.type),
        **({"Referer": page} if page else {"Upgrade-Insecure-Requests": "1"}),
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "fr-FR,fr;q=0.9",
        **({"Cookie": jar[host]} if number % 3 else {}),
        **({"Content-Type": asked.content_type} if asked.content_type else {}),
        **({"Content-Length": str(len(asked.body))} if asked.body else {}),
    }
    answered = {
        "Content-Type": asked.answer,
        "Content-Length": "43",
        "Date": "Sat, 21 Nov 2026 12:00:00 GMT",
        "Server": "nginx",
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "Strict-Transport-Security": "max-age=31536000",
        **({"Set-Cookie": f"{jar[host]}; Max-Age=31536000; Secure"} if number % 12 == 5 else {}),
    }
    request = {
        "method": asked.method,
        "url": asked.url,
        "httpVersion": "HTTP/2.0",
        "headers": _headers(headers),
        "bodySize": len(asked.body),
        **({"postData": {"mimeType": asked.content_type, "text": asked.body}} if asked.body else {}),
    }
    content = {"size": 43, "mimeType": asked.answer}
    response = {"status": 200, "headers": _headers(answered), "content": content}
    began = datetime.fromtimestamp(1_795_000_000 + number / 20, UTC).isoformat()
    return {"startedDateTime": began, "time": 60, "request": request, "response": response}


def _headers(told: Json) -> list[Json]:
    return [{"name": name, "value": value} for name, value in told.items()]


def _pair(chance: random.Random, page: str) -> str:
    kinds = (
        f"v={chance.randrange(10**6)}", f"_={1718000000000 + chance.randrange(10**9)}", "lang=fr-FR",
        f"cid={chance.randbytes(8).hex()}", f"dl={page.replace(':', '%3A').replace('/', '%2F')}",
        f"r={chance.random():.6f}", "id=GTM-ABC123", "sr=1920x1080",
    )  # fmt: skip
    return chance.choice(kinds)


def _event(chance: random.Random, page: str) -> Json:
    properties = {"url": page, "width": 1920, "session": chance.randbytes(16).hex(), "consent": True}
    return {"event": "page_view", "time": chance.randrange(10**9), "properties": properties}


def _rows(shared: Path, name: str) -> Sequence[Json]:
    with (shared / "corpus" / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
