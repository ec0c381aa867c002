"""`mouchard inspect`: find personal data in requests given as JSON lines."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

from mouchard import identity as identities
from mouchard.classify import Classifier, site_of
from mouchard.cli import options
from mouchard.detect import Detector, Observer
from mouchard.errors import BadInput
from mouchard.extract import extract
from mouchard.formats import company_facts, match_json
from mouchard.grade import grade
from mouchard.judge import Judge, judge
from mouchard.masking.url import mask_url
from mouchard.model import Attributed, Extraction, Finding, Hit, Message, Verdict

Line = Mapping[str, Any]

_CLIENT = "inspect"
_SHAPE = (
    '{"id": "1", "method": "GET", "url": "https://...", "page": "https://...", "identity": {"email": [...]}}'
)


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE|-]...", type=click.Path(path_type=Path, allow_dash=True))
@options.identity
@options.lists
def inspect(files: tuple[Path, ...], identity_file: Path | None, list_files: tuple[Path, ...]) -> None:
    """Find personal data in requests given as JSON lines.

    Each line is `{"id", "kind", "method", "url", "headers", "body" or "body_b64", "page", "identity"}`;
    `prior` and `posterior` hold events that came before and after. Without `identity` the stored one is
    looked for. One JSON line of findings a request.
    """
    inspector = Inspector(judge(identity_file, list_files))
    for name, line in _lines(files or (Path("-"),)):
        try:
            answer = inspector.inspect(line)
        except ValueError as error:
            raise BadInput(f"{name} is not a request: {error}", f"a line looks like {_SHAPE}") from error
        told = json.dumps(answer, ensure_ascii=False)
        click.echo(told.encode("utf-8", "replace").decode())  # halves of characters print nowhere


class Inspector:
    """Judges single requests, each with its own past and future."""

    def __init__(self, rules: Judge) -> None:
        self.rules = rules
        self.classifier: Classifier = rules.classifier
        self._stored = Detector(rules.identity)
        self._detector = lru_cache(maxsize=64)(_detector)

    def inspect(self, line: Line) -> dict[str, Any]:
        """The findings of one request, and those that its future adds."""
        given = line.get("identity")
        detector = self._stored if given is None else self._detector(json.dumps(given, sort_keys=True))
        observer = Observer(detector, self._owner)
        page = str(line.get("page") or "")
        prior = _events(line, "prior")
        events = [*prior, *_events(line, "posterior")]
        asked = len(prior) + 1
        for number, event in enumerate(events[: asked - 1], 1):
            self._replay(observer, event, page, number)
        told = message(line, asked)
        attributed = _attributed(page, asked)
        extraction = extract(told)
        verdict = self.classifier.classify(told, attributed.site)
        hits, _ = observer.request(told, extraction, verdict, attributed)
        known = detector.index.knows
        findings = self._findings(hits, told, verdict, extraction, attributed, known)
        later: dict[str, dict[str, Any]] = {}
        for number, event in enumerate(events[asked - 1 :], asked + 1):
            for again in self._replay(observer, event, page, number):
                if again.sent.message.seq == asked:
                    for found in self._findings(again.hits, told, verdict, extraction, attributed, known):
                        later[found["id"]] = found
        first = {(found["id"], found["proof"]) for found in findings}
        return {
            "id": line.get("id", ""),
            "findings": findings,
            "posterior_findings": [
                found for found in later.values() if (found["id"], found["proof"]) not in first
            ],
        }

    def _replay(self, observer: Observer, event: Line, page: str, number: int) -> Iterable[Any]:
        told = message(event, number)
        attributed = _attributed(str(event.get("page") or page), number)
        verdict = self.classifier.classify(told, attributed.site)
        if event.get("type", "request") == "response":
            return observer.answer(told, verdict, attributed, told.headers, told.body)
        return observer.request(told, extract(told), verdict, attributed)[1]

    def _findings(
        self,
        hits: tuple[Hit, ...],
        told: Message,
        verdict: Verdict,
        extraction: Extraction,
        where: Attributed,
        known: Callable[[str], bool],
    ) -> list[dict[str, Any]]:
        graded = grade(hits, verdict, told, self.rules.keys.token)
        hidden = [hit.value for hit in hits if hit.location == "host"]
        about = {
            "site": where.site, "method": told.method, "url": mask_url(told.url, hidden, known),
            "host": urlsplit_host(told.url), "party": verdict.party,
            "recipient": company_facts(verdict.company),
            "tracker": [match_json(match) for match in verdict.matches],
            "partial": bool(extraction.partial),
        }  # fmt: skip
        return [{**finding_json(found), **about} for found in graded.findings]

    def _owner(self, host: str) -> str:
        company = self.classifier.company(host)
        return company.name if company is not None else site_of(host)


def finding_json(found: Finding) -> dict[str, Any]:
    """The part of a finding that the message alone tells."""
    return {
        "id": found.id, "person": found.person, "type": found.type, "proof": found.proof,
        "basis": found.basis, "location": found.location, "field": found.field, "chain": list(found.chain),
        "normalisation": found.normalisation, "value": found.value, "value_token": found.value_token,
        "level": found.level, "level_ground": found.level_ground, "note": found.note,
    }  # fmt: skip


def message(line: Line, seq: int) -> Message:
    """The message that a JSON line describes. Raises ValueError where it is none."""
    url = line.get("url")
    if not isinstance(url, str):
        raise ValueError("its `url` is missing, or no text")
    is_frame = line.get("kind") == "ws"
    encoded = line.get("body_b64")
    if encoded is not None:
        try:
            body = base64.b64decode(encoded, validate=True)
        except (TypeError, ValueError) as error:
            raise ValueError("its `body_b64` is no Base64") from error
    else:
        body = str(line.get("body") or "").encode("utf-8", "surrogatepass")
    return Message(
        capture="inspect", seq=seq, kind="ws" if is_frame else "http", time=float(seq),
        method=str(line.get("method") or "GET").upper(), url=url,
        headers=tuple(_headers(line.get("headers") or {})), body=body, cut=False, request=seq,
        number=1 if is_frame else 0, is_text=encoded is None,
    )  # fmt: skip


def urlsplit_host(url: str) -> str:
    """The host of a URL, or empty where it has none that can be read."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _headers(given: Any) -> Iterator[tuple[str, str]]:
    pairs = given.items() if isinstance(given, Mapping) else given
    if not isinstance(pairs, Iterable) or any(
        not isinstance(pair, Sequence) or len(pair) != 2 for pair in pairs
    ):
        raise ValueError("its `headers` are neither an object nor pairs")
    for name, value in pairs:
        for single in value if isinstance(value, list) else (value,):
            yield str(name), str(single)


def _events(line: Line, name: str) -> Sequence[Line]:
    given = line.get(name) or ()
    if not isinstance(given, Sequence) or not all(isinstance(event, Mapping) for event in given):
        raise ValueError(f"its `{name}` is no list of events")
    return given


def _attributed(page: str, seq: int) -> Attributed:
    host = urlsplit_host(page)
    site = site_of(host) if host else ""
    return Attributed(seq, site, "high" if site else "low", "the page given", _CLIENT, page)


def _detector(given: str) -> Detector:
    return Detector(identities.parse(json.loads(given), strict=False))


def _lines(files: Iterable[Path]) -> Iterator[tuple[str, Line]]:
    for path in files:
        try:
            text = sys.stdin if str(path) == "-" else path.open(encoding="utf-8")
            for number, raw in enumerate(text, 1):
                if raw.strip():
                    where = f"line {number} of {path}"
                    yield where, _line(raw, where)
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise BadInput(f"cannot read {path}: {why}", f"a line looks like {_SHAPE}") from error


def _line(raw: str, where: str) -> Line:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError):
        line = None
    if not isinstance(line, dict):
        raise BadInput(f"{where} is no JSON object", f"a line looks like {_SHAPE}")
    return line
