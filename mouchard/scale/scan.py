"""Scanning many files: into one database, or into Parquet files wherever they are wanted."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from mouchard.errors import BadInput, MouchardError
from mouchard.judge import Judge
from mouchard.scale import export, layout, manifest
from mouchard.scale.compact import ALONE, compact, known
from mouchard.scale.crew import Crew, Done
from mouchard.scale.manifest import Manifest
from mouchard.scale.place import Place, place
from mouchard.scale.recorded import Judged, Setup, entries, judged, read, write
from mouchard.scale.sources import Source, digest, packed
from mouchard.store.named import TABLES, Answer, Tables
from mouchard.store.write import Writer

Unread: TypeAlias = tuple[str, str]
"""File and reason."""

SMALLEST, LARGEST = 4 << 20, 32 << 20
"""Bytes of captures in a batch: seconds of work, so that handing it out costs next to nothing."""
_DIED = "the process that read it died"


@dataclass(frozen=True, slots=True)
class Order:
    """A file to judge; `corrections` are sites that the person has put right in it."""

    setup: Setup
    source: Source
    corrections: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Batch:
    """Files to become Parquet in a folder."""

    setup: Setup
    sources: tuple[Source, ...]
    folder: str
    contribution: Manifest


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch."""

    requests: int
    files: int
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """What became of a scan into Parquet files."""

    requests: int
    files: int
    skipped: int
    unread: tuple[Unread, ...]


def judge_file(order: Order) -> Judged | str:
    """A file judged, or why it cannot be."""
    order.setup.judge()  # a fault of the setup is none of the file
    try:
        with order.source.local() as path:
            return judged(order.setup, path, order.corrections)
    except (MouchardError, OSError) as error:
        return reason(error, order.source)


def write_batch(batch: Batch) -> Written:
    """Files judged and written as Parquet; the file of captures comes last and stands for the whole."""
    judge = batch.setup.judge()
    unread: list[Unread] = []
    ids: list[str] = []
    folder = place(batch.folder)
    with TemporaryDirectory(prefix="mouchard-") as name, folder.scratch() as scratch:
        db = Path(name, "batch.db")
        with Writer(db, judge.keys, judge.ruleset, ring=0, keep=0) as writer:
            for source in batch.sources:
                try:
                    with source.local() as path:
                        capture, records = read(path)
                        write(writer, capture, entries(records, judge.analysis()))
                    ids.append(capture.id)
                except (MouchardError, OSError) as error:
                    unread.append((source.url, reason(error, source)))
        if not ids:
            return Written(0, 0, tuple(unread))
        called = hashlib.sha256(" ".join(sorted(ids)).encode()).hexdigest()[:16]
        with Tables(db) as tables:
            requests = export.write_parts(
                tables, folder, Path(scratch), batch.contribution, judge.keys,
                export.Stretch.of(tables, called, 1, tables.last()),
                ("requests", "findings", "lists", "not_measured", "captures"),
            )  # fmt: skip
    return Written(requests, len(ids), tuple(unread))


def to_parquet(
    sources: Sequence[Source],
    folder: Place,
    judge: Judge,
    list_files: Iterable[Path],
    crew: Crew,
    told: Callable[[int, int], None] = lambda done, whole: None,
) -> Scanned:
    """Scan into a folder; what is finished there already is left out. BadInput where the folder holds a
    scan by other rules or for other people."""
    folder.make()
    with folder.scratch() as name:
        scratch, setup = Path(name), setup_token(judge)
        contribution = manifest.begin(folder, "scan", judge.keys, "scan")
        if contribution.setup not in ("", setup):
            raise BadInput(
                f"{folder.url} holds a scan by other lists or for another identity", "choose another folder"
            )
        contribution = replace(contribution, setup=setup)
        manifest.save(folder, contribution, scratch)
        drop_orphans(folder, contribution)
        finished = {row[0] for row in layout.lines(folder, "captures", "capture")}
        fresh = unfinished(identified(sources, crew), finished)
        skipped = len(sources) - len(fresh)
        sent = Setup.of(judge, list_files, contribution.secret(judge.keys))
        size = min(LARGEST, max(SMALLEST, sum(one.size for one in fresh) // (8 * crew.hands)))
        batches = [Batch(sent, some, folder.url, contribution) for some in packed(fresh, size)]
        requests, files, unread = 0, 0, list[Unread]()
        for done in _finished(crew, batches):
            requests, files = requests + done.requests, files + done.files
            unread += done.unread
            told(skipped + files + len(unread), len(sources))
        drop_orphans(folder, contribution)
        _note(folder, scratch, contribution, unread)
        compact(folder, contribution.contribution)
        manifest.seal(folder, contribution, scratch)
    return Scanned(requests, files, skipped, tuple(unread))


def setup_token(judge: Judge) -> str:
    """Changes when another scan of the same file could give something else."""
    return judge.keys.token("setup", f"{judge.ruleset.id}\n{judge.ruleset.code}\n{judge.identity!r}")


def identified(sources: Sequence[Source], crew: Crew) -> list[Source]:
    """The same files, each with the digest of its content; those that must be fetched, by the crew."""
    found = dict[str, str]()
    if any(source.remote for source in sources):
        found = {done.task.url: done.result or "" for done in crew.work(digest, sources)}
    return [replace(one, digest=found[one.url] if one.url in found else digest(one)) for one in sources]


def unfinished(sources: Iterable[Source], finished: Iterable[str]) -> list[Source]:
    """Those that have to be scanned, each content once; what cannot be read is among them, to be told."""
    seen, left = set(finished), []
    for source in sources:
        if not source.digest or source.digest not in seen:
            left.append(source)
            seen.add(source.digest)
    return left


def drop_orphans(folder: Place, contribution: Manifest) -> None:
    """Delete what a batch wrote that was cut short: parts without their file of captures."""
    whole = known(folder, "captures")
    for table in TABLES:
        for part in folder.at(table).files(".parquet"):
            ours = part.name.startswith(contribution.prefix)
            if ours and part.name not in whole and not part.name.endswith(ALONE):
                part.remove()


def _finished(crew: Crew, batches: Sequence[Batch]) -> Iterator[Written]:
    """What became of each batch. One that kills its worker is done again file by file."""
    again: list[Batch] = []
    for done in crew.work(write_batch, batches):
        if done.result is not None:
            yield done.result
            continue
        _setup_fault(done)
        again += [replace(done.task, sources=(one,)) for one in done.task.sources]
    for done in crew.work(write_batch, again):
        if done.result is None:
            _setup_fault(done)
        yield done.result or Written(0, 0, ((done.task.sources[0].url, _why(done.error)),))


def _note(folder: Place, scratch: Path, contribution: Manifest, unread: Sequence[Unread]) -> None:
    """The files that could not be read, in place of those of an earlier attempt."""
    target = folder.at("not_measured", contribution.prefix.rstrip("-") + ALONE)
    rows = [("", "file", url.rpartition("/")[2], reason, 1) for url, reason in sorted(unread)]
    answer = Answer(("capture", "kind", "subject", "reason", "n"), iter([rows] if rows else []))
    folder.at("not_measured").make()
    about = {"contribution": contribution.contribution}
    layout.write(target, scratch, "not_measured", answer, about, {})


def _setup_fault(done: Done[Batch, Written]) -> None:
    if isinstance(done.error, BadInput):
        raise done.error


def reason(error: MouchardError | OSError, source: Source) -> str:
    """Why a file could not be read, without the folder it lies in."""
    told = error.message if isinstance(error, MouchardError) else str(error.strerror or error)
    return re.sub(rf"\S*/{re.escape(source.name)}", source.name, told.replace(source.url, source.name))


def _why(error: Exception | None) -> str:
    kind = type(error).__name__
    return _DIED if kind in ("BrokenProcessPool", "KilledWorker") else f"{kind}: {error}"[:200]


__all__ = [
    "Order", "Scanned", "Unread", "identified", "judge_file", "reason", "setup_token", "to_parquet",
    "unfinished", "write_batch",
]  # fmt: skip
