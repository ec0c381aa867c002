"""`demo`: an invented shop leaks an invented person's data, through the real proxy, on this machine alone."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import click

from mouchard import certificate, language, paths
from mouchard.cli import options
from mouchard.cli.run import live_view
from mouchard.cli.summary import summarise
from mouchard.demo.person import Person
from mouchard.demo.story import Story
from mouchard.errors import BadInput, DatabaseBusy
from mouchard.language import _
from mouchard.report import content, files
from mouchard.store.read import Reader
from mouchard.supervisor import client
from mouchard.supervisor.screen import has_terminal
from mouchard.supervisor.settings import Settings
from mouchard.supervisor.supervisor import Supervisor


@click.command()
@options.db
@click.option("--attach", is_flag=True, help="Add the demo to an existing database, as a capture of its own.")
@click.option("--no-browser", is_flag=True, help="Play the visitor without a browser.")
@click.option("--headless", is_flag=True, help="Print a table, without the live view and without a window.")
def demo(db: Path | None, attach: bool, no_browser: bool, headless: bool) -> None:
    """Watch an invented shop leak an invented person's data. No network is used.

    The demo has a database of its own, made afresh each time; your identity and your captures are not
    touched. It ends with the path of a report.
    """
    language.use()
    database = (db or paths.data() / "demo.db").absolute()
    if client.is_running(paths.control_socket(database)):
        raise DatabaseBusy(
            f"a capture is running into {database}", "end it, or run `mouchard demo` on its own"
        )
    if db is None:
        _remove(database)
    elif db.exists() and not attach:
        raise BadInput(f"{db} exists already", "--attach adds the demo to it, as a capture of its own")
    capture = asyncio.run(_play(database, headless or not has_terminal(), not no_browser))
    with Reader(database) as reader:
        summarise(reader, capture, sys.stdout)
        folder = database.with_name("demo-report")
        written = [
            path
            for site in content.everywhere(reader)
            for path in files.write(reader, site, folder / files.folder_name(site), ["html"])
        ]
    click.echo()
    for path in written:
        click.echo(_("report: {path}").format(path=path))


async def _play(database: Path, plain: bool, with_browser: bool) -> str:
    """The capture of the whole story; gives its id. `plain`: no live view, no window."""
    person = Person()
    with Story(person) as story, tempfile.TemporaryDirectory(prefix="mouchard-demo-") as folder:
        identity = Path(folder, "person.toml")
        identity.write_text(person.toml(), encoding="utf-8")
        supervisor = Supervisor(
            Settings(
                db=database, port=0, options=story.proxy_options, insecure_upstream=True, identity=identity
            )
        )

        async def companion(running: Supervisor) -> bool:
            running.voice.silent = True  # a table says it better, and the live view owns the terminal
            telling = story.tell(
                running.address,
                certificate.ensure(paths.ca()).cert_path,
                with_browser=with_browser,
                headless=plain or not _has_display(),
                tell=_tell if plain else lambda line: None,
            )
            if plain:
                await telling
                return True
            walking = asyncio.create_task(telling)
            try:
                await live_view(running)
            finally:
                walking.cancel()
                await asyncio.gather(walking, return_exceptions=True)
            return True

        await supervisor.run(companion)
        return supervisor.capture


def _remove(database: Path) -> None:
    """Forget the last demo."""
    for suffix in ("", "-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)


def _has_display() -> bool:
    return sys.platform in ("darwin", "win32") or bool(
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )


def _tell(line: str) -> None:
    click.echo(f"mouchard: {line}", err=True)
