"""`stop`, `status`, `phase`: speak to the capture that runs."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mouchard import paths
from mouchard.cli import options
from mouchard.printable import printable
from mouchard.store import filterlang
from mouchard.store.read import Reader
from mouchard.supervisor import client
from mouchard.supervisor.commands import PHASES


@click.command()
@options.db
def stop(db: Path | None) -> None:
    """Stop the running capture cleanly, and come back once everything is recorded."""
    path = db or paths.database()
    client.stop(paths.control_socket(path))
    click.echo(f"stopped; recorded in {path}", err=True)


@click.command()
@options.db
@click.option(
    "--format", "output_format", type=click.Choice(["text", "json"]), default="text", help="How to print."
)
def status(db: Path | None, output_format: str) -> None:
    """Say what is being captured. Exit code 2 when nothing is."""
    path = db or paths.database()
    answer = client.request(paths.control_socket(path), {"do": "status"})
    answer |= _totals(Path(answer["db"]), answer["capture"])
    if output_format == "json":
        click.echo(json.dumps({name: value for name, value in answer.items() if name != "ok"}, indent=2))
        return
    for name, words in _lines(answer):
        click.echo(f"{name:<10} {printable(words)}")


@click.command()
@click.argument("name", type=click.Choice(PHASES), metavar="NAME")
@click.option("--site", default="", help="By default the site of the page in front.")
@click.option("--client", "client_key", default="", help="By default the client seen last.")
@click.option("--undo", is_flag=True, help="Take the last such mark back.")
@options.db
def phase(name: str, site: str, client_key: str, undo: bool, db: Path | None) -> None:
    """Mark your choice on a consent banner: before, accepted, refused, withdrawn.

    Requests of that site are sorted by it from then on; those of the last and the next five seconds count
    for neither side.
    """
    question = {"do": "phase", "phase": name, "site": site, "client": client_key, "undo": undo}
    answer = client.request(paths.control_socket(db or paths.database()), question)
    verb = "took back" if undo else "marked"
    click.echo(f"{verb} {name} for {printable(str(answer['site']))}", err=True)


def _totals(db: Path, capture: str) -> dict[str, Any]:
    with Reader(db) as source:
        found = source.totals(filterlang.of_capture(capture))
    names = ("messages", "findings", "sites", "companies", "sealed", "gaps", "failures", "level")
    return {name: getattr(found, name) for name in names}


def _lines(answer: dict[str, Any]) -> list[tuple[str, str]]:
    started = datetime.fromtimestamp(answer["started"]).astimezone()
    unread = f"{answer['sealed']} sealed, {answer['gaps']} passed unrecorded"
    lines = [
        ("listening", f"{answer['address']}, since {started:%Y-%m-%d %H:%M:%S}"),
        ("recording", _recording(answer)),
        ("into", answer["db"]),
        ("messages", f"{answer['messages']} from {answer['sites']} sites to {answer['companies']} companies"),
        ("findings", f"{answer['findings']}, highest level {answer['level']}"),
        ("not read", f"{unread}, {answer['failures']} not understood"),
    ]
    for name in ("proxy", "analyser"):
        told = answer[name]
        words = f"process {told['pid']}" if told["pid"] else "being started again"
        with suppress(KeyError):
            words += f", {told['problem']}"
        if told["restarts"]:
            words += f", started again {told['restarts']} times"
        lines.append((name, words))
    return lines


def _recording(answer: dict[str, Any]) -> str:
    if answer["stopping"]:
        return "stopping"
    if answer["trouble"]:
        return f"held up: {answer['trouble']}"
    if answer["stalled"]:
        return "stalled: browsing goes on unrecorded, and is counted"
    return "paused" if answer["paused"] else "yes"
