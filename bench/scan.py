"""Measure `mouchard scan`: requests a second and core, what each stage takes, memory.

    python bench/scan.py [SHARED] [-n REQUESTS] [--quick] [--json FILE]

SHARED holds `corpus/` and `lists/` (default: ../shared). Makes a HAR of that many requests (default 10,000)
below build/, once: page visits whose requests go to the hosts of the corpus, with the headers, cookies and
bodies of a browser; some carry a leak. The rate is that of the whole command in processor time, less that
of scanning a single request: interpreter, imports, lists and a new database.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import figures
from figures import Figure

ROOT = Path(__file__).parents[1]
PAGE = 50
"""Requests of one page visit, the page included."""
REQUESTS, ROUNDS = 10_000, 3
RATE, MEGABYTES = 2_500, 400
SITES = ("boutique-exemple.fr", "journal-exemple.fr", "sante-exemple.fr", "voyage-exemple.com")
LISTS = ("easylist.txt", "easyprivacy.txt")
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
)
DESTINATIONS = {"xhr": "empty", "fetch": "empty", "stylesheet": "style", "subdocument": "iframe"}
Json = dict[str, Any]


def main() -> None:
    """Make the HAR where there is none yet, measure, and print the figures."""
    parser = figures.arguments(__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("-n", type=int, default=REQUESTS, help="requests in the capture")
    parser.add_argument("--stages", type=Path, help="measure the stages on this HAR, in this process")
    given = parser.parse_args()
    if given.stages is not None:
        print(json.dumps(stages(given.stages, given.shared)))
        return
    if not (given.shared / "corpus" / "requests.jsonl").is_file():
        figures.skip("scan", f"no {given.shared}/corpus/requests.jsonl", given.json)
    count = 2_000 if given.quick else given.n
    capture, single = har(given.shared, count), har(given.shared, 1)
    rounds = 1 if given.quick else ROUNDS
    start = statistics.median(scan(single, given.shared)[0] for _ in range(rounds))
    runs = [scan(capture, given.shared) for _ in range(rounds)]
    seconds = statistics.median(run[0] for run in runs) - start
    command = [sys.executable, __file__, str(given.shared), "--stages", str(capture)]
    parts: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    whole = sum(parts.values())
    found = [
        Figure(f"scan, {count:,} requests", count / seconds, "requests/s and core", target=f">= {RATE}"),
        *(
            Figure(f"of that, {name}", took / count * 1e6, "us a request", note=f"{took / whole:.0%}")
            for name, took in parts.items()
        ),
        Figure("start-up: imports, lists, a new database", start, "s"),
        Figure("most memory", max(run[1] for run in runs), "MB", target=f"<= {MEGABYTES}"),
    ]
    figures.give("scan", found, given.json)


def scan(capture: Path, shared: Path) -> tuple[float, float]:
    """Processor seconds and most memory (MB) of the whole command, in a home of its own."""
    lists = [word for name in LISTS for word in ("--list", str(shared / "lists" / name))]
    with TemporaryDirectory() as home:
        file = Path(home, "person.json")
        file.write_text(json.dumps(person(shared)), encoding="utf-8")
        words = [sys.executable, "-m", "mouchard", "scan", str(capture), "--identity", str(file), *lists]
        environment = os.environ | {"MOUCHARD_HOME": home, "PYTHONPATH": str(ROOT)}
        quiet = subprocess.DEVNULL
        child = subprocess.Popen([*words, "--format", "jsonl"], env=environment, stdout=quiet)
        _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit("the scan failed")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def stages(capture: Path, shared: Path) -> dict[str, float]:
    """Processor seconds of reading, analysing, storing and printing, one after the other."""
    with TemporaryDirectory() as home:
        os.environ["MOUCHARD_HOME"] = home
        from mouchard import formats
        from mouchard.capture import har
        from mouchard.judge import judge
        from mouchard.scale.recorded import BATCH
        from mouchard.store import filterlang
        from mouchard.store.read import Reader
        from mouchard.store.write import Entry, Writer

        file = Path(home, "person.json")
        file.write_text(json.dumps(person(shared)), encoding="utf-8")
        setup = judge(file, [shared / "lists" / name for name in LISTS])
        took: dict[str, float] = {}
        begin = time.process_time()
        told, records = har.read(capture)
        every = list(records)
        took["reading"] = time.process_time() - begin
        analysis = setup.analysis()
        begin = time.process_time()
        entries = [Entry(record, analysis.feed(record)) for record in every]
        took["analysing"] = time.process_time() - begin
        with Writer(Path(home, "bench.db"), setup.keys, setup.ruleset) as writer:
            begin = time.process_time()
            writer.begin(told)
            for at in range(0, len(entries), BATCH):
                writer.commit(entries[at : at + BATCH])
        took["storing"] = time.process_time() - begin
        begin = time.process_time()
        with Reader(Path(home, "bench.db")) as reader, Path(os.devnull).open("w") as out:
            rows = reader.findings(filterlang.of_capture(told.id), newest_first=False)
            formats.write(out, "jsonl", map(formats.finding_json, rows), formats.FINDING_COLUMNS)
        took["printing"] = time.process_time() - begin
    return took


def person(shared: Path) -> Json:
    """The invented person of the corpus."""
    with (shared / "corpus" / "detect_cases.jsonl").open(encoding="utf-8") as lines:
        told: Json = json.loads(next(lines))["identity"]
    return told


def har(shared: Path, count: int) -> Path:
    """A capture of that many requests, made once; the same each time."""
    path = ROOT / "build" / f"bench-scan-{count}.har"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        entries = list(_entries(shared, count))
        creator = {"name": "bench", "version": "1"}
        log = {"log": {"version": "1.2", "creator": creator, "entries": entries}}
        path.write_text(json.dumps(log), encoding="utf-8")
    return path


def _entries(shared: Path, count: int) -> Iterator[Json]:
    """Visits of pages, each followed by requests to the hosts of the corpus; one in twenty leaks."""
    asked = [*_rows(shared, "requests.jsonl"), *_rows(shared, "benign_urls.jsonl")]
    leaks = [row for row in _rows(shared, "detect_cases.jsonl") if row["kind"] == "http"]
    chance = random.Random(1)
    jar: dict[str, str] = {}
    page = ""
    for number in range(count):
        if number % PAGE == 0:
            page = f"https://www.{chance.choice(SITES)}/rayon/lampes/article-{chance.randrange(500)}"
            yield _entry(number, page, "document", "", "GET", {}, "", jar, chance)
        elif number % 20 == 7:
            row = chance.choice(leaks)
            told = {name: value for name, value in row["headers"].items() if name.startswith("Content")}
            yield _entry(
                number, row["url"], "xhr", page, row["method"], told, row.get("body", ""), jar, chance
            )
        else:
            row = chance.choice(asked)
            url, mark = row["url"], "&" if "?" in row["url"] else "?"
            values = "&".join(_pair(chance, page) for _ in range(chance.randrange(9)))
            body = json.dumps(_event(chance, page)) if number % 10 == 3 else ""
            told = {"Content-Type": "application/json", "Content-Length": str(len(body))} if body else {}
            url += mark + values if values else ""
            yield _entry(number, url, row["type"], page, "POST" if body else "GET", told, body, jar, chance)


def _entry(
    number: int, url: str, kind: str, page: str, method: str, more: Json, body: str, jar: dict[str, str],
    chance: random.Random,
) -> Json:  # fmt: skip
    host = url.partition("://")[2].partition("/")[0]
    jar.setdefault(host, f"uid={chance.randbytes(16).hex()}; _ga=GA1.2.{chance.randrange(10**9)}.1718000000")
    headers = {
        "Host": host,
        "sec-ch-ua": '"Chromium";v="141", "Not?A_Brand";v="8"',
        "sec-ch-ua-mobile": "?0",
        "sec-ch-ua-platform": '"Linux"',
        "User-Agent": AGENT,
        "Accept": "*/*" if page else "text/html,application/xhtml+xml",
        "Sec-Fetch-Site": "cross-site" if page else "none",
        "Sec-Fetch-Mode": "no-cors" if page else "navigate",
        "Sec-Fetch-Dest": DESTINATIONS.get(kind, kind),
        **({"Referer": page} if page else {"Upgrade-Insecure-Requests": "1"}),
        "Accept-Encoding": "gzip, deflate, br, zstd",
        "Accept-Language": "fr-FR,fr;q=0.9",
        **({"Cookie": jar[host]} if number % 3 else {}),
        **more,
    }
    answered = {
        "Content-Type": "image/gif" if page else "text/html; charset=utf-8",
        "Content-Length": "43",
        "Date": "Sat, 21 Nov 2026 12:00:00 GMT",
        "Server": "nginx",
        "Cache-Control": "no-store",
        "Access-Control-Allow-Origin": "*",
        "Strict-Transport-Security": "max-age=31536000",
        **({"Set-Cookie": f"{jar[host]}; Max-Age=31536000; Secure"} if number % 12 == 5 else {}),
    }
    request = {
        "method": method,
        "url": url,
        "httpVersion": "HTTP/2.0",
        "headers": _headers(headers),
        "bodySize": len(body),
        **({"postData": {"mimeType": headers.get("Content-Type", ""), "text": body}} if body else {}),
    }
    content = {"size": 43, "mimeType": answered["Content-Type"]}
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


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
