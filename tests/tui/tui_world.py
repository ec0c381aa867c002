"""A small invented world as the records and judgements a capture would hand to the writer."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import WorkerCancelled

from mouchard.capture.records import Capture, Gap, Mark, Origin, Record, Request, Response, Sealed
from mouchard.model import (
    Attributed,
    Basis,
    Company,
    Finding,
    Judgement,
    Level,
    Match,
    Party,
    Proof,
    Verdict,
    message,
)  # fmt: skip
from mouchard.store.write import Entry, Writer

PATIENCE = 60.0
"""Seconds after which something that is waited for will never be."""

Opened = Callable[..., AbstractAsyncContextManager[Pilot[None]]]
"""What the fixture `live` gives."""

CAPTURE = Capture("5ea1" * 8, "live", "test", 1_700_000_000.0, "tests")
ORIGIN = Origin("127.0.0.1", "regular", "", "c1")
META = Company("Meta", "US", "advertising", "TrackerDB", "2026-01-01")
GOOGLE = Company("Google", "US", "advertising", "TrackerDB", "2026-01-01")
CRITEO = Company("Criteo", "FR", "advertising", "TrackerDB", "2026-01-01")
SENTRY = Company("Sentry", "US", "error reports", "TrackerDB", "2026-01-01")
RULE = Match("EasyPrivacy", "202601010000", "||facebook.com/tr^", 123, "tracking servers", "B")


class World:
    """Adds messages one after the other; `entries` holds what the writer gets."""

    def __init__(self, capture: Capture = CAPTURE) -> None:
        self.capture = capture
        self.entries: list[tuple[Record, tuple[Judgement, ...]]] = []
        self._seq = 0
        self.time = capture.started

    def send(
        self,
        site: str,
        url: str,
        company: Company | None = None,
        *,
        found: tuple[Finding, ...] = (),
        party: Party = "third",
        rules: tuple[Match, ...] = (),
        client: str = "laptop",
        status: int = 200,
        method: str = "GET",
    ) -> int:
        """A request that was answered; gives its seq."""
        self.time += 1.0
        seq = self._next()
        request = Request(self.capture.id, seq, self.time, ORIGIN, method, url, "HTTP/2.0", (), b"", 0)
        level: Level = max((finding.level for finding in found), default="L0")
        judgement = Judgement(
            message(request), Attributed(seq, site, "high", "Referer", client),
            Verdict("xmlhttprequest", party, company, rules, bool(rules)),
            tuple(self._placed(finding, seq) for finding in found), level, (), url,
        )  # fmt: skip
        self.entries.append((request, (judgement,)))
        answer = Response(self.capture.id, self._next(), self.time + 0.1, seq,
                          "answered" if status else "failed", status, (), b"", 0, "", 0.0)  # fmt: skip
        self.entries.append((answer, ()))
        return seq

    @property
    def requests(self) -> list[Record]:
        """Those of the entries that are requests."""
        return [record for record, _judgements in self.entries if isinstance(record, Request)]

    def seal(self, host: str, reason: str = "distrusted") -> None:
        record = Sealed(self.capture.id, self._next(), self.time, ORIGIN, host, 443, reason, "")  # type: ignore[arg-type]
        self.entries.append((record, ()))

    def lose(self, host: str, count: int) -> None:
        self.entries.append(
            (Gap(self.capture.id, self._next(), self.time, self.time + 2, "stall", ((host, count),)), ())
        )

    def choose(self, site: str, phase: str) -> None:
        mark = Mark(self.capture.id, self._next(), self.time, site, "", phase, "key", False)  # type: ignore[arg-type]
        self.entries.append((mark, ()))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _placed(self, finding: Finding, seq: int) -> Finding:
        return replace(finding, id=f"{self.capture.id}/{seq}/{finding.id}")


def leak(
    data: str,
    field: str,
    value: str,
    level: Level = "L3",
    *,
    chain: tuple[str, ...] = ("percent",),
    location: str = "query",
    proof: Proof = "identity",
    basis: Basis = "declared",
    ground: str = "",
    note: str = "",
    person: str = "",
) -> Finding:
    """A finding without its message: `World.send` puts it in one."""
    return Finding(
        id=f"{data}-{field}"[:40], type=data, proof=proof, basis=basis, person=person, location=location,
        field=field, chain=chain, normalisation="", value=value, value_token="t", level=level,
        level_ground=ground or f"identity: {data}", note=note,
    )  # fmt: skip


EMAIL = leak("email", "ud[em]", "m•••@g•••.com", chain=("percent", "sha256"))
PHONE = leak("phone", "ud[ph]", "+33 6 •• •• •• 12", chain=("percent", "sha256"))
PAGE = leak("page_url", "dl", "‹48 chars›", "L1", proof="field")
PRODUCT = leak("product", "cd[content_name]", "‹12 chars›", "L2", proof="field")
DEVICE = leak("device_id", "cid", "‹22 chars›", "L1", proof="field")
SECRET = leak("password", "p", "•••", "L4", ground="secret: password", location="body", chain=("form",))


def small() -> World:
    """A shop, a news site, an app; Meta gets the e-mail, hashed."""
    world = World()
    for number in range(3):
        world.send("boutique.example", "https://boutique.example/‹6 chars›", party="first")
        world.send(
            "boutique.example", "https://www.facebook.com/tr/?id=‹15 chars›&ud[em]=‹64 chars›&dl=‹48 chars›",
            META, found=(EMAIL, PAGE) if number else (EMAIL, PHONE, PRODUCT), rules=(RULE,),
        )  # fmt: skip
    world.send("boutique.example", "https://region1.google-analytics.com/g/collect?cid=‹22 chars›", GOOGLE,
               found=(DEVICE, PAGE), method="POST")  # fmt: skip
    world.send("boutique.example", "https://o1.ingest.sentry.example/api", SENTRY)
    world.send("boutique.example", "https://cdn.fonts.example/a.woff2")
    world.send("presse.example", "https://presse.example/", party="first")
    world.send("presse.example", "https://gum.criteo.com/sid/json?‹9 chars›", CRITEO,
               found=(leak("ad_id", "idfa", "‹36 chars›", proof="field"), PAGE))  # fmt: skip
    plain = leak("email", "u", "m•••@g•••.com", "L4", chain=(), ground="unencrypted: email over plain http")
    world.send("presse.example", "http://203.0.113.9/log", found=(plain,))
    world.send("app:weatherapp", "https://api.appsflyer.example/v4", Company("AppsFlyer", "IL", "analytics"),
               found=(leak("gps", "lat", "48.•••", location="body", chain=("gzip", "json"), proof="field"),),
               client="phone")  # fmt: skip
    world.seal("bank.example", "never-open")
    world.seal("pinned.example")
    world.lose("cdn.example", 12)
    return world


class Control:
    """The far end of a control socket: one JSON line in, one out."""

    def __init__(self, path: Path) -> None:
        self.asked: list[dict[str, Any]] = []
        self.state: dict[str, Any] = {
            "address": "127.0.0.1:8080",
            "stalled": False,
            "paused": False,
            "trouble": "",
        }
        self.devices: list[dict[str, Any]] = []
        self.refusal = ""
        """When set, everything but `status` is refused with these words."""
        control = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                asked = json.loads(self.rfile.readline())
                self.wfile.write(json.dumps(control.answer(asked)).encode() + b"\n")

        self._server = socketserver.ThreadingUnixStreamServer(str(path), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["do"] == "status":
            return {"ok": True, **self.state}
        if asked["do"] == "devices":
            return {"ok": True, "devices": self.devices}
        self.asked.append(asked)
        if self.refusal:
            return {"ok": False, "error": self.refusal, "hint": "[/nope] try again"}
        if asked["do"] in ("pause", "resume"):
            self.state["paused"] = asked["do"] == "pause"
        return {"ok": True}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def put(writer: Writer, world: World, start: int = 0) -> None:
    """Commits what the world holds from the entry `start` on."""
    writer.begin(world.capture)
    writer.commit([Entry(record, judgements) for record, judgements in world.entries[start:]])


async def settle(pilot: Pilot[None], rounds: int = 3) -> None:
    """Waits until every question under way is answered and the picture stays as it is for some rounds."""
    before, same = None, 0
    while same < rounds:
        for worker in list(pilot.app.workers):
            if worker.group in ("feed", "detail", "default") and not worker.is_finished:
                with suppress(WorkerCancelled):  # a newer question took its place
                    await worker.wait()
        await pilot.pause()
        now = (pilot.app.screen, pilot.app.screen.size, lines(pilot.app.screen))
        wanting = getattr(pilot.app.screen, "_wanting", False)  # rows that came into view are yet to be read
        before, same = now, same + 1 if now == before and not wanting else 1


async def until(pilot: Pilot[None], true: Callable[[], bool]) -> None:
    """Lets the app work until something is true; fails with the screen when it never is."""
    deadline = time.monotonic() + PATIENCE  # what is waited for may be in the hands of another thread
    while not true():
        assert time.monotonic() < deadline, shown(pilot)
        await settle(pilot, 1)


def lines(screen: Screen[object]) -> list[str]:
    """What the terminal shows, line by line."""
    return [strip.text.rstrip() for strip in screen._compositor.render_strips()]


def shown(pilot: Pilot[None]) -> str:
    """What the terminal shows."""
    return "\n".join(lines(pilot.app.screen))
