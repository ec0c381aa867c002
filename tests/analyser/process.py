"""The analyser as a process, with the test at the other end of both its sockets."""

from __future__ import annotations

import select
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from mouchard.capture import wire
from mouchard.capture.records import Capture, Origin, Record, Request
from mouchard.supervisor.child import environment, python
from mouchard.supervisor.lines import Line, Lines

PATIENCE = 60.0
CAPTURE = Capture("ab" * 16, "live", "test", 1_700_000_000.0, "test")
ORIGIN = Origin("127.0.0.1", "regular", "", "c1")
AGENT = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")


def request(seq: int, path: str = "/", host: str = "shop.example") -> Request:
    """A GET of the capture."""
    url = f"https://{host}{path}"
    return Request(CAPTURE.id, seq, 1_700_000_000.0 + seq, ORIGIN, "GET", url, "HTTP/1.1", (AGENT,), b"", 0)


class Process:
    """One run of the analyser: `send` plays the proxy, `tell` and `heard` the supervisor."""

    def __init__(self, db: Path, *arguments: str, script: Path | None = None) -> None:
        control, their_control = socket.socketpair()
        self.data, their_data = socket.socketpair()
        ends = ["--control-fd", str(their_control.fileno()), "--data-fd", str(their_data.fileno())]
        command = [sys.executable, str(script)] if script else python("mouchard.analyser")
        with their_control, their_data:
            self.popen = subprocess.Popen(
                [*command, *ends, "--db", str(db), *arguments],
                pass_fds=(their_control.fileno(), their_data.fileno()),
                env=environment(),
                stderr=subprocess.PIPE,
            )
        self.control = Lines(control)
        self.said: list[Line] = []
        self.acknowledged = 0
        self._data_open = True
        self._decoder = wire.Decoder()

    def __enter__(self) -> Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.popen.kill()
        self.popen.communicate()
        self.control.close()
        self.data.close()

    def send(self, *records: Record, begin: bool = False) -> None:
        """Frames to the analyser; `begin` for the first ones on a channel."""
        frames = [wire.encode(wire.Begin(CAPTURE))] if begin else []
        self.data.sendall(b"".join([*frames, *map(wire.encode, records)]))

    def attach(self, **order: Any) -> None:
        """Give it a new channel, as after the death of a proxy."""
        self.data.close()
        self.data, theirs = socket.socketpair()
        self._data_open = True
        self._decoder = wire.Decoder()
        if order:
            fixed = {"until": 1_700_009_999.0, "reason": "test", "drain": True}
            self.tell(do="lost", capture=CAPTURE.id, **fixed, **order)
        self.control.send({"do": "attach"}, [theirs.detach()])

    def tell(self, **line: Any) -> None:
        self.control.send(line)

    def ask(self, **line: Any) -> Line:
        """A question with its answer."""
        self.tell(id=1, **line)
        answers = self.until(lambda: [said for said in self.said if said.get("re") == 1])
        self.said = [said for said in self.said if said.get("re") != 1]
        return answers[0]

    def heard(self, event: str) -> Line:
        """The first such event, waited for and taken."""
        found = self.until(lambda: [said for said in self.said if said.get("event") == event])[0]
        self.said.remove(found)
        return found

    def acked(self, seq: int) -> None:
        """Wait until everything up to `seq` is acknowledged."""
        self.until(lambda: self.acknowledged >= seq)

    def until(self, true: Any) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := true()):
            assert time.monotonic() < deadline, f"waited in vain; heard {self.said}"
            channels = [self.control, self.data] if self._data_open else [self.control]
            readable = select.select(channels, [], [], 0.5)[0]
            if self.data in readable:
                self._read_acks()
            if self.control in readable:
                self.said += self.control.receive()
                if self.control.closed and not true():
                    raise EOFError(f"the analyser ended: {self.said}")
        return found

    def _read_acks(self) -> None:
        try:
            data = self.data.recv(65536)
        except ConnectionError:
            data = b""
        self._data_open = bool(data)
        for frame in self._decoder.feed(data):
            assert isinstance(frame, wire.Ack)
            self.acknowledged = frame.seq

    def died(self) -> int:
        """Its exit code, once it has ended."""
        self.popen.wait(PATIENCE)
        return self.popen.returncode

    def finish(self) -> Line:
        """Let go of it, as a supervisor does that stops; its last words."""
        self.data.shutdown(socket.SHUT_WR)
        self.control.shut()
        ended = self.heard("ended")
        assert self.died() == 0
        return ended


def rows(db: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the database holds, read by another connection."""
    with closing(sqlite3.connect(f"file:{db}?mode=ro", uri=True)) as connection:
        return connection.execute(sql).fetchall()
