"""One message in, its hits out, in one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from mouchard import identity
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.detect.typed import typed
from mouchard.extract import extract
from mouchard.model import Attributed, Hit, Message, Verdict

PERSON = {
    "email": ["Anna.Kowalska+shop@gmail.com"],
    "phone": ["06 39 98 12 34"],
    "first_name": ["Anaïs"],
    "last_name": ["Lefèvre"],
    "dob": ["1987-05-14"],
    "street": ["12 rue des Lilas"],
    "city": ["Saint-Étienne"],
    "zip": ["42000"],
    "country": ["FR"],
    "gender": ["f"],
    "loyalty_card": ["2613000427180"],
    "username": ["anna_k42"],
    "password": ["Tr0ub4dor&3-Lilas"],
    "mac": ["A4:83:E7:1C:9B:52"],
    "gps": ["45.439695,4.387178"],
    "ad_id": ["7f3c1b2e-9a4d-4c1e-8b77-2d5e9f0a6c31"],
}


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="session")
def person() -> Detector:
    """A detector that knows one invented person."""
    return Detector(identity.parse(PERSON))


@pytest.fixture(scope="session")
def nobody() -> Detector:
    """A detector that knows nobody: fields and shapes alone."""
    return Detector()


@pytest.fixture(scope="session")
def sent() -> Callable[..., Message]:
    """`sent(url, body, headers)`: a message; a dict as body is JSON, as `form` is urlencoded."""

    def sent_(
        url: str = "https://t.traceur.test/c",
        body: bytes | str | Mapping[str, Any] | list[Any] = b"",
        headers: tuple[tuple[str, str], ...] = (),
        kind: str = "http",
        seq: int = 1,
        method: str = "",
        time: float = 0.0,
    ) -> Message:
        text = json.dumps(body) if isinstance(body, (Mapping, list)) else body
        data = text.encode() if isinstance(text, str) else text
        return Message(
            "c", seq, kind, time, method or ("POST" if data else "GET"), url, headers, data, False, seq,  # type: ignore[arg-type]
            1 if kind == "ws" else 0,
        )  # fmt: skip

    return sent_


@pytest.fixture(scope="session")
def hits(sent: Callable[..., Message]) -> Callable[..., tuple[Hit, ...]]:
    """`hits(detector, url, body=..., party=..., site=...)`."""

    def hits_(
        detector: Detector, *where: Any, party: str = "third", site: str = "boutique.test", **message: Any
    ) -> tuple[Hit, ...]:
        told = sent(*where, **message)
        verdict = Verdict("other", party, None, (), False)  # type: ignore[arg-type]
        return detector.detect(told, extract(told), verdict, Attributed(1, site, "high", "", "client"))

    return hits_


@pytest.fixture
def read(sent: Callable[..., Message]) -> Callable[..., set[tuple[str, str]]]:
    """`read(form)`: what a form that is sent to its own site tells of the person."""

    def read_(form: dict[str, Any], site: str = "boutique.fr") -> set[tuple[str, str]]:
        coded = (("Content-Type", "application/x-www-form-urlencoded"),)
        told = sent("https://www.boutique.fr/inscription", urlencode(form), headers=coded)
        return {value[:2] for value in typed(extract(told).nodes, site)}

    return read_
