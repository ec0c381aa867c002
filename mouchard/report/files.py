"""A site's report as files in a folder, each written whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import TypeAlias

from mouchard import formats, identity, language, paths
from mouchard.errors import BadInput
from mouchard.report import content, harfile, html, jsonfile, markdown
from mouchard.report.content import SiteReport
from mouchard.report.document import Document
from mouchard.report.method import compose
from mouchard.store.read import Reader

Files: TypeAlias = Iterator[tuple[str, str]]
"""File names and their text."""


def write(
    reader: Reader, site: str, folder: Path, kinds: Sequence[str], lang: str = "", client: str = ""
) -> list[Path]:
    """Write the report in these formats; the paths written. BadInput for an unknown format or site."""
    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise BadInput(f"unknown format: {', '.join(unknown)}", f"formats: {', '.join(KINDS)}")
    chosen = language.use(lang)
    told = content.gather(reader, site, client)
    document = compose(told, chosen)
    return [save(folder / name, text) for kind in kinds for name, text in KINDS[kind](told, document, reader)]


def folder_name(site: str) -> str:
    """The site as a folder name; app names come from the wire, so nothing but plain letters passes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", site).strip(".") or "site"


def _html(told: SiteReport, document: Document, reader: Reader) -> Files:
    yield "report.html", html.render(document)


def _markdown(told: SiteReport, document: Document, reader: Reader) -> Files:
    yield "report.md", markdown.render(document)


def _json(told: SiteReport, document: Document, reader: Reader) -> Files:
    yield "report.json", jsonfile.render(told)


def _csv(told: SiteReport, document: Document, reader: Reader) -> Files:
    findings = (formats.finding_json(row) for card in told.cards for row in card.rows)
    yield "findings.csv", _table(findings, formats.FINDING_COLUMNS)
    rows = (jsonfile.recipient(flow) for flow in told.recipients)
    yield (
        "recipients.csv",
        _table(rows, ("recipient", "party", "country", "category", "types", "requests", "level")),
    )
    requests = (formats.request_json(row) for row in reader.requests(content.of_site(told.site)))
    yield "requests.csv", _table(requests, formats.REQUEST_COLUMNS)


def _har(told: SiteReport, document: Document, reader: Reader) -> Files:
    from mouchard.evidence.redaction import of_site  # it knows reports, and reports know files

    redaction = of_site(reader, told, identity.load(paths.identity()))
    rows = (
        redaction.request(row) for row in reader.requests(content.of_site(told.site)) if row.site == told.site
    )
    yield "report.har", harfile.redacted(redaction.report(told), rows)


def _table(rows: Iterator[dict[str, object]], columns: Sequence[str]) -> str:
    out = StringIO(newline="")
    formats.write(out, "csv", rows, columns)
    return out.getvalue()


KINDS: Mapping[str, Callable[[SiteReport, Document, Reader], Files]] = {
    "html": _html,
    "md": _markdown,
    "json": _json,
    "csv": _csv,
    "har": _har,
}
"""Format name → the files it makes."""


def save(path: Path, text: str) -> Path:
    """Write the file whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".part")
    descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with open(descriptor, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    unfinished.replace(path)
    return path
