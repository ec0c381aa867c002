"""`query`: questions that have a name, on a database or on Parquet files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mouchard import formats, paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.store import named

if TYPE_CHECKING:
    from mouchard.scale.folder import Folder


@click.command()
@click.argument("name", required=False, type=click.Choice(named.NAMES), metavar="[NAME]")
@click.option(
    "--on", default="", metavar="PLACE",
    help="Database, folder of Parquet files, or an address such as s3://bucket/folder.",
)  # fmt: skip
@click.option("--sql", "show", is_flag=True, help="Print the SQL of the question instead.")
@options.output
@options.limit
def query(name: str | None, on: str, show: bool, output_format: str, limit: int | None) -> None:
    """Ask a question that has a name; the same SQL runs on SQLite and, by DuckDB, on Parquet files.

    \b
    who_gets_what       which site sends which data to whom, in which form and phase
    companies_by_sites  who is contacted from how many sites
    phase_diff          what the choice on the banner changed
    same_identifier     the same value at several companies
    list_coverage       what each list knows of the contacts
    not_measured        what was measured, and what was not and why

    Parquet files need the extra `scale`: pip install 'mouchard[scale]'

    \b
    Examples:
      mouchard query who_gets_what --limit 20
      mouchard query companies_by_sites --on export/ --format csv
    """
    if name is None:
        raise BadInput("which question?", f"one of: {' '.join(named.NAMES)}")
    if show:
        click.echo(named.text(name), nl=False)
        return
    with opened(on) as source:
        answer = source.ask(named.text(name))
        lines = (dict(zip(answer.columns, row, strict=True)) for row in answer.rows)
        shown = (line for at, line in enumerate(lines) if limit is None or at < limit)
        formats.write(sys.stdout, output_format, shown, answer.columns)


def opened(on: str) -> named.Tables | Folder:
    """A database (empty: the default one), or a folder or address of Parquet files."""
    if not on or (Path(on).is_file() and "://" not in on):
        options.reader(Path(on) if on else None).close()
        return named.Tables(Path(on) if on else paths.database())
    from mouchard.scale.folder import source

    return source(on)
