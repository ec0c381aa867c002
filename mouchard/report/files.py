"""A site's report as files in a folder, each written whole or not at all, readable by its owner only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from mouchard import formats, identity, language, paths
from mouchard.errors import BadInput
from mouchard.report import content, harfile, html, jsonfile, markdown
from mouchard.report.content import SiteReport
from mouchard.report.document import Document
from mouchard.report.method import compose
from mouchard.store.read import Reader
from mouchard.store.rows import RequestRow

if TYPE_CHECKING:
    from mouchard.evidence.redaction import Redaction

Files: TypeAlias = Iterator[tuple[str, str]]
"""File names and their text."""


@dataclass(frozen=True, slots=True)
class Made:
    """What the files of one report are made from."""

    told: SiteReport
    document: Document
    requests: Callable[[], Iterator[RequestRow]]
    """The requests of the site, afresh each time."""
    redaction: Redaction


def write(
    reader: Reader,
    site: str,
    folder: Path,
    kinds: Sequence[str],
    lang: str = "",
    client: str = "",
    *,
    share: bool = False,
) -> list[Path]:
    """Write the report in these formats; the paths written. BadInput for an unknown format or site.

    `share`: values and identifiers are placeholders, times whole minutes, no device is named.
    """
    from mouchard.evidence.redaction import of_site  # it knows reports, and reports know files

    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise BadInput(f"unknown format: {', '.join(unknown)}", f"formats: {', '.join(KINDS)}")
    chosen = language.use(lang)
    told = content.gather(reader, site, client)

    redaction = of_site(reader, told, identity.load(paths.identity()), share=share, client=client)

    def requests() -> Iterator[RequestRow]:
        ours = (row for row in reader.requests(content.of_site(site, client)) if row.site == site)
        return map(redaction.request if share else redaction.asked, ours)

    shown = redaction.report(told) if share else redaction.own(told)
    made = Made(shown, compose(shown, chosen), requests, redaction)
    return [save(folder / name, text) for kind in kinds for name, text in KINDS[kind](made)]


def folder_name(site: str) -> str:
    """The site as a folder name; app names come from the wire, so nothing but plain letters passes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", site).strip(".") or "site"


def _html(made: Made) -> Files:
    yield "report.html", html.render(made.document)


def _markdown(made: Made) -> Files:
    yield "report.md", markdown.render(made.document)


def _json(made: Made) -> Files:
    yield "report.json", jsonfile.render(made.told)


def _csv(made: Made) -> Files:
    findings = (formats.finding_json(row) for card in made.told.cards for row in card.rows)
    yield "findings.csv", _table(findings, formats.FINDING_COLUMNS)
    recipients = (jsonfile.recipient(flow) for flow in made.told.recipients)
    yield "recipients.csv", _table(recipients, RECIPIENT_COLUMNS)
    yield "requests.csv", _table(map(formats.request_json, made.requests()), formats.REQUEST_COLUMNS)


def _har(made: Made) -> Files:
    """Redacted whether the rest is or not: developers hand HAR files on."""
    told, redaction = made.told, made.redaction
    shown = told if told.shared else redaction.report(told)
    rows = made.requests() if told.shared else map(redaction.request, made.requests())
    yield "report.har", harfile.redacted(shown, rows)


def _table(rows: Iterator[dict[str, object]], columns: Sequence[str]) -> str:
    out = StringIO(newline="")
    formats.write(out, "csv", rows, columns)
    return out.getvalue()


RECIPIENT_COLUMNS = ("recipient", "party", "country", "category", "types", "requests", "level")
KINDS: Mapping[str, Callable[[Made], Files]] = {
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
    try:
        descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        unfinished.replace(path)
    except BaseException:  # Ctrl-C too
        unfinished.unlink(missing_ok=True)
        raise
    return path
