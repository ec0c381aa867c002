"""What the messages say of consent, beside the choice the person made: where the two disagree."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.detect import consent
from mouchard.detect.consent import State
from mouchard.language import _, mark
from mouchard.model import Consent
from mouchard.report.axes import counts_for
from mouchard.report.content import SiteReport

_SENTENCES: dict[tuple[str, State], str] = {
    ("no", "accepted"): mark(
        "{recipient}: sent after the choice “{phase}”, while the message says that consent was given"
        " (evidence {numbers})."
    ),
    ("no", "refused"): mark(
        "{recipient}: sent after the choice “{phase}”, and the message itself carries the refusal"
        " (evidence {numbers})."
    ),
    ("before", "accepted"): mark(
        "{recipient}: sent before any choice, while the message says that consent was given"
        " (evidence {numbers})."
    ),
}
_STATES: dict[State, str] = {
    "accepted": mark("accepted"),
    "refused": mark("refused"),
    "partly": mark("accepted in part"),
}


_WORDS = (
    mark("purposes none"),
    mark("purposes"),
    mark("; legitimate interest"),
    mark("ads granted"),
    mark("ads denied"),
    mark("ads not asked"),
    mark("analytics granted"),
    mark("analytics denied"),
    mark("analytics not asked"),
    mark("user data granted"),
    mark("user data denied"),
    mark("personalisation granted"),
    mark("personalisation denied"),
    mark("sale opted out"),
    mark("sale not opted out"),
    mark("sale not applicable"),
    mark("advertising opted out"),
    mark("advertising not opted out"),
    mark("advertising not applicable"),
    mark("sharing opted out"),
    mark("sharing not opted out"),
    mark("sharing not applicable"),
)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Messages to one recipient that left against the choice, or claim one that was not made."""

    recipient: str
    phase: Phase
    said: State
    """What the messages themselves say was chosen."""
    cards: tuple[int, ...]
    """Evidence numbers."""

    def sentence(self) -> str:
        """In the language in use."""
        key = "before" if self.phase == "before" else "no"
        return _(_SENTENCES[key, self.said]).format(
            recipient=self.recipient,
            phase=_(words.PHASES[self.phase]),
            numbers=", ".join(map(str, self.cards)),
        )


def contradictions(report: SiteReport) -> tuple[Contradiction, ...]:
    """Every contradiction of a site that a finding of L1 or above shows."""
    found: dict[tuple[str, Phase, State], set[int]] = {}
    for card in report.cards:
        for row in card.rows:
            if (
                row.finding.level >= "L1"
                and counts_for(row, row.phase)
                and consent.contradiction(row.consent, row.phase)
            ):
                key = (card.recipient, row.phase, consent.state(row.consent))
                found.setdefault(key, set()).add(card.number)
    return tuple(Contradiction(*key, tuple(sorted(numbers))) for key, numbers in sorted(found.items()))


def in_words(said: Consent) -> str:
    """The consent that travelled in a message: the state in words, then the strings decoded; or empty."""
    tcf = f"TCF {said.tcf.partition(': ')[2]}" if said.tcf else ""
    parts = _("; ").join(_spoken(part) for part in (tcf, said.gcs, said.us) if part)
    state = consent.state(said)
    return f"{_(_STATES[state])} ({parts})" if state else parts


def _spoken(text: str) -> str:
    """The few words of a decoded consent string in the language in use; numbers and letters as they are."""
    return re.sub("|".join(map(re.escape, _WORDS)), lambda found: _(found[0]), text)
