"""`merge` and `compact`: folders of several people, put together."""

from __future__ import annotations

import sys

import click

from mouchard import formats
from mouchard.cli import options
from mouchard.errors import BadInput

COLUMNS = ("where", "contribution", "captures", "requests", "chain", "verdict")


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="DIR…")
@options.output
def merge(places: tuple[str, ...], output_format: str) -> None:
    """Check that exports may be put together; then merging is copying their files into one folder.

    Refused, with the reason: what was cut short, changed, or is of another version; captures that come
    twice; captures with requests missing or doubled. Databases may be given too; their chain is followed.
    Nothing is changed. The exit code is 2 where anything is refused.

    Needs the extra `scale`: pip install 'mouchard[scale]'

    \b
    Examples:
      mouchard merge anna/ ben/ && cp -r anna/. ben/. all/
      mouchard merge s3://bucket/study
    """
    from mouchard.scale.merge import check
    from mouchard.scale.place import place

    found = [place(name) for name in places]
    for one in found:
        if not one.exists():
            raise BadInput(f"there is no {one.url}", "give folders of `export --parquet`, or databases")
    parts = check(found)
    lines = (
        {
            "where": part.place,
            "contribution": part.contribution[:12],
            "captures": len(part.captures),
            "requests": part.requests,
            "chain": part.head[:12],
            "verdict": "refused: " + "; ".join(part.refused) if part.refused else "may be merged",
        }
        for part in parts
    )
    formats.write(sys.stdout, output_format, lines, COLUMNS)
    if any(part.refused for part in parts):
        click.get_current_context().exit(2)


@click.command()
@click.argument("folder", metavar="DIR")
def compact(folder: str) -> None:
    """Join the small Parquet files of a folder into files of 64 to 256 MB, which are quicker to ask.

    The folder is checked first, as `merge` does. Cut short, nothing is lost or doubled.

    Needs the extra `scale`: pip install 'mouchard[scale]'

    \b
    Example:
      mouchard compact all/
    """
    from mouchard.scale import compact as joining
    from mouchard.scale.merge import check
    from mouchard.scale.place import place

    there = place(folder)
    refused = [f"{part.contribution[:12]}: {why}" for part in check([there]) for why in part.refused]
    if refused:
        raise BadInput(f"{folder} cannot be joined: {refused[0]}", "`mouchard merge` says all that is wrong")
    gone = joining.compact_and_seal(there)
    click.echo(f"{gone} files joined", err=True)
