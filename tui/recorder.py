"""The capture that fills the database, if one runs: what it says of itself, and what it can be asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mouchard.errors import MouchardError
from mouchard.supervisor import client


@dataclass(frozen=True, slots=True)
class Recorder:
    """The state of the capture, as the status line tells it."""

    running: bool = False
    address: str = ""
    """`127.0.0.1:8080`."""
    stalled: bool = False
    """Messages pass unrecorded at this moment."""
    paused: bool = False
    """The person asked that nothing be recorded for now."""
    trouble: str = ""
    """What hinders it, in words."""


async def ask(socket: Path) -> Recorder:
    """What the capture says now; `running` is False where none answers."""
    try:
        return read(await asyncio.to_thread(client.request, socket, {"do": "status"}, 3.0))
    except client.NotRunning:
        return Recorder()
    except MouchardError as error:
        return Recorder(running=True, trouble=error.message)


async def tell(socket: Path, question: Mapping[str, Any]) -> None:
    """Asks the capture to do something; MouchardError says why it could not."""
    await asyncio.to_thread(client.request, socket, question)


async def fetch(socket: Path, question: Mapping[str, Any]) -> dict[str, Any]:
    """What the capture answers; MouchardError says why it does not."""
    return await asyncio.to_thread(client.request, socket, question)


def read(answer: Mapping[str, Any]) -> Recorder:
    """A `status` answer; absent parts are left at rest."""
    return Recorder(
        running=True,
        address=str(answer.get("address") or ""),
        stalled=bool(answer.get("stalled")),
        paused=bool(answer.get("paused")),
        trouble=str(answer.get("trouble") or ""),
    )
