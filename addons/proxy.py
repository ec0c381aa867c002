"""The proxy process: `python -m mouchard.addons.proxy`, started and stopped by the supervisor.

It listens, forwards, and hands what passes to the analyser. On its control channel it says
`{"event": "listening" | "failed" | "stalled" | "recovered" | "detached" | "untrusted" | "device", ...}` and
takes `{"id", "do": "stop" | "pause" | "resume" | "mark" | "snapshot" | "status" | "attach" | "never-open" |
"devices", ...}`.
"""

from __future__ import annotations

import argparse
import asyncio
import errno
import gc
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import get_args

from mitmproxy import options
from mitmproxy.exceptions import OptionsError
from mitmproxy.proxy.mode_specs import ProxyMode

from mouchard import certificate, limits
from mouchard.addons.admission import Admission
from mouchard.addons.arguments import parse_arguments
from mouchard.addons.check_page import CheckPage
from mouchard.addons.connections import Connections
from mouchard.addons.control import Control
from mouchard.addons.counter import Counter
from mouchard.addons.devices import Devices, News
from mouchard.addons.handover import Handover
from mouchard.addons.loop import loop_factory
from mouchard.addons.master import LeanMaster, quieten, tool, unchecked
from mouchard.addons.messages import Origins
from mouchard.addons.onboarding import Onboarding
from mouchard.addons.recorder import Recorder
from mouchard.addons.trust import Trust
from mouchard.addons.unread import Unread
from mouchard.capture.records import Capture, Phase, Snapshot, SnapshotKind
from mouchard.devices import Device, Register
from mouchard.devices.pairing import Pairing, pairing
from mouchard.errors import BadInput, MouchardError, StartUpFailed
from mouchard.supervisor.lines import Line

FINISH_SECONDS = 1.0
"""What requests under way get when the proxy stops."""


class Proxy:
    """The master, our addons, and the two channels."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._args = args
        self._exit_code = 0
        capture = Capture(args.capture, "live", "", time.time(), tool())
        self._handover = Handover(
            capture,
            first_seq=args.first_seq,
            counter=Counter(args.counter) if args.counter else None,
            limit=args.buffer_bytes,
            stall_seconds=args.stall_seconds,
            notice=self._notice,
        )
        self._control = Control(socket.socket(fileno=args.control_fd), self._command, self._orphaned)
        self._handover.attach(socket.socket(fileno=args.data_fd))
        trust = Trust()
        self._admission = Admission(self._handover)
        self._register = Register()
        self._devices = Devices(self._register, args.lan, self._device)
        origins = Origins(self._devices.name)
        self._recorder = Recorder(self._admission, origins, trust, self._devices)
        self._unread = Unread(self._admission, origins, trust, self._untrusted, self._devices)
        self._pair_path = ""
        self._master: LeanMaster | None = None
        self._stopping: asyncio.Task[None] | None = None

    async def run(self) -> int:
        """Listen until stopped; the exit code."""
        try:
            await self._run(self._args)
        except MouchardError as error:
            self._fail(error)
        return self._exit_code

    async def _run(self, args: argparse.Namespace) -> None:
        if not 0 <= args.port <= 65535:  # uvloop would take it modulo 65536
            raise BadInput(f"{args.port} is no port", "0-65535; 0 takes a free one")
        authority = certificate.ensure(args.confdir)
        page = CheckPage(authority, args.capture, self._addresses)
        onboarding = Onboarding(authority, self._devices, self._pairings, page.is_proxy_itself)
        self._pair_path = onboarding.path
        doors = (self._devices, Connections(self._devices), onboarding, page)
        self._master = LeanMaster(options.Options(), *doors, self._recorder, self._unread, self)
        self._master.configure(
            confdir=args.confdir,
            listen=args.listen,
            port=args.port,
            modes=self._modes(),
            insecure_upstream=args.insecure_upstream,
            settings=args.set,
        )
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.stop)
        await self._master.run()
        if self._stopping is not None:
            await self._stopping

    def running(self) -> None:
        """mitmproxy's hook: every listener was tried."""
        assert self._master is not None
        for server in self._master.servers:
            if not server.is_running:
                self._fail(_cannot_listen(server.last_exception, self._args, server.mode))
                self._master.shutdown()  # type: ignore[no-untyped-call]
                return
        gc.collect()
        gc.freeze()  # what start-up made stays: the collector need not look at it again
        listening = [f"[{a[0]}]:{a[1]}" if ":" in a[0] else f"{a[0]}:{a[1]}" for a in self._addresses()]
        first = listening[0] if listening else ""
        told = {"address": first, "addresses": listening, "pair": self._pair_page()}
        self._control.say({"event": "listening", **told})

    def _fail(self, error: MouchardError) -> None:
        """Say why it cannot go on; the process then ends with the error's exit code."""
        self._exit_code = error.exit_code
        self._control.say({"event": "failed", "error": error.message, "hint": error.hint})

    def stop(self) -> None:
        """Stop cleanly: ports closed, requests under way ended, records handed over."""
        if self._stopping is None:
            self._stopping = asyncio.get_running_loop().create_task(self._stop())

    async def _stop(self) -> None:
        assert self._master is not None
        try:
            await self._master.servers.update([])  # shutdown() alone leaves the ports open
            await self._recorder.finish(FINISH_SECONDS)
            await self._handover.drain()
        finally:
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # connections cut now are no news
            self._master.shutdown()  # type: ignore[no-untyped-call]

    # --- what is heard and said --------------------------------------------------------------------

    def _command(self, line: Line) -> None:
        try:
            answer = self._obey(line)
        except (MouchardError, OptionsError, ValueError, TypeError, LookupError) as error:
            answer = {"error": str(error), "hint": getattr(error, "hint", "")}
        if "id" in line:
            self._control.say({"re": line["id"], **answer})

    def _obey(self, line: Line) -> Line:
        match line.get("do"):
            case "stop":
                self.stop()
            case "pause":
                self._admission.pause()
            case "resume":
                self._admission.resume()
            case "mark":
                values = {name: value for name, value in line.items() if name not in ("id", "do")}
                return {"seq": self._mark(**values)}
            case "snapshot":
                values = {name: value for name, value in line.items() if name not in ("id", "do")}
                return {"seq": self._snapshot(**values)}
            case "status":
                return self._status()
            case "attach":
                self._handover.attach(self._control.take())
            case "never-open":
                self._unread.never_open(str(host) for host in line.get("hosts", ()))
            case "devices":
                return self._ask_devices(line)
            case unknown:
                raise ValueError(f"unknown command {unknown!r}")
        return {}

    def _ask_devices(self, line: Line) -> Line:
        if line.get("action") == "reload":  # the hosts that stay closed
            self._unread.reload()
            return {"lan": self._devices.lan}
        answer, master = self._devices.answer(line), self._master
        if master is None or not self._devices.lan:
            return answer
        if line.get("action") in ("open", "add", "delete"):
            master.options.update(mode=self._modes())  # opens and closes listeners while we run
        if line.get("action") == "open":
            self._control.say({"event": "devices", "lan": self._devices.lan, "pair": self._pair_page()})
        return {**answer, "codes": self._pair_page()}

    def _pair_page(self) -> str:
        """Address, for this computer alone, of the QR codes; empty while no device can come in."""
        address, port = self._addresses()[0]
        host = f"[{address}]" if ":" in address else address
        return f"http://{host}:{port}{self._pair_path}" if self._devices.lan else ""

    def _modes(self) -> list[str]:
        upstream = self._args.upstream
        first = f"upstream:{upstream}" if upstream else "regular"
        return [first, *self._args.mode, *self._devices.modes(upstream)]

    def _pairings(self) -> list[Pairing]:
        return [pairing(self._register, device, self._devices.lan) for device in self._register]

    def _mark(
        self, phase: str, site: str = "", client: str = "", source: str = "key", undo: bool = False
    ) -> int:
        if phase not in get_args(Phase) or source not in ("key", "cmp", "browser"):
            raise ValueError(f"no such phase or source: {phase!r}, {source!r}")
        return self._recorder.mark(site, client, phase, source, undo)  # type: ignore[arg-type]

    def _snapshot(
        self, site: str, client: str, phase: str, kind: str, name: str, size: int, content: str, digest: str
    ) -> int:
        """Number what the browser showed or kept in the sequence of the messages."""
        if phase not in get_args(Phase) or kind not in get_args(SnapshotKind):
            raise ValueError(f"no such phase or kind: {phase!r}, {kind!r}")
        handover = self._handover
        told = Snapshot(
            handover.capture.id, handover.next_seq, time.time(), site, client, phase, kind,  # type: ignore[arg-type]
            name, size, content, bytes.fromhex(digest),
        )  # fmt: skip
        handover.put(told)
        return told.seq

    def _status(self) -> Line:
        handover = self._handover
        return {
            "last_seq": handover.next_seq - 1,
            "pending": handover.pending,
            "pending_bytes": handover.pending_bytes,
            "dropped": handover.dropped,
            "stalled": handover.stalled,
            "paused": self._admission.paused,
            "attached": handover.attached,
            "failures": self._admission.failures,
        }

    def _notice(self, event: str) -> None:
        handover = self._handover
        self._control.say({"event": event, "pending": handover.pending, "dropped": handover.dropped})

    def _untrusted(self, peer: str, host: str) -> None:
        self._control.say({"event": "untrusted", "peer": peer, "host": host})

    def _device(self, news: News, device: Device) -> None:
        self._control.say({"event": "device", "news": news, "device": device.id, "name": device.name})

    def _orphaned(self) -> None:
        """The supervisor is gone: nobody asked for what would still be recorded."""
        os._exit(3)

    def _addresses(self) -> list[tuple[str, int]]:
        servers = self._master.servers if self._master is not None else ()
        return [(address[0], address[1]) for server in servers for address in server.listen_addrs]


def _cannot_listen(error: Exception | None, args: argparse.Namespace, mode: ProxyMode) -> StartUpFailed:
    if mode.custom_listen_port is not None:
        where = f"{mode.custom_listen_host or '*'}:{mode.custom_listen_port}"
        return StartUpFailed(
            f"cannot listen for devices on {where}", "see --lan, and `mouchard devices list`"
        )
    where = f"{args.listen or '*'}:{args.port}"
    if not isinstance(error, OSError):
        said = str(error).partition("\n")[0]
        return StartUpFailed(f"cannot listen on {where}: {said}", "see --listen and --port")
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        hint = "choose another port with --port; 0 takes a free one"
    else:  # asyncio gives no number where it tried several addresses
        hint = "--listen takes an address of this computer"
    reason = os.strerror(error.errno).lower() if error.errno else "not an address of this computer"
    return StartUpFailed(f"cannot listen on {where}: {reason}", hint)


async def _serve(args: argparse.Namespace) -> int:
    return await Proxy(args).run()


def main(argv: Sequence[str]) -> int:
    """Run the proxy; 0 stopped, 2 could not begin, 3 the supervisor is gone."""
    for number in (signal.SIGINT, signal.SIGHUP):  # of the terminal; the supervisor stops us
        signal.signal(number, signal.SIG_IGN)
    os.umask(0o077)  # mitmproxy writes WireGuard keys readable by all
    limits.open_many_files()
    limits.leave_no_core()
    quieten()
    unchecked()
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        return runner.run(_serve(parse_arguments(argv)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
