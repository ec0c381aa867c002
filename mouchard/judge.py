"""What judging needs, put together once: who to look for, which lists, which key."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mouchard import identity as identities
from mouchard import paths
from mouchard.analysis import Analysis
from mouchard.attribute import sighting
from mouchard.capture.records import Request, WebSocketFrame
from mouchard.classify import Classifier
from mouchard.detect import Detector, Observer
from mouchard.detect.learning import Sent
from mouchard.errors import BadInput
from mouchard.extract import extract
from mouchard.grade import grade
from mouchard.identity import Identity
from mouchard.keys import Keys
from mouchard.model import Attributed, Finding, Level, Message, Verdict, message
from mouchard.store.ruleset import Ruleset

GARBAGE = 1_000_000
"""Objects made and kept before the collector looks: the analysis makes thousands, hardly any in cycles."""


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What is concluded of a message when its exact bytes are judged once more."""

    message: Message
    verdict: Verdict
    findings: tuple[Finding, ...]
    level: Level


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules in force, and an `Analysis` for each capture judged by them."""

    classifier: Classifier
    identity: Identity
    keys: Keys
    ruleset: Ruleset

    def analysis(self) -> Analysis:
        """A fresh analysis: what is learned of one capture never reaches another. From then on this process
        looks for garbage less often."""
        gc.set_threshold(GARBAGE)
        return Analysis(self.classifier, Detector(self.identity), self.keys)

    def again(self, site: str, records: Iterable[Request | WebSocketFrame]) -> list[Rejudged]:
        """Messages that are known to belong to a site, judged by the rules in force; in order.

        What rests on the rest of the capture (learned values, answers) is found only as far as it is given.
        """
        observer = Observer(Detector(self.identity), self._owner)
        sent = []
        for record in records:
            told = message(record)
            at = Attributed(told.seq, site, "high", "", sighting(record, lambda url: "").client)
            one = Sent(told, extract(told), self.classifier.classify(told, site), at)
            observer.request(one.message, one.extraction, one.verdict, at)
            sent.append(one)
        found = []
        for one in sent:
            graded = grade(observer.hits(one), one.verdict, one.message, self.keys.token)
            found.append(Rejudged(one.message, one.verdict, graded.findings, graded.level))
        return found

    def _owner(self, host: str) -> str:
        company = self.classifier.company(host)
        return company.name if company else host


def judge(identity_file: Path | None = None, list_files: Sequence[Path] = ()) -> Judge:
    """The stored identity and lists, or the given ones instead. BadInput where one cannot be read."""
    if identity_file is not None and not identity_file.is_file():
        raise BadInput(
            f"there is no identity file {identity_file}", "leave --identity out for the stored one"
        )
    classifier = Classifier.load(list_files, only=bool(list_files))
    identity = identities.load(identity_file or paths.identity())
    keys = Keys.load(paths.sealing_key())
    return Judge(classifier, identity, keys, Ruleset.of(classifier))
