"""`devices`: the phones and computers beside this one that may be recorded."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from mouchard import language, paths
from mouchard.cli import options
from mouchard.devices import Device, Register, closed
from mouchard.devices.network import lan_address
from mouchard.devices.pairing import Pairing, pairing
from mouchard.devices.qr import qr_text
from mouchard.errors import BadInput
from mouchard.language import _, plural
from mouchard.printable import printable
from mouchard.supervisor import client

if TYPE_CHECKING:
    from mouchard.store.write import Writer

_KINDS = {"wireguard": "WireGuard tunnel", "proxy": "proxy with password"}
lan_option = click.option(
    "--lan", default="", metavar="ADDRESS", help="This computer's address on the network of the device."
)


@click.group(invoke_without_command=True)
@click.pass_context
def devices(context: click.Context) -> None:
    """See, connect, pause and delete phones and other devices; `run --phone` lets them in.

    Nothing of a device is recorded before its user agrees on the device itself, at http://mouchard.check/.
    """
    language.use()
    if context.invoked_subcommand is None:
        context.invoke(list_devices)


@devices.command("list")
@options.db
@click.option(
    "--format", "form", type=click.Choice(["table", "jsonl"]), default="table", help="How to print."
)
def list_devices(db: Path | None, form: str) -> None:
    """List the devices and whether each is recorded."""
    rows = _rows(db)
    if form == "jsonl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
        return
    if not rows:
        click.echo(_("no device yet: `mouchard devices add NAME`, or `mouchard run --phone`"), err=True)
        return
    table = Table("id", "name", "comes in by", "port", "now", "agreed", "passed unrecorded", box=None)
    for row in rows:
        agreed = float(row["confirmed"])
        when = f"{datetime.fromtimestamp(agreed).astimezone():%Y-%m-%d %H:%M}" if agreed else "no"
        table.add_row(
            printable(row["id"]), printable(row["name"]), _KINDS[row["kind"]], str(row["port"]),
            row["standing"], when, str(row.get("passed", "")),
        )  # fmt: skip
    Console(width=None if sys.stdout.isatty() else 200, markup=False).print(table)


@devices.command()
@click.argument("name")
@click.option(
    "--by", "kind", type=click.Choice(["wireguard", "proxy"]), default="wireguard", show_default=True,
    help="A WireGuard tunnel (any system; Android has to), or a proxy entered by hand (not Android).",
)  # fmt: skip
@options.db
def add(name: str, kind: Any, db: Path | None) -> None:
    """Take in one more device, each with keys of its own.

    \b
    Example:
      mouchard devices add "Blue phone"
    """
    answer = _ask(db, "add", name, kind=kind)
    device = answer["device"]["id"] if answer else Register().add(name, kind).id
    click.echo(device)
    told = _("connect it with: {command}").format(command=f"mouchard devices pair {device}")
    click.echo(told, err=True)


@devices.command()
@click.argument("device")
@lan_option
@options.db
def pair(device: str, lan: str, db: Path | None) -> None:
    """Show the QR code that connects a device. It is a key: show it to that device alone."""
    found = _pairing(db, device, lan)
    click.echo(qr_text(found.code))
    for line in connecting(found):
        click.echo(line, err=True)


@devices.command()
@click.argument("device")
@click.argument("new_name", metavar="NAME")
@options.db
def name(device: str, new_name: str, db: Path | None) -> None:
    """Give a device another name."""
    _change(db, "name", device, new_name)


@devices.command()
@click.argument("device")
@options.db
def pause(device: str, db: Path | None) -> None:
    """Let everything of a device pass unread and unrecorded, until `resume`."""
    _change(db, "pause", device)


@devices.command()
@click.argument("device")
@options.db
def resume(device: str, db: Path | None) -> None:
    """Go on recording a device whose user agreed."""
    _change(db, "resume", device)


@devices.command()
@click.argument("device")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.db
def confirm(device: str, yes: bool, db: Path | None) -> None:
    """Say that the device's user agrees, where the page cannot be opened on the device itself."""
    if not yes:
        click.confirm(_("Has the person who uses this device agreed to be recorded?"), abort=True, err=True)
    _change(db, "confirm", device)


@devices.command()
@click.argument("device")
@click.option("--data", "with_data", is_flag=True, help="Delete its recorded messages too.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.db
def delete(device: str, with_data: bool, yes: bool, db: Path | None) -> None:
    """Forget a device and its keys: it can come in no more."""
    row = _find(_rows(db), device)
    if not yes:
        told = _("Delete {name} for good?").format(name=printable(row["name"]))
        click.confirm(told, abort=True, err=True)
    if not _ask(db, "delete", row["id"]):
        register = Register()
        register.remove(register.find(row["id"]))
    click.echo(_("deleted {name}").format(name=printable(row["name"])), err=True)
    if with_data:
        count = _purge(db or paths.database(), row["id"])
        told = plural("{n} of its messages deleted", "{n} of its messages deleted", count)
        click.echo(told, err=True)
    for line in leaving(row["kind"]):
        click.echo(line, err=True)


@devices.command("never-open")
@click.option("--close", metavar="HOST", default="", help="Close this host too, with its subdomains.")
@click.option("--open", "opened", metavar="HOST", default="", help="Take this host off the list.")
@options.db
def never_open(close: str, opened: str, db: Path | None) -> None:
    """Print or change the list of hosts that stay closed on every phone, with all their subdomains."""
    for host, is_closed in ((close, True), (opened, False)):
        if host:
            closed.change(host, is_closed)
    if close or opened:
        _ask(db, "reload")
        return
    for host in sorted(closed.hosts()):
        click.echo(host)


def connecting(found: Pairing, secret: bool = True) -> list[str]:
    """What to do on the device, in a few lines; without `secret` fit for a log."""
    device = found.device
    pair = f"mouchard devices pair {device.id}"
    if device.kind == "wireguard":
        first = _("Scan the code in the app WireGuard on the device, and switch the tunnel on.")
        if not secret:
            first += " " + _("`{command}` shows it.").format(command=pair)
    else:
        told = _(
            "Scan the code with the camera, or open {page}. Then set the Wi-Fi proxy: {host}, port {port}, "
            "user {user}, password {password}"
        )
        password = device.password if secret else _("as `{command}` shows").format(command=pair)
        first = told.format(
            page=found.code, host=found.host, port=found.port, user=device.id, password=password
        )
    told = _("Then open {page} there: its user agrees on that page, else nothing is recorded.")
    return [first, told.format(page=found.page)]


def leaving(kind: str) -> list[str]:
    """What to undo on the device, in a few lines."""
    if kind == "wireguard":
        first = _("On the device: delete the tunnel in the app WireGuard.")
    else:
        first = _("On the device: set the proxy of the Wi-Fi network to “Off”.")
    return [
        first,
        _(
            "Remove the certificate. iPhone: Settings, General, VPN & Device Management. Android: Settings, "
            "Security, Encryption & credentials, User credentials. Computer: where you imported it."
        ),
    ]


# --- the running capture, or the register itself ---------------------------------------------------


def _ask(db: Path | None, action: str, device: str = "", **more: str) -> dict[str, Any]:
    """The answer of the running capture; empty where none runs, or none that takes in devices."""
    question = {"do": "devices", "action": action, "device": device, **more}
    try:
        answer = client.request(paths.control_socket(db or paths.database()), question)
    except client.NotRunning:
        return {}
    return answer if answer["lan"] else {}


def _rows(db: Path | None) -> list[dict[str, Any]]:
    if answer := _ask(db, "list"):
        return list(answer["devices"])
    return [_row(device) for device in Register()]


def _row(device: Device) -> dict[str, Any]:
    row = asdict(device)
    del row["password"]
    return {**row, "standing": device.standing}


def _find(rows: list[dict[str, Any]], word: str) -> dict[str, Any]:
    found = [row for row in rows if row["id"] == word] or [row for row in rows if row["name"] == word]
    if len(found) != 1:
        raise BadInput(f"no device is called {word!r}", "see `mouchard devices list`")
    return found[0]


def _change(db: Path | None, action: str, word: str, name: str = "") -> None:
    answer = _ask(db, action, word, name=name)
    if answer:
        row = answer["device"]
    else:
        register = Register()
        device = register.find(word)
        match action:
            case "name":
                changed = register.rename(device, name)
                _written(db or paths.database(), lambda writer: writer.name_device(device.id, changed.name))
            case "confirm":
                changed = register.confirm(device, time.time())
            case _:
                changed = register.pause(device, action == "pause")
        row = _row(changed)
    click.echo(f"{printable(row['name'])}: {row['standing']}", err=True)


def _pairing(db: Path | None, word: str, lan: str) -> Pairing:
    register = Register()
    running = _ask(db, "list") if not lan else {}
    return pairing(register, register.find(word), running.get("lan") or lan_address(lan))


def _purge(db: Path, device: str) -> int:
    """Delete what was recorded of a device, by whoever may write; the number of messages."""
    try:
        question = {"do": "devices", "action": "forget", "device": device}
        return int(client.request(paths.control_socket(db), question)["purged"])
    except client.NotRunning:
        return _written(db, lambda writer: writer.purge_device(device)) or 0


def _written(db: Path, work: Callable[[Writer], int | None]) -> int | None:
    """Do something to the database while nothing captures into it; None where there is none."""
    from mouchard.keys import Keys
    from mouchard.store.ruleset import Ruleset
    from mouchard.store.write import Writer

    if not db.exists():
        return None
    with Writer(db, Keys.load(paths.sealing_key()), Ruleset("none")) as writer:
        return work(writer)
