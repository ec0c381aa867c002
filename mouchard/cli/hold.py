"""`hold`: keep the exact bytes of a site for as long as they are needed."""

from __future__ import annotations

from pathlib import Path

import click

from mouchard import paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.printable import printable
from mouchard.supervisor import client


@click.command()
@click.argument("site")
@click.option("--release", is_flag=True, help="Let them expire again: 7 days after they were recorded.")
@options.db
def hold(site: str, release: bool, db: Path | None) -> None:
    """Keep the sealed exact bytes of a site beyond their 7 days, until they are released.

    \b
    Examples:
      mouchard hold shop.example
      mouchard hold shop.example --release
    """
    path = db or paths.database()
    options.reader(db).close()
    count = pin(path, site, "" if release else "hold")
    if not count:
        raise BadInput(
            f"no exact bytes of {printable(site)} are kept", "they stay 30 minutes, 7 days with a finding"
        )
    click.echo(f"{count} records of {printable(site)} {'released' if release else 'held'}", err=True)


def pin(db: Path, site: str, reason: str) -> int:
    """Pin the sealed bytes of a site (unpin: empty reason), through the running capture if there is one."""
    from mouchard.report.content import of_site

    query = of_site(site)
    socket = paths.control_socket(db)
    if client.is_running(socket):
        answer = client.request(socket, {"do": "hold", "filter": str(query), "reason": reason})
        return int(answer["held"])
    from mouchard.judge import judge
    from mouchard.store.write import Writer

    setup = judge()
    with Writer(db, setup.keys, setup.ruleset) as writer:
        return writer.pin(query, reason)
