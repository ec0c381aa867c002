"""`publish`: sums of enough people, as a database for Datasette."""

from __future__ import annotations

from pathlib import Path

import click

from mouchard.cli.named import opened
from mouchard.errors import BadInput
from mouchard.scale.publish import LEAST
from mouchard.scale.publish import publish as write


@click.command()
@click.argument("place", metavar="DIR")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write."
)
@click.option(
    "--least", type=click.IntRange(min=LEAST), default=LEAST, show_default=True, metavar="PEOPLE",
    help="Leave out lines that fewer people contributed to.",
)  # fmt: skip
@click.option(
    "--crawl", is_flag=True, help="A machine made all visits, with an invented person: leave out nothing."
)
def publish(place: str, out: Path, least: int, crawl: bool) -> None:
    """Write sums fit to be published, from the merged exports of several people: an SQLite database, and the
    metadata that shows it well in Datasette.

    Who gets which data from which site, in which phase; who is contacted; what was measured and what not.
    No value, address, time, token or name of a person goes in. A person is an export: a line stands only if
    enough people contributed to it, and sums are made of lines that stand.

    Folders need the extra `scale`: pip install 'mouchard[scale]'

    \b
    Examples:
      mouchard publish all/ -o public.db
      datasette public.db --metadata public.metadata.json
    """
    if not out.parent.is_dir():
        raise BadInput(f"there is no folder {out.parent}", "choose another -o")
    with opened(place) as source:
        counts = write(source, out, least, crawl)
    words = ", ".join(f"{name} {count}" for name, count in counts.items() if name not in ("about", "hidden"))
    click.echo(f"{words}; {counts['hidden']} lines left out", err=True)
    if not counts["who_gets_what"] and not crawl:
        click.echo(f"no line has {least} people; visits by a machine are published with --crawl", err=True)
