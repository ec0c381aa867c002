"""`correct`: put right which site a request belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mouchard import paths
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.printable import printable
from mouchard.supervisor import client


@click.command()
@click.argument("request", metavar="REQUEST")
@click.option("--site", required=True, help="The site it belongs to, or app:NAME.")
@options.db
def correct(request: str, site: str, db: Path | None) -> None:
    """Put right which site a request belongs to. That stands, and is marked as yours.

    REQUEST is an id as `mouchard requests --format jsonl` prints it.

    \b
    Example:
      mouchard correct 0f3a9c5be2d14768a1c09b7d5e4f3210/42 --site shop.example
    """
    path = db or paths.database()
    if not path.exists():
        raise BadInput(f"no capture yet: {path} does not exist", "start with `mouchard run`")
    try:
        answer = client.request(
            paths.control_socket(path), {"do": "correct", "request": request, "site": site}
        )
    except client.NotRunning:
        answer = _alone(path, request, site)
    was = printable(str(answer["was"])) or "no site"
    click.echo(f"{request}: {printable(str(answer['site']))}, not {was}", err=True)


def _alone(path: Path, request: str, site: str) -> dict[str, Any]:
    """The same where nothing is being captured."""
    from mouchard.correct import correct
    from mouchard.judge import judge
    from mouchard.store.write import Writer

    rules = judge()
    with Writer(path, rules.keys, rules.ruleset) as writer:
        was, now = correct(writer, rules.analysis(), request, site)
    return {"was": was, "site": now}
