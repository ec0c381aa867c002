"""`unmask-demo`: what the hash of your own number, postcode or date of birth is worth as a disguise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from mouchard import language, paths, words
from mouchard.cli import options
from mouchard.language import _


@click.command(name="unmask-demo")
@click.argument("finding")
@click.option(
    "--seconds",
    type=click.FloatRange(min=1),
    default=900,
    show_default=True,
    help="Stop after this many seconds.",
)
@click.option(
    "--cores", type=click.IntRange(min=1), default=None, help="Processes to use; by default all cores."
)
@options.identity
@options.db
def unmask_demo(
    finding: str, seconds: float, cores: int | None, identity_file: Path | None, db: Path | None
) -> None:
    """Undo the hash of one of your own findings by trying every possible value, and say how long it took.

    It works only on a value of yours (proof identity) while its sealed bytes are kept. Nothing is sent.

    \b
    Example:
      mouchard leaks --filter 'type:phone proof:identity' --format jsonl   # the ids
      mouchard unmask-demo 0f3c…/17/63b0b6c313
    """
    from mouchard import identity as identities
    from mouchard.extract import extract
    from mouchard.keys import Keys
    from mouchard.masking.value import mask
    from mouchard.model import message
    from mouchard.unmask import search, space, target

    language.use()
    with options.reader(db) as source:
        row = source.finding(finding)
        record = source.raw(row.request, Keys.load(paths.sealing_key()))
    known = identities.load(identity_file or paths.identity())
    goal = target(row.finding, extract(message(record)), known)  # type: ignore[arg-type]
    candidates = space(goal, datetime.now(UTC).date())
    console = Console(stderr=True)
    bars = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bars, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(_(candidates.name), total=candidates.size)
        found = search(goal, candidates, lambda n: progress.update(task, completed=n), seconds, cores or 0)
    steps = _(" of ").join(words.digest_name(step) for step in goal.steps)
    about = {"seconds": f"{found.seconds:.1f}", "cores": str(found.cores)}
    if found.candidate:
        shown = mask(row.finding.type, found.candidate)
        told = _("{value}: the {hash} was undone in {seconds} s on this machine ({cores} cores)")
        click.echo(told.format(value=shown, hash=steps, **about))
    else:
        click.echo(_("not undone within {seconds} s on this machine ({cores} cores)").format(**about))
    told = _("{tried} of {all} {what} tried")
    click.echo(told.format(tried=f"{found.tried:,}", all=f"{candidates.size:,}", what=_(candidates.name)))
