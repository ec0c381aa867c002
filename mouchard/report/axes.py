"""The axes beside the level: when, who, in what form, how sure, where; each on its own, never added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mouchard import words
from mouchard.capture.records import Phase
from mouchard.grade import Form
from mouchard.grade import form as form_of
from mouchard.language import _, mark
from mouchard.model import Party, Proof
from mouchard.report.places import country
from mouchard.store.rows import FindingRow

Strength: TypeAlias = Literal["strong", "moderate", "weak"]
STRENGTHS: dict[Strength, str] = {
    "strong": mark("strong"),
    "moderate": mark("moderate"),
    "weak": mark("weak"),
}
_BY_PROOF: dict[Proof, Strength] = {
    "identity": "strong", "sync": "strong", "field": "moderate", "shape": "weak",
}  # fmt: skip
BY_SITE: dict[str, Strength] = {"high": "strong", "medium": "moderate", "low": "weak"}
_ORDER: tuple[Strength, ...] = ("weak", "moderate", "strong")


@dataclass(frozen=True, slots=True)
class Axes:
    """One finding, seen from six sides."""

    phase: Phase
    party: Party
    form: Form
    proof: Proof
    place: str
    """Seat of the recipient, ISO 3166 alpha-2; empty where it is unknown."""
    confidence: Strength

    def in_words(self) -> tuple[str, ...]:
        """In the language in use, in the order they are read."""
        seat = _("seat: {country}").format(country=country(self.place)) if self.place else _("seat: unknown")
        return (
            *((_(words.PHASES[self.phase]),) if self.phase != "none" else ()),
            _(words.PARTIES[self.party]),
            _(words.FORMS[self.form]),
            _(words.PROOFS[self.proof]),
            seat,
            _("confidence: {word}").format(word=_(STRENGTHS[self.confidence])),
        )


def axes(row: FindingRow) -> Axes:
    """All axes of a finding."""
    return Axes(row.phase, row.party, form(row), row.finding.proof, place(row), confidence(row))


def form(row: FindingRow) -> Form:
    """How the value travelled: in clear, encoded, hashed, or as a masked shape."""
    return form_of(row.finding.chain, row.finding.normalisation)


def place(row: FindingRow) -> str:
    """Where the recipient has its seat. A host without a known company has none, and the company whose format
    a relay speaks is not the one that holds it."""
    return row.company.country if row.company and row.party != "relay" else ""


def confidence(row: FindingRow) -> Strength:
    """The weaker of two: what proves the value, and how sure the site is. A masked shape proves little."""
    by_proof = "weak" if form(row) == "masked" else _BY_PROOF[row.finding.proof]
    return min(by_proof, BY_SITE[row.site_confidence], key=_ORDER.index)


def counts_for(row: FindingRow, phase: Phase) -> bool:
    """True where a finding supports what is said of a phase: it left, and its phase is certain."""
    left = row.outcome == "forwarded" or row.outcome.startswith("answered")
    return left and row.phase == phase and phase not in ("none", "unsettled")
