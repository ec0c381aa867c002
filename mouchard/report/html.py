"""The document as one HTML file: no script, no link, nothing loaded from anywhere."""

from __future__ import annotations

import re
from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from mouchard.language import _
from mouchard.printable import printable
from mouchard.report import charts
from mouchard.report.document import Document

LONGEST = 2000
"""Characters of one text that are shown."""


def render(document: Document) -> str:
    """The whole page; every text is escaped by the template engine."""
    folder = files("mouchard.report")
    names = ("report.html.jinja", "report.css")
    sources = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in names}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        finalize=_inert,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["typeset"] = _french if document.language == "fr" else _plain
    template = environment.get_template("report.html.jinja")
    return template.render(
        document=document,
        css=Markup(sources["report.css"]),
        charts={"HeatMap": charts.heat_map, "Timeline": charts.timeline, "Bands": charts.bands},
        bars=charts.bars,
        _=_,
    )


def _plain(text: str) -> Markup:
    """Text with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(printable(text, LONGEST)))))


def _french(text: str) -> Markup:
    """The same, and French punctuation keeps to its word: no line begins with a colon or ends in «."""
    return Markup(re.sub(r" (?=[:;?!»])|(?<=«) ", "\u00a0", str(_plain(text))))


def _inert(value: object) -> object:
    """What the template puts out: our own markup as it is, every other text without control characters."""
    return value if isinstance(value, Markup) or not isinstance(value, str) else printable(value, LONGEST)
