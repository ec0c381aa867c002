"""What lies in an exported folder: `<table>/part-….parquet`, and a manifest for each who contributed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from mouchard.errors import BadInput
from mouchard.scale.extra import need
from mouchard.scale.place import Place
from mouchard.store.named import BY_MESSAGE, TABLES, Answer, Row

FORMAT = "mouchard parquet 1"
GROUP = 32_768
"""Lines of a row group: what is held in memory, and sorted, at a time."""
_KEY = b"mouchard"

_TEXT: Mapping[str, str] = {
    "captures": "contribution capture source tool head",
    "requests": """contribution capture client method url host outcome site confidence party recipient
        country category grade lists type phase ruleset""",
    "findings": """contribution capture finding client person site recipient party host outcome type proof
        basis location field chain form normalisation value value_token ground phase""",
    "lists": "contribution ruleset code list version",
    "not_measured": "contribution capture kind subject reason",
}
_NUMBERS: Mapping[str, Mapping[str, str]] = {
    "captures": {"started": "ms", "requests": "i8", "findings": "i8", "records": "i8"},
    "requests": {
        "seq": "i8", "request": "i8", "number": "i4", "time": "ms", "size": "i8", "is_tracker": "yes",
        "level": "i1",
    },
    "findings": {"seq": "i8", "time": "ms", "level": "i1"},
    "lists": {},
    "not_measured": {"n": "i8"},
}  # fmt: skip
_SORTED = ("recipient", "host", "capture", "seq")


def columns(table: str) -> tuple[str, ...]:
    """The columns of a table, in the order of the files."""
    return tuple(field.name for field in schema(table))


def schema(table: str) -> Any:
    """The Arrow schema of a table."""
    arrow = need("pyarrow", "a folder of Parquet files")
    kinds = {
        "i8": arrow.int64(), "i4": arrow.int32(), "i1": arrow.int8(), "yes": arrow.bool_(),
        "ms": arrow.timestamp("ms", tz="UTC"),
    }  # fmt: skip
    texts = [(name, arrow.string()) for name in _TEXT[table].split()]
    return arrow.schema([*texts, *((name, kinds[kind]) for name, kind in _NUMBERS[table].items())])


def write(
    target: Place,
    scratch: Path,
    table: str,
    answer: Answer,
    about: Mapping[str, Any],
    change: Mapping[str, Callable[[Any], Any]],
    told: Callable[[int], None] = lambda lines: None,
) -> int:
    """One Parquet file, whole or not at all; `change` goes over columns by name, `contribution` is that of
    `about`. The number of lines."""
    arrow, parquet = need("pyarrow", "export"), need("pyarrow.parquet", "export")
    kind = schema(table).with_metadata({_KEY: json.dumps({"format": FORMAT, **about}).encode()})
    unfinished, lines = scratch / target.name, 0
    places = {name: answer.columns.index(name) for name in kind.names if name in answer.columns}
    with parquet.ParquetWriter(unfinished, kind, compression="zstd", compression_level=1) as writer:
        held: list[Any] = []
        for page in _ahead(answer.pages):
            cells = list(zip(*page, strict=True))
            arrays = []
            for field in kind:
                if field.name == "contribution":
                    arrays.append(arrow.repeat(about["contribution"], len(page)))
                    continue
                values: Iterable[Any] = cells[places[field.name]]
                if field.name in change:
                    values = list(map(change[field.name], values))
                arrays.append(_array(arrow, field.type, values))
            held.append(arrow.Table.from_arrays(arrays, schema=kind))
            lines += len(page)
            told(len(page))
            if sum(map(len, held)) >= GROUP:
                writer.write_table(_sorted(arrow.concat_tables(held), table))
                held = []
        if held:
            writer.write_table(_sorted(arrow.concat_tables(held), table))
    target.take(unfinished)
    return lines


def join(target: Place, scratch: Path, table: str, parts: list[Place], about: Mapping[str, Any]) -> None:
    """Several files of a table as one, each row group by recipient and host."""
    arrow, parquet = need("pyarrow", "compact"), need("pyarrow.parquet", "compact")
    kind = schema(table).with_metadata({_KEY: json.dumps({"format": FORMAT, **about}).encode()})
    unfinished = scratch / target.name

    def flush(batches: list[Any]) -> None:
        writer.write_table(_sorted(arrow.Table.from_batches(batches, schema=kind), table))

    with parquet.ParquetWriter(unfinished, kind, compression="zstd", compression_level=1) as writer:
        batches: list[Any] = []
        for part in parts:
            with part.fs.open(part.path, "rb") as file:
                for batch in parquet.ParquetFile(file).iter_batches(GROUP):
                    batches.append(batch.cast(kind))
                    if sum(map(len, batches)) >= GROUP:
                        flush(batches)
                        batches = []
        if batches:
            flush(batches)
    target.take(unfinished)


def about(part: Place) -> Mapping[str, Any]:
    """What the footer of a file says of it, with its number of `rows`. BadInput where it is none of ours."""
    arrow, parquet = need("pyarrow", "reading Parquet"), need("pyarrow.parquet", "reading Parquet")
    try:
        with part.fs.open(part.path, "rb") as file:
            footer = parquet.read_metadata(file)
        told = json.loads((footer.metadata or {})[_KEY])
        return {**told, "rows": footer.num_rows}
    except (arrow.ArrowException, OSError) as error:
        raise BadInput(f"{part.url} is no Parquet file, or damaged", "export it again") from error
    except (KeyError, ValueError, TypeError) as error:
        raise BadInput(
            f"{part.url} was not written by `mouchard export` or `scan --parquet`",
            "name the folder they wrote",
        ) from error


def parts(folder: Place, table: str) -> list[Place]:
    """The files of a table, without those that `compact` has joined but not yet deleted."""
    found = folder.at(table).files(".parquet")
    stale = {
        name for part in found if part.name.startswith("joined-") for name in about(part).get("joins", ())
    }
    return [part for part in found if part.name not in stale]


def lines(folder: Place, table: str, *names: str, prefix: str = "") -> Iterator[Row]:
    """Some columns of the files of a table whose names begin so."""
    parquet = need("pyarrow.parquet", "reading Parquet")
    for part in parts(folder, table):
        if part.name.startswith(prefix):
            with part.fs.open(part.path, "rb") as file:
                for batch in parquet.ParquetFile(file).iter_batches(GROUP, columns=list(names)):
                    cells = batch.to_pydict()
                    yield from zip(*(cells[name] for name in names), strict=True)


def _ahead(pages: Iterator[list[Row]]) -> Iterator[list[Row]]:
    """The pages, the next one being read while one is worked on."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, pages, None)
        while (page := coming.result()) is not None:
            coming = reader.submit(next, pages, None)
            yield page


def _sorted(group: Any, table: str) -> Any:
    """The group by recipient and host, where the table has them: equal words side by side take less room."""
    return group.sort_by([(name, "ascending") for name in _SORTED]) if table in BY_MESSAGE else group


def _array(arrow: Any, kind: Any, values: Iterable[Any]) -> Any:
    if arrow.types.is_timestamp(kind):
        return arrow.array(values, arrow.int64()).cast(kind)
    if arrow.types.is_boolean(kind):
        return arrow.array(list(map(bool, values)), kind)
    return arrow.array(values, kind)


__all__ = ["FORMAT", "TABLES", "about", "columns", "join", "lines", "parts", "schema", "write"]
