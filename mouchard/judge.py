"""What judging needs, put together once: who to look for, which lists, which key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mouchard import identity as identities
from mouchard import paths
from mouchard.analysis import Analysis
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.errors import BadInput
from mouchard.identity import Identity
from mouchard.keys import Keys
from mouchard.store.ruleset import Ruleset


@dataclass(frozen=True, slots=True)
class Judge:
    """The rules in force, and an `Analysis` for each capture judged by them."""

    classifier: Classifier
    identity: Identity
    keys: Keys
    ruleset: Ruleset

    def analysis(self) -> Analysis:
        """A fresh analysis: what is learned of one capture never reaches another."""
        return Analysis(self.classifier, Detector(self.identity), self.keys)


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
