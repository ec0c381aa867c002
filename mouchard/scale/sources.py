"""What to scan: files, folders and patterns, on this disk or wherever fsspec reaches."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from tempfile import TemporaryDirectory

from mouchard.errors import BadInput

_WAITS = (0.5, 2.0)
"""Seconds before a file is fetched again: a network may fail for a moment."""
SUFFIXES = frozenset({".har", ".flow", ".flows", ".mitm", ".dump"})


@dataclass(frozen=True, slots=True)
class Source:
    """A file to scan; an address where it is not on this disk."""

    url: str
    size: int
    digest: str = ""
    """Which capture it will be: the first 128 bits of its SHA-256; empty until it was read."""

    @property
    def name(self) -> str:
        """The last part."""
        return self.url.rpartition("/")[2]

    @property
    def remote(self) -> bool:
        """Whether it has to be fetched."""
        return "://" in self.url

    @contextmanager
    def local(self) -> Iterator[Path]:
        """The file on this disk, for as long as it is needed. BadInput where it cannot be had."""
        if not self.remote:
            yield Path(self.url)
            return
        from mouchard.scale.place import place

        there = place(self.url)
        with TemporaryDirectory(prefix="mouchard-") as folder:
            copy = Path(folder, self.name or "capture")
            for wait in (*_WAITS, None):
                try:
                    there.fs.get_file(there.path, str(copy))
                    break
                except Exception as error:  # each file system has errors of its own
                    if wait is None or isinstance(error, FileNotFoundError):
                        raise BadInput(
                            f"cannot fetch {self.url}: {error}"[:300],
                            "check the address, and what you may read there",
                        ) from error
                    time.sleep(wait)
            yield copy


def expand(given: Sequence[str]) -> list[Source]:
    """The files meant, each once. BadInput where something names none."""
    found: dict[str, Source] = {}
    for word in given:
        for source in _remote(word) if "://" in word else _local(word):
            found.setdefault(source.url, source)
    return list(found.values())


def digest(source: Source) -> str:
    """The capture that a file is; empty where it cannot be read, which the scan itself will tell."""
    try:
        with source.local() as path, path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:32]
    except (OSError, BadInput):
        return ""


def packed(sources: Iterable[Source], size: int, most: int = 256) -> Iterator[tuple[Source, ...]]:
    """Batches of about that many bytes."""
    batch: list[Source] = []
    for source in sources:
        if batch and (sum(one.size for one in batch) + source.size > size or len(batch) >= most):
            yield tuple(batch)
            batch = []
        batch.append(source)
    if batch:
        yield tuple(batch)


def _local(word: str) -> Iterator[Source]:
    path = Path(word)
    if path.is_dir():
        inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
        if not inside:
            raise BadInput(f"no capture in {path}", "files end in .har, .flow, .flows or .mitm")
    elif path.exists():
        inside = [path]
    elif any(letter in word for letter in "*?["):
        inside = sorted(p for p in map(Path, glob(word, recursive=True)) if p.is_file())
        if not inside:
            raise BadInput(
                f"no file is called {word}", "give HAR files, mitmproxy flow files, or folders of them"
            )
    else:
        raise BadInput(f"no such file: {path}", "give HAR files, mitmproxy flow files, or folders of them")
    for file in inside:
        yield Source(str(file.absolute()), file.stat().st_size)


def _remote(word: str) -> Iterator[Source]:
    from mouchard.scale.place import place

    there = place(word)
    try:
        if any(letter in there.path for letter in "*?["):
            names = there.fs.glob(there.path)
        elif there.fs.isdir(there.path):
            names = [name for name in there.fs.find(there.path) if Path(name).suffix.lower() in SUFFIXES]
        else:
            names = [there.path] if there.fs.exists(there.path) else []
        sizes = [int(there.fs.size(name) or 0) for name in names]
    except Exception as error:  # each file system has errors of its own
        raise BadInput(
            f"cannot look into {word}: {error}"[:300], "check the address, and the keys for it"
        ) from error
    if not names:
        raise BadInput(f"no capture at {word}", "files end in .har, .flow, .flows or .mitm")
    for name, size in sorted(zip(map(str, names), sizes, strict=True)):
        yield Source(name if "://" in name else f"{there.protocol}://{name}", size)
