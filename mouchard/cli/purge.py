"""`purge`: delete what is not needed any more."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mouchard import paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.printable import printable
from mouchard.supervisor import client
from mouchard.supervisor.commands import DELETION_SECONDS

if TYPE_CHECKING:
    from mouchard.store.filterlang import Query
    from mouchard.store.stock import Holding, Stock

_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
_ROUNDS = 8
"""Looks at the size, at most: messages are not equally long, so that one guess may not do."""


@click.command()
@click.option("--older-than", metavar="AGE", default="", help="An age as 30d or 12w, or a day as 2026-03-01.")
@click.option("--site", default="", metavar="SITE", help="What belongs to a site or app.")
@click.option("--client", "of_client", default="", metavar="NAME", help="What one browser or app sent.")
@click.option(
    "--type", "data_type", default="", metavar="TYPE", help="Messages in which this data was found."
)
@options.filters
@click.option("--all", "everything", is_flag=True, help="Everything recorded.")
@click.option("--max-size", default="", metavar="SIZE", help="The oldest, until the rest fits: 500MB, 2GB.")
@click.option("--yes", is_flag=True, help="Delete. Without it you only see what would go.")
@options.db
def purge(
    older_than: str, site: str, of_client: str, data_type: str, filter_text: str, everything: bool,
    max_size: str, yes: bool, db: Path | None,
) -> None:  # fmt: skip
    """Delete recorded messages for good, with all that was found in them; several options narrow it down.

    Shows what would go, site by site: messages, findings, first and last day. With --yes it goes. Of each
    record the sealed commitment stays, which says nothing about it: so the chain still proves the rest.

    \b
    Examples:
      mouchard purge --older-than 90d
      mouchard purge --site shop.example --type email --yes
      mouchard purge --max-size 1GB --yes
    """
    query = _query(older_than, site, of_client, data_type, filter_text)
    ways = (bool(query.terms), everything, bool(max_size))
    if sum(ways) != 1:
        hint = "--older-than, --site, --client, --type, --filter together; or --all; or --max-size"
        raise BadInput("say what to delete" if not any(ways) else "these options do not go together", hint)
    options.reader(db).close()
    path = db or paths.database()
    if max_size:
        _shrink(path, _bytes(max_size), yes)
    else:
        _once(path, query, yes)


def delete(db: Path, query: Query) -> int:
    """Delete the chosen messages by whoever may write, the running capture or this command; how many."""
    try:
        question = {"do": "purge", "filter": str(query)}
        return int(client.request(paths.control_socket(db), question, timeout=DELETION_SECONDS)["purged"])
    except client.NotRunning:
        return _written(db, query)


def _once(db: Path, query: Query, yes: bool) -> None:
    with _stock(db) as stock:
        chosen = stock.holdings(query)
    _print(chosen)
    if not yes:
        _would(chosen)
        return
    click.echo(f"deleted {delete(db, query)} messages", err=True)


def _shrink(db: Path, cap: int, yes: bool) -> None:
    gone = 0
    for _ in range(_ROUNDS):
        with _stock(db) as stock:
            query, size = stock.excess(cap), stock.size()
            chosen = stock.holdings(query) if query is not None else ()
        if query is None:
            break
        _print(chosen)
        if not yes:
            _would(chosen)
            return
        gone += delete(db, query)
    click.echo(f"deleted {gone} messages; {size / 10**6:.1f} MB are in use", err=True)
    if size > cap:
        click.echo("the rest is no message, or newer than what was looked at: `--all` empties it", err=True)


def _query(older_than: str, site: str, of_client: str, data_type: str, filter_text: str) -> Query:
    query = options.query(filter_text)
    for key, value in (("site", site), ("client", of_client), ("type", data_type)):
        query = query.and_(key, value) if value else query
    return query.and_("since", older_than, negated=True) if older_than else query


def _print(chosen: Iterable[Holding]) -> None:
    for row in chosen:
        days = f"{_day(row.first)}\t{_day(row.last)}"
        site = printable(row.site) or "(no site)"
        click.echo(f"{site}\t{row.messages} messages\t{row.findings} findings\t{days}")


def _would(chosen: tuple[Holding, ...]) -> None:
    total = sum(row.messages for row in chosen)
    again = "; again with --yes to delete them" if total else ""
    click.echo(f"would delete {total} messages of {len(chosen)} sites{again}", err=True)


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d}"


def _bytes(text: str) -> int:
    found = re.fullmatch(r"(\d{1,9})\s*([KMGT]?)B?", text.strip().upper())
    if found is None:
        raise BadInput(f"cannot read the size {text!r}", "write it as 500MB or 2GB")
    return int(found[1]) * _UNITS[found[2]]


def _stock(db: Path) -> Stock:
    from mouchard.store.stock import Stock

    return Stock(db)


def _written(db: Path, query: Query) -> int:
    from mouchard.keys import Keys
    from mouchard.store.ruleset import Ruleset
    from mouchard.store.write import Writer

    with Writer(db, Keys.load(paths.sealing_key()), Ruleset("none")) as writer:
        gone = writer.purge(query)
        if gone:
            writer.compact()
        return gone
