"""`hold`: keep the exact bytes of a site for as long as they are needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mouchard import language, paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.language import _, plural
from mouchard.printable import printable
from mouchard.supervisor import client

if TYPE_CHECKING:
    from mouchard.store.filterlang import Query


@click.command()
@click.argument("target", metavar="SITE|COMPANY")
@click.option("--release", is_flag=True, help="Let them expire again: 7 days after they were recorded.")
@options.db
def hold(target: str, release: bool, db: Path | None) -> None:
    """Keep the sealed exact bytes of a site, or of what a company got, until they are released.

    Without it they go 7 days after they were recorded. `evidence` and `letter` hold theirs by themselves.

    \b
    Examples:
      mouchard hold shop.example
      mouchard hold shop.example --release
    """
    language.use()
    path = db or paths.database()
    count = pin(path, messages_of(path, target), "" if release else "hold")
    if not count:
        raise BadInput(
            f"no exact bytes of {printable(target)} are kept", "they stay 30 minutes, 7 days with a finding"
        )
    told = (
        plural("{n} record of {target} released", "{n} records of {target} released", count, target=target)
        if release
        else plural("{n} record of {target} held", "{n} records of {target} held", count, target=target)
    )
    click.echo(printable(told), err=True)
    if release:
        click.echo(_("they go 7 days after they were recorded, or at once if that is past"), err=True)


def messages_of(db: Path, target: str) -> Query:
    """The filter for a recorded site, else for a company of this name."""
    from mouchard.report.content import of_site
    from mouchard.store.filterlang import Query
    from mouchard.store.terms import Term

    with options.reader(db) as source:
        site = of_site(target)
        if any(row.site == target for row in source.sites(site)):
            return site
        names = (row.recipient for row in source.companies())
        company = next((name for name in names if name.casefold() == target.casefold()), "")
    return Query((Term("company", company),)) if company else site


def pin(db: Path, query: Query, reason: str) -> int:
    """Pin the sealed bytes of these messages (unpin: empty reason), through the running capture if any."""
    socket = paths.control_socket(db)
    if client.is_running(socket):
        answer = client.request(socket, {"do": "hold", "filter": str(query), "reason": reason})
        return int(answer["held"])
    from mouchard.judge import judge
    from mouchard.store.write import Writer

    setup = judge()
    with Writer(db, setup.keys, setup.ruleset) as writer:
        return writer.pin(query, reason)


def kept(count: int, target: str) -> str:
    """What becomes of exact bytes that were pinned, in words."""
    if not count:
        return _("the exact bytes are not kept any more: values cannot be revealed, nothing can be replayed")
    return printable(
        plural(
            "the exact bytes of {n} record are kept until you say `mouchard hold {target} --release`",
            "the exact bytes of {n} records are kept until you say `mouchard hold {target} --release`",
            count,
            target=target,
        )
    )
