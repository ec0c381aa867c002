"""What left a site in each phase of the person's choice, side by side."""

from __future__ import annotations

from typing import TypeAlias

from rich.text import Text

from mouchard import words
from mouchard.language import _, plural
from mouchard.store.filterlang import Query
from mouchard.store.read import Reader
from mouchard.store.rows import Flow
from mouchard.tui.text import cell, padded
from mouchard.tui.theme import Palette

PHASES = ("before", "accepted", "refused", "withdrawn")

Phases: TypeAlias = tuple[tuple[str, tuple[Flow, ...]], ...]
"""Each phase that was seen, with who got what in it."""


def read(reader: Reader, query: Query, site: str) -> Phases:
    """The phases of a site; `query` lets through this site and those below it."""
    flows = [flow for flow in reader.flows(query) if flow.site == site]
    seen = {phase for flow in flows for phase in flow.phases}
    return tuple(
        (phase, tuple(flow for flow in reader.flows(query.and_("phase", phase)) if flow.site == site))
        for phase in PHASES
        if phase in seen
    )


def told(phases: Phases, colours: Palette, room: int = 60) -> Text:
    """A line for each phase, below a title; names are cut to `room` cells."""
    said = Text("\n", end="").append(_("Your choice, side by side"), f"bold {colours.key}")
    for phase, flows in phases:
        got = [flow for flow in flows if flow.findings]
        names = ", ".join(flow.recipient for flow in got) or _("nothing recognised")
        count = plural("{n} company got data", "{n} companies got data", len(got))
        said.append("\n  ").append_text(padded(_(words.PHASES[phase]), 20, "bold"))
        said.append(f"  {count}  ").append_text(cell(names, colours.dim, limit=room))
    return said
