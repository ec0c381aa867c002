"""`export`: the database as files for others' tools."""

from __future__ import annotations

from pathlib import Path

import click

from mouchard import paths
from mouchard.cli import options
from mouchard.cli.bars import bar
from mouchard.keys import Keys


@click.command()
@click.option(
    "--parquet", "folder", required=True, metavar="DIR",
    help="Folder to write to, or an address such as s3://bucket/folder.",
)  # fmt: skip
@options.db
def export(folder: str, db: Path | None) -> None:
    """Write the database as Parquet files, for DuckDB, Polars, Spark and `mouchard query`.

    Values stay masked. Tokens of values, browsers and persons are keyed anew for each folder, so that two
    exports cannot be joined on people. Again into the same folder, only what changed is written. Folders of
    several people become one by copying their files together; see `mouchard merge`.

    Needs the extra `scale`: pip install 'mouchard[scale]'

    \b
    Examples:
      mouchard export --parquet export/
      mouchard export --parquet s3://bucket/study --db capture.db
    """
    from mouchard.scale.export import export as write
    from mouchard.scale.place import place

    options.reader(db).close()
    keys = Keys.load(paths.sealing_key())
    with bar("exporting") as told:
        done = write(db or paths.database(), place(folder), keys, told)
    click.echo(f"{done.requests} requests; {done.written} files written, {done.kept} kept", err=True)
