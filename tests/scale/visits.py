"""Recorded visits of an invented person, as HAR files: each a capture of its own."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

EMAIL = "camille.martin@example.org"


def visits(folder: Path, count: int, requests: int = 12) -> list[Path]:
    """That many files; each the page of a shop and what it sends to others."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number in range(count):
        file = folder / f"visit{number:04}.har"
        file.write_text(json.dumps({"log": {"version": "1.2", "entries": _entries(number, requests)}}))
        files.append(file)
    return files


def identity(folder: Path) -> Path:
    """The person, as a file for --identity."""
    file = folder / "camille.json"
    file.write_text(json.dumps({"email": [EMAIL], "first_name": ["Camille"], "last_name": ["Martin"]}))
    return file


def _entries(number: int, requests: int) -> list[dict[str, object]]:
    site = f"https://www.boutique{number % 40}.example"
    digest = hashlib.sha256(EMAIL.encode()).hexdigest()
    urls = [f"{site}/visit/{number}"]
    for at in range(requests - 1):
        urls.append(
            (
                f"https://www.facebook.com/tr/?id={number}&ev=PageView&dl={site}/p{at}&ud[em]={digest}",
                f"https://www.google-analytics.com/g/collect?v=2&tid=G-{number}&cid=44{number}.{at}&dl={site}/p{at}",
                f"https://sslwidget.criteo.com/event?a={number}&p={EMAIL}&n={at}",
                f"{site}/static/{at}.js",
            )[at % 4]
        )
    return [_entry(site, url, at) for at, url in enumerate(urls)]


def _entry(site: str, url: str, at: int) -> dict[str, object]:
    page = at == 0
    headers = [
        ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"),
        ("Sec-Fetch-Dest", "document" if page else "image"),
        ("Sec-Fetch-Mode", "navigate" if page else "no-cors"),
        *([] if page else [("Referer", site + "/")]),
    ]
    kind = "text/html" if page else "image/gif"
    return {
        "startedDateTime": f"2026-11-21T10:{at // 60 % 60:02}:{at % 60:02}.000Z",
        "time": 20,
        "request": {
            "method": "GET", "url": url, "httpVersion": "h2",
            "headers": [{"name": name, "value": value} for name, value in headers],
        },
        "response": {
            "status": 200, "headers": [{"name": "Content-Type", "value": kind}],
            "content": {"size": 43, "mimeType": kind},
        },
    }  # fmt: skip
