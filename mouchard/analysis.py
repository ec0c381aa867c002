"""The stages joined: feed it the records of one capture in order, get judgements.

The analyser process, `scan` and `inspect` all go through here, so that live, file and test agree.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import urlsplit

from mouchard.attribute import Attribution, Event, answer, sighting
from mouchard.capture.records import Record, Request, Response, WebSocketFrame, first_values
from mouchard.classify import Classifier, site_of
from mouchard.detect import Detector, Observer, consent
from mouchard.detect.learning import Sent
from mouchard.detect.observer import Again
from mouchard.extract import extract
from mouchard.grade import grade
from mouchard.keys import Keys
from mouchard.masking.url import mask_place, mask_url
from mouchard.model import Attributed, Extraction, Hit, Judgement, Message, Verdict, message

MEMORY = 10_000
"""Hosts whose company is remembered."""
SHORT = 512
"""Characters of a value whose token is remembered."""
REMEMBERED_BYTES = 20 * 1024 * 1024
"""Raw messages kept in memory, so that late evidence can judge them again."""


@dataclass(frozen=True, slots=True)
class _Recent:
    """A message that may be judged again, with the verdict given while it was held to belong to `site`."""

    message: Message
    site: str
    verdict: Verdict


class Analysis:
    """The judgement of one capture. Deterministic: the same records give the same judgements."""

    def __init__(self, classifier: Classifier, detector: Detector, keys: Keys) -> None:
        self.classifier = classifier
        self._keys = keys
        self._remembered = lru_cache(1024)(keys.token)
        self._attribution = Attribution()
        self._observer = Observer(detector, self._owner)
        self._recent: OrderedDict[int, _Recent] = OrderedDict()
        self._recent_bytes = 0
        self._owners: OrderedDict[str, str] = OrderedDict()
        self.facts: Event | None = None
        """Of the record fed last: what the store keeps of it too, so that none is made twice."""

    @property
    def detector(self) -> Detector:
        """What is looked for; may be replaced while the capture goes on."""
        return self._observer.detector

    @detector.setter
    def detector(self, detector: Detector) -> None:
        self._observer.replace(detector)

    def restore(self, events: Iterable[Event], corrections: Mapping[int, str] | None = None) -> None:
        """Rebuild what is known of open pages from the last half hour of the store.

        `corrections`: seq → site of the messages that the person has put right, in the whole capture.
        """
        self._attribution.corrections.update(corrections or {})
        for event in events:
            self._attribution.feed(event)

    def feed(self, record: Record) -> tuple[Judgement, ...]:
        """The judgement of this record's message, then new ones of earlier messages it sheds light on."""
        self.facts = None
        match record:
            case Request() | WebSocketFrame():
                return self._request(record)
            case Response():
                return self._response(record)
            case _:
                return ()

    def current_site(self, client: str, now: float) -> str:
        """The site of the client's latest page, or empty."""
        return self._attribution.current(client, now)

    def learn(self, host: str, chain: Sequence[str]) -> tuple[Judgement, ...]:
        """New judgements of remembered messages to a host whose CNAME chain turns out to hide a tracker."""
        if not self.classifier.learn(host, chain):
            return ()
        settled = (
            self._attribution.settled(seq)
            for seq, recent in self._recent.items()
            if host_of(recent.message.url) == host
        )
        return tuple(self._attributed(attributed for attributed in settled if attributed))

    def correct(self, told: Request | WebSocketFrame | Message, site: str, client: str) -> Judgement:
        """The judgement of a message that belongs to this site, as the person says."""
        attributed = self._attribution.correct(told.seq, site, client)
        sent = self._sent(told if isinstance(told, Message) else message(told), attributed)
        return self._judgement(sent, self._observer.hits(sent))

    def _request(self, record: Request | WebSocketFrame) -> tuple[Judgement, ...]:
        told = message(record)
        said = first_values(record.headers)
        self.facts = seen = sighting(record, self._token_of, said)
        attributed, *changed = self._attribution.feed(seen)
        sent = self._sent(told, attributed, said)
        self._remember(_Recent(told, attributed.site, sent.verdict))
        hits, explained = self._observer.request(told, sent.extraction, sent.verdict, attributed)
        return (self._judgement(sent, hits), *self._explained(explained), *self._attributed(changed))

    def _response(self, record: Response) -> tuple[Judgement, ...]:
        recent = self._recent.get(record.request)
        if recent is None:
            return ()
        asked, verdict = recent.message, recent.verdict
        seen = self._attribution.seen(record.request)
        jars = seen is not None and seen.cookies_apart
        self.facts = told = answer(record, asked.url, self._token_of, jars)
        changed = self._attribution.feed(told)
        explained: Iterable[Again] = ()
        if attributed := self._attribution.settled(record.request):
            if attributed.site != recent.site:
                verdict = self.classifier.classify(asked, attributed.site)
            explained = self._observer.answer(asked, verdict, attributed, record.headers, record.body)
        return (*self._explained(explained), *self._attributed(changed))

    def _sent(self, told: Message, attributed: Attributed, said: Mapping[str, str] | None = None) -> Sent:
        verdict = self.classifier.classify(told, attributed.site, said)
        return Sent(told, extract(told), verdict, attributed)

    def _explained(self, again: Iterable[Again]) -> Iterator[Judgement]:
        """Earlier messages in which values learned now are found."""
        for one in again:
            attributed = self._attribution.settled(one.sent.message.seq) or one.sent.attributed
            yield self._judgement(replace(one.sent, attributed=attributed), one.hits)

    def _attributed(self, changed: Iterable[Attributed]) -> Iterator[Judgement]:
        """Earlier messages whose site is known better now."""
        for attributed in changed:
            if recent := self._recent.get(attributed.seq):
                sent = self._sent(recent.message, attributed)
                yield self._judgement(sent, self._observer.hits(sent))

    def _judgement(self, sent: Sent, hits: Sequence[Hit]) -> Judgement:
        told = sent.message
        graded = grade(hits, sent.verdict, told, self._token)
        hidden = [hit.value for hit in hits if hit.location == "host"]
        return Judgement(
            message=told,
            attributed=sent.attributed,
            verdict=sent.verdict,
            findings=graded.findings,
            level=graded.level,
            field_paths=_paths(sent.extraction),
            masked_url=mask_url(told.url, hidden, self._known_of(sent.attributed.client)),
            partial=sent.extraction.partial,
            consent=consent.of(sent.extraction),
        )

    def _known_of(self, client: str) -> Callable[[str], bool]:
        """Whether a word is a value that was declared, or learned of this client."""
        declared, learned = self.detector.index.knows, self._observer.learning.index(client)
        return (lambda word: declared(word) or learned.knows(word)) if learned else declared

    def _owner(self, host: str) -> str:
        if host not in self._owners:
            company = self.classifier.company(host)
            self._owners[host] = company.name if company else site_of(host)
            if len(self._owners) > MEMORY:
                self._owners.popitem(last=False)
        return self._owners[host]

    def _token(self, kind: str, value: str) -> str:
        """Each request names the same page, and the same values of a person."""
        return self._remembered(kind, value) if len(value) <= SHORT else self._keys.token(kind, value)

    def _token_of(self, url: str) -> str:
        return self._token("url", url.partition("#")[0])

    def _remember(self, recent: _Recent) -> None:
        self._recent[recent.message.seq] = recent
        self._recent_bytes += _size(recent.message)
        while self._recent_bytes > REMEMBERED_BYTES:
            self._recent_bytes -= _size(self._recent.popitem(last=False)[1].message)


def host_of(url: str) -> str:
    """The host of a URL in lower case, or empty where it has none that can be read."""
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _size(told: Message) -> int:
    return 1024 + len(told.url) + len(told.body)


def _paths(extraction: Extraction) -> tuple[str, ...]:
    """Where something stood in the message, by name only."""
    places = dict.fromkeys([node[:2] for node in extraction.nodes if node.field])
    return tuple(dict.fromkeys([mask_place(location, field) for location, field in places]))
