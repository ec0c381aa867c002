"""`browse`: a browser through the proxy, in a profile of its own, and what it gave away."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import click

from mouchard import browser, language, paths
from mouchard.browser.journey import Visit
from mouchard.browser.profile import checked
from mouchard.browser.programs import KNOWN, Program
from mouchard.cli import options
from mouchard.cli.phases import conclude, lead
from mouchard.cli.summary import summarise
from mouchard.cli.watching import Place
from mouchard.errors import BadInput
from mouchard.store.read import Reader
from mouchard.supervisor import client
from mouchard.supervisor.settings import Settings
from mouchard.supervisor.supervisor import Supervisor

Beside: TypeAlias = Callable[[Place], Awaitable[list[Visit]]]
"""What happens in browsers while their traffic is captured."""


@click.command()
@click.argument("url", required=False, default="")
@click.option(
    "--browser", "name", type=click.Choice(list(KNOWN)), default=None, help="By default the first one found."
)
@click.option(
    "--profile", default="", metavar="NAME", help="A profile that stays; by default a throwaway one."
)
@click.option("--phases", is_flag=True, help="Be guided through refusing, accepting and withdrawing.")
@click.option("--attach", is_flag=True, help="Only join a capture that is already running.")
@click.option("--headless", is_flag=True, hidden=True)
@click.option("--script", is_flag=True, hidden=True, help="Let the browser make the clicks itself.")
@options.db
@options.cname
@options.identity
@options.lists
@click.option("--set", "settings", multiple=True, metavar="OPT=VAL", hidden=True)
def browse(
    url: str,
    name: str | None,
    profile: str,
    phases: bool,
    attach: bool,
    headless: bool,
    script: bool,
    db: Path | None,
    cname: bool,
    identity_file: Path | None,
    list_files: tuple[Path, ...],
    settings: tuple[str, ...],
) -> None:
    """Open a browser that goes through the proxy; closing it ends the capture and sums up.

    Where a capture is already running, the browser joins it, and closing it ends nothing. In Chromium and
    its kin your clicks on consent banners are noticed, and pictures of the page are kept beside the capture.
    With --phases two visits in fresh profiles show what your choice changes: before → refuse, and before →
    accept → withdraw.

    \b
    Examples:
      mouchard browse https://shop.example
      mouchard browse https://shop.example --browser firefox
      mouchard browse https://shop.example --phases
    """
    language.use()
    url, profile = address(url), checked(profile)
    if phases and (not url or profile):
        raise BadInput(
            "--phases takes an address, and profiles of its own", "browse https://shop.example --phases"
        )
    found = browser.find(name or "")
    program = found.name
    database = (db or paths.database()).absolute()
    beside = _phases(url, found, headless, script) if phases else _visit(url, program, profile, headless)
    place = _running(database)
    if place is None and attach:
        raise client.NotRunning(
            "nothing is being captured", "without --attach, browse starts a capture itself"
        )
    if place is not None:
        visits = asyncio.run(_join(place, beside))
    else:
        plan = Settings(
            db=database, port=0, options=settings, identity=identity_file, lists=list_files, cname=cname
        )  # a free port: nobody else needs to know it
        place, visits = asyncio.run(_capture(plan, beside))
        with Reader(database) as reader:
            summarise(reader, place.capture, sys.stdout)
    if visits:
        conclude(database, place.capture, visits, sys.stdout)


def _visit(url: str, name: str, profile: str, headless: bool) -> Beside:
    """A browser, open until the person closes it."""

    async def visit(place: Place) -> list[Visit]:
        await browser.visit(
            url,
            place.proxy,
            name=name,
            profile=profile,
            headless=headless,
            tell=place.tell,
            watch=place.watch,
        )
        return []

    return visit


def _phases(url: str, program: Program, headless: bool, script: bool) -> Beside:
    """Two guided visits."""

    async def visit(place: Place) -> list[Visit]:
        return await lead(place, url, program, headless, script)

    return visit


async def _join(place: Place, beside: Beside) -> list[Visit]:
    """On a capture that somebody else began, until it is over or we are told to end."""
    visit = asyncio.ensure_future(beside(place))
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, visit.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        return await visit
    return []


async def _capture(plan: Settings, beside: Beside) -> tuple[Place, list[Visit]]:
    """Capture for as long as it lasts; gives the place where it was captured."""
    supervisor = Supervisor(plan)
    visits: list[Visit] = []

    def place(running: Supervisor) -> Place:
        return Place(running.address, plan.db, plan.control, running.capture, running.voice.say)

    async def companion(running: Supervisor) -> bool:
        visits.extend(await beside(place(running)))
        return True

    await supervisor.run(companion)
    return place(supervisor), visits


def address(text: str) -> str:
    """The URL as a person may type it: `shop.example` means https; empty stays empty."""
    if not text:
        return ""
    url = text if re.match(r"[a-z][a-z0-9+.-]*://", text, re.IGNORECASE) else f"https://{text}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme.lower() in ("http", "https") and parts.hostname and parts.port != 0
        if parts.netloc.endswith(":"):  # `http:/shop.example`, mistyped
            usable = False
    except ValueError:
        usable = False
    if not usable or not url.isprintable() or " " in url:
        raise BadInput(f"{text!r} is no address of a web page", "write it as https://shop.example")
    return url


def _running(database: Path) -> Place | None:
    """The capture that writes this database now, if any."""
    control = paths.control_socket(database)
    try:
        told = client.request(control, {"do": "status"})
    except client.NotRunning:
        return None
    return Place(str(told["address"]), database, control, str(told["capture"]), _tell)


def _tell(line: str) -> None:
    click.echo(f"mouchard: {line}", err=True)
