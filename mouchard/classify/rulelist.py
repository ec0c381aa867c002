"""A list as it lies on disk: its lines, its sections, and what its head says of it."""

from __future__ import annotations

import hashlib
import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path
from typing import Literal, TypeAlias

from mouchard.classify import jsonlist
from mouchard.classify.preprocess import preprocess
from mouchard.errors import BadInput

Kind: TypeAlias = Literal["abp", "hosts", "domains", "disconnect", "trackerdb", "tds"]

_HEAD_LINES = 60
_FIELD = re.compile(
    r"[!#]\s*(Title|Version|Last modified|Licen[cs]e|Expires|Homepage)\s*:\s*(.+)", re.I
).match
_SECTION = re.compile(
    r"[!#]\s*(?:\*\*\*\s*(?:\w+:)?(?:.*/)?([^/*]+?)(?:\.txt)?\s*\*\*\*|-{5,}\s*([^-].*?)\s*-{5,}!?)\s*$"
).match
_HOSTS_LINE = re.compile(r"(?:0\.0\.0\.0|127\.0\.0\.1|::1?|255\.255\.255\.255|fe80::1%lo0)[ \t]+(\S+)").match
_DOMAIN_LINE = re.compile(r"(?:\*\.)?([^\s#/|^$*!@,]+\.[^\s#/|^$*!@,]+)\s*(?:#.*)?$").match
_LOCAL = frozenset(
    "localhost localhost.localdomain local broadcasthost ip6-localhost ip6-loopback 0.0.0.0 127.0.0.1".split()
)


@dataclass(frozen=True, slots=True)
class ListInfo:
    """What is in force: one list, its version and where it is from. Unknown parts are empty."""

    name: str
    version: str
    kind: Kind
    licence: str
    path: str
    sha256: str
    rules: int
    """Network rules, exceptions included; those that turn out unusable when met are counted too."""
    modified: str = ""


class RuleList:
    """A list read whole. Lines are numbered from 1, as an editor shows them."""

    def __init__(self, data: bytes, path: Path, name: str = "") -> None:
        self.sha256 = hashlib.sha256(data).hexdigest()
        data = data.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        self.path = path
        self.kind: Kind = kind_of(data, path)
        self._json: jsonlist.JsonList | None = None
        self._source = b""
        if self.kind in ("disconnect", "trackerdb", "tds"):
            self._json = jsonlist.read(data, self.kind)
            self._source = data
            data = self._json.as_rules().encode()
        self._data = data
        lengths = map(len, data.split(b"\n"))
        self._starts = array("I", accumulate((length + 1 for length in lengths), initial=0))
        self._sections: list[tuple[int, str]] = []
        head = _head(data)
        self.name = name or head.get("title", "") or (self._json.name if self._json else path.stem)
        self.modified = head.get("last modified", "") or (self._json.version if self._json else "")
        self.version = head.get("version", "") or _sortable(self.modified)
        self.licence = head.get("licence", "") or (self._json.licence if self._json else "")
        self.rules = 0
        self.dated = ""
        """The day the file was written, for facts of a database that names no version of its own."""

    @classmethod
    def read(cls, path: Path, name: str = "") -> RuleList:
        """The list in a file. Raises BadInput where it cannot be read or is no list."""
        try:
            data, changed = path.read_bytes(), path.stat().st_mtime
        except OSError as error:
            raise BadInput(f"cannot read the list {path}: {error.strerror}", "check the path") from error
        rules = cls(data, path, name)
        rules.dated = datetime.fromtimestamp(changed, UTC).strftime("%Y-%m-%d")
        return rules

    def __len__(self) -> int:
        """The number of lines."""
        return len(self._starts) - 1

    def lines(self) -> Iterator[str]:
        """Every line, one after the other; lines that `!#if` leaves out are empty."""
        if self.kind == "abp" and b"\n!#" in self._data:
            lines = self._data.decode("utf-8", "replace").split("\n")
            preprocess(lines)
            yield from lines
        else:
            for line in self._data.split(b"\n"):
                yield line.decode("utf-8", "replace")

    def cancelling(self) -> Iterator[str]:
        """The lines that take other rules back (`$badfilter`)."""
        if b"badfilter" in self._data:
            yield from (line for line in self.lines() if "badfilter" in line)

    def note_section(self, number: int, line: str) -> None:
        """Take in a comment line as the heading of what follows, where it is one."""
        found = _SECTION(line)
        if found is not None:
            self._sections.append((number, found[1] or found[2]))

    def rule(self, number: int) -> str:
        """The rule on a line, as written."""
        begin, end = self._starts[number - 1], self._starts[number]
        return self._data[begin : end - 1].decode("utf-8", "replace").strip()

    def line(self, number: int) -> int:
        """The line of the file where a rule stands; 0 where a database does not tell."""
        return jsonlist.line_of(self.rule(number), self._source) if self._json is not None else number

    def section(self, number: int) -> str:
        """The heading above a line, or empty."""
        place = bisect_right(self._sections, (number, "\U0010ffff")) - 1
        return self._sections[place][1] if place >= 0 else ""

    def host(self, line: str) -> str:
        """The host on a line of a hosts file or a plain domain list; empty where there is none."""
        found = _HOSTS_LINE(line) if self.kind == "hosts" else _DOMAIN_LINE(line)
        if found is None:
            return ""
        host = found[1].rstrip(".").lower()
        return "" if host in _LOCAL else host

    def facts(self) -> Iterator[tuple[str, str, str]]:
        """What the list says of owners: (domain, company, category)."""
        return iter(self._json.facts()) if self._json else iter(())

    @property
    def info(self) -> ListInfo:
        """The list in short."""
        return ListInfo(
            self.name,
            self.version,
            self.kind,
            self.licence,
            str(self.path),
            self.sha256,
            self.rules,
            self.modified,
        )


def kind_of(data: bytes, path: Path) -> Kind:
    """The format of a list, by its content. Raises BadInput where it is none we read."""
    start = data[:512].lstrip()
    if start[:1] == b"{" or re.match(rb"\[\s*[{\[\"]", start):
        return jsonlist.kind_of(data, path)
    if start[:15].lower().startswith((b"<!doctype", b"<html")):
        raise BadInput(f"{path} is a web page, not a list", "download the list itself")
    lines = data[:65_536].decode("utf-8", "replace").split("\n")
    lines = [line.strip() for line in lines[:2_000]]
    body = [line for line in lines if line and line[0] not in "!#["]
    if any(line.startswith("!") or line.startswith("[Adblock") for line in lines):
        return "abp"
    hosts = sum(1 for line in body if _HOSTS_LINE(line))
    if hosts and hosts * 2 >= len(body):
        return "hosts"
    return "domains" if body and all(_DOMAIN_LINE(line) for line in body) else "abp"


def _head(data: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in data[:8_192].decode("utf-8", "replace").split("\n")[:_HEAD_LINES]:
        found = _FIELD(line.strip())
        if found is not None:
            key = found[1].lower().replace("license", "licence")
            fields.setdefault(key, found[2].strip())
    return {key: value for key, value in fields.items() if not value.startswith("%")}


def _sortable(modified: str) -> str:
    """A date in words as a version that sorts, or the words themselves."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(modified).strftime("%Y%m%d%H%M")
    except (TypeError, ValueError):
        return modified
