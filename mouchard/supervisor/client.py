"""Ask the running capture something over its control socket: used by the CLI and the TUI."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mouchard.errors import MouchardError
from mouchard.supervisor.peer import is_other_user


class NotRunning(MouchardError):
    """Nothing captures into this database now."""


class Refused(MouchardError):
    """The running capture could not do what was asked."""


def request(path: Path, question: Mapping[str, Any], timeout: float = 12.0) -> dict[str, Any]:
    """Send one request (`{"do": "status"}`) to the control socket at `path` and return its answer.

    NotRunning where no capture listens there, Refused where it says no or does not answer in time.
    """
    with _connect(path, timeout) as channel:
        return _ask(channel, question)


def stop(path: Path, timeout: float = 120.0) -> None:
    """End the capture and wait until everything it held is recorded and its ports are free."""
    with _connect(path, timeout) as channel:
        _ask(channel, {"do": "stop"})
        try:
            while channel.recv(4096):
                pass
        except OSError as error:
            raise Refused("the capture is still stopping", "look again with `mouchard status`") from error


def is_running(path: Path) -> bool:
    """Whether a live capture listens on this control socket (a file left by a dead one is none)."""
    try:
        _connect(path, 2.0).close()
    except NotRunning:
        return False
    except Refused:
        return True
    return True


def _connect(path: Path, timeout: float) -> socket.socket:
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    channel.settimeout(timeout)
    try:
        channel.connect(str(path))
    except (FileNotFoundError, ConnectionError, NotADirectoryError) as error:
        channel.close()
        raise NotRunning("nothing is being captured", "start with `mouchard run`") from error
    except OSError as error:
        channel.close()
        raise Refused(f"the running capture cannot be reached: {error.strerror or error}") from error
    if is_other_user(channel):  # put there to hear what is asked, or to answer in our name
        channel.close()
        raise NotRunning("nothing is being captured", f"another user listens at {path}: remove it")
    return channel


def _ask(channel: socket.socket, question: Mapping[str, Any]) -> dict[str, Any]:
    try:
        channel.sendall(json.dumps(question).encode() + b"\n")
        with channel.makefile("rb") as lines:
            data = lines.readline()
    except OSError as error:
        raise Refused("the running capture does not answer", "it may be overloaded: try again") from error
    if not data:
        raise Refused("the running capture ended before it answered")
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise Refused("the running capture answered something unreadable") from error
    if not isinstance(answer, dict) or not answer.get("ok"):
        refusal = answer if isinstance(answer, dict) else {}
        raise Refused(str(refusal.get("error", "the running capture refused")), str(refusal.get("hint", "")))
    return answer
