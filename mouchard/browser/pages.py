"""The open pages of a Chromium: clicks on their banners, pictures, and what they leave on the device."""

from __future__ import annotations

import asyncio
import base64
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mouchard.browser import banner
from mouchard.browser.arrival import Arrival
from mouchard.browser.devtools import DevTools, DevToolsError, Values
from mouchard.browser.kept import Cookie, Stored, cookie

WORLD = "page"
"""Name of the isolated world that our script runs in; pages do not see it."""

TALLEST = 16_000
"""Pixels of a picture of a whole page; Chromium draws no taller ones."""

NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED"
"""Chromium breaks off all that is on its way when this machine joins or leaves a network, a Wi-Fi, a VPN or a
container's alike; a page then lacks scripts, and what they would have sent is not seen."""

ATTEMPTS = 3
"""Times that a page is asked for before that is given up."""

SO_FAR = "what was seen so far is recorded"

_KEEP_NOTHING = {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0}
_TARGETS = [{"type": "page", "exclude": False}, {"type": "iframe", "exclude": False}]


@dataclass(frozen=True, slots=True)
class Click:
    """A person's choice on a banner of the page at `host`; `time` is the browser's, in seconds."""

    choice: banner.Choice
    host: str
    time: float


class Pages:
    """Watches every tab and frame of one browser; `clicks` fills up with what is chosen on banners."""

    def __init__(self) -> None:
        self.clicks: asyncio.Queue[Click] = asyncio.Queue()
        self.user_agent = ""
        self._devtools: DevTools
        self._parents: dict[str, str] = {}
        """Session -> the session of the page around it; empty for a tab itself."""
        self._urls: dict[str, str] = {}
        """Session of a tab -> address of its page, once it has one."""
        self._arrivals: dict[str, Arrival] = {}
        """Frame -> the page that is or was awaited in it."""
        self._latest = ""
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, pipe: socket.socket) -> Pages:
        """Begin to watch the browser at the other end of the pipe."""
        pages = cls()
        pages._devtools = devtools = await DevTools.open(pipe, pages._heard)
        pages.user_agent = str((await devtools.ask("Browser.getVersion"))["userAgent"])
        await devtools.ask(
            "Target.setAutoAttach",
            autoAttach=True,
            waitForDebuggerOnStart=True,
            flatten=True,
            filter=_TARGETS,
        )
        return pages

    @property
    def closed(self) -> bool:
        """True once the browser is gone."""
        return self._devtools.closed.is_set()

    async def gone(self) -> None:
        """Wait until the browser is gone."""
        await self._devtools.closed.wait()

    @property
    def host(self) -> str:
        """Host of the page that was opened last, or empty."""
        return urlsplit(self._urls.get(self._latest, "")).hostname or ""

    async def close(self) -> None:
        """Stop watching."""
        for task in self._tasks:
            task.cancel()
        await self._devtools.close()

    # --- what a page can be told -----------------------------------------------------------------

    async def go(self, url: str) -> None:
        """Open this address as if it had been typed, and wait until the page has settled."""
        await self._settling("Page.navigate", url=url)

    async def reload(self) -> None:
        """Load the page again, and wait until it has settled."""
        await self._settling("Page.reload")

    async def press(self, choice: banner.Choice) -> bool:
        """Click the button of this choice with the mouse, as a person does; False where there is none."""
        async for session, frame in self._frames_of_tab():
            with suppress(DevToolsError):  # a frame that goes away meanwhile
                if place := await self._place(session, frame, choice):
                    for kind in ("mousePressed", "mouseReleased"):
                        await self._devtools.ask(
                            "Input.dispatchMouseEvent",
                            session,
                            type=kind,
                            button="left",
                            clickCount=1,
                            **place,
                        )
                    return True
        return False

    # --- what there is to see --------------------------------------------------------------------

    async def picture(self, whole: bool) -> bytes:
        """PNG of what is in sight, or of the whole page."""
        options: Values = {}
        if whole:
            size = (await self._devtools.ask("Page.getLayoutMetrics", self._latest))["cssContentSize"]
            clip = {
                "x": 0,
                "y": 0,
                "width": size["width"],
                "height": min(size["height"], TALLEST),
                "scale": 1,
            }
            options = {"captureBeyondViewport": True, "clip": clip}
        shot = await self._devtools.ask("Page.captureScreenshot", self._latest, format="png", **options)
        return base64.b64decode(shot["data"])

    async def cookies(self) -> list[Cookie]:
        """Every cookie of this profile."""
        return [cookie(kept) for kept in (await self._devtools.ask("Storage.getCookies"))["cookies"]]

    async def stored(self) -> list[Stored]:
        """What the open page and its frames keep in local and session storage, a host once."""
        found: dict[str, Stored] = {}
        async for session, frame in self._frames_of_tab():
            with suppress(DevToolsError):
                kept = await self._in_world(session, f"{banner.script()}.stored()", frame)
                if kept and (kept["local"] or kept["session"]):
                    local, own = tuple(kept["local"]), tuple(kept["session"])
                    found.setdefault(kept["host"], Stored(kept["host"], local, own))
        return list(found.values())

    # --- events ----------------------------------------------------------------------------------

    def _heard(self, event: str, values: Values, session: str) -> None:
        match event:
            case "Target.attachedToTarget":
                self._spawn(self._attach(values["sessionId"], session, values["targetInfo"]))
            case "Target.detachedFromTarget":
                gone = values.get("sessionId", "")
                self._parents.pop(gone, None)
                self._urls.pop(gone, None)
                self._latest = next(reversed(self._urls), "") if self._latest == gone else self._latest
            case "Page.frameNavigated":
                frame = values["frame"]
                if arrival := self._arrivals.get(frame["id"]):
                    arrival.show(frame["loaderId"])
                if not frame.get("parentId") and not self._parents.get(session):
                    self._urls[session] = frame["url"]
                    self._latest = session
                self._spawn(self._listen(session, frame["id"]))
            case "Page.frameAttached":
                self._spawn(self._listen(session, values["frameId"]))
            case "Page.lifecycleEvent":
                if arrival := self._arrivals.get(values["frameId"]):
                    arrival.hear(values["loaderId"], values["name"])
            case "Network.loadingFailed" if values["errorText"] == NETWORK_CHANGED:
                for arrival in self._arrivals.values():
                    arrival.cut = True

    async def _attach(self, session: str, parent: str, target: Values) -> None:
        """Put our script into each of its documents before their own; then let it run."""
        self._parents[session] = parent
        if not parent:
            self._urls[session] = target["url"]
            self._latest = session
        try:
            await self._devtools.ask("Page.enable", session)
            await self._devtools.ask("Page.setLifecycleEventsEnabled", session, enabled=True)
            await self._devtools.ask("Network.enable", session, **_KEEP_NOTHING)
            await self._devtools.ask(
                "Page.addScriptToEvaluateOnNewDocument", session, source=banner.script(), worldName=WORLD
            )
            await self._devtools.ask(
                "Target.setAutoAttach", session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True,
                filter=_TARGETS,
            )  # fmt: skip
            tree = (await self._devtools.ask("Page.getFrameTree", session))["frameTree"]
            for frame in _frames(tree):
                self._spawn(self._listen(session, frame))
        finally:
            await self._devtools.ask("Runtime.runIfWaitingForDebugger", session)

    async def _listen(self, session: str, frame: str) -> None:
        """Hear the clicks of one document until it is gone."""
        while True:
            told = await self._in_world(session, f"{banner.script()}.next()", frame, wait=True)
            host = urlsplit(self._urls.get(self._tab(session), "")).hostname or ""
            if told and host:
                self.clicks.put_nowait(Click(told["choice"], host, float(told["time"])))

    def _tab(self, session: str) -> str:
        while parent := self._parents.get(session):
            session = parent
        return session

    async def _frames_of_tab(self) -> AsyncIterator[tuple[str, str]]:
        """Every frame of the tab opened last with the session it is reached by: those of other sites have
        a session, and a process, of their own."""
        for session in [s for s in self._parents if self._tab(s) == self._latest]:
            with suppress(DevToolsError):
                tree = (await self._devtools.ask("Page.getFrameTree", session))["frameTree"]
                for frame in _frames(tree):
                    yield session, frame

    async def _place(self, session: str, frame: str, choice: banner.Choice) -> Values:
        """Where the button of this choice stands in what its session shows; empty where it has none."""
        world = await self._world(session, frame)
        found = await self._devtools.ask(
            "Runtime.evaluate", session, expression=f"{banner.script()}.find({choice!r})", contextId=world
        )
        if not (button := found.get("result", {}).get("objectId")):
            return {}
        quads = (await self._devtools.ask("DOM.getContentQuads", session, objectId=button))["quads"]
        return {"x": sum(quads[0][::2]) / 4, "y": sum(quads[0][1::2]) / 4} if quads else {}

    async def _world(self, session: str, frame: str) -> int:
        """Our world in a frame."""
        made = await self._devtools.ask("Page.createIsolatedWorld", session, frameId=frame, worldName=WORLD)
        return int(made["executionContextId"])

    async def _in_world(self, session: str, source: str, frame: str = "", wait: bool = False) -> Any:
        """The value of an expression in our world of a frame (the main one, if none is named)."""
        if not frame:
            tree = (await self._devtools.ask("Page.getFrameTree", session))["frameTree"]
            frame = tree["frame"]["id"]
        world = await self._world(session, frame)
        answer = await self._devtools.ask(
            "Runtime.evaluate", session, expression=source, contextId=world, returnByValue=True,
            awaitPromise=wait,
        )  # fmt: skip
        return answer.get("result", {}).get("value")

    async def _settling(self, method: str, **values: Any) -> None:
        for _attempt in range(ATTEMPTS):
            session = self._latest
            await self._devtools.ask("Page.stopLoading", session)  # what comes next is what was asked for
            frame = (await self._devtools.ask("Page.getFrameTree", session))["frameTree"]["frame"]
            self._arrivals[frame["id"]] = arrival = Arrival(frame["loaderId"])
            await self._devtools.ask(method, session, **values)
            await arrival.settled()
            if not arrival.cut:
                break
        else:
            raise DevToolsError("the network of this machine changes again and again", SO_FAR)
        frame = (await self._devtools.ask("Page.getFrameTree", session))["frameTree"]["frame"]
        if failed := frame.get("unreachableUrl"):
            raise DevToolsError(f"the page of {urlsplit(failed).hostname or ''} could not be loaded", SO_FAR)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        async def quietly() -> None:
            with suppress(DevToolsError, KeyError):  # the frame, the tab or the browser is gone
                await work

        task = asyncio.create_task(quietly())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _frames(tree: Values) -> list[str]:
    """Ids of a frame and all inside it."""
    return [tree["frame"]["id"], *(id for child in tree.get("childFrames", ()) for id in _frames(child))]
