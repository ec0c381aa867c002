"""Recorded traffic: a file read, judged and written; the same on one core and on a hundred machines."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from mouchard import __version__, paths
from mouchard.analysis import Analysis
from mouchard.capture.records import Capture, Record, Request, Response, WebSocketFrame
from mouchard.classify import Classifier
from mouchard.errors import BadInput
from mouchard.failure import failure_of
from mouchard.identity import Identity
from mouchard.judge import Judge
from mouchard.keys import Keys
from mouchard.model import message
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer

BATCH = 1000
"""Records per transaction: pages that many of them change are written once."""

_WEIGHT = 16 * 1024 * 1024
"""Bytes of bodies in a transaction, so that large ones do not fill the memory."""

_one_at_a_time = threading.Lock()
"""A worker may have threads; what it remembers of lists and hosts is not made for two of them."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What judging needs, fit to be sent to another process or machine."""

    identity: Identity = field(repr=False)
    list_files: tuple[str, ...]
    ruleset: str
    """Id of the rules in force where the scan was ordered; a worker with others is refused."""
    secret: bytes | None = field(default=None, repr=False)
    """Keys the tokens; None: the local key."""
    code: str = __version__

    @classmethod
    def of(cls, judge: Judge, list_files: Iterable[Path], secret: bytes | None = None) -> Setup:
        """The setup that gives the same judgements elsewhere."""
        return cls(judge.identity, tuple(map(str, list_files)), judge.ruleset.id, secret)

    def judge(self) -> Judge:
        """Lists, identity and key, loaded once a process. BadInput where this machine has others."""
        return _judge(self)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with all that was concluded of it."""

    capture: Capture
    entries: tuple[Entry, ...]


@lru_cache(2)
def _judge(setup: Setup) -> Judge:
    if setup.code != __version__:
        raise BadInput(
            f"a worker has Mouchard {__version__}, this is {setup.code}",
            "install the same version everywhere",
        )
    classifier = Classifier.load([Path(name) for name in setup.list_files], only=bool(setup.list_files))
    if classifier.ruleset_id != setup.ruleset:
        raise BadInput(
            "a worker has other lists", "give the same lists with --list, on a path all workers see"
        )
    keys = Keys.load(paths.sealing_key()) if setup.secret is None else Keys(setup.secret)
    return Judge(classifier, setup.identity, keys, Ruleset.of(classifier))


def judged(setup: Setup, path: Path, corrections: Mapping[int, str] | None = None) -> Judged:
    """The records of a file, each with what was concluded on its arrival. BadInput where it is no capture."""
    with _one_at_a_time:
        capture, records = read(path)
        return Judged(capture, tuple(entries(records, setup.judge().analysis(), corrections)))


def read(path: Path) -> tuple[Capture, Iterator[Record]]:
    """A file of either kind, told apart by its first byte: a HAR is JSON, a flow file is a netstring."""
    try:
        with path.open("rb") as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    except OSError as error:
        raise BadInput(
            f"cannot read {path}: {error.strerror}", "give a HAR or mitmproxy flow file"
        ) from error
    if start == b"{":
        from mouchard.capture import har

        return har.read(path)
    if start.isdigit():
        from mouchard.addons import flowfile

        return flowfile.read(path)
    raise BadInput(
        f"{path} is neither a HAR nor a mitmproxy flow file",
        "export a HAR from the browser: Network › Save all",
    )


def entries(
    records: Iterable[Record], analysis: Analysis, corrections: Mapping[int, str] | None = None
) -> Iterator[Entry]:
    """Each record with what is concluded on its arrival."""
    analysis.restore((), corrections)
    for record in records:
        try:
            judgements = analysis.feed(record)
        except Exception as error:  # one message must not keep the others from being judged
            yield Entry(record, failure=failure_of(error))
        else:
            yield Entry(record, judgements, analysis.facts)


def write(
    writer: Writer, capture: Capture, found: Iterable[Entry], urls: dict[str, str] | None = None
) -> int:
    """Write them in batches; with `urls`, note the exact address of each message there. How many could not
    be judged."""
    writer.begin(capture)
    failed = 0
    batch: list[Entry] = []
    weight = 0
    for entry in found:
        if urls is not None and isinstance(entry.record, Request | WebSocketFrame):
            urls[message(entry.record).id] = entry.record.url
        failed += entry.failure is not None
        batch.append(entry)
        weight += _weight(entry.record)
        if len(batch) >= BATCH or weight >= _WEIGHT:
            writer.commit(batch)
            batch, weight = [], 0
    if batch:
        writer.commit(batch)
    return failed


def _weight(record: Record) -> int:
    match record:
        case Request() | Response():
            return len(record.body)
        case WebSocketFrame():
            return len(record.data)
        case _:
            return 0


def store(
    writer: Writer,
    capture: Capture,
    records: Iterator[Record],
    analysis: Analysis,
    urls: dict[str, str] | None = None,
) -> int:
    """Judge the records of one capture and write them, in batches. How many could not be judged."""
    return write(writer, capture, entries(records, analysis, writer.corrected(capture.id)), urls)
