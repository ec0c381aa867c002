"""`report`: what a site leaks, as files to keep, to read and to send."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click

from mouchard import language
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.report import content, jsonfile, markdown

RENDERERS = {"md": markdown.render, "json": jsonfile.render}


@click.command()
@click.argument("site", required=False)
@click.option("--all", "every", is_flag=True, help="One report for each recorded site.")
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), default=None, help="Folder to write to.")
@click.option("--format", "formats", default="md,json", show_default=True, metavar="LIST", help="Any of: md, json.")
@click.option("--lang", type=click.Choice(language.LANGUAGES), default=None, help="Language; by default your own.")
@click.option("--client", default="", help="Only what this client (device and browser) sent.")
@options.db
def report(
    site: str | None, every: bool, output: Path | None, formats: str, lang: str | None, client: str, db: Path | None
) -> None:
    """Write a report for a site: who got what, in which field, with the proof.

    The paths of the files go to standard output.

    \b
    Examples:
      mouchard report shop.example
      mouchard report --all -o reports --format md --lang fr
    """
    if bool(site) == every:
        raise BadInput("name one site, or --all", "`mouchard sites` lists what was recorded")
    chosen = [name.strip() for name in formats.split(",") if name.strip()]
    if unknown := [name for name in chosen if name not in RENDERERS] or ([] if chosen else ["(none)"]):
        raise BadInput(f"unknown format: {', '.join(unknown)}", f"formats: {', '.join(RENDERERS)}")
    language.use(lang or "")
    with options.reader(db) as source:
        for name in content.everywhere(source) if every else [site or ""]:
            folder = (output or Path("mouchard-report")) / _folder_name(name)
            told = content.gather(source, name, client)
            for kind in chosen:
                click.echo(write(folder / f"report.{kind}", RENDERERS[kind](told)))


def write(path: Path, text: str) -> Path:
    """The file, whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    with open(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)
    return path


def _folder_name(site: str) -> str:
    """The site as a folder name; app names come from the wire, so nothing but plain letters passes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", site).lstrip(".") or "site"
