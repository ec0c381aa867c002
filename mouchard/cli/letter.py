"""`letter`: a draft to the site or the company that got the data, from what was recorded."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import click

from mouchard import language, paths
from mouchard.cli import options
from mouchard.errors import MouchardError
from mouchard.language import _
from mouchard.printable import printable

_KINDS = ("access", "source", "erasure", "objection", "complaint")


@click.command()
@click.argument("target", metavar="SITE|COMPANY")
@click.option(
    "--kind", type=click.Choice(_KINDS), default="access", show_default=True, help="What it asks for."
)
@click.option(
    "--lang", type=click.Choice(language.LANGUAGES), default=None, help="Language; by default your own."
)
@click.option(
    "--authority",
    type=click.Choice(["cnil", "eu"]),
    default=None,
    help="Where a complaint goes; by default the CNIL in French, any EU authority in English.",
)
@click.option("--client", default="", help="Only what this client (device and browser) sent.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="File to write; by default standard output.",
)  # fmt: skip
@click.option(
    "--annex", "annex_file", type=click.Path(path_type=Path, dir_okay=False), default=None,
    help="Also write the exact identifiers the recipient got to this private file.",
)  # fmt: skip
@options.db
def letter(
    target: str, kind: str, lang: str | None, authority: str | None, client: str, output: Path | None,
    annex_file: Path | None, db: Path | None,
) -> None:  # fmt: skip
    """Draft a letter to a recorded site or company. You complete, sign and send it; Mouchard never does.

    It states only findings that left, on a site that is certain. Without the annex, whose values are
    exact, the addressee may answer that it cannot find you. The exact bytes behind it are kept on this
    machine from then on, until `mouchard hold SITE|COMPANY --release`.

    \b
    Examples:
      mouchard letter shop.example --kind access --lang fr
      mouchard letter Meta --kind erasure -o letter.txt --annex annex.txt
    """
    from mouchard import letters
    from mouchard.keys import Keys

    path = db or paths.database()
    with options.reader(path) as source:
        made = letters.draft(
            source, target, kind, datetime.now().astimezone().date(), lang=lang or "",  # type: ignore[arg-type]
            authority=authority or "", annex=annex_file is not None, client=client,
        )  # fmt: skip
        private = ""
        if annex_file is not None:
            private = letters.annex(source, made.cards, Keys.load(paths.sealing_key()))
    if annex_file is not None:
        _write(annex_file, private)
    if output is None:
        click.echo(made.text, nl=False)
    else:
        _write(output, made.text)
    language.use()
    told = _("draft only, nothing was sent; an answer is due by {day} if it arrives today")
    click.echo(told.format(day=f"{made.due:%Y-%m-%d}"), err=True)
    if made.cards:
        click.echo(_keep(path, target), err=True)


def _keep(db: Path, target: str) -> str:
    """Pin the exact bytes behind the letter; what became of them, in words."""
    from mouchard.cli.hold import kept, messages_of, pin

    try:
        return kept(pin(db, messages_of(db, target), "letter"), target)
    except MouchardError as error:
        told = _("the exact bytes behind it could not be pinned ({why}): they go 7 days after the recording")
        return told.format(why=printable(error.message))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    os.fchmod(descriptor, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
