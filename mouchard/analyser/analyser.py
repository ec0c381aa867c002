"""The loop of the analyser process: receive, judge, commit, acknowledge; obey the supervisor in between."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from typing import Any

from mouchard.analyser.guard import Guard
from mouchard.analyser.intake import Intake, LostTail
from mouchard.analyser.ledger import Ledger
from mouchard.analyser.lookups import Lookups
from mouchard.analyser.narrate import Narration
from mouchard.capture import wire
from mouchard.capture.records import Capture, Gap, Record
from mouchard.classify.register import old_lists
from mouchard.errors import BadInput, MouchardError
from mouchard.store import filterlang
from mouchard.store.trouble import DAMAGED, prospect, trouble_of
from mouchard.store.write import Entry
from mouchard.supervisor.lines import Line, Lines

IDLE_SECONDS = 5.0
"""Quiet time after which the write-ahead log is folded into the database."""

RETRY_SECONDS = (0.1, 2.0)
"""First and longest wait between two tries to commit while the database takes nothing."""

REMEMBERED_SECONDS = 1800.0
"""How far back attribution is rebuilt after a restart."""

LAST_TRY_SECONDS = 5.0
"""How long a commit is tried again once the capture is over."""


class Analyser:
    """One analyser between its two sockets: `control` to the supervisor, `data` to the proxy."""

    def __init__(
        self,
        control: Lines,
        data: socket.socket,
        ledger: Ledger,
        guard: Guard,
        narration: Narration,
        lookups: Lookups | None = None,
    ) -> None:
        self._control = control
        self._intake: Intake | None = Intake(data)
        self._ledger = ledger
        self._guard = guard
        self._narration = narration
        self._lookups = lookups
        self._last: Record | None = None
        """The record taken last: what is learned later of earlier messages is written with it."""
        self._capture = ""
        self._high = 0
        """seq of the last record taken, committed or not."""
        self._holes = 0
        """Numbers passed over that no gap has accounted for yet."""
        self._latest = 0.0
        self._orders: list[LostTail] = []
        self._counted: list[int] = []
        self._trouble = ""
        self._wait = self._retry_at = self._idle_at = 0.0

    def run(self) -> int:
        """Work until the supervisor lets go, then until the proxy does; the number of records lost."""
        self._control.send({"event": "ready", "old_lists": old_lists()})
        while not self._control.closed:
            self._turn()
        self._drain()
        return self._last_commit()

    def _turn(self) -> None:
        intake = self._intake
        reading: list[Any] = [self._control]
        writing: list[Any] = [self._control] if self._control.waiting else []
        if intake is not None:
            if not self._trouble and not intake.pause:
                reading.append(intake)
            if intake.waiting:
                writing.append(intake)
        if self._lookups is not None and not self._trouble:
            reading.append(self._lookups)
        readable, writable, _ = select.select(reading, writing, [], self._patience())
        for end in writable:
            end.flush()
        if self._control in readable:  # orders come first: a gap is older than what follows it
            for line in self._control.receive():
                self._obey(line)
        if self._lookups in readable:
            self._learn()
        if intake is not None and intake is self._intake and intake in readable:
            self._receive(intake)
            self._idle_at = time.monotonic() + IDLE_SECONDS
        elif time.monotonic() >= self._retry_at if self._trouble else self._ledger.due:
            self._commit()
        if self._idle_at and not len(self._ledger) and time.monotonic() >= self._idle_at:
            self._idle_at = 0.0
            self._ledger.checkpoint()

    def _patience(self) -> float | None:
        """How long nothing need be done, in seconds; None: until something comes."""
        if self._trouble:
            return max(0.0, self._retry_at - time.monotonic())
        if self._intake is not None and (pause := self._intake.pause):
            return pause
        if len(self._ledger):
            return self._ledger.wait
        return max(0.0, self._idle_at - time.monotonic()) if self._idle_at else None

    # --- records --------------------------------------------------------------------------------

    def _receive(self, intake: Intake) -> None:
        for frame in intake.read():
            self._take(frame)
        if intake.ended:
            intake.close()
            self._intake = None

    def _take(self, frame: wire.Frame) -> None:
        match frame:
            case wire.Begin(capture):
                self._begin(capture)
            case wire.Ack() | wire.End():
                pass
            case _:
                self._accept(frame)

    def _begin(self, capture: Capture) -> None:
        self._ledger.begin(capture)
        self._resume(capture.id)
        orders, self._orders = self._orders, []
        for order in orders:
            self._count(order)

    def _resume(self, capture: str) -> None:
        """Go on behind the last record of this capture, if it is not the one already."""
        if capture != self._capture:
            self._commit()
            self._capture, self._holes = capture, 0
            self._high = self._ledger.last_seq(capture)
            recent = self._ledger.recent(capture, time.time() - REMEMBERED_SECONDS)
            self._guard.begin(capture, recent, self._ledger.corrections(capture))

    def _accept(self, record: Record) -> None:
        if record.seq <= self._high:  # resent, and already here
            if self._intake is not None and record.seq <= self._ledger.committed:
                self._intake.acknowledge(self._ledger.committed)
            return
        self._holes += record.seq - self._high - 1
        if isinstance(record, Gap):
            self._holes = max(0, self._holes - sum(count for _, count in record.hosts))
        suspect = record.seq == self._guard.note.suspect
        if suspect:
            self._commit()  # alone, so that its neighbours are not tried again with it
        judged = self._guard.judge(record)
        self._ledger.add(judged)
        self._high, self._latest, self._last = record.seq, record.time, record
        if self._lookups is not None:
            self._lookups.ask_about(judged.judgements)
        if suspect or (self._ledger.due and not self._trouble):
            self._commit()

    def _learn(self) -> None:
        """Judge again what went to hosts that turn out to be a tracker under another name."""
        for host, chain in self._lookups.answers() if self._lookups else ():
            judgements = self._guard.learn(host, chain)
            if judgements and self._last and self._last.capture == self._capture:
                self._ledger.add(Entry(self._last, judgements))

    def _commit(self) -> None:
        try:
            batch = self._ledger.commit()
        except Exception as error:
            if not (words := trouble_of(error)):
                raise
            self._wait = min(max(self._wait * 2, RETRY_SECONDS[0]), RETRY_SECONDS[1])
            self._retry_at = time.monotonic() + self._wait
            if words != self._trouble:
                self._trouble = words
                self._control.send({"event": "trouble", "what": words, "then": prospect(words)})
            return
        if self._trouble:
            self._trouble, self._wait = "", 0.0
            self._control.send({"event": "recovered"})
        if batch:
            self._committed(batch)

    def _committed(self, batch: Sequence[Entry]) -> None:
        note = self._guard.note
        if note.suspect and any(judged.record.seq == note.suspect for judged in batch):
            note.acquit()
        if self._intake is not None:
            self._intake.acknowledge(self._ledger.committed)
        self._narration.tell(batch, self._control)
        for seq in self._counted:
            self._control.send({"event": "counted", "seq": seq})
        self._counted.clear()

    # --- orders of the supervisor ---------------------------------------------------------------

    def _obey(self, line: Line) -> None:
        answer: Line = {"re": line.get("id")}
        try:
            match line.get("do"):
                case "attach":
                    self._attach(self._control.take())
                case "lost":
                    if line["drain"]:
                        self._drain()
                    self._count(LostTail(*(line[name] for name in LostTail.__slots__)))
                case "reload":
                    self._commit()
                    self._guard.reload()
                case "purge":
                    answer |= {"purged": self._purge(str(line["filter"]))}
                case "hold":
                    answer |= {"held": self._ledger.pin(filterlang.parse(line["filter"]), line["reason"])}
                case "correct":
                    was, now = self._correct(str(line["request"]), str(line["site"]))
                    answer |= {"was": was, "site": now}
                case "name-device":
                    self._ledger.name_device(str(line["device"]), str(line["name"]))
                case "forget-device":
                    self._commit()
                    answer |= {"purged": self._ledger.forget_device(str(line["device"]))}
                case "page":
                    client, site = self._narration.page(self._guard.analysis, line.get("client", ""))
                    answer |= {"client": client, "site": site}
                case "status":
                    answer |= self._status()
                case unknown:
                    answer |= {"error": f"the analyser knows no {unknown!r}"}
        except MouchardError as error:
            answer |= {"error": error.message, "hint": error.hint}
        if "id" in line:
            self._control.send(answer)

    def _status(self) -> Line:
        return {
            "committed": self._ledger.committed,
            "waiting": len(self._ledger),
            "trouble": self._trouble,
        }

    def _purge(self, words: str) -> int:
        query = filterlang.parse(words)
        self._commit()
        if self._trouble:
            raise BadInput(f"nothing can be deleted now: {self._trouble}", "try again later")
        return self._ledger.purge(query)

    def _correct(self, request: str, site: str) -> tuple[str, str]:
        self._commit()
        if self._trouble:
            raise BadInput(f"nothing can be corrected now: {self._trouble}", "try again later")
        return self._ledger.correct(self._guard.analysis_of(request.partition("/")[0]), request, site)

    def _attach(self, sock: socket.socket) -> None:
        self._drain()
        self._intake = Intake(sock)

    def _drain(self) -> None:
        """Take what the other end had sent before it ended."""
        if (intake := self._intake) is not None:
            for frame in intake.rest():
                self._take(frame)
            intake.close()
            self._intake = None

    def _count(self, order: LostTail) -> None:
        if order.capture != self._capture and self._ledger.last_seq(order.capture):
            self._resume(order.capture)
        if order.capture != self._capture:
            self._orders.append(order)  # nothing of this capture has come yet
        elif order.seq <= self._high:
            self._control.send({"event": "counted", "seq": order.seq})
        else:
            lost = order.seq - 1 - self._high + self._holes
            if lost or order.always:
                hosts = (("", lost),) if lost else ()
                since = self._latest or order.until
                self._accept(Gap(order.capture, order.seq, since, order.until, order.reason, hosts))
                self._counted.append(order.seq)

    def _last_commit(self) -> int:
        """Commit what is left, trying for a while; the number of records that could not be."""
        give_up = time.monotonic() + LAST_TRY_SECONDS
        self._commit()
        while self._trouble not in ("", DAMAGED) and time.monotonic() < give_up:
            time.sleep(self._wait)
            self._commit()
        return self._ledger.messages
