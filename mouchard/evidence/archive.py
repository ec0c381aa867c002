"""Reading a bundle that a stranger may have made: nothing is unpacked, every size has a bound."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from mouchard.errors import BadInput

NAME = re.compile(
    r"(?:manifest\.json(?:\.sig|\.asc)?|chain\.jsonl|records\.jsonl|redacted\.har|head\.tsr|private\.enc|VERIFY\.txt"
    r"|(?:report|screens|attached)/[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}|raw\.jsonl|raw\.har)"
)
"""Names that a bundle may hold: no path leads out of it."""
MOST_FILES = 5_000
MOST_BYTES = 2 * 1024**3
"""Of all files together, unpacked."""
MOST_RATIO = 200
"""How much a file may grow when it is unpacked."""
SMALL = 1024 * 1024
"""Below this no ratio is looked at."""
LONGEST_LINE = 32 * 1024 * 1024


class Archive:
    """A bundle opened to read; a context manager. BadInput for what is no bundle, or a trap."""

    def __init__(self, source: Path | IO[bytes], name: str = "") -> None:
        self.name = name or str(source)
        try:
            self._zip = zipfile.ZipFile(source)
        except OSError as error:
            raise BadInput(
                f"cannot read {self.name}: {error.strerror or error}", "give the FILE.zip of `evidence`"
            ) from error
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise BadInput(
                f"{self.name} is not an evidence bundle", "give the FILE.zip of `evidence`"
            ) from error
        try:
            self._check()
        except BadInput:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    @property
    def names(self) -> tuple[str, ...]:
        """The files inside."""
        return tuple(self._zip.namelist())

    def read(self, name: str, limit: int = 256 * 1024 * 1024) -> bytes:
        """A file whole. BadInput where it is not there, damaged, or longer than it says."""
        return b"".join(self._chunks(name, limit))

    def json(self, name: str) -> dict[str, Any]:
        """A file that holds one JSON object."""
        return self._object(self.read(name), name)

    def lines(self, name: str) -> Iterator[dict[str, Any]]:
        """A file that holds one JSON object a line."""
        rest = b""
        for chunk in self._chunks(name, MOST_BYTES):
            *whole, rest = (rest + chunk).split(b"\n")
            if len(rest) > LONGEST_LINE:
                raise _broken(f"{name} in {self.name} has too long a line")
            yield from (self._object(line, name) for line in whole)
        if rest:
            yield self._object(rest, name)

    def digest(self, name: str) -> str:
        """SHA-256 of a file, hex."""
        running = sha256()
        for chunk in self._chunks(name, MOST_BYTES):
            running.update(chunk)
        return running.hexdigest()

    def _chunks(self, name: str, limit: int) -> Iterator[bytes]:
        if name not in self._zip.NameToInfo:
            raise BadInput(
                f"{self.name} holds no {name}", "it is no evidence bundle, or a part was taken out"
            )
        left = min(limit, self._zip.getinfo(name).file_size)
        try:
            with self._zip.open(name) as file:
                while chunk := file.read(65_536):
                    left -= len(chunk)
                    if left < 0:
                        raise _broken(f"{name} in {self.name} is longer than it says, or too long")
                    yield chunk
        except (
            zipfile.BadZipFile,
            OSError,
            EOFError,
            RuntimeError,
            ValueError,
            NotImplementedError,
        ) as error:
            raise _broken(f"{name} in {self.name} is damaged ({type(error).__name__})") from error
        except Exception as error:  # zlib.error has no common base
            if isinstance(error, BadInput):
                raise
            raise _broken(f"{name} in {self.name} is damaged ({type(error).__name__})") from error

    def _object(self, text: bytes, name: str) -> dict[str, Any]:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise _broken(f"{name} in {self.name} is damaged: no JSON object where one should be")
        return found

    def _check(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MOST_FILES or len({info.filename for info in infos}) != len(infos):
            raise _broken(f"{self.name} holds too many files, or one twice")
        for info in infos:
            if not NAME.fullmatch(info.filename) or info.orig_filename != info.filename:
                raise _broken(f"{self.name} holds a file that no bundle holds: {info.filename[:80]!r}")
            mode = info.external_attr >> 16
            if info.flag_bits & 1 or (mode & 0o170000 not in (0, 0o100000)):
                raise _broken(f"{info.filename} in {self.name} is no plain file")
            if info.file_size > SMALL and info.file_size > MOST_RATIO * max(info.compress_size, 1):
                raise _broken(f"{info.filename} in {self.name} would grow {MOST_RATIO} times and more")
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise _broken(f"{self.name} would unpack to more than {MOST_BYTES >> 30} GB")


def _broken(what: str) -> BadInput:
    """What is wrong with a bundle, and where to get a better one."""
    return BadInput(what, "ask whoever made the bundle for another copy")
