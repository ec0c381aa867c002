"""The detector with a memory: learning and linkage around the pure detector, for one capture.

Time comes with the messages; nothing is read or written. The same messages give the same hits.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from mouchard.capture.records import Headers
from mouchard.detect.detector import Detector, host_and_path
from mouchard.detect.learning import Learning, Sent
from mouchard.detect.linkage import Linkage
from mouchard.detect.settle import settled
from mouchard.extract import extract
from mouchard.model import Attributed, Extraction, Hit, Message, Verdict

REMEMBERED = 10_000
"""Messages whose shared identifiers are kept, for when they are judged again."""

_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:(?:\)\]\}',?|for\s*\(;;\);|while\s*\(1\);)\s*)?(?=[{\[])")
"""What may stand before JSON: a byte order mark, and what keeps other sites from running it as a script."""


@dataclass(frozen=True, slots=True)
class Again:
    """An earlier message with its hits in the light of what is known now: a new revision of it."""

    sent: Sent
    hits: tuple[Hit, ...]


class Observer:
    """Feed it every message and answer of a capture in order."""

    def __init__(self, detector: Detector, owner: Callable[[str], str]) -> None:
        """`owner(host)` names the company behind a host, or its registrable domain."""
        self.detector = detector
        self.learning = Learning(detector.index)
        self.linkage = Linkage(owner)
        self._shared: OrderedDict[int, tuple[Hit, ...]] = OrderedDict()

    def replace(self, detector: Detector) -> None:
        """Look for what this detector knows from now on; what was learned stays."""
        self.detector = detector
        self.learning.beside(detector.index)

    def request(
        self, message: Message, extraction: Extraction, verdict: Verdict, attributed: Attributed
    ) -> tuple[tuple[Hit, ...], tuple[Again, ...]]:
        """The hits of this message, and earlier messages that it explains."""
        sent = Sent(message, extraction, verdict, attributed)
        if verdict.party in ("third", "unknown"):
            self._keep(message.seq, self.linkage.request(host_and_path(message.url)[0], extraction.nodes))
        explained = self.learning.feed(sent)  # first: a form in the clear exposes what it was learned from
        return self.hits(sent), self._again(explained)

    def answer(
        self, message: Message, verdict: Verdict, attributed: Attributed, headers: Headers, body: bytes
    ) -> tuple[Again, ...]:
        """Take in the answer to a message: third-party cookies, and what the site says of the account."""
        if verdict.party in ("third", "unknown"):
            self.linkage.answer(host_and_path(message.url)[0], headers)
        elif verdict.party == "first" and (begin := _JSON.match(body)):
            kind = tuple((name, value) for name, value in headers if name.lower() == "content-type")
            said = Message("", 0, "http", message.time, "POST", "", kind, body[begin.end() :], False, 0)
            nodes = extract(said).nodes
            return self._again(self.learning.answer(attributed.client, nodes, attributed.site))
        return ()

    def hits(self, sent: Sent) -> tuple[Hit, ...]:
        """What leaves in a message, as far as is known now; may be asked again for an earlier one."""
        learned = self.learning.index(sent.attributed.client)
        hits = self.detector.detect(sent.message, sent.extraction, sent.verdict, sent.attributed, learned)
        shared = self._shared.get(sent.message.seq, ()) if sent.verdict.party != "first" else ()
        return settled((*hits, *shared)) if shared else hits

    def _again(self, explained: tuple[Sent, ...]) -> tuple[Again, ...]:
        return tuple(Again(sent, self.hits(sent)) for sent in explained)

    def _keep(self, seq: int, shared: tuple[Hit, ...]) -> None:
        if shared:
            self._shared[seq] = shared
            if len(self._shared) > REMEMBERED:
                self._shared.popitem(last=False)
