"""A documented case: requests of one tracking system, and what has to be found in them."""

from __future__ import annotations

import base64
import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mouchard import identity
from mouchard.analysis import Analysis
from mouchard.capture.records import Origin, Request, WebSocketFrame
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.grade import form
from mouchard.keys import Keys
from mouchard.model import Judgement
from mouchard.store.write import Entry

CASES = Path(__file__).parent / "cases"
KEYS = Keys(bytes(range(32)))
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
START = 1_795_251_663.0
PERSON = {
    "email": ["camille.martin@courriel.example"],
    "phone": ["06 39 98 41 27"],
    "first_name": ["Camille"],
    "last_name": ["Martin"],
    "zip": ["35000"],
    "loyalty_card": ["2613000427180"],
    "mac": ["02:00:5e:10:00:7f"],
    "bssid": ["02:00:5e:20:00:01"],
    "ssid": ["Chez Camille"],
}
"""Invented; the number is of ARCEP's range for fiction, the addresses are locally administered."""

_CODES: Mapping[str, Callable[[str], str]] = {
    "md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
    "sha1": lambda text: hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest(),
    "sha256": lambda text: hashlib.sha256(text.encode()).hexdigest(),
    "sha256u": lambda t: base64.urlsafe_b64encode(hashlib.sha256(t.encode()).digest()).decode().rstrip("="),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
}


@dataclass(frozen=True, slots=True)
class Case:
    """One file of the folder `cases`."""

    name: str
    content: dict[str, Any]

    def entries(self) -> list[Entry]:
        """Its records with their judgements, the page first."""
        analysis = Analysis(Classifier.load(), Detector(identity.parse(PERSON)), KEYS)
        return [Entry(record, analysis.feed(record)) for record in self.records()]

    def judgements(self) -> dict[int, Judgement]:
        """Number of the message in the file (from 1) → its last judgement; 0 is the page."""
        last: dict[int, Judgement] = {}
        for entry in self.entries():
            for judged in entry.judgements:
                last[judged.message.seq - 1] = judged
        return last

    def records(self) -> list[Request | WebSocketFrame]:
        """The page, then what it sends, a second apart."""
        page = self.content["page"]
        told: list[Request | WebSocketFrame] = [
            _request(1, "GET", page, {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}, b"")
        ]
        for seq, one in enumerate(self.content.get("message", ()), 2):
            url = _filled(one["url"])
            headers = {"Referer": page, "Sec-Fetch-Dest": "empty"} | one.get("headers", {})
            body = bytes.fromhex(one["hex"]) if "hex" in one else _filled(one.get("body", "")).encode()
            if one.get("method") == "WS":
                told.append(_frame(seq, url, headers, body, "hex" not in one))
            else:
                told.append(_request(seq, one.get("method", "GET"), url, headers, body))
        return told


def cases() -> list[Case]:
    """All of them, by name."""
    return [
        Case(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
        for path in sorted(CASES.glob("*.toml"))
    ]


def found(judged: Judgement) -> set[tuple[str, str, str, str, str]]:
    """(data type, place, proof, form, level) of each finding."""
    return {
        (one.type, f"{one.location}.{one.field}" if one.field else one.location, one.proof,
         form(one.chain, one.normalisation), one.level)
        for one in judged.findings
    }  # fmt: skip


def _filled(text: str) -> str:
    """`{sha256:value}` as the digest of the value."""
    return re.sub(r"\{(\w+):([^{}]*)\}", lambda m: _CODES[m[1]](m[2]) if m[1] in _CODES else m[0], text)


def _request(seq: int, method: str, url: str, headers: dict[str, str], body: bytes) -> Request:
    sent = (("Host", url.split("/")[2]), ("User-Agent", FIREFOX), *headers.items())
    return Request("0" * 32, seq, START + seq, ORIGIN, method, url, "HTTP/2.0", sent, body, len(body))


def _frame(seq: int, url: str, headers: dict[str, str], data: bytes, is_text: bool) -> WebSocketFrame:
    sent = (("User-Agent", FIREFOX), *headers.items())
    return WebSocketFrame("0" * 32, seq, START + seq, seq, 1, ORIGIN, url, sent, is_text, data, len(data))


ORIGIN = Origin("127.0.0.1", "regular", "", "connection-1")
