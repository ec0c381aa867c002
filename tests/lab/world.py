"""The lab: sites and trackers that make every kind of request a browser knows, answered on loopback.

Addresses read `/<tab>/<kind>/<word>.<ext>`. A tab's word tells the judge whose request it was, and tells
the machine nothing; what a frame, style sheet or script loads further bears the word of its page.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mouchard.demo.server import Answer, Ask

HERE = Path(__file__).parent
GIF = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
TRACKER, NESTED, SHEETS, SOCKETS = "mesure.traqueur", "fond.poupees", "cdn.feuilles", "direct.bavard"
LOGIN = "compte.identite"
HOPS = ("sync.echange", "relais.courtier", "fin.acheteur")

_NUMBERS = itertools.count(1000)


@dataclass(frozen=True)
class Tab:
    """One page of the lab."""

    word: str
    host: str
    kinds: str = "all"
    turn: float = 0.0
    """Where in a beat its requests fall, and where in the list of kinds it begins."""
    policy: str = ""
    """Its Referrer-Policy."""
    scheme: str = "https"
    then: str = "over()"
    """Script that ends the page."""
    script: str = ""
    """Inline script in place of the kinds."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.host}/{self.word}/top/a.html"

    @property
    def site(self) -> str:
        return ".".join(self.host.split(".")[-2:])


@dataclass
class Lab:
    """Answers every host; `ended` is set once the last of the pages to wait for has ended."""

    tabs: Sequence[Tab]
    ends: int
    """Pages that say when they are over."""
    beat: int = 400
    ended: threading.Event = field(default_factory=threading.Event)
    over: set[str] = field(default_factory=set)
    _asked: threading.Event = field(default_factory=threading.Event)

    @property
    def truth(self) -> Mapping[str, str]:
        """Word of an address → the site it belongs to."""
        sites = {tab.word: tab.site for tab in self.tabs}
        return sites | {f"{word}-compte": "identite.example" for word in sites}

    def until_quiet(self, seconds: float = 1.5) -> None:
        """Return once nothing was asked for so long, or a page will not be quiet."""
        for _ in range(1000):
            self._asked.clear()
            if not self._asked.wait(seconds):
                return

    def answer(self, ask: Ask) -> Answer:
        word, kind, extension = _parts(ask.url.path)
        if not word:
            return Answer(404, "text/plain")
        self._asked.set()
        if kind == "over":
            self.over.add(word)
            if len(self.over) >= self.ends:
                self.ended.set()
        make = getattr(self, f"_{extension}", None)
        made = make(ask, word, kind) if make else Answer(404, "text/plain")
        return Answer(made.status, made.type, made.body, {**_open_to(ask), **made.headers})

    def _gif(self, ask: Ask, word: str, kind: str) -> Answer:
        return Answer(type="image/gif", body=GIF)

    def _json(self, ask: Ask, word: str, kind: str) -> Answer:
        return Answer(type="application/json", body=b"{}")

    def _mp3(self, ask: Ask, word: str, kind: str) -> Answer:
        return _part(ask, "audio/mpeg")

    def _mp4(self, ask: Ask, word: str, kind: str) -> Answer:
        return _part(ask, "video/mp4")

    def _woff2(self, ask: Ask, word: str, kind: str) -> Answer:
        return Answer(type="font/woff2", body=b"wOF2")

    def _sse(self, ask: Ask, word: str, kind: str) -> Answer:
        return Answer(type="text/event-stream", body=b"data: a\n\n")

    def _hop(self, ask: Ask, word: str, kind: str) -> Answer:
        """Three hops over three companies; the last place is a picture, or a page."""
        base, _, number = kind.rpartition("-")
        name, step = (base, int(number)) if number.isdigit() else (kind, 0)
        if to := ask.url.query.partition("to=")[2]:
            target = to if step else f"{_place(HOPS[1], word, f'{name}-1', 'hop', ask)}?to={to}"
        elif step + 1 < len(HOPS):
            target = _place(HOPS[step + 1], word, f"{name}-{step + 1}", "hop" if step == 0 else "gif", ask)
        else:
            target = _place(TRACKER, word, f"{name}-end", "gif", ask)
        return Answer(302, "text/plain", headers={"Location": target})

    def _css(self, ask: Ask, word: str, kind: str) -> Answer:
        there = f"{_scheme(ask)}://{ask.host}/{word}"
        picture = _place(TRACKER, word, f"{kind}-picture", "gif", ask)
        text = f"""@font-face {{font-family: "{kind}"; src: url({there}/{kind}-font/a.woff2)}}
            body {{font-family: "{kind}"; background: url({picture})}}"""
        if not kind.endswith("-import"):
            text = f'@import "{there}/{kind}-import/a.css"; {text}'
        return Answer(type="text/css", body=text.encode())

    def _js(self, ask: Ask, word: str, kind: str) -> Answer:
        picture = _place(TRACKER, word, f"{kind}-img", "gif", ask)
        target = _place(TRACKER, word, f"{kind}-fetch", "gif", ask)
        fetch = f'fetch("{target}", {{mode: "no-cors"}}).catch(() => 0);'
        text = {
            "module": f'import "./../module-import/a.js"; new Image().src = "{picture}";',
            "worker-service": f'addEventListener("install", (e) => e.waitUntil({fetch[:-1]}));',
            "worker": f'{fetch} importScripts("{_place(SHEETS, word, "worker-import", "js", ask)}");',
            "worker-shared": fetch,
            "script": f'new Image().src = "{picture}"; {fetch}',
        }.get(kind, "0;")
        return Answer(type="text/javascript", body=text.encode())

    def _html(self, ask: Ask, word: str, kind: str) -> Answer:
        if kind == "top":
            return self._page(ask, next(tab for tab in self.tabs if tab.word == word))
        if kind == "login":
            return Answer(
                302, "text/plain", headers={"Location": _place(LOGIN, word, "account", "html", ask)}
            )
        if kind == "account":
            tracker = _place(TRACKER, word, "account-img", "gif", ask)
            return Answer(body=f'<img src="{tracker}"><script>setTimeout(close, 700)</script>'.encode())
        if kind in ("form-frame", "speculation") or kind.endswith("nested"):
            text = f'<img src="{_place(TRACKER, word, f"{kind}-img", "gif", ask)}">'
            if kind != "speculation":
                beacon = _place(TRACKER, word, f"{kind}-beacon", "gif", ask)
                text += f'<script>navigator.sendBeacon("{beacon}", "a")</script>'
            return Answer(body=text.encode())
        if kind != "iframe":
            own = f'<script src="/{word}/{kind}-script-own/a.js"></script>'
            body = f'<img src="{_place(TRACKER, word, f"{kind}-img", "gif", ask)}">{own}'
            if kind == "sandbox":
                target = _place(TRACKER, word, "sandbox-fetch", "gif", ask)
                body += f'<script>fetch("{target}", {{method: "POST", body: "a"}}).catch(() => 0)</script>'
            return Answer(body=body.encode())
        scheme = _scheme(ask)
        text = (HERE / "frame.html").read_text()
        for name, value in {
            "KIND": kind,
            "TRACKER": f"{scheme}://{TRACKER}.example/{word}",
            "HERE": f"{scheme}://{ask.host}/{word}",
            "SOCKET": f"{'wss' if scheme == 'https' else 'ws'}://{SOCKETS}.example/{word}",
            "NESTED": f'<iframe src="{_place(NESTED, word, f"{kind}-nested", "html", ask)}"></iframe>',
        }.items():
            text = text.replace(f"__{name}__", value)
        return Answer(body=text.encode())

    def _page(self, ask: Ask, tab: Tab) -> Answer:
        if tab.scheme == "http" and ask.secure:
            return Answer(302, "text/plain", headers={"Location": tab.url})
        script = tab.script or (HERE / "page.js").read_text()
        for name, value in {
            "END": tab.then,
            "TAB": tab.word,
            "KINDS": tab.kinds,
            "TURN": str(tab.turn),
            "BEAT": str(self.beat),
        }.items():
            script = script.replace(f"__{name}__", value)
        over = f'const over = () => fetch("/{tab.word}/over/a.json");'
        report = f"{tab.scheme}://csp.rapporteur.example/{tab.word}/csp-report/a.json"
        sheets = "style-src 'unsafe-inline' https://cdn.feuilles.example http://cdn.feuilles.example"
        headers = {
            "Content-Security-Policy-Report-Only": f"script-src-attr 'none'; {sheets}; report-uri {report}"
        }
        if tab.policy:
            headers["Referrer-Policy"] = tab.policy
        head = f'<!doctype html><meta charset="utf-8"><title>{tab.site}</title>'
        body = f"{head}<body><script>{over}{script}</script>"
        return Answer(body=body.encode(), headers=headers)


def _part(ask: Ask, kind: str) -> Answer:
    """A media file of 1024 bytes, from where the player wants it."""
    wanted = ask.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0]
    start = int(wanted) if wanted.isdigit() else 0
    if start >= 1024:
        return Answer(416, "text/plain")
    return Answer(206, kind, bytes(1024 - start), {"Content-Range": f"bytes {start}-1023/1024"})


def _parts(path: str) -> tuple[str, str, str]:
    parts = path.split("/")
    if len(parts) != 4 or "." not in parts[3]:
        return "", "", ""
    return parts[1], parts[2], parts[3].rpartition(".")[2]


def _scheme(ask: Ask) -> str:
    return "https" if ask.secure else "http"


def _place(host: str, word: str, kind: str, extension: str, ask: Ask) -> str:
    return f"{_scheme(ask)}://{host}.example/{word}/{kind}/a.{extension}"


def _open_to(ask: Ask) -> dict[str, str]:
    headers = {
        "Access-Control-Allow-Origin": ask.headers.get("Origin", "*"),
        "Access-Control-Allow-Credentials": "true",
        "Access-Control-Allow-Headers": "content-type",
        "Cache-Control": "no-store",
    }
    if ask.secure and ask.host == f"{TRACKER}.example" and "uid=" not in ask.headers.get("Cookie", ""):
        headers["Set-Cookie"] = f"uid={next(_NUMBERS)}; Secure; SameSite=None; Path=/; Max-Age=999999"
    return headers
