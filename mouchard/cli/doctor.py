"""`doctor`: is everything in place? One line each, with what to do where it is not."""

from __future__ import annotations

import re
import shutil
import socket
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Literal, TypeAlias

import click

from mouchard import certificate, keys, paths, vault
from mouchard.browser import installed
from mouchard.browser.programs import KNOWN
from mouchard.errors import MouchardError
from mouchard.supervisor import client

PORT = 8080
STALE = timedelta(days=180)
"""Age from which lists miss too much: companies, or suffixes, and so take several sites for one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at."""

    status: Literal["ok", "warn", "fail"]
    what: str
    found: str
    hint: str = ""


Check: TypeAlias = Callable[[Path], Iterator[Line]]


@click.command()
@click.option(
    "--db",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Database to check; by default the one of this user.",
)
def doctor(db: Path | None) -> None:
    """Check that everything needed is in place. Exit code 2 when something is broken."""
    failed = False
    for line in examine(db or paths.database()):
        failed |= line.status == "fail"
        colour = {"ok": "green", "warn": "yellow", "fail": "red"}[line.status]
        click.echo(f"{click.style(f'{line.status:4}', fg=colour)}  {line.what:<22}  {line.found}")
        if line.hint:
            click.echo(f"{'':30}{line.hint}")
    if failed:
        raise click.exceptions.Exit(2)


def examine(db: Path) -> Iterator[Line]:
    """Every line of the examination, in order; a check that breaks down is itself a failure."""
    for check in CHECKS:
        try:
            yield from check(db)
        except MouchardError as error:
            yield Line("fail", _name(check), error.message, error.hint)
        except Exception as error:
            yield Line("fail", _name(check), f"could not be checked: {error or type(error).__name__}")


def _name(check: Check) -> str:
    return check.__name__.strip("_").replace("_", " ")


def _python(db: Path) -> Iterator[Line]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 12):
        hint = "only mitmproxy 11 installs here, which no longer gets fixes: Python 3.12 or newer is better"
        yield Line("warn", "Python", version, hint)
    else:
        yield Line("ok", "Python", version)


def _mitmproxy(db: Path) -> Iterator[Line]:
    try:
        version = metadata.version("mitmproxy")
    except metadata.PackageNotFoundError:
        yield Line("fail", "mitmproxy", "not installed", "install Mouchard again")
        return
    supported = version.split(".")[0] in ("11", "12")
    hint = "" if supported else "tested with 11 and 12 only"
    yield Line("ok" if supported else "warn", "mitmproxy", version, hint)


def _certificate_authority(db: Path) -> Iterator[Line]:
    authority = certificate.find(paths.ca())
    if authority is None:
        yield Line("ok", "certificate authority", "none yet, made at the first start")
        return
    yield from _private("its key", authority.key_path)
    left = authority.not_after - datetime.now(UTC)
    until = f"valid until {authority.not_after:%Y-%m-%d}"
    if left < timedelta(0):
        yield Line(
            "warn",
            "certificate authority",
            f"expired {authority.not_after:%Y-%m-%d}",
            "the next start makes a new one",
        )
    elif left < timedelta(days=30):
        yield Line("warn", "certificate authority", until, "devices will have to install a new one then")
    else:
        yield Line("ok", "certificate authority", until)


def _keys(db: Path) -> Iterator[Line]:
    key, modes = paths.sealing_key(), "file modes only: who reads your files as you, reads them too"
    if keys.in_keyring(key):
        keys.Keys.load(key)
        yield Line("ok", "sealing key", f"in the keyring of this system ({vault.name() or 'reached'})")
        yield Line("ok", "protection of identity", modes)
    else:
        if key.exists():
            yield from _private("sealing key", key)
        yield Line("ok", "protection of keys", modes)
    if paths.identity().exists():
        yield from _private("identity file", paths.identity())


def _private(what: str, path: Path) -> Iterator[Line]:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077 and sys.platform != "win32":
        yield Line("fail", what, f"{path} can be read by others (mode {mode:04o})", f"chmod 600 {path}")
    else:
        yield Line("ok", what, f"{path}, for you only")


def _identity(db: Path) -> Iterator[Line]:
    from mouchard import identity

    path = paths.identity()
    if not path.exists():
        hint = "without it only documented and self-evident data is found: mouchard identity add"
        yield Line("warn", "identity", "not told yet", hint)
        return
    identity.load(path)
    yield Line("ok", "identity", "readable")


def _lists(db: Path) -> Iterator[Line]:
    from mouchard.classify import Classifier

    for known in Classifier.load().ruleset:
        found = f"{known.version or 'no version'}, {known.rules} rules"
        modified = _day(known.modified)
        if modified is not None and date.today() - modified > STALE:
            yield Line("warn", known.name, f"{found}, of {modified}", "mouchard lists update")
        else:
            yield Line("ok", known.name, found + (f", of {modified}" if modified else ""))


def _day(text: str) -> date | None:
    """The day of an ISO date or of EasyList's `12 Jan 2025 09:30 UTC`; None where it is neither."""
    for pattern, length in (("%Y-%m-%d", 10), ("%d %b %Y", 11)):
        try:
            return datetime.strptime(text[:length].strip(), pattern).date()
        except ValueError:
            continue
    return None


def _public_suffixes(db: Path) -> Iterator[Line]:
    from mouchard.classify import site

    made = _made(site.suffix_list() or Path(str(files("tldextract")), ".tld_set_snapshot"))
    of = f"of {made}" if made else "of an unknown day"
    if wrong := site.psl_disagreements():
        hosts = ", ".join(host for host, *_ in wrong[:3])
        hint = "sites may be cut wrongly there; please report it"
        yield Line("warn", "public suffixes", f"{of}; two readings differ for {hosts}", hint)
    elif made is not None and date.today() - made > STALE:
        hint = f"mouchard lists {'update' if site.suffix_list() else 'add'} psl"
        yield Line("warn", "public suffixes", f"{of}; two readings agree", hint)
    else:
        yield Line("ok", "public suffixes", f"{of}; two readings agree")


def _made(suffixes: Path) -> date | None:
    """The day in the head of a Public Suffix List."""
    with suffixes.open(encoding="utf-8") as file:
        head = file.read(4096)
    found = re.search(r"^// VERSION: (\d{4}-\d\d-\d\d)", head, re.MULTILINE)
    return _day(found[1]) if found else None


def _browsers(db: Path) -> Iterator[Line]:
    found = list(installed())
    for program in found:
        yield Line("ok", program.name, str(program.path))
    if not found:
        yield Line("warn", "browsers", "none found", f"for `mouchard browse`: {KNOWN['chromium'].install}")
    if any(program.family == "firefox" for program in found) and shutil.which("certutil") is None:
        yield Line("warn", "certutil", "not installed: Firefox cannot be opened", "apt install libnss3-tools")


def _database(db: Path) -> Iterator[Line]:
    from mouchard.store import integrity

    if not db.exists():
        yield Line("ok", "database", "none yet")
        return
    wrong = integrity.problems(db)
    if wrong:
        yield Line(
            "fail", "database", f"{db} is damaged: {wrong[0]}", "move it away; the next start makes a new one"
        )
    else:
        yield Line("ok", "database", f"{db} is whole")
        yield from _private("its mode", db)


def _port(db: Path) -> Iterator[Line]:
    if client.is_running(paths.control_socket(db)):
        yield Line("ok", "capture", "running")
        return
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            hint = f"another program listens there: mouchard run --port {PORT + 1}"
            yield Line("warn", f"port {PORT}", "taken", hint)
        else:
            yield Line("ok", f"port {PORT}", "free")


CHECKS: tuple[Check, ...] = (
    _python,
    _mitmproxy,
    _certificate_authority,
    _keys,
    _identity,
    _lists,
    _public_suffixes,
    _browsers,
    _database,
    _port,
)
