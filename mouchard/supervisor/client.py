"""Ask the running capture something over its control socket: used by the CLI and the TUI."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mouchard.errors import MouchardError


class NotRunning(MouchardError):
    """Nothing captures into this database now."""


class Refused(MouchardError):
    """The running capture could not do what was asked."""


def request(path: Path, question: Mapping[str, Any], timeout: float = 10.0) -> dict[str, Any]:
    """Send one request (`{"do": "status"}`) to the control socket at `path` and return its answer.

    NotRunning where no capture listens there, Refused where it says no or does not answer in time.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(timeout)
        try:
            channel.connect(str(path))
        except (FileNotFoundError, ConnectionError, NotADirectoryError) as error:
            raise NotRunning("nothing is being captured", "start with `mouchard run`") from error
        except PermissionError as error:
            raise Refused("this capture belongs to another user") from error
        except OSError as error:
            raise Refused(f"the running capture does not answer: {error.strerror or error}") from error
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


def is_running(path: Path) -> bool:
    """Whether a live capture listens on this control socket (a file left by a dead one is none)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as channel:
        channel.settimeout(2.0)
        try:
            channel.connect(str(path))
        except (FileNotFoundError, ConnectionError, NotADirectoryError):
            return False
        except OSError:
            return True
    return True
