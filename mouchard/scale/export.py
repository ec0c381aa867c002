"""A database as Parquet files: values masked, tokens of people keyed anew, ready to be put beside others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from mouchard.keys import Keys
from mouchard.scale import layout, manifest
from mouchard.scale.manifest import Manifest
from mouchard.scale.place import Place
from mouchard.store.named import BY_MESSAGE, TABLES, Tables

STRETCH = 2_000_000
"""Messages of one file: some 70 to 100 MB."""
_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True)
class Exported:
    """What was done."""

    contribution: str
    requests: int
    written: int
    """Files."""
    kept: int
    """Files that were there already and still right."""


def export(
    db: Path, folder: Place, local: Keys, told: Callable[[int, int], None] = lambda done, whole: None
) -> Exported:
    """Write the database into the folder. Files already there and still right stay; `told(done, whole)`
    hears of messages. BadInput where the database or the folder cannot be used."""
    folder.make()
    with Tables(db) as tables, folder.scratch() as name:
        scratch = Path(name)
        tables.freeze()
        contribution = replace(manifest.begin(folder, "export", local, tables.first()), head=tables.head())
        manifest.save(folder, contribution, scratch)
        done = _write(tables, folder, scratch, contribution, contribution.keys(local), told)
        manifest.seal(folder, contribution, scratch)
    return done


@dataclass(frozen=True, slots=True)
class Stretch:
    """Messages that go into one file a table."""

    batch: str
    """How the files are called."""
    first: int
    last: int
    state: tuple[int, ...]
    """Figures that change when one of them comes, goes or is judged anew."""

    @classmethod
    def of(cls, tables: Tables, batch: str, first: int, last: int) -> Stretch:
        """The messages with these numbers."""
        return cls(batch, first, last, tables.state(first, last))


def write_parts(
    tables: Tables, folder: Place, scratch: Path, contribution: Manifest, keys: Keys, stretch: Stretch,
    names: tuple[str, ...] = TABLES, told: Callable[[int], None] = lambda lines: None,
) -> int:  # fmt: skip
    """One file of each of these tables; how many lines of requests."""
    requests = 0
    about = {"contribution": contribution.contribution, "state": stretch.state}
    for table in names:
        folder.at(table).make()
        target = folder.at(table, f"{contribution.prefix}{stretch.batch}.parquet")
        heard = told if table == "requests" else (lambda lines: None)
        answer = tables.table(table, stretch.first, stretch.last)
        lines = layout.write(target, scratch, table, answer, about, _changes(keys), heard)
        requests += lines if table == "requests" else 0
    return requests


def _write(
    tables: Tables, folder: Place, scratch: Path, contribution: Manifest, keys: Keys,
    told: Callable[[int, int], None],
) -> Exported:  # fmt: skip
    last = tables.last()
    there = {
        (table, part.name): layout.about(part)
        for table in TABLES
        for part in layout.parts(folder, table)
        if part.name.startswith(contribution.prefix)
    }
    written = kept = done = 0
    wanted = set()
    for at in range(0, last or 1, STRETCH):
        stretch = Stretch.of(tables, f"{at // STRETCH:06d}", at + 1, min(at + STRETCH, last))
        names = BY_MESSAGE if at else TABLES
        files = {(table, f"{contribution.prefix}{stretch.batch}.parquet") for table in names}
        wanted |= files
        fresh = tuple(
            table for table, name in sorted(files)
            if table not in BY_MESSAGE or there.get((table, name), {}).get("state") != list(stretch.state)
        )  # fmt: skip
        before = done

        def heard(lines: int) -> None:
            nonlocal done
            done += lines
            told(done, last)

        write_parts(tables, folder, scratch, contribution, keys, stretch, fresh, heard)
        written += len(fresh)
        kept += len(files) - len(fresh)
        done = before + stretch.state[0]
        told(done, last)
    for table, name in there.keys() - wanted:
        folder.at(table, name).remove()
    return Exported(contribution.contribution, done, written, kept)


def _changes(keys: Keys) -> Mapping[str, Callable[[Any], Any]]:
    """What is replaced on the way out: whoever a token meant, another export has another one."""

    def anew(kind: str) -> Callable[[str], str]:
        @lru_cache(_REMEMBERED)
        def token(value: str) -> str:
            return keys.token(kind, value) if value else ""

        return token

    return {
        "client": anew("client"),
        "person": anew("person"),
        "value_token": anew("value"),
    }
