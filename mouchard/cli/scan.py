"""`scan`: the analysis of the live capture, on recorded traffic."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import click

from mouchard import formats, paths
from mouchard.cli import options
from mouchard.cli.bars import bar
from mouchard.errors import BadInput
from mouchard.judge import Judge, judge
from mouchard.printable import printable
from mouchard.scale import crew, sources
from mouchard.scale.recorded import BATCH, Setup, read, store, write
from mouchard.scale.scan import (
    Order,
    Unread,
    identified,
    judge_file,
    reason,
    setup_token,
    to_parquet,
    unfinished,
)
from mouchard.scale.sources import Source
from mouchard.store import filterlang
from mouchard.store.read import Reader
from mouchard.store.scans import Scans
from mouchard.store.write import Writer

ABOUT = 4 << 20
"""Bytes of captures below which starting processes takes longer than it saves."""


@click.command()
@click.argument("files", nargs=-1, required=True)
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
@click.option("--jobs", type=click.IntRange(min=1), default=None, help="Processes; by default one a core.")
@click.option(
    "--parquet", default="", metavar="DIR",
    help="Write Parquet files into this folder or address, instead of the database and standard output.",
)  # fmt: skip
@click.option(
    "--scheduler", default="", metavar="ADDRESS",
    help="With --parquet: let the workers of this Dask scheduler do it, e.g. tcp://10.0.0.1:8786.",
)  # fmt: skip
def scan(
    files: tuple[str, ...], db: Path | None, identity_file: Path | None, list_files: tuple[Path, ...],
    output_format: str, requests_out: Path | None, unmasked_urls: bool, jobs: int | None, parquet: str,
    scheduler: str,
) -> None:  # fmt: skip
    """Analyse recorded traffic: HAR files, mitmproxy flow files, folders of them, patterns, addresses.

    The findings go to standard output and into the database. Scanning the same file again changes nothing;
    what was scanned to its end is left out, by its content. Files that cannot be read are named, kept as
    not measured (see `mouchard query not_measured`), and make the exit code 2.

    Addresses (s3://…), --parquet and --scheduler need the extra `scale`: pip install 'mouchard[scale]'

    \b
    Examples:
      mouchard scan visit.har
      mouchard scan captures/ --identity me.json --format jsonl > findings.jsonl
      mouchard scan 's3://bucket/crawl/*.har' --parquet s3://bucket/findings
    """
    if scheduler and not parquet:
        raise BadInput("--scheduler goes with --parquet", "name a folder or address that all workers reach")
    if parquet and (requests_out is not None or unmasked_urls or db is not None):
        raise BadInput("--parquet goes without --db, --requests and --unmasked-urls", "leave one out")
    found = sources.expand(files)
    setup = judge(identity_file, list_files)
    if parquet:
        unread = list(_to_parquet(found, parquet, setup, list_files, scheduler, jobs))
    else:
        urls: dict[str, str] | None = {} if unmasked_urls else None
        path = db or paths.database()
        captures, unread = _to_database(found, path, setup, list_files, urls, jobs)
        _print(path, captures, output_format, requests_out, urls or {})
    for file, why in unread:
        click.echo(f"not measured: {printable(file)}: {printable(why)}", err=True)
    if unread:
        click.get_current_context().exit(2)


def _to_parquet(
    found: list[Source], parquet: str, setup: Judge, list_files: tuple[Path, ...], scheduler: str,
    jobs: int | None,
) -> tuple[Unread, ...]:  # fmt: skip
    from mouchard.scale.place import place

    folder = place(parquet)
    hands: AbstractContextManager[crew.Crew] = (
        crew.dask(scheduler) if scheduler else crew.processes(jobs or 0)
    )
    with hands as workers, bar("scanning") as told:
        done = to_parquet(found, folder, setup, list_files, workers, told)
    words = f"{done.files} files scanned, {done.skipped} left out as finished, {done.requests} requests"
    click.echo(f"{words}, {len(done.unread)} not measured", err=True)
    return done.unread


def _to_database(
    found: list[Source], path: Path, setup: Judge, list_files: tuple[Path, ...], urls: dict[str, str] | None,
    jobs: int | None,
) -> tuple[list[str], list[Unread]]:  # fmt: skip
    """The captures, in the order of the files, and what could not be read. A file of which some messages
    could not be judged counts as read; that is only told."""
    token, unread, partly = setup_token(setup), list[Unread](), list[str]()
    hands = crew.processes(jobs or 0)
    with ExitStack() as stack:
        writer = stack.enter_context(Writer(path, setup.keys, setup.ruleset))
        notes, workers = stack.enter_context(Scans(path)), stack.enter_context(hands)
        told = stack.enter_context(bar("scanning"))
        found = identified(found, workers)
        fresh = unfinished(found, () if urls is not None else notes.finished(token))
        skipped = len(found) - len(fresh)
        if len(found) == 1 or jobs == 1 or sum(one.size for one in fresh) < ABOUT:
            results = _one_by_one(fresh, writer, setup, urls, single=len(found) == 1)
        else:
            results = _together(fresh, writer, Setup.of(setup, list_files), workers, urls)
        for number, (source, capture, why) in enumerate(results, 1):
            told(skipped + number, len(found))
            if capture:
                notes.finish(capture, token, source.name)
                partly += [f"not measured: {printable(source.name)}: {why}"] if why else []
            else:
                unread.append((source.url, why))
                notes.unread(source.name, why)
    for line in partly:
        click.echo(line, err=True)
    failed = {file for file, _ in unread}
    return list(dict.fromkeys(one.digest for one in found if one.url not in failed)), unread


def _one_by_one(
    fresh: list[Source], writer: Writer, setup: Judge, urls: dict[str, str] | None, single: bool
) -> Iterator[tuple[Source, str, str]]:
    """Each file with its capture, or the reason it has none or not all; of a single file that it has none
    is an error."""
    for source in fresh:
        try:
            with source.local() as path:
                capture, records = read(path)
                failed = store(writer, capture, records, setup.analysis(), urls)
        except BadInput as error:
            if single:
                raise
            yield source, "", reason(error, source)
        else:
            yield source, capture.id, _partly(failed)


def _partly(failed: int) -> str:
    """What to say of messages that were kept without judgement."""
    if not failed:
        return ""
    return "1 message could not be judged" if failed == 1 else f"{failed} messages could not be judged"


def _together(
    fresh: list[Source], writer: Writer, setup: Setup, workers: crew.Crew, urls: dict[str, str] | None
) -> Iterator[tuple[Source, str, str]]:
    """The same, judged by several processes; written by this one."""
    orders = (Order(setup, source, dict(writer.corrected(source.digest))) for source in fresh)
    for done in workers.work(judge_file, orders):
        if done.result is None:
            if isinstance(done.error, BadInput):
                raise done.error
            yield done.task.source, "", f"{type(done.error).__name__} while reading it"
        elif isinstance(done.result, str):
            yield done.task.source, "", done.result
        else:
            failed = write(writer, done.result.capture, done.result.entries, urls)
            yield done.task.source, done.result.capture.id, _partly(failed)


def _print(
    path: Path, captures: list[str], output_format: str, requests_out: Path | None, urls: dict[str, str]
) -> None:
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


def _unmasked(line: dict[str, Any], urls: dict[str, str]) -> dict[str, Any]:
    if exact := urls.get(line["request"]):
        line["url"] = exact.encode("utf-8", "replace").decode()  # halves of characters print nowhere
    return line


__all__ = ["BATCH", "read", "scan", "store"]
