"""No file of a report holds a value of the person, its encodings or digests, a cookie, or another site."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import date
from urllib.parse import quote

import pytest

from mouchard import identity, letters
from mouchard.analysis import Analysis
from mouchard.capture.records import Capture, Headers, Origin, Record, Request, Response, Sealed
from mouchard.classify import Classifier
from mouchard.detect import Detector
from mouchard.keys import Keys
from mouchard.report import files
from mouchard.store.read import Reader
from mouchard.store.ruleset import Ruleset
from mouchard.store.write import Entry, Writer

KEYS = Keys(bytes(range(32)))
ORIGIN = Origin("127.0.0.1", "regular", "", "connection-1")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
START = 1_795_251_663.0
EMAIL, PHONE, CARD = "camille.martin@courriel.example", "33639984127", "2613000427180"
PERSON = {"email": [EMAIL], "phone": ["06 39 98 41 27"], "loyalty_card": [CARD]}
SHOP, CLINIC = "https://www.boutique.example/panier", "https://www.clinique-des-tilleuls.example/rendez-vous"
COOKIE, TOKEN = "s3ss10n-0f-Camille-9c1d", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI0MiJ9.c2lnbmF0dXJl"
ELSEWHERE = ("clinique-des-tilleuls", "banque-du-canal", "suivi-de-la-clinique")


def encodings(value: str) -> Iterator[str]:
    """The value as it might show through: plain, quoted, encoded, hashed."""
    data = value.encode()
    yield from (value, quote(value, safe=""), data.hex())
    yield from (
        base64.b64encode(data).decode().rstrip("="),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
    )
    for name in ("md5", "sha1", "sha256", "sha512"):
        yield hashlib.new(name, data, usedforsecurity=False).hexdigest()


SECRETS = sorted(
    {form for value in (EMAIL, PHONE, CARD, COOKIE, TOKEN, "Zoé-Unique") for form in encodings(value)}
)


def visit() -> Iterator[Record]:
    sha = hashlib.sha256(EMAIL.encode()).hexdigest()
    private = (("Cookie", f"session={COOKIE}"), ("Authorization", f"Bearer {TOKEN}"))
    calls: list[tuple[str, str, Headers]] = [
        (SHOP, "", private),
        (
            f"https://www.facebook.com/tr/?id=204815162342108&ev=Purchase&ud[em]={sha}&dl={quote(SHOP)}",
            SHOP,
            private,
        ),
        (f"https://t.traceur.example/{EMAIL}/c?u={base64.b64encode(EMAIL.encode()).decode()}", SHOP, private),
        (f"https://t.traceur.example/p?phone={PHONE}&card={CARD}&sid={COOKIE}&jwt={TOKEN}", SHOP, ()),
        (f"https://www.facebook.com/tr/?id=1&ev=PageView&dl={quote(SHOP)}&rl={quote(CLINIC)}", SHOP, ()),
        (f"https://{EMAIL.replace('@', '.at.')}.traceur.example/x?name=Zo%C3%A9-Unique", SHOP, ()),
        (CLINIC, "", private),
        (f"https://suivi-de-la-clinique.example/c?em={EMAIL}", CLINIC, ()),
    ]
    for number, (url, page, more) in enumerate(calls):
        seq, time = 2 * number + 1, START + number
        kind = (
            (("Referer", page), ("Sec-Fetch-Dest", "image"))
            if page
            else (("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Mode", "navigate"))
        )
        headers = (("Host", url.split("/")[2]), ("User-Agent", FIREFOX), *kind, *more)
        yield Request("0" * 32, seq, time, ORIGIN, "GET", url, "HTTP/2.0", headers, b"", 0)
        answer = (("Set-Cookie", f"uid={COOKIE}; Max-Age=99"), ("Content-Type", "text/html"))
        yield Response("0" * 32, seq + 1, time, seq, "answered", 200, answer, b"", 0, "", time)
    yield Sealed("0" * 32, 99, START + 3, ORIGIN, "www.banque-du-canal.example", 443, "never-open", "")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Every file of the report on the shop in both languages, and every letter."""
    folder = tmp_path_factory.mktemp("secrets")
    analysis = Analysis(Classifier.load(), Detector(identity.parse(PERSON)), KEYS)
    with Writer(folder / "a.db", KEYS, Ruleset("rules"), clock=lambda: START) as writer:
        writer.begin(Capture("0" * 32, "live", "", START, "test"))
        writer.commit([Entry(record, analysis.feed(record)) for record in visit()])
    found = {}
    with Reader(folder / "a.db") as reader:
        for lang in ("en", "fr"):
            for path in files.write(reader, "boutique.example", folder / lang, tuple(files.KINDS), lang):
                found[f"{lang}/{path.name}"] = path.read_text(encoding="utf-8")
            for kind in letters.KINDS:
                made = letters.draft(reader, "boutique.example", kind, date(2026, 11, 21), lang=lang)
                found[f"{lang}/{kind}.txt"] = made.text
    return found


def test_there_is_something_to_hide(outputs: dict[str, str]) -> None:
    told = json.loads(outputs["en/report.json"])
    assert {"email", "phone", "loyalty_card"} <= {finding["type"] for finding in told["findings"]}
    assert len(outputs) >= 20


def test_no_value_of_the_person_shows_through(outputs: dict[str, str]) -> None:
    shown = {
        name: [secret for secret in SECRETS if secret.lower() in text.lower()]
        for name, text in outputs.items()
    }
    assert {name: secrets for name, secrets in shown.items() if secrets} == {}


def test_no_other_site_shows_through(outputs: dict[str, str]) -> None:
    shown = {name: [host for host in ELSEWHERE if host in text] for name, text in outputs.items()}
    assert {name: hosts for name, hosts in shown.items() if hosts} == {}
