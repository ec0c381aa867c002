"""`leaks`, `requests`, `sites`, `companies`: the database as lines."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from mouchard import formats
from mouchard.cli import options


@click.command()
@options.filters
@options.output
@options.limit
@options.db
def leaks(filter_text: str, output_format: str, limit: int | None, db: Path | None) -> None:
    """List what left: which data, in which field, from which site, to whom.

    \b
    Examples:
      mouchard leaks --filter 'site:shop.example level:L3'
      mouchard leaks --format jsonl > leaks.jsonl
    """
    with options.reader(db) as source:
        rows = source.findings(options.query(filter_text), limit=limit, newest_first=False)
        formats.write(sys.stdout, output_format, map(formats.finding_json, rows), formats.FINDING_COLUMNS)


@click.command()
@options.filters
@options.output
@options.limit
@options.db
def requests(filter_text: str, output_format: str, limit: int | None, db: Path | None) -> None:
    """List recorded requests, with the site they belong to and the company that got them.

    \b
    Example:
      mouchard requests --filter 'party:third since:1h'
    """
    with options.reader(db) as source:
        rows = source.requests(options.query(filter_text), limit=limit)
        formats.write(sys.stdout, output_format, map(formats.request_json, rows), formats.REQUEST_COLUMNS)


@click.command()
@options.filters
@options.output
@options.db
def sites(filter_text: str, output_format: str, db: Path | None) -> None:
    """List the sites and apps seen, and how much each gives away.

    \b
    Example:
      mouchard sites --filter level:L3
    """
    with options.reader(db) as source:
        rows = source.sites(options.query(filter_text))
        formats.write(sys.stdout, output_format, map(formats.site_json, rows), formats.SITE_COLUMNS)


@click.command()
@options.filters
@options.output
@options.db
def companies(filter_text: str, output_format: str, db: Path | None) -> None:
    """List the companies that got something, from which sites, and what.

    \b
    Example:
      mouchard companies --filter type:email
    """
    with options.reader(db) as source:
        rows = source.companies(options.query(filter_text))
        formats.write(sys.stdout, output_format, map(formats.company_json, rows), formats.COMPANY_COLUMNS)
