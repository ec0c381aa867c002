"""`mouchard classify`: what the lists know about URLs, as JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from mouchard.classify import Classifier
from mouchard.errors import BadInput
from mouchard.formats import company_facts, match_json
from mouchard.model import Verdict

Query = tuple[str, str, str, str]
"""URL, page that asks, request type, method."""


@click.command()
@click.argument("inputs", nargs=-1, metavar="[URL|FILE|-]...")
@click.option("--source", default="", metavar="URL", help="The page that asks; party is unknown without it.")
@click.option(
    "--type", "kind", default="other", show_default=True, help="Request type: script, image, ping..."
)
@click.option("--method", default="", help="Request method, for rules that ask for one.")
@click.option(
    "--list", "lists", multiple=True, type=click.Path(path_type=Path), metavar="FILE",
    help="Use this list alone (repeatable) instead of the bundled and installed ones.",
)  # fmt: skip
def classify(inputs: tuple[str, ...], source: str, kind: str, method: str, lists: tuple[Path, ...]) -> None:
    """Say what the lists know about URLs.

    Takes URLs, or files of JSON lines `{"url", "source", "type", "method"}` (`-` or nothing: standard
    input). One JSON verdict a line; `match` is what a blocker would decide.
    """
    classifier = Classifier.load(lists, only=bool(lists), with_signatures=not lists)
    for url, page, asked, verb in _queries(inputs or ("-",), (source, kind, method)):
        verdict = classifier.verdict(url, page, asked, verb)
        click.echo(json.dumps(verdict_json(url, page, verdict), ensure_ascii=False))


def verdict_json(url: str, source: str, verdict: Verdict) -> dict[str, object]:
    """A verdict in the documented form."""
    return {
        "url": url,
        "source": source,
        "type": verdict.type,
        "match": verdict.match,
        "matches": [match_json(match) for match in verdict.matches],
        "party": verdict.party,
        "company": company_facts(verdict.company),
    }


def _queries(inputs: Iterable[str], defaults: tuple[str, str, str]) -> Iterator[Query]:
    source, kind, method = defaults
    for word in inputs:
        if word == "-":
            yield from _lines("standard input", sys.stdin.buffer, defaults)
        elif Path(word).is_file():
            with Path(word).open("rb") as lines:
                yield from _lines(word, lines, defaults)
        elif "://" in word:
            yield word, source, kind, method
        else:
            raise BadInput(f"neither a URL nor a file: {word}", "write the URL with its scheme: https://...")


def _lines(name: str, lines: Iterable[bytes], defaults: tuple[str, str, str]) -> Iterator[Query]:
    for number, line in enumerate(lines, 1):
        text = line.decode("utf-8", "replace").strip()
        if not text:
            continue
        if not text.startswith("{"):
            yield text, *defaults
            continue
        try:
            record = json.loads(text)
            url = record["url"]
            words = [record.get(key) or default for key, default in
                     zip(("source", "type", "method"), defaults, strict=True)]  # fmt: skip
        except (ValueError, KeyError, RecursionError) as error:
            raise BadInput(
                f"{name}, line {number}: not a request", 'each line: {"url", "source", "type"}'
            ) from error
        if not isinstance(url, str) or not all(isinstance(word, str) for word in words):
            raise BadInput(
                f"{name}, line {number}: url, source and type are texts", "see mouchard classify --help"
            )
        yield url, words[0], words[1], words[2]
