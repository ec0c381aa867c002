"""The analysis, safe to feed: what it cannot judge becomes a failure, never the end of the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from mouchard.analyser.inflight import InFlight
from mouchard.analysis import Analysis
from mouchard.attribute.facts import Event
from mouchard.capture.records import Origin, Record, Request
from mouchard.detect import Detector
from mouchard.failure import Failure, failure_of
from mouchard.judge import Judge
from mouchard.model import Judgement
from mouchard.store.write import Entry

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

    def judge(self, record: Record) -> Entry:
        """What the analysis says; a message that ended two processes is not shown to it again."""
        if record.seq == self.note.condemned:
            return Entry(record, failure=Failure("analysis", "ended the analyser twice"))
        try:
            with self.note.on(record.seq):
                judgements = self.analysis.feed(record)
            return Entry(record, judgements, self.analysis.facts)
        except Exception as error:
            return Entry(record, failure=failure_of(error))
