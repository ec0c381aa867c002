"""`tui`: the live view on a database, whether or not something is being captured into it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from mouchard import paths
from mouchard.cli import options
from mouchard.supervisor.child import environment, python


@click.command()
@options.db
def tui(db: Path | None) -> None:
    """Open the live view. Quitting it leaves a running capture alone."""
    command = [*python("mouchard.tui"), "--db", str((db or paths.database()).absolute())]
    os.execve(sys.executable, command, environment())
