"""What documentation and company tables say, in the language in use; names and citations stay as they are."""

from __future__ import annotations

import re

from mouchard.language import _, mark

_DOCUMENTED = re.compile(
    r"(?P<vendor>[^:]+): (?P<words>.+?)"
    r" \((?P<source>.+), (?P<known>documented|observed|reported), (?P<day>[\d-]+)\)",
    re.DOTALL,
)
_KNOWN = {
    "documented": mark("documented"),
    "observed": mark("observed"),
    "reported": mark("reported"),
}
_SAID: tuple[tuple[str, str], ...] = (
    (
        r"the number of a click on an advertisement of (?P<name>.+)",
        mark("the number of a click on an advertisement of {name}"),
    ),
    (
        r"the number by which mails of (?P<name>.+) know who opened them",
        mark("the number by which mails of {name} know who opened them"),
    ),
    (r"identifier that (?P<owner>.+) has as (?P<name>.+)", mark("identifier that {owner} has as {name}")),
    (r"(?P<n>[\d,]+) traits of the device", mark("{n} traits of the device")),
    (r"(?P<n>[\d,]+) hashed addresses or numbers", mark("{n} hashed addresses or numbers")),
    (r"(?P<n>[\d,]+) e-mail addresses", mark("{n} e-mail addresses")),
    (r"(?P<n>[\d,]+) phone numbers", mark("{n} phone numbers")),
    ("event name and fields of online shops", mark("event name and fields of online shops")),
)
_TABLE = "Mouchard's own table (see "
_SIGNATURES = "Mouchard signatures: "
_SEAT = "; seat: "


def spoken(note: str) -> str:
    """The note of a finding: what the vendor's documentation or the shape of the value says."""
    if found := _DOCUMENTED.fullmatch(note):
        told = _("{vendor}: {words} ({source}, {known}, {day})")
        parts = found.groupdict()
        return told.format(**{**parts, "words": _(parts["words"]), "known": _(_KNOWN[parts["known"]])})
    for pattern, words in _SAID:
        if found := re.fullmatch(pattern, note):
            return _(words).format(**found.groupdict())
    return _(note)


def source(text: str) -> str:
    """Where the facts on a company come from."""
    who, _sep, seat = text.partition(_SEAT)
    said = _one(who)
    return said + _("; seat: {source}").format(source=_one(seat)) if seat else said


def seat_source(text: str) -> str:
    """Where the seat of a company comes from, which may be another source than that of its name."""
    who, _sep, seat = text.partition(_SEAT)
    return _one(seat or who)


def _one(text: str) -> str:
    if text.startswith(_TABLE):
        return _("Mouchard's own table (see {address})").format(address=text[len(_TABLE) : -1])
    if text.startswith(_SIGNATURES):
        name, _sep, address = text[len(_SIGNATURES) :].partition(" (see ")
        return _("Mouchard's own signature “{name}” (see {address})").format(name=name, address=address[:-1])
    return text
