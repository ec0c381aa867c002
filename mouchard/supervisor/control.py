"""The control socket of a running capture: one JSON request a line, one JSON answer a line, own user only."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias

from mouchard.errors import BadInput, MouchardError, StartUpFailed
from mouchard.supervisor.lines import Line
from mouchard.supervisor.peer import is_other_user

LONGEST_REQUEST = 64 * 1024

Answer: TypeAlias = Callable[[Line], Awaitable[Line]]


class ControlServer:
    """Listens on `path` (mode 0600), in place of what a dead run left there."""

    def __init__(self, path: Path, answer: Answer) -> None:
        self._path = path
        self._answer = answer
        self._server: asyncio.Server | None = None
        self.talks: set[asyncio.StreamWriter] = set()
        """Who is connected now."""

    async def open(self) -> None:
        """Begin to listen. The caller holds the database's lock, so that no live run can be there."""
        before = os.umask(0o177)
        try:
            self._path.unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._talk, str(self._path), limit=LONGEST_REQUEST)
        except OSError as error:
            raise StartUpFailed(
                f"cannot listen for commands at {self._path}: {error.strerror}",
                "choose another place, or a shorter path, with --db",
            ) from error
        finally:
            os.umask(before)

    async def close(self) -> None:
        """Stop listening; whoever still waits sees the end."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)
        for writer in self.talks:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if is_other_user(writer.get_extra_info("socket")):
            writer.close()
            return
        self.talks.add(writer)
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._reply(line)).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError):  # gone, or a request too long
            pass
        finally:
            self.talks.discard(writer)
            writer.close()

    async def _reply(self, line: bytes) -> Line:
        try:
            request = _parse(line)
            return {"ok": True, **await self._answer(request)}
        except MouchardError as error:
            return {"ok": False, "error": error.message, "hint": error.hint}


def _parse(line: bytes) -> Line:
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        raise BadInput("a request is a JSON object on one line", '{"do": "status"}')
    return request
