"""Options that several commands share, each with one meaning."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mouchard import paths
from mouchard.errors import BadInput

if TYPE_CHECKING:  # `run` has no use for SQLite
    from mouchard.store.filterlang import Query
    from mouchard.store.read import Reader

Command = TypeVar("Command", bound=Callable[..., Any])

db = click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Database to use; by default the one of this user.",
)
identity = click.option(
    "--identity",
    "identity_file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Who to look for, instead of the stored identity: JSON or TOML, data type → list of values.",
)
lists = click.option(
    "--list",
    "list_files",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Blocklist file to use instead of the stored ones; may be given several times.",
)
cname = click.option(
    "--cname/--no-cname",
    default=True,
    show_default=True,
    help="Ask this machine's resolver which names hide behind hosts of the site; never with --upstream.",
)
filters = click.option(
    "--filter",
    "filter_text",
    default="",
    metavar="WORDS",
    help="key:value words, all must hold; - negates. Example: 'site:shop.example type:email -company:Meta'.",
)
output = click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "jsonl", "csv"]),
    default="table",
    show_default=True,
    help="How to print.",
)
limit = click.option("--limit", type=click.IntRange(min=1), default=None, help="At most this many lines.")


def reader(db_path: Path | None) -> Reader:
    """The database, opened to read; a clear error where there is none yet."""
    from mouchard.store.read import Reader

    path = db_path or paths.database()
    if not path.exists():
        raise BadInput(
            f"no capture yet: {path} does not exist", "start with `mouchard run` or `mouchard demo`"
        )
    return Reader(path)


def query(text: str) -> Query:
    """The `--filter` words, parsed."""
    from mouchard.store import filterlang

    return filterlang.parse(text)
