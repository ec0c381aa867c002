"""What a running capture can be asked over its control socket, and who of it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass

from mouchard.errors import BadInput
from mouchard.supervisor.child import ANSWER_SECONDS
from mouchard.supervisor.client import Refused
from mouchard.supervisor.keeper import Keeper
from mouchard.supervisor.lines import Line

DELETION_SECONDS = 600.0
"""What a deletion may take: of a million messages, tens of seconds on a busy machine."""

STATUS_SECONDS = 5.0
"""What each process gets to say how it is; one that is silent for longer is a problem by itself."""

PHASES = ("before", "accepted", "refused", "withdrawn")


@dataclass(slots=True)
class State:
    """What stands between the traffic and its record at this moment."""

    stalled: bool = False
    """The buffer is full: messages pass unrecorded, and are counted."""
    paused: bool = False
    trouble: str = ""
    """Why the database takes nothing, in words."""


class Commands:
    """Answers requests `{"do": ...}`; MouchardError says why one cannot be fulfilled."""

    def __init__(
        self,
        proxy: Keeper,
        analyser: Keeper,
        state: State,
        facts: Callable[[], Line],
        stop: Callable[[], None],
    ) -> None:
        self._proxy = proxy
        self._analyser = analyser
        self._state = state
        self._facts = facts
        self._stop = stop

    async def answer(self, request: Line) -> Line:
        """The answer to one request."""
        match request.get("do"):
            case "status":
                return await self._status()
            case "stop":
                self._stop()
                return {"stopping": True}
            case "pause" | "resume" as action:
                await self._ask(self._proxy, {"do": action})
                self._state.paused = action == "pause"
                return {"paused": self._state.paused}
            case "phase":
                return await self._phase(request)
            case "snapshot":
                await self._ask(self._proxy, {name: value for name, value in request.items() if name != "id"})
                return {}
            case "identity":
                await self._ask(self._analyser, {"do": "reload"})
                return {}
            case "purge":
                words = {"do": "purge", "filter": str(request.get("filter", ""))}
                return {"purged": (await self._ask(self._analyser, words, DELETION_SECONDS))["purged"]}
            case "hold":
                words = {"do": "hold"} | {name: str(request.get(name, "")) for name in ("filter", "reason")}
                return {"held": (await self._ask(self._analyser, words))["held"]}
            case "devices":
                return await self._devices(request)
            case "correct":
                words = {"do": "correct"} | {name: str(request.get(name, "")) for name in ("request", "site")}
                told = await self._ask(self._analyser, words)
                return {"was": told["was"], "site": told["site"]}
            case _:
                raise BadInput(
                    "unknown request", "status stop pause resume phase snapshot identity purge hold devices"
                )

    async def _devices(self, request: Line) -> Line:
        if request.get("action") == "forget":
            words = {"do": "forget-device", "device": str(request.get("device", ""))}
            told = await self._ask(self._analyser, words, DELETION_SECONDS)
            return {"lan": "", "purged": told["purged"]}
        words = {name: request[name] for name in ("action", "device", "name", "kind") if name in request}
        told = await self._ask(self._proxy, {"do": "devices", **words})
        if request.get("action") == "name" and told["lan"]:
            row = told["device"]
            await self._ask(self._analyser, {"do": "name-device", "device": row["id"], "name": row["name"]})
        return {name: value for name, value in told.items() if name != "re"}

    async def _ask(self, keeper: Keeper, line: Line, seconds: float = ANSWER_SECONDS) -> Line:
        if keeper.child is None:
            raise Refused(f"the {keeper.name} is being started again", "try again")
        return await keeper.child.ask(line, seconds)

    async def _status(self) -> Line:
        answer: Line = {**self._facts(), **asdict(self._state)}
        for keeper in (self._proxy, self._analyser):
            child = keeper.child
            answer[keeper.name] = {"pid": child.pid if child else 0, "restarts": keeper.restarts}
            try:
                told = await self._ask(keeper, {"do": "status"}, STATUS_SECONDS)
            except Refused as error:
                answer[keeper.name]["problem"] = error.message
            else:
                answer[keeper.name] |= {name: value for name, value in told.items() if name != "re"}
        return answer

    async def _phase(self, request: Line) -> Line:
        mark: Line = {
            "do": "mark", "phase": str(request.get("phase", "")), "site": str(request.get("site", "")),
            "client": str(request.get("client", "")), "source": str(request.get("source", "key")),
            "undo": request.get("undo") is True,
        }  # fmt: skip
        if mark["phase"] not in PHASES:
            raise BadInput(f"no phase is called {mark['phase']!r}", " ".join(PHASES))
        if not mark["site"]:
            page = await self._ask(self._analyser, {"do": "page", "client": mark["client"]})
            if not page["site"]:
                raise BadInput("no page has been seen yet", "name the site: --site SITE")
            mark |= {"site": page["site"], "client": page["client"]}
        await self._ask(self._proxy, mark)
        return {name: mark[name] for name in ("phase", "site", "client", "undo")}
