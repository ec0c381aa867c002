"""`report`: what a site leaks, as files to keep, to read and to send."""

from __future__ import annotations

from pathlib import Path

import click

from mouchard import language
from mouchard.cli import options
from mouchard.errors import BadInput

FOLDER = Path("mouchard-report")


@click.command()
@click.argument("site", required=False)
@click.option("--all", "every", is_flag=True, help="One report for each recorded site.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    help="Folder to write to; each site gets a folder of its own inside.",
)
@click.option(
    "--format", "kinds", default="html,md,json", show_default=True, help="Any of html, md, json, csv, har."
)
@click.option(
    "--lang", type=click.Choice(language.LANGUAGES), default=None, help="Language; by default your own."
)
@click.option("--client", default="", help="Only what this client (device and browser) sent.")
@click.option(
    "--share", is_flag=True, help="To hand on: placeholders for values, times to the minute, no device names."
)
@options.db
def report(
    site: str | None, every: bool, output: Path, kinds: str, lang: str | None, client: str, share: bool,
    db: Path | None,
) -> None:  # fmt: skip
    """Write a report for a site: who got what, in which field, with the proof.

    The paths of the files go to standard output. Values are masked; with --share no value shows at all.

    \b
    Examples:
      mouchard report shop.example
      mouchard report --all -o reports --format html --lang fr
      mouchard report shop.example --share -o to-send
    """
    from mouchard.report import content, files

    if bool(site) == every:
        raise BadInput("name one site, or --all", "`mouchard sites` lists what was recorded")
    chosen = [kind.strip() for kind in kinds.split(",") if kind.strip()]
    with options.reader(db) as source:
        for name in content.everywhere(source) if every else [site or ""]:
            for path in files.write(
                source, name, output / files.folder_name(name), chosen, lang or "", client, share=share
            ):
                click.echo(path)
