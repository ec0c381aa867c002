"""`mouchard lists`: see, add, update, take back and remove blocklists."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from mouchard.classify import update as lists_update
from mouchard.classify.classifier import bundled_list
from mouchard.classify.register import Entry, Register
from mouchard.classify.rulelist import RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.classify.sources import PSL, SOURCES
from mouchard.errors import BadInput, MouchardError
from mouchard.printable import printable


@click.group(invoke_without_command=True)
@click.pass_context
def lists(context: click.Context) -> None:
    """See, add and update blocklists.

    Nothing is fetched unless you ask. Without downloads the bundled list is in force.
    """
    if context.invoked_subcommand is None:
        context.invoke(status)


@lists.command()
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="How to print.",
)
def status(form: str) -> None:
    """Show which lists are in force, how old they are, and what in them cannot be used."""
    rows = list(_rows(Register.stored()))
    if form == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    table = Table(
        "list", "version", "age", "rules", "no evidence", "unusable", "licence", "last error", box=None
    )
    for row in rows:
        reasons = dict(row["unusable"])  # type: ignore[call-overload]
        refused = {
            why: count for why, count in reasons.items() if not why.startswith(("modifies", "cosmetic"))
        }
        table.add_row(
            str(row["name"]), printable(str(row["version"]), 16), _age(float(str(row["fetched"]))),
            str(row["rules"]), str(sum(reasons.values()) - sum(refused.values())),
            ", ".join(f"{count} {why}" for why, count in refused.items()) or "0",
            printable(str(row["licence"]), 40), printable(str(row["error"]), 60),
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 200).print(table)


@lists.command()
@click.argument("what", metavar="NAME|URL|FILE")
@click.option("--accept-licence", is_flag=True, help="You have read the licence of this list, and accept it.")
def add(what: str, accept_licence: bool) -> None:
    """Add a list: by known name, https address or file.

    \b
    Known names: easyprivacy easylist ublock-privacy adguard-tracking liste-fr peter-lowe
                 disconnect trackerdb ddg-tds psl
    """
    source = SOURCES.get(what)
    if source is not None:
        click.echo(f"{source.title}: {source.licence}, from {source.url}", err=True)
    if source is not None and source.non_commercial and not accept_licence:
        if not sys.stdin.isatty():
            raise BadInput(
                f"{source.title} may not be used commercially ({source.licence})",
                f"read the licence, then: mouchard lists add {what} --accept-licence",
            )
        click.confirm("It may not be used commercially. Do you accept that licence?", abort=True, err=True)
    with _bar(what) as progress:
        entry = lists_update.add(Register.stored(), what, progress)
    click.echo(f"{entry.name}: {entry.rules} rules, version {entry.version or 'unknown'}", err=True)


@lists.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take a list away."""
    lists_update.remove(Register.stored(), name)
    click.echo(f"{name}: removed", err=True)


@lists.command()
@click.argument("name", required=False)
def update(name: str | None) -> None:
    """Fetch newer versions, of one list or of all; a bad version never replaces a good one."""
    register = Register.stored()
    names = [name] if name else [entry.name for entry in register.entries().values() if entry.url]
    if not names:
        click.echo("nothing to update: only the bundled list is in force", err=True)
        click.echo("  hint: mouchard lists add easyprivacy", err=True)
    failed = []
    for each in names:
        try:
            with _bar(each) as progress:
                entry, changed = lists_update.update(register, each, progress)
        except MouchardError as error:
            if name:
                raise
            failed.append(each)
            click.echo(f"{each}: {error.message}", err=True)
            continue
        said = f"version {entry.version or 'unknown'}, {entry.rules} rules" if changed else "unchanged"
        click.echo(f"{each}: {said}", err=True)
    if failed:
        raise BadInput(f"not updated: {', '.join(failed)}", "what was in force before still is")


@lists.command()
@click.argument("name")
def rollback(name: str) -> None:
    """Bring back the version of a list before the last update."""
    entry = lists_update.rollback(Register.stored(), name)
    click.echo(f"{name}: version {entry.version or 'unknown'}, {entry.rules} rules", err=True)


def _rows(register: Register) -> Iterator[dict[str, object]]:
    bundled = bundled_list()
    yield _row(Entry("mouchard (bundled)", "", bundled.licence), bundled)
    for entry in register.entries().values():
        if entry.name == PSL:
            yield _row(entry, None)
            continue
        try:
            yield _row(entry, RuleList.read(register.path(entry)))
        except BadInput as error:
            yield _row(entry, None) | {"error": error.message}


def _row(entry: Entry, rules: RuleList | None) -> dict[str, object]:
    reasons: Counter[str] = Counter()
    if rules is not None:
        reasons += RuleSet([rules]).audit()[rules.name]
    return {
        "name": entry.name,
        "version": rules.version if rules is not None else entry.version,
        "rules": rules.rules if rules is not None else entry.rules,
        "unusable": dict(reasons.most_common()),
        "licence": entry.licence,
        "url": entry.url,
        "fetched": entry.fetched,
        "checked": entry.checked,
        "sha256": rules.sha256 if rules is not None else entry.sha256,
        "error": entry.error,
    }


def _age(fetched: float) -> str:
    if not fetched:
        return ""
    days = int((time.time() - fetched) // 86_400)
    return "today" if days <= 0 else f"{days} d"


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr, where that is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(printable(what, 40), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)
