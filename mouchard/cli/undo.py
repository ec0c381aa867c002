"""`undo`: list every trace of Mouchard on this machine, and remove it."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from mouchard import certificate, keys, paths
from mouchard.browser import profile
from mouchard.cli.devices import leaving
from mouchard.devices import Register
from mouchard.devices.watch import still_comes
from mouchard.printable import printable
from mouchard.supervisor import client

WATCH_SECONDS = 20.0
"""A phone in use sends something well within this time."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Something Mouchard left on this machine."""

    what: str
    path: Path
    captured: bool = False
    """Belongs to the captures: goes only with `--data`."""


@click.command()
@click.option(
    "--data", "with_data", is_flag=True, help="Remove the captures too, with the key that seals them."
)
@click.option("--dry-run", is_flag=True, help="Only list what would be removed.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(with_data: bool, dry_run: bool, yes: bool) -> None:
    """Remove every trace of Mouchard from this machine; captures only with --data.

    Each device that was taken in is gone through, until nothing of it is heard any more.

    \b
    Example:
      mouchard undo --dry-run
    """
    found = list(traces())
    going = [trace for trace in found if with_data or not trace.captured]
    for trace in found:
        fate = "remove" if trace in going else "keep  "
        click.echo(f"{fate}  {trace.what:<28}  {trace.path}")
    if len(going) < len(found):
        click.echo("Captures and the key that seals them are kept; --data removes them.", err=True)
    if not going:
        click.echo("nothing to remove", err=True)
        return
    reminder = _reminder(going)
    if not dry_run:
        _refuse_while_capturing()
        if not yes:
            click.confirm(f"Remove {len(going)} of these for good?", abort=True, err=True)
        release_devices(wait=not yes)
        for trace in going:
            _remove(trace.path)
        for folder in {paths.data(), paths.config()}:
            with contextlib.suppress(OSError):  # it holds what was kept
                folder.rmdir()
        click.echo(f"removed {len(going)}", err=True)
    for line in reminder:
        click.echo(line, err=True)


def release_devices(wait: bool) -> None:
    """Say for each device how it leaves; where `wait`, see it off: listen whether it still comes."""
    for device in Register():
        click.echo(f"\n{printable(device.name)}", err=True)
        for line in leaving(device.kind):
            click.echo(f"  {line}", err=True)
        while wait and click.confirm("  Done? (no: leave it as it is)", default=True, err=True):
            click.echo(f"  listening for {WATCH_SECONDS:.0f} seconds…", err=True)
            try:
                comes = still_comes(device, WATCH_SECONDS)
            except OSError as error:
                click.echo(f"  cannot see whether it still comes: {error.strerror}", err=True)
                break
            if not comes:
                click.echo("  off: nothing of it was heard", err=True)
                break
            click.echo(
                "  it still sends its traffic here: its network does not work until that ends", err=True
            )


def traces() -> Iterator[Trace]:
    """Everything of ours on this machine, the captures last."""
    data = paths.data()
    named = (
        ("certificate authority", paths.ca(), False),
        ("devices and their keys", paths.devices(), False),
        ("browser profiles", profile.folder(), False),
        ("your identity file", paths.identity(), False),
        ("added and updated lists", paths.lists(), False),
        ("pictures of pages", paths.data() / "screens", True),
        ("key that seals the captures", paths.sealing_key(), True),
    )
    for what, path, captured in named:
        if path.exists():
            yield Trace(what, path, captured)
    for path in profile.leftovers():
        yield Trace("left-over browser profile", path)
    known = {path for _, path, _ in named}
    for folder in dict.fromkeys((paths.config(), data)):
        for path in sorted(folder.iterdir()):
            if path not in known:
                yield Trace("captures" if ".db" in path.name else "other file", path, captured=True)


def _refuse_while_capturing() -> None:
    for database in {paths.database(), *paths.data().glob("*.db")}:
        if client.is_running(paths.control_socket(database)):
            raise client.Refused("a capture is running", "end it first: mouchard stop")


def _reminder(going: list[Trace]) -> list[str]:
    lines = ["Databases and reports that you put elsewhere (--db, -o) are yours to delete."]
    authority = certificate.find(paths.ca())
    if authority is not None and any(trace.path == paths.ca() for trace in going):
        lines = [
            "On every browser or device where you installed the certificate, remove it there too: "
            f"SHA-256 {authority.fingerprint}",
            *lines,
        ]
    return lines


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    elif path == paths.sealing_key():
        keys.discard(path)
    else:
        path.unlink(missing_ok=True)
