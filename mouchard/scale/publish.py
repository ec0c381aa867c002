"""From Parquet files, or a database, to a table fit to be published: sums of enough people, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mouchard import __version__
from mouchard.errors import BadInput
from mouchard.printable import printable
from mouchard.store import published
from mouchard.store.named import Answer, Row, Source, text
from mouchard.store.published import Table

LEAST = 5
"""People below which a cell could tell of one of them."""
_LONGEST = 300
_TABLES = (
    ("who_gets_what", "cells"), ("contacts", "contacts"), ("sites", "sites"),
    ("not_measured", "not_measured"), ("lists", "lists"),
)  # fmt: skip


def publish(source: Source, out: Path, least: int = LEAST, crawl: bool = False) -> dict[str, int]:
    """Write the database and, beside it, `NAME.metadata.json`; how many lines each table has, and how many
    were `hidden`. A person is a contribution. With `crawl` nobody's browsing is in it: all is published."""
    least = 1 if crawl else least
    if least < LEAST and not crawl:
        raise BadInput(f"fewer than {LEAST} people would not hide one of them", f"--least {LEAST} or more")
    (totals,) = source.ask(text("public/about")).rows
    (hidden,) = next(iter(source.ask(text("public/hidden"), least=least).rows))
    counts, columns = published.write(out, _tables(source, least, crawl, totals, hidden))
    people = (
        "Visits by a machine with an invented person."
        if crawl
        else f"Lines of fewer than {least} people are left out."
    )
    page = published.metadata(out.stem, people, columns)
    out.with_suffix(".metadata.json").write_text(page, encoding="utf-8")
    return {**counts, "hidden": hidden}


def _tables(source: Source, least: int, crawl: bool, totals: Row, hidden: int) -> Iterator[Table]:
    for name, file in _TABLES:
        sql = text(f"public/{file}")
        answer = source.ask(sql, least=least) if "$least" in sql else source.ask(sql)
        yield _table(name, answer, crawl)
    people, visits, requests = totals
    about = {
        "made with": f"Mouchard {__version__}",
        "people": "none: visits by a machine" if crawl else people,
        "visits": visits,
        "requests": requests,
        "least people of a line": "none: visits by a machine" if crawl else least,
        "lines left out": hidden,
    }
    yield Table("about", ("what", "value"), [(name, str(value)) for name, value in about.items()])


def _table(name: str, answer: Answer, crawl: bool) -> Table:
    kept = [at for at, column in enumerate(answer.columns) if not (crawl and column == "people")]
    columns = [answer.columns[at] for at in kept]
    return Table(name, columns, (tuple(_shown(row[at]) for at in kept) for row in answer.rows))


def _shown(cell: object) -> object:
    """Names that others chose move no terminal."""
    return printable(cell, _LONGEST) if isinstance(cell, str) else cell
