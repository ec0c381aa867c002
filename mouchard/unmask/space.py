"""All the values a data type can have, written the way the hashed one was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mouchard.errors import BadInput
from mouchard.identity.recipes import variants
from mouchard.language import mark
from mouchard.unmask.target import Target

CAP = 200_000_000
"""Candidates tried at most."""
FIRST_BIRTH = date(1905, 1, 1)


@dataclass(frozen=True, slots=True)
class Space:
    """Numbered candidates: each is the template with the digits of its number put into the gaps."""

    name: str
    first: int
    size: int
    template: tuple[str, ...] = ()
    """Literal pieces around the groups of digits; empty where `texts` lists the candidates."""
    groups: tuple[int, ...] = ()
    """How many digits go between two pieces."""
    texts: tuple[str, ...] = ()

    def candidate(self, place: int) -> str:
        """The candidate at this place, from 0."""
        if self.texts:
            return self.texts[place]
        digits = f"{self.first + place:0{sum(self.groups)}d}"
        parts, at = [self.template[0]], 0
        for size, piece in zip(self.groups, self.template[1:], strict=True):
            parts += [digits[at : at + size], piece]
            at += size
        return "".join(parts)


def space(of: Target, today: date) -> Space:
    """The values to try. BadInput for a type that cannot be listed (an e-mail address, a name)."""
    if of.type == "phone":
        return _mobiles(of.spelling)
    if of.type == "zip" and re.fullmatch(r"\d{5}", of.spelling):
        return Space(mark("postcodes"), 0, 100_000, ("", ""), (5,))
    if of.type == "dob":
        days = (
            date.fromordinal(n).isoformat() for n in range(FIRST_BIRTH.toordinal(), today.toordinal() + 1)
        )
        texts = tuple(dict.fromkeys(text for day in days for text in variants("dob", day)))
        return Space(mark("dates of birth in every usual spelling"), 0, len(texts), texts=texts)
    raise BadInput(
        f"every possible {of.type} cannot be listed",
        "it works for a French mobile number, a postcode or a date of birth; whoever has an e-mail address"
        " in a list finds its hash at once",
    )


def _mobiles(spelling: str) -> Space:
    """All French mobile numbers: 6 or 7, then eight digits (ARCEP numbering plan)."""
    runs = list(re.finditer(r"\d+", spelling))
    places = [place for run in runs for place in range(*run.span())][-9:]
    if len(places) < 9 or spelling[places[0]] not in "67":
        raise BadInput("only French mobile numbers are tried", "this finding holds another kind of number")
    pieces, groups, at = [spelling[: places[0]]], [1], places[0]
    for place in places[1:]:
        if place == at + 1:
            groups[-1] += 1
        else:
            pieces.append(spelling[at + 1 : place])
            groups.append(1)
        at = place
    return Space(
        mark("French mobile numbers"), 600_000_000, CAP, (*pieces, spelling[at + 1 :]), tuple(groups)
    )
