"""The analysis, safe to feed: what it cannot judge becomes a failure, never the end of the process."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from mouchard.analyser.inflight import InFlight
from mouchard.analysis import Analysis
from mouchard.attribute.facts import Event
from mouchard.capture.records import Origin, Record, Request
from mouchard.detect import Detector
from mouchard.judge import Judge
from mouchard.model import Judgement


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a recorded message has no judgement. Says where, never what the message held."""

    capture: str
    seq: int
    stage: str
    reason: str


@dataclass(frozen=True, slots=True)
class Judged:
    """One record with all that was concluded of it."""

    record: Record
    judgements: tuple[Judgement, ...]
    failure: Failure | None = None
    facts: Event | None = None
    """Of the record, as the analysis made them."""


_FIRST = Request(
    "0" * 32, 1, 0.0, Origin("127.0.0.1", "regular", "", ""), "POST", "https://a.example/?b=c%40d.example",
    "HTTP/1.1", (("Content-Type", "application/json"), ("Cookie", "a=b"), ("Referer", "https://a.example/")),
    b'{"a": "b"}', 10,
)  # fmt: skip
"""What is loaded on first use is loaded by this one, so that no watchdog looks on."""


class Guard:
    """Feeds an analysis one record at a time, under the watchdog and a note of what is in flight."""

    def __init__(self, rules: Judge, load: Callable[[], Judge], note: InFlight) -> None:
        self.note = note
        rules.analysis().feed(_FIRST)
        self.analysis = rules.analysis()
        self._capture = ""
        self._rules = rules
        self._load = load

    def begin(
        self, capture: str, recent: Iterable[Event], corrections: Mapping[int, str] | None = None
    ) -> None:
        """Start on a capture, or go on with it after a restart from what was seen lately."""
        self.note.begin(capture)
        self._capture = capture
        self.analysis = self._rules.analysis()
        self.analysis.restore(recent, corrections)

    def reload(self) -> None:
        """Read the identity again; BadInput where it cannot be read, and the old one stays.

        The lists stay as they are: each judgement names the ruleset of the whole run.
        """
        self._rules = replace(self._rules, identity=self._load().identity)
        self.analysis.detector = Detector(self._rules.identity)

    def learn(self, host: str, chain: Sequence[str]) -> tuple[Judgement, ...]:
        """What the CNAME chain of a host changes in judgements already made; nothing where it fails."""
        try:
            return self.analysis.learn(host, chain)
        except Exception:
            return ()

    def analysis_of(self, capture: str) -> Analysis:
        """The analysis of this capture while it is the running one, else a fresh one."""
        return self.analysis if capture == self._capture else self._rules.analysis()

    def judge(self, record: Record) -> Judged:
        """What the analysis says; a message that ended two processes is not shown to it again."""
        if record.seq == self.note.condemned:
            reason = "ended the analyser twice"
            return Judged(record, (), Failure(record.capture, record.seq, "analysis", reason))
        try:
            with self.note.on(record.seq):
                judgements = self.analysis.feed(record)
            return Judged(record, judgements, facts=self.analysis.facts)
        except Exception as error:
            return Judged(record, (), failure(record, error))


def failure(record: Record, error: Exception) -> Failure:
    """Where in our code the error arose; its text may quote the message, so it is left out."""
    stage, place = "analysis", ""
    for frame in traceback.extract_tb(error.__traceback__):
        _, found, inside = frame.filename.replace("\\", "/").rpartition("/mouchard/")
        if found:
            stage, place = inside.removesuffix(".py").split("/")[0], f" in {inside}:{frame.lineno}"
    return Failure(record.capture, record.seq, stage, type(error).__name__ + place)
