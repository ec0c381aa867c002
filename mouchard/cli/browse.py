"""`browse`: a browser through the proxy, in a profile of its own, and what it gave away."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from mouchard import browser, language, paths
from mouchard.browser.profile import checked
from mouchard.browser.programs import KNOWN
from mouchard.cli import options
from mouchard.cli.summary import summarise
from mouchard.errors import BadInput
from mouchard.store.read import Reader
from mouchard.supervisor import client
from mouchard.supervisor.settings import Settings
from mouchard.supervisor.supervisor import Supervisor


@click.command()
@click.argument("url", required=False, default="")
@click.option(
    "--browser", "name", type=click.Choice(list(KNOWN)), default=None, help="By default the first one found."
)
@click.option(
    "--profile", default="", metavar="NAME", help="A profile that stays; by default a throwaway one."
)
@click.option("--attach", is_flag=True, help="Only join a capture that is already running.")
@click.option("--headless", is_flag=True, hidden=True)
@options.db
@options.cname
@options.identity
@options.lists
@click.option("--set", "settings", multiple=True, metavar="OPT=VAL", hidden=True)
def browse(
    url: str,
    name: str | None,
    profile: str,
    attach: bool,
    headless: bool,
    db: Path | None,
    cname: bool,
    identity_file: Path | None,
    list_files: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Open a browser that goes through the proxy; closing it ends the capture and sums up.

    Where a capture is already running, the browser joins it, and closing it ends nothing.

    \b
    Examples:
      mouchard browse https://shop.example
      mouchard browse https://shop.example --browser firefox
    """
    language.use()
    url, profile = address(url), checked(profile)
    program = browser.find(name or "").name
    database = (db or paths.database()).absolute()
    running = _running(database)
    if running:
        asyncio.run(_join(running, url, program, profile, headless))
        return
    if attach:
        raise client.NotRunning(
            "nothing is being captured", "without --attach, browse starts a capture itself"
        )
    plan = Settings(
        db=database, port=0, options=settings, identity=identity_file, lists=list_files, cname=cname
    )  # a free port: nobody else needs to know it
    capture = asyncio.run(_capture(plan, url, program, profile, headless))
    with Reader(database) as reader:
        summarise(reader, capture, sys.stdout)


async def _join(proxy: str, url: str, name: str, profile: str, headless: bool) -> None:
    """A browser on a capture that somebody else began, until it is closed or we are told to end."""
    visit = asyncio.create_task(
        browser.visit(url, proxy, name=name, profile=profile, headless=headless, tell=_tell)
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, visit.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await visit


async def _capture(plan: Settings, url: str, name: str, profile: str, headless: bool) -> str:
    """Capture for as long as the browser is open; gives the id of the capture."""
    supervisor = Supervisor(plan)

    async def companion(running: Supervisor) -> bool:
        await browser.visit(
            url, running.address, name=name, profile=profile, headless=headless, tell=running.voice.say
        )
        return True

    await supervisor.run(companion)
    return supervisor.capture


def address(text: str) -> str:
    """The URL as a person may type it: `shop.example` means https; empty stays empty."""
    if not text:
        return ""
    url = text if re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) else f"https://{text}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise BadInput(f"{text!r} is no address of a web page", "write it as https://shop.example")
    return url


def _running(database: Path) -> str:
    """Address of the proxy that captures into this database, or empty."""
    try:
        return str(client.request(paths.control_socket(database), {"do": "status"})["address"])
    except client.NotRunning:
        return ""


def _tell(line: str) -> None:
    click.echo(f"mouchard: {line}", err=True)
