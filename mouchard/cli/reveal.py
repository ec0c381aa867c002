"""`reveal`: show one field of one record, provably, and keep all others closed."""

from __future__ import annotations

import json
from pathlib import Path

import click

from mouchard import language, paths
from mouchard.cli import options
from mouchard.language import _
from mouchard.printable import printable


@click.command()
@click.argument("finding")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="File to write; by default standard output.",
)
@options.db
def reveal(finding: str, output: Path | None, db: Path | None) -> None:
    """Open the one part of a record that holds a finding: its URL, one header, or its body.

    What is written shows the exact bytes of that part, your value among them. Whoever has the bundle of
    the site checks it with `mouchard verify FILE.zip --reveal THIS`.

    \b
    Example:
      mouchard reveal 0f3c…/17/63b0b6c313 -o reveal.json
    """
    from mouchard.evidence import revealed
    from mouchard.keys import Keys
    from mouchard.report import files

    language.use()
    with options.reader(db) as source:
        shown = revealed.of(source, Keys.load(paths.sealing_key()), finding)
    text = json.dumps(shown, ensure_ascii=True, indent=1) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        files.save(output, text)
    told = _("this opens the whole {part} of {record}: look at it before you hand it over")
    click.echo(
        printable(told.format(part=shown["name"], record=f"{shown['capture']}/{shown['seq']}")), err=True
    )
