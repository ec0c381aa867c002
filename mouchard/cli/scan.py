"""`scan`: the analysis of the live capture, on recorded traffic."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mouchard import formats, paths
from mouchard.analysis import Analysis
from mouchard.capture.records import Capture, Record, Request, WebSocketFrame
from mouchard.cli import options
from mouchard.errors import BadInput
from mouchard.store import filterlang
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer

BATCH = 200
"""Records per transaction."""
SUFFIXES = frozenset({".har", ".flow", ".flows", ".mitm", ".dump"})


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.db
@options.identity
@options.lists
@options.output
@click.option(
    "--requests",
    "requests_out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=None,
    help="Also write every request, as JSON lines, to this file.",
)
@click.option("--unmasked-urls", is_flag=True, help="Put exact URLs into the output. For tests and research.")
def scan(
    files: tuple[Path, ...],
    db: Path | None,
    identity_file: Path | None,
    list_files: tuple[Path, ...],
    output_format: str,
    requests_out: Path | None,
    unmasked_urls: bool,
) -> None:
    """Analyse recorded traffic: HAR files, mitmproxy flow files, or folders of them.

    The findings go to standard output and into the database. Scanning the same file again changes nothing.

    \b
    Examples:
      mouchard scan visit.har
      mouchard scan captures/ --identity me.json --format jsonl > findings.jsonl
    """
    from mouchard.judge import judge

    found = list(_files(files))
    setup = judge(identity_file, list_files)
    urls: dict[str, str] = {}
    captures: list[str] = []
    path = db or paths.database()
    with Writer(path, setup.keys, setup.ruleset) as writer, _progress() as progress:
        task = progress.add_task("scanning", total=len(found))
        for file in found:
            progress.update(task, description=file.name)
            capture, records = read(file)
            captures.append(capture.id)
            store(writer, capture, records, setup.analysis(), urls if unmasked_urls else None)
            progress.advance(task)
    with ExitStack() as stack:
        source = stack.enter_context(Reader(path))
        if requests_out is not None:
            out = sys.stdout if str(requests_out) == "-" else stack.enter_context(requests_out.open("w"))
            for capture_id in captures:
                for line in source.requests(filterlang.of_capture(capture_id)):
                    print(
                        json.dumps(_unmasked(formats.request_json(line), urls), ensure_ascii=False), file=out
                    )
        rows = (
            _unmasked(formats.finding_json(row), urls)
            for capture_id in captures
            for row in source.findings(filterlang.of_capture(capture_id), newest_first=False)
        )
        formats.write(sys.stdout, output_format, rows, formats.FINDING_COLUMNS)


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


def store(
    writer: Writer,
    capture: Capture,
    records: Iterator[Record],
    analysis: Analysis,
    urls: dict[str, str] | None = None,
) -> None:
    """Judge the records of one capture and write them, in batches."""
    writer.begin(capture)
    analysis.restore((), writer.corrected(capture.id))
    batch: list[Entry] = []
    for record in records:
        judgements = analysis.feed(record)
        if urls is not None and isinstance(record, Request | WebSocketFrame):
            urls[judgements[0].message.id] = record.url
        batch.append(Entry(record, judgements))
        if len(batch) >= BATCH:
            writer.commit(batch)
            batch = []
    if batch:
        writer.commit(batch)


def _files(given: tuple[Path, ...]) -> Iterator[Path]:
    for path in given:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
            if not inside:
                raise BadInput(f"no capture in {path}", "files end in .har, .flow, .flows or .mitm")
            yield from inside
        elif path.is_file():
            yield path
        else:
            raise BadInput(f"no such file: {path}")


def _unmasked(line: dict[str, Any], urls: dict[str, str]) -> dict[str, Any]:
    if exact := urls.get(line["request"]):
        line["url"] = exact
    return line


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
