"""A letter drafted from the facts: the law in the template of its kind and language, the rest recorded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any, Literal, TypeAlias, get_args

from jinja2 import DictLoader, Environment, StrictUndefined

from mouchard import language, words
from mouchard.errors import BadInput
from mouchard.language import _, mark, plural
from mouchard.letters import contacts
from mouchard.letters.facts import SAID, gather
from mouchard.printable import printable
from mouchard.report.content import Card
from mouchard.store.read import Reader

Kind: TypeAlias = Literal["access", "source", "erasure", "objection", "complaint"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AUTHORITIES = ("cnil", "eu")
MOST = 40
"""Findings listed one by one; further ones are counted."""

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """A draft, for its sender to complete, sign and send."""

    kind: Kind
    language: str
    text: str
    due: date
    """Last day for an answer if the letter arrives on the day it is dated."""
    cards: tuple[Card, ...]
    """The findings it states, in the order of their numbers."""


def draft(
    reader: Reader,
    target: str,
    kind: Kind,
    today: date,
    *,
    lang: str = "",
    authority: str = "",
    annex: bool = False,
    client: str = "",
) -> Letter:
    """The letter of this kind to a recorded site or company. BadInput for a name never recorded, and for a
    complaint that no finding supports."""
    chosen = language.use(lang)
    facts = gather(reader, target, client)
    if kind == "complaint" and not facts.cards:
        raise BadInput(
            f"nothing recorded on {printable(facts.target)} supports a complaint",
            "only findings that left, on a site that is certain, count; an access request needs none",
        )
    groups = [(verb, facts.said(verb)) for verb in SAID]
    numbered = [card for _verb, cards in groups for card in cards[:MOST]]
    named = {card.recipient for card in numbered}
    due = due_date(today)
    where = contacts.of_company(facts.target) if not facts.is_site else contacts.Contact()
    office = authority or ("cnil" if chosen == "fr" else "eu")
    text = _render(
        f"{kind}.{chosen}.txt.jinja",
        target=facts.target,
        is_site=facts.is_site,
        sites=", ".join(facts.sites[:20]),
        contacted=", ".join([name for name in facts.contacted if name not in named][:40]),
        address=where.lines,
        office=contacts.of_authority(office),
        cnil=office == "cnil",
        today=_day(today, chosen),
        due=_day(due, chosen),
        first=_day(_date(facts.first), chosen),
        last=_day(_date(facts.last), chosen),
        groups=[(verb, list(_lines(cards, numbered, facts.is_site))) for verb, cards in groups],
        refused=any(row.phase in ("refused", "withdrawn") for card in facts.cards for row in card.rows),
        evidence=[f"[{number}] {card.example.finding.id}" for number, card in enumerate(numbered, 1)],
        annex=annex,
    )
    return Letter(kind, chosen, text, due, tuple(numbered))


def due_date(today: date) -> date:
    """One month on, as EU law counts it: the day of the same number, or the last of a shorter month; a
    Saturday or Sunday moves on to Monday (Regulation 1182/71, Art. 3)."""
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    after = date(year + month // 12, month % 12 + 1, 1)
    day = min(date(year, month, 1) + timedelta(today.day - 1), after - timedelta(1))
    return day + timedelta({5: 2, 6: 1}.get(day.weekday(), 0))


def _render(name: str, **parts: object) -> str:
    folder = files("mouchard.letters").joinpath("texts")
    sources = {entry.name: entry.read_text(encoding="utf-8") for entry in folder.iterdir()
               if entry.name.endswith(".jinja")}  # fmt: skip
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=False,  # plain text; `_plain` leaves no control character of the wire
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(name).render(_plain(parts))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _plain(value: Any) -> Any:
    """Every text in a tree of them on one line, without control or invisible characters."""
    if isinstance(value, str):
        return printable(value, 4000)
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _lines(cards: Sequence[Card], numbered: Sequence[Card], is_site: bool) -> Iterator[str]:
    for card in cards[:MOST]:
        yield _line(card, numbered.index(card) + 1, is_site)
    if (rest := len(cards) - MOST) > 0:
        yield plural("{n} more of the same kind", "{n} more of the same kind", rest)


def _line(card: Card, number: int, is_site: bool) -> str:
    row, finding = card.example, card.example.finding
    place = f"{finding.location}.{finding.field}" if finding.field else finding.location
    chains = dict.fromkeys(found.finding.chain for found in card.rows)
    names = (" ← ".join(name for step in chain if (name := words.digest_name(step))) for chain in chains)
    digests = _("; ").join(name for name in names if name)
    shape = _("as a hash: {digests}").format(digests=digests) if digests else _(words.FORMS[card.form])
    parts = [
        f"{_(words.short(finding.type))} ({shape})",
        f"→ {card.recipient}" if is_site else _("from {site}").format(site=row.site),
        *([row.host] if row.host != card.recipient else []),
        place,
        _moment(row.time),
    ]
    if len(card.rows) > 1:
        parts.append(plural("{n} time", "{n} times", len(card.rows)))
    chosen = {row.phase for row in card.rows}
    parts += [_(told) for phase, told in AFTER.items() if phase in chosen]
    return f"{', '.join(parts)} [{number}]"


AFTER = {
    "before": mark("before I had made any choice"),
    "accepted": mark("after I had accepted"),
    "refused": mark("after I had refused"),
    "withdrawn": mark("after I had withdrawn my consent"),
}


def _date(moment: float) -> date:
    return datetime.fromtimestamp(moment, UTC).date()


def _moment(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _day(day: date, lang: str) -> str:
    number = "1er" if lang == "fr" and day.day == 1 else str(day.day)
    return f"{number} {_MONTHS[lang][day.month - 1]} {day.year}"
