"""One capture from start to end: the proxy, the analyser, and what lies between them."""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from mouchard.errors import DatabaseBusy, MouchardError
from mouchard.language import _, mark
from mouchard.supervisor import client
from mouchard.supervisor.child import Child
from mouchard.supervisor.commands import Commands, State
from mouchard.supervisor.control import ControlServer
from mouchard.supervisor.counter import Counter
from mouchard.supervisor.keeper import Keeper
from mouchard.supervisor.lines import Line
from mouchard.supervisor.settings import Settings
from mouchard.supervisor.voice import Voice

PROXY_SECONDS, ANALYSER_SECONDS = 30.0, 60.0
"""How long each may take to stop cleanly."""

HURRIED_SECONDS = 3.0
"""What the analyser gets to commit the rest once the person has lost patience."""

ECHO_SECONDS = 0.5
"""A signal this soon after the first is the same one; timeout(1), for one, tells its whole group."""

DEVICE_NEWS = {
    "arrived": mark("connected"),
    "confirmed": mark("its user agreed, recording"),
    "withdrawn": mark("its user no longer agrees, nothing of it is recorded"),
    "paused": mark("paused, nothing of it is recorded"),
    "resumed": mark("recording again"),
    "untrusting": mark(
        "the certificate is not installed, or not trusted, in the browser that opened our page"
    ),
}

Companion = Callable[["Supervisor"], Awaitable[bool]]
"""Runs beside the capture once it works; the capture ends with it when it gives True."""


class Supervisor:
    """Starts the processes, restarts what dies, counts what is lost, stops all in order."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.capture = secrets.token_hex(16)
        self.address = ""
        """`host:port` of the proxy, once it listens."""
        self.pair_page = ""
        """Address, on this computer alone, of the QR codes for devices; empty where none can come in."""
        self._started = time.time()
        self._port = settings.port
        self._counter = Counter()
        self._first_seq = 1
        self._ends: dict[str, socket.socket] = {}
        """Ends of the hand-over that wait for their process to start."""
        self._lost: list[Line] = []
        """Orders to count what a dead proxy took with it, until the analyser has recorded them."""
        self._state = State()
        self._untrusting: set[str] = set()
        self._unrecorded = 0
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self._hurry = asyncio.Event()
        self._interrupted_at = 0.0
        self.voice = Voice(self._unheard)
        self._proxy = Keeper("proxy", self._start_proxy, self._proxy_died)
        self._analyser = Keeper("analyser", self._start_analyser, self._analyser_died, must_finish=True)
        self._beside: asyncio.Task[None] | None = None
        commands = Commands(self._proxy, self._analyser, self._state, self._facts, self.stop)
        self._control = ControlServer(settings.control, commands.answer)

    async def run(self, companion: Companion | None = None) -> None:
        """Capture until told to stop. MouchardError where it cannot begin, or cannot go on."""
        if client.is_running(self.settings.control):
            hint = "`mouchard tui` shows it, `mouchard stop` ends it"
            raise DatabaseBusy(f"already capturing into {self.settings.db}", hint)
        tasks = [self._watch(self._analyser.keep()), self._watch(self._proxy.keep())]
        self._handle_signals()
        try:
            await self._until_up()
            if not self._over.done():
                await self._control.open()
                told = _("listening on {address}, recording into {file}")
                self.voice.say(told.format(address=self.address, file=self.settings.db))
                if self.pair_page:
                    told = _("QR codes for devices, on this computer only: {page}")
                    self.voice.say(told.format(page=self.pair_page))
                if companion:
                    self._beside = self._watch(self._accompany(companion))
                await asyncio.wait([self._over])
        finally:
            await self._stop_all()
            await asyncio.gather(*tasks)
            self._counter.close()
            self.voice.close()
        if self._unrecorded:
            words = self._state.trouble or "analyser stopped"
            raise MouchardError(
                f"{self._unrecorded} records could not be written: {words}",
                "`mouchard doctor` looks for the cause",
            )
        self._over.result()

    def stop(self) -> None:
        """End the capture cleanly."""
        if not self._over.done():
            self._over.set_result(None)

    def _facts(self) -> Line:
        return {
            "db": str(self.settings.db), "capture": self.capture, "address": self.address,
            "started": self._started, "stopping": self._over.done(),
        }  # fmt: skip

    # --- the course of things -------------------------------------------------------------------

    def _watch(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def watched() -> None:
            try:
                await work
            except Exception as error:
                if not self._over.done():
                    self._over.set_exception(error)

        return asyncio.create_task(watched())

    async def _until_up(self) -> None:
        """Until both processes work, or it is over before that."""
        ups = [asyncio.create_task(keeper.up.wait()) for keeper in (self._analyser, self._proxy)]
        both: asyncio.Future[Any] = asyncio.gather(*ups, return_exceptions=True)
        over: asyncio.Future[Any] = self._over
        await asyncio.wait([both, over], return_when=asyncio.FIRST_COMPLETED)
        for up in ups:
            up.cancel()
        await both

    async def _accompany(self, companion: Companion) -> None:
        if await companion(self):
            self.stop()

    def _unheard(self) -> None:
        """Nobody reads standard output any more (called from the printing thread)."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self.stop)

    def _handle_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` means it
                self._loop.add_signal_handler(number, self._interrupted)

    def _interrupted(self) -> None:
        now = self._loop.time()
        if not self._over.done():
            self._interrupted_at = now
            self.voice.say(_("stopping… (again: at once)"))
            self.stop()
        elif now - self._interrupted_at > ECHO_SECONDS:
            self._hurry.set()

    async def _stop_all(self) -> None:
        """The proxy first: ports free, its buffer handed over; then the analyser: all of it committed."""
        if self._beside:
            self._beside.cancel()
            await asyncio.wait([self._beside])
        failed = self._over.done() and self._over.exception() is not None
        patience = 1.0 if failed else PROXY_SECONDS
        await self._proxy.stop(lambda child: child.tell({"do": "stop"}), patience, self._hurry.wait)
        self._count_tail("stopped before all was recorded", always=False)
        await self._analyser.stop(Child.let_go, ANALYSER_SECONDS, self._hurry_over)
        if self.address and (self._proxy.killed or self._analyser.killed):
            self.voice.say(_("ended by force: the last records may be missing"))
        for end in self._ends.values():
            end.close()
        await self._control.close()

    async def _hurry_over(self) -> None:
        await self._hurry.wait()
        await asyncio.sleep(HURRIED_SECONDS)

    # --- the processes --------------------------------------------------------------------------

    async def _start_analyser(self) -> Child:
        told = len(self._lost)
        orders = [{**order, "drain": False} for order in self._lost]
        arguments = self.settings.for_analyser()
        end = self._end_for("analyser", self._proxy)
        child = await Child.start("mouchard.analyser", arguments, end, self._analyser_said, orders)
        self._catch_up("analyser", child)
        for order in self._lost[told:]:
            child.tell(order)
        return child

    async def _start_proxy(self) -> Child:
        place = ("--capture", self.capture, "--first-seq", str(self._first_seq))
        arguments = (*place, "--counter", self._counter.path, *self.settings.for_proxy(self._port))
        end = self._end_for("proxy", self._analyser)
        orders: list[Line] = [{"do": "pause"}] if self._state.paused else []
        child = await Child.start(
            "mouchard.addons.proxy", arguments, end, self._proxy_said, orders, [self._counter.fileno()]
        )
        self._catch_up("proxy", child)
        return child

    def _end_for(self, name: str, other: Keeper) -> socket.socket:
        """The end of the hand-over for a process about to start; the other end goes to its survivor."""
        if end := self._ends.pop(name, None):
            return end
        mine, theirs = socket.socketpair()
        if other.child is not None:
            other.child.tell({"do": "attach"}, [theirs.detach()])
        elif other.over.is_set():
            theirs.close()
        else:
            if stale := self._ends.pop(other.name, None):
                stale.close()
            self._ends[other.name] = theirs
        return mine

    def _catch_up(self, name: str, child: Child) -> None:
        """Hand on the end that was made for it while it was being started."""
        if end := self._ends.pop(name, None):
            child.tell({"do": "attach"}, [end.detach()])

    def _proxy_died(self, code: int, words: str) -> None:
        self.voice.say(f"the proxy ended unexpectedly ({words or code}) and is started again")
        self._state.stalled = False
        self._counter.value = self._count_tail("proxy stopped unexpectedly", always=True)
        self._first_seq = self._counter.value + 1

    def _count_tail(self, reason: str, always: bool) -> int:
        """Have counted what the proxy had numbered and nobody received, as the next record; its seq."""
        order = {
            "do": "lost", "capture": self.capture, "seq": self._counter.value + 1, "until": time.time(),
            "reason": reason, "always": always, "drain": True,
        }  # fmt: skip
        self._lost.append(order)
        if self._analyser.child is not None:
            self._analyser.child.tell(order)
        return self._counter.value + 1

    def _analyser_died(self, code: int, words: str) -> None:
        self.voice.say(f"the analyser ended unexpectedly ({words or code}) and is started again")
        self._state.trouble = ""

    def _proxy_said(self, line: Line) -> None:
        match line["event"]:
            case "listening":
                self.address = str(line["address"])
                self._port = int(self.address.rpartition(":")[2])
                self.pair_page = str(line.get("pair", ""))
                self._proxy.up.set()
            case "stalled":
                self._state.stalled = True
                self.voice.say(_("recorder stalled: browsing goes on unrecorded, and is counted"))
            case "untrusted":
                if line["peer"] not in self._untrusting:
                    self._untrusting.add(line["peer"])
                    told = _("{device} does not trust our certificate: it cannot be read")
                    self.voice.say(told.format(device=line["peer"]))
            case "devices":  # a proxy that is started again lets them in too
                self.settings = replace(self.settings, lan=str(line["lan"]))
                self.pair_page = str(line["pair"])
            case "device":
                news = str(line["news"])
                what = _(DEVICE_NEWS.get(news, news))
                self.voice.say(_("{name}: {what}").format(name=line["name"], what=what))
            case "recovered":
                self._state.stalled = False
                self.voice.say(_("recording again"))

    def _analyser_said(self, line: Line) -> None:
        match line["event"]:
            case "ready":
                if old := line.get("old_lists"):
                    self.voice.say(f"lists due for an update: {', '.join(old)} (`mouchard lists update`)")
                self._analyser.up.set()
            case "findings":
                self.voice.tell(line["findings"])
            case "trouble":
                self._state.trouble = line["what"]
                self.voice.say(f"{line['what']}: {line['then']}")
            case "recovered":
                self._state.trouble = ""
                self.voice.say("writing again" + ("" if self._state.stalled else ", nothing was lost"))
            case "counted":
                self._lost = [order for order in self._lost if order["seq"] != line["seq"]]
            case "ended":
                self._unrecorded = int(line["lost"])
