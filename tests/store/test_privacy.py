"""Nothing personal lies in the files: no plain value, no digest or encoding of one without the key."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from mouchard.capture.records import Headers
from mouchard.failure import Failure
from mouchard.store.write import Entry, Writer
from tests.store.build import CAPTURE, KEYS, RULESET, capture, entry, frame, request, response

PERSON = {
    "email": "camille.martin1984@courriel.example",
    "phone": "0639981234",
    "password": "corr3ct-horse-battery",
    "iban": "FR7630006000011234567890189",
    "name": "Camille Martin-Dupontel",
    "token": "eyJhbGciOiJIUzI1NiJ9",
}


def disguises(value: str) -> Iterator[bytes]:
    """The value and what a careless program would make of it."""
    data = value.encode()
    yield data
    yield data.lower()
    yield quote(value, safe="").encode()
    yield base64.b64encode(data).rstrip(b"=")
    yield base64.b32encode(data).rstrip(b"=")
    yield data.hex().encode()
    for name in ("md5", "sha1", "sha224", "sha256", "sha512", "sha3_256", "blake2b", "blake2s"):
        for spelt in (data, data.lower()):
            digest = hashlib.new(name, spelt).digest()
            yield digest[:16]
            yield digest.hex().encode()[:20]
            yield digest.hex().upper().encode()[:20]
            yield base64.b64encode(digest)[:20]
            yield base64.urlsafe_b64encode(digest)[:20]


def test_nothing_personal_on_disk(db: Path) -> None:
    secret = "&".join(f"{name}={quote(value, safe='@')}" for name, value in PERSON.items())
    headers: Headers = (
        ("Cookie", f"mail={PERSON['email']}; {PERSON['phone']}=1"), ("Authorization",
        f"Bearer {PERSON['token']}"),
        ("Origin", f"https://{PERSON['token'].lower()}abcdefgh.shop.example"), (PERSON["email"], "x"),
        ("X-Requested-With", PERSON["email"]), ("Sec-Fetch-Mode", PERSON["phone"]),
    )  # fmt: skip
    url = f"https://x.example/u/{PERSON['phone']}/{quote(PERSON['email'])}?{secret}&{PERSON['email']}=1#{PERSON['password']}"
    answered = response(2, 1, 302)
    moved: Headers = (
        ("Location", url),
        ("Set-Cookie", f"{PERSON['phone']}={PERSON['token']}"),
        ("Date", PERSON["phone"]),
    )
    files: dict[str, bytes] = {}
    with Writer(db, KEYS, RULESET) as writer:
        writer.begin(capture())
        failure = Failure("extract", f"bad value '{PERSON['name']}' for {PERSON['email']}")
        sent = request(1, url, headers=headers, body=secret.encode(), method=PERSON["phone"])
        writer.commit([
            entry(sent), Entry(type(answered)(CAPTURE, 2, 3.0, 1, "answered", 302, moved, secret.encode(),
            9, "", 3.0)),
            Entry(request(3, url, headers=headers), failure=failure),
            entry(frame(4, 1, 1, data=secret.encode())),
        ])  # fmt: skip
        files |= {path.name: path.read_bytes() for path in db.parent.glob("capture.db*")}
    files |= {f"closed {path.name}": path.read_bytes() for path in db.parent.glob("capture.db*")}
    assert len(files["capture.db"]) + len(files["capture.db-wal"]) > 50_000
    found = [
        (name, what)
        for name, data in files.items()
        for value in PERSON.values()
        for what in disguises(value)
        if what in data
    ]
    assert found == []


def test_expired_bytes_are_overwritten(db: Path) -> None:
    with Writer(db, KEYS, RULESET, clock=lambda: 1000.0) as writer:
        writer.begin(capture())
        writer.commit([entry(request(1, body=b"x" * 50_000), findings=())])
        writer.checkpoint()
        sealed = writer._connection.execute("SELECT sealed FROM evidence").fetchone()[0]
        assert sealed[2000:2064] in db.read_bytes()
        assert writer.expire(10_000.0) == 1
        writer.checkpoint()
        assert sealed[2000:2064] not in db.read_bytes()
