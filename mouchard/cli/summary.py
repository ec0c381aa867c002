"""What one capture found, in a table a newcomer can read: who got what from which site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mouchard.language import _, plural
from mouchard.printable import printable
from mouchard.store import filterlang
from mouchard.store.read import Reader
from mouchard.store.rows import Flow
from mouchard.words import FORMS, LEVELS, TYPES

COLOURS = {"L0": "", "L1": "", "L2": "yellow", "L3": "bold magenta", "L4": "bold red"}


def summarise(reader: Reader, capture: str, out: TextIO) -> int:
    """Write one line per site and recipient that got something; gives the number of leaks."""
    query = filterlang.of_capture(capture)
    totals = reader.totals(query)
    flows = [flow for flow in reader.flows(query) if flow.findings]
    console = Console(file=out, highlight=False, soft_wrap=False, width=None if out.isatty() else 120)
    if flows:
        console.print(_table(flows))
    counts = [
        plural("{n} message", "{n} messages", totals.messages),
        plural("{n} leak", "{n} leaks", totals.findings),
        plural("{n} company", "{n} companies", totals.companies),
    ]
    if totals.gaps:
        counts.append(plural("{n} message passed unrecorded", "{n} messages passed unrecorded", totals.gaps))
    console.print(Text(", ".join(counts)))
    return totals.findings


def _table(flows: Sequence[Flow]) -> Table:
    table = Table(box=None, header_style="bold", padding=(0, 2, 0, 0))
    for heading in (_("site"), _("who got it"), _("what"), _("how"), _("level")):
        table.add_column(heading, overflow="fold")
    ranked = sorted(flows, key=lambda flow: (flow.site, -int(flow.level[1]), flow.recipient))
    shown = ""
    for flow in ranked:
        level = f"{flow.level} {_(LEVELS[flow.level])}"
        table.add_row(
            Text(printable(flow.site, 60) if flow.site != shown else ""),
            Text(printable(flow.recipient, 60)),
            Text(", ".join(_(TYPES[name].short) for name, _count in flow.types)),
            Text(", ".join(_(FORMS[form]) for form in flow.forms)),
            Text(level, style=COLOURS[flow.level]),
        )
        shown = flow.site
    return table
