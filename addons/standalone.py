"""Recording from inside a stock mitmproxy: `mitmdump|mitmproxy|mitmweb -s addons/script.py`.

The analyser runs as a child process of ours, behind the same hand-over as under `mouchard run`.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Sequence
from pathlib import Path

from mitmproxy import ctx
from mitmproxy.addonmanager import Loader

import mouchard
from mouchard import paths
from mouchard.addons.admission import Admission
from mouchard.addons.control import Control
from mouchard.addons.handover import Handover
from mouchard.addons.master import tool
from mouchard.addons.messages import Origins
from mouchard.addons.recorder import Recorder
from mouchard.addons.trust import Trust
from mouchard.addons.unread import Unread
from mouchard.capture.records import Capture
from mouchard.supervisor.lines import Line

log = logging.getLogger(__name__)

RESTARTS = 5
"""Times that an analyser which died is started again."""


class Standalone:
    """The recording addons with an analyser of their own; answers stream or not as mitmproxy is told."""

    def __init__(self) -> None:
        capture = Capture(secrets.token_hex(16), "live", "", time.time(), tool())
        self._handover = Handover(capture, notice=self._notice)
        admission = Admission(self._handover)
        origins, trust = Origins(), Trust()
        self.addons: list[object] = [
            Recorder(admission, origins, trust, streaming=False),
            Unread(admission, origins, trust),
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self._control: Control | None = None
        self._deaths = 0
        self._ending = False

    def load(self, loader: Loader) -> None:
        loader.add_option("mouchard_db", str, "", "Database to record into; empty for Mouchard's own.")
        loader.add_option(
            "mouchard_identity", str, "", "Identity file to look for; empty for Mouchard's own."
        )
        loader.add_option("mouchard_list", Sequence[str], [], "Further blocklist files to classify by.")

    def running(self) -> None:
        """Start the analyser, once the options are known."""
        if self._process is None:
            self._start()

    def done(self) -> Awaitable[None]:
        """Hand over what is left, then let the analyser finish. A task, since mitmproxy does not wait for
        it when it loads the script anew."""
        self._ending = True
        return asyncio.get_running_loop().create_task(self._finish())

    async def _finish(self) -> None:
        if self._control is None or self._process is None:
            return
        if not await self._handover.drain():
            log.error("Mouchard: %d messages were not recorded", self._handover.pending)
        self._handover.detach()
        self._control.close()
        await asyncio.to_thread(self._process.wait)

    def _start(self) -> None:
        control, control_end = socket.socketpair()
        data, data_end = socket.socketpair()
        with control_end, data_end:
            self._process = subprocess.Popen(
                [
                    sys.executable, "-P", "-m", "mouchard.analyser",
                    "--control-fd", str(control_end.fileno()), "--data-fd", str(data_end.fileno()),
                    *self._arguments(),
                ],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=(control_end.fileno(), data_end.fileno()), env=_environment(),
                start_new_session=True,
            )  # fmt: skip
        self._control = Control(control, self._heard, self._died)
        self._handover.attach(data)

    def _arguments(self) -> list[str]:
        found = ["--db", str(_file(ctx.options.mouchard_db) or paths.database())]
        if ctx.options.mouchard_identity:
            found += ["--identity", str(_file(ctx.options.mouchard_identity))]
        for name in ctx.options.mouchard_list:
            found += ["--list", str(_file(name))]
        return found

    def _heard(self, line: Line) -> None:
        match line.get("event"):
            case "ready":
                log.info("Mouchard records into %s", _file(ctx.options.mouchard_db) or paths.database())
            case "failed":
                self._deaths = RESTARTS  # it said why: trying again would not help
                log.error("Mouchard does not record: %s. %s", line.get("error"), line.get("hint", ""))
            case "trouble":
                log.warning("Mouchard: %s: %s", line.get("what"), line.get("then"))

    def _died(self) -> None:
        assert self._process is not None
        self._control = None
        self._handover.detach()
        if self._ending:
            return
        self._process.kill()
        self._process.wait()
        self._deaths += 1
        if self._deaths <= RESTARTS:
            self._start()

    def _notice(self, event: str) -> None:
        if event == "stalled":
            log.warning("Mouchard: recorder stalled; messages pass unrecorded and are counted")
        elif event == "recovered":
            log.warning("Mouchard: recording again, after %d unrecorded messages", self._handover.dropped)


def _file(name: str) -> Path | None:
    return Path(name).expanduser().resolve() if name else None


def _environment() -> dict[str, str]:
    """Where mitmproxy was told about Mouchard by path, the analyser is too."""
    root = str(Path(mouchard.__file__).parents[1])
    known = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([root, *([known] if known else [])])}
