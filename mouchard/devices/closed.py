"""Hosts that stay closed on every phone: banks, health, taxes, passwords, mail, and those of your choice."""

from __future__ import annotations

import re
from pathlib import Path

from mouchard import paths
from mouchard.errors import BadInput

LIST = Path(__file__).with_name("never_open.txt")
"""One host a line, its subdomains included; `#` begins a remark."""
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]+(\.[a-z0-9_-]+)*")


def hosts() -> frozenset[str]:
    """The list that comes along, with what the person closed, without what they opened."""
    changes = _changes()
    closed = frozenset(_lines(LIST)) | {host for host, is_closed in changes.items() if is_closed}
    return closed - {host for host, is_closed in changes.items() if not is_closed}


def change(host: str, closed: bool) -> None:
    """Close a host on phones, or open one of the list. BadInput for what is no host, or not on the list."""
    host = host.strip().lower().rstrip(".").removeprefix("*.")
    if not _HOST.fullmatch(host):
        raise BadInput(f"{host!r} is no host", "write it as bank.example; its subdomains are included")
    if not closed and host not in hosts():
        raise BadInput(f"{host} is not on the list", "see `mouchard devices never-open`")
    changes = {**_changes(), host: closed}
    path = _own()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("".join(f"{'' if is_closed else '-'}{host}\n" for host, is_closed in changes.items()))


def _own() -> Path:
    return paths.devices() / "never-open.txt"


def _changes() -> dict[str, bool]:
    """The person's own lines: `host` closes, `-host` opens."""
    try:
        return {line.removeprefix("-"): not line.startswith("-") for line in _lines(_own())}
    except FileNotFoundError:
        return {}


def _lines(path: Path) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]
