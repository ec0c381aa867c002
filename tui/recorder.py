"""The capture that fills the database, if one runs: what it says of itself, and what it can be asked."""

from __future__ import annotations

import asyncio
import contextlib
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
    """`127.0.0.1:8080`; several listeners by commas."""
    stalled: bool = False
    """Messages pass unrecorded at this moment."""
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


def read(answer: Mapping[str, Any]) -> Recorder:
    """A `status` answer; unknown or absent parts are left out."""
    listen = answer.get("listen", answer.get("address", ""))
    address = ", ".join(map(str, listen)) if isinstance(listen, list | tuple) else str(listen or "")
    if not address:
        with contextlib.suppress(KeyError):
            address = f"{answer['host']}:{answer['port']}"
    return Recorder(True, address, bool(answer.get("stalled")), str(answer.get("trouble") or ""))
