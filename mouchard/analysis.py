"""The stages joined: feed it the records of one capture in order, get judgements.

The analyser process, `scan` and `inspect` all go through here, so that live, file and test agree.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from mouchard.attribute import Answer, Attribution, Sighting, answer, sighting
from mouchard.capture.records import Record, Request, Response, WebSocketFrame
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.extract import extract
from mouchard.grade import grade
from mouchard.keys import Keys
from mouchard.masking.url import mask_name, mask_url
from mouchard.model import Attributed, Extraction, Judgement, Message, message

REMEMBERED_BYTES = 32 * 1024 * 1024
"""Raw messages kept in memory, so that late evidence can judge them again."""


class Analysis:
    """The judgement of one capture. Deterministic: the same records give the same judgements."""

    def __init__(self, classifier: Classifier, detector: Detector, keys: Keys) -> None:
        self.classifier = classifier
        self.detector = detector
        self._keys = keys
        self._attribution = Attribution()
        self._recent: OrderedDict[int, Message] = OrderedDict()
        self._recent_bytes = 0

    def restore(self, events: Iterable[Sighting | Answer]) -> None:
        """Rebuild what is known of open pages from the last half hour of the store."""
        for event in events:
            self._attribution.feed(event)

    def feed(self, record: Record) -> tuple[Judgement, ...]:
        """The judgement of this record's message, then new ones of earlier messages it sheds light on."""
        match record:
            case Request() | WebSocketFrame():
                told = message(record)
                self._remember(told)
                attributed = self._attribution.feed(sighting(record, self._url_token))
                return (self._judge(told, attributed[0]), *self._again(attributed[1:]))
            case Response():
                asked = self._recent.get(record.request)
                if asked is None:
                    return ()
                return self._again(self._attribution.feed(answer(record, asked.url, self._url_token)))
            case _:
                return ()

    def current_site(self, client: str, now: float) -> str:
        """The site of the client's latest page, or empty."""
        return self._attribution.current(client, now)

    def _again(self, changed: Iterable[Attributed]) -> tuple[Judgement, ...]:
        return tuple(
            self._judge(self._recent[found.seq], found) for found in changed if found.seq in self._recent
        )

    def _judge(self, told: Message, attributed: Attributed) -> Judgement:
        extraction = extract(told)
        verdict = self.classifier.classify(told, attributed.site)
        hits = self.detector.detect(told, extraction, verdict, attributed)
        graded = grade(hits, verdict, told, self._keys.token)
        hidden = [hit.value for hit in hits if hit.location == "host"]
        return Judgement(
            message=told,
            attributed=attributed,
            verdict=verdict,
            findings=graded.findings,
            level=graded.level,
            field_paths=_paths(extraction),
            masked_url=mask_url(told.url, hidden),
            partial=extraction.partial,
        )

    def _url_token(self, url: str) -> str:
        return self._keys.token("url", url.partition("#")[0])

    def _remember(self, told: Message) -> None:
        self._recent[told.seq] = told
        self._recent_bytes += _size(told)
        while self._recent_bytes > REMEMBERED_BYTES:
            self._recent_bytes -= _size(self._recent.popitem(last=False)[1])


def _size(told: Message) -> int:
    return 1024 + len(told.url) + len(told.body)


def _paths(extraction: Extraction) -> tuple[str, ...]:
    """Where something stood in the message, by name only."""
    return tuple(
        dict.fromkeys(f"{node.location}.{mask_name(node.field)}" for node in extraction.nodes if node.field)
    )
