"""The document as Markdown; text from the wire stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mouchard.language import _
from mouchard.printable import printable
from mouchard.report.document import (
    Bands,
    Bars,
    Block,
    Card,
    Document,
    Figures,
    Glossary,
    HeatMap,
    Items,
    Table,
    Text,
    Timeline,
)

LONGEST = 2000
"""Characters of one text that are shown."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|~])")
_LEADING = re.compile(r"^(\s*)(\d+)([.)])|^(\s*)(-)")


def render(document: Document) -> str:
    """The whole document."""
    lines = [f"# {escape(document.title)}", "", f"*{escape(document.subtitle)}*", ""]
    for section in document.sections:
        lines += [f"## {escape(section.title)}", ""]
        for block in section.blocks:
            lines += [*_block(block), ""]
    return "\n".join(lines).rstrip() + "\n"


def escape(text: str) -> str:
    """Text as Markdown that shows the same characters: no markup, no HTML, no link made of an address."""
    shown = _SPECIAL.sub(r"\\\1", printable(text, LONGEST))
    shown = _LEADING.sub(lambda m: f"{m[1]}{m[2]}\\{m[3]}" if m[2] else f"{m[4]}\\-", shown)
    return shown.replace("://", ":\u2060//").replace("www.", "www\u2060.").replace("@", "@\u2060")


def _block(block: Block) -> Iterator[str]:
    match block:
        case Text():
            yield f"**{escape(block.text)}**" if block.strong else escape(block.text)
        case Items():
            yield from (f"- {escape(item)}" for item in block.items)
        case Figures():
            yield from (f"- **{escape(figure)}** {escape(label)}" for figure, label in block.figures)
        case Table():
            yield from _table(block)
        case HeatMap() | Bars() | Timeline() | Bands():
            yield from _table(block.twin)
        case Card():
            yield from _card(block)
        case Glossary():
            yield from (
                _("{name}: {what}").format(name=f"- **{escape(term)}**", what=escape(meaning))
                for term, meaning in block.terms
            )


def _table(table: Table) -> Iterator[str]:
    if table.caption:
        yield f"*{escape(table.caption)}*"
        yield ""
    yield "| " + " | ".join(map(escape, table.heads)) + " |"
    yield "|" + "|".join([" --- "] + [" ---: " if table.numbers else " --- "] * (len(table.heads) - 1)) + "|"
    yield from ("| " + " | ".join(map(escape, row)) + " |" for row in table.rows)


def _card(card: Card) -> Iterator[str]:
    yield f"### {card.number}. {escape(card.title)} ({escape(card.level_words)})"
    yield ""
    yield f"**{escape(card.sentence)}** {escape(card.meaning)}"
    yield ""
    yield f"*{escape(' · '.join(card.axes))}*"
    yield ""
    yield from (
        f"- {escape(_('{name}: {what}').format(name=label, what=value))}" for label, value in card.facts
    )
