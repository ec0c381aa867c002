"""The lists that the person added: files in one folder, and a register of where each is from."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from mouchard import paths
from mouchard.classify.rulelist import RuleList
from mouchard.classify.sources import PSL
from mouchard.errors import BadInput

OLD = 7 * 86_400.0
"""Seconds after which a fetched list is called old; EasyList asks to be fetched every 4 days."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One added list. Times are seconds since the epoch, 0.0 where it never happened."""

    name: str
    url: str
    """Empty for a list taken from a file: it is never updated."""
    licence: str
    version: str = ""
    rules: int = 0
    sha256: str = ""
    etag: str = ""
    last_modified: str = ""
    fetched: float = 0.0
    """When the content last changed here."""
    checked: float = 0.0
    """When the publisher was last asked and answered."""
    error: str = ""
    """Why the last update failed; empty once one succeeded."""

    @property
    def file(self) -> str:
        """Name of its file in the folder."""
        return "psl.dat" if self.name == PSL else f"{self.name}.list"

    @property
    def is_old(self) -> bool:
        """Whether it should be updated by now."""
        return bool(self.url) and time.time() - max(self.fetched, self.checked) > OLD


class Register:
    """What is installed in a folder. Every change is written at once, whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / "register.json"

    @classmethod
    def stored(cls) -> Register:
        """The register of this user."""
        return cls(paths.lists())

    def entries(self) -> dict[str, Entry]:
        """Every entry by name, in the order they were added. Raises BadInput where the register is broken."""
        try:
            rows = json.loads(self._path.read_text(encoding="utf-8"))
            known = {field.name for field in fields(Entry)}
            entries = [Entry(**{key: row[key] for key in row.keys() & known}) for row in rows]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, TypeError, AttributeError) as error:
            raise BadInput(
                f"the register of lists {self._path} cannot be read: {error}",
                "remove it and add the lists again",
            ) from error
        return {entry.name: entry for entry in entries}

    def write(self, entries: dict[str, Entry]) -> None:
        """Put these entries in place of all others."""
        text = json.dumps([asdict(entry) for entry in entries.values()], indent=1)
        self.put(self._path.name, text.encode())

    def note(self, name: str, **changes: str | int | float) -> None:
        """Change an entry."""
        entries = self.entries()
        entries[name] = replace(entries[name], **changes)  # type: ignore[arg-type]
        self.write(entries)

    def path(self, entry: Entry) -> Path:
        """The file of a list."""
        return self.folder / entry.file

    def previous(self, entry: Entry) -> Path:
        """The file of the version before, which `rollback` brings back."""
        return self.folder / f"{entry.file}.previous"

    def put(self, name: str, data: bytes) -> None:
        """Write a file of the folder: the old one stands until the new one is on disk."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f".{name}.part"
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, self.folder / name)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one process at a time changes the folder. Raises BadInput where another does."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise BadInput("another mouchard is changing the lists", "wait for it to end") from error
            yield

    def lists(self) -> list[RuleList]:
        """The installed lists that can be read, in the order they were added."""
        found = []
        for entry in self.entries().values():
            if entry.name == PSL:
                continue
            try:
                found.append(RuleList.read(self.path(entry)))
            except BadInput:
                continue  # `lists status` shows it; a spoilt file must not stop a capture
        return found


def old_lists() -> tuple[str, ...]:
    """Names of installed lists that should be updated by now."""
    return tuple(entry.name for entry in Register.stored().entries().values() if entry.is_old)
