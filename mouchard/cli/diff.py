"""`diff`: what changed between two measurements."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mouchard import formats
from mouchard.cli import options
from mouchard.printable import printable

_COLUMNS = ("change", "site", "recipient", "type", "phase", "before", "after")
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("before", type=_FILE)
@click.argument("after", type=_FILE)
@click.option("--site", "sites", multiple=True, help="Only this site; may be given several times.")
@options.output
def diff(before: Path, after: Path, sites: tuple[str, ...], output_format: str) -> None:
    """Say what changed between two measurements: per recipient, data type and phase.

    Each is a database, a report.json, a bundle of `mouchard evidence`, or a baseline.

    \b
    Examples:
      mouchard diff last-month.zip this-month.zip
      mouchard diff baseline.json visit.db --site shop.example
    """
    from mouchard.compare.change import compare
    from mouchard.compare.measured import read

    found = compare(read(before, sites), read(after, sites))
    lines = (
        {
            "change": change.kind, "site": change.leak.site, "recipient": change.leak.recipient,
            "type": change.leak.type or "contact", "phase": change.leak.phase,
            "before": change.before, "after": change.after,
        }
        for change in found.changes
    )  # fmt: skip
    formats.write(sys.stdout, output_format, lines, _COLUMNS)
    click.echo(f"{len(found.changes)} changes", err=True)
    for site, phase in found.unmeasured:
        click.echo(f"not compared: {printable(site)}, phase {phase}: measured on one side only", err=True)
    if found.same_rules is False:
        click.echo("judged by different rules: a change may come from the lists, not from the site", err=True)
    elif found.same_rules is None:
        click.echo("a side does not say by which rules it was judged", err=True)
