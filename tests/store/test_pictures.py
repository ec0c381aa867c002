"""Pictures and what a browser stores: in the chain, for their owner only, gone with everything else."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from mouchard.capture.records import Snapshot
from mouchard.store import pictures
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.store.build import CAPTURE, KEYS, START, entry, request

PNG = b"\x89PNG not really"
PICTURE = Snapshot(
    CAPTURE, 2, START + 2, "shop.example", "127.0.0.1/chrome", "refused", "viewport", "refused-1.png",
    len(PNG), "", sha256(PNG).digest(),
)  # fmt: skip
COOKIE = '{"name": "uid", "domain": "ads.example", "lifetime": 3600.0, "http_only": true, "token": "00ff"}'
COOKIES = replace(PICTURE, seq=3, kind="cookies", name="", size=1, content=f"[{COOKIE}]", digest=b"")
STORED = replace(COOKIES, seq=4, kind="local", name="www.shop.example", content='[{"key": "k", "size": 9}]')


def fill(writer: Writer) -> None:
    writer.commit([entry(request(1)), Entry(PICTURE), Entry(COOKIES), Entry(STORED)])


def test_what_the_browser_kept_comes_back(db: Path, writer: Writer) -> None:
    fill(writer)
    with Reader(db) as reader:
        picture, cookies, stored = reader.snapshots("shop.example")
        assert reader.snapshots("other.example") == []
    assert (picture.phase, picture.kind, picture.name) == ("refused", "viewport", "refused-1.png")
    assert cookies.items[0]["lifetime"] == 3600.0
    assert (stored.name, stored.items[0]["size"]) == ("www.shop.example", 9)


def test_only_the_picture_that_was_taken_verifies_and_its_digest_is_nowhere(db: Path, writer: Writer) -> None:
    fill(writer)
    writer.close()
    with Reader(db) as reader:
        picture = reader.snapshots()[0]
        assert reader.verify(KEYS).broken == ()
        assert reader.verify_picture(picture, PNG, KEYS)
        assert not reader.verify_picture(picture, PNG + b"x", KEYS)
    content = db.read_bytes()
    assert sha256(PNG).digest() not in content
    assert sha256(PNG).hexdigest().encode() not in content


def test_a_changed_row_is_told(db: Path, writer: Writer) -> None:
    fill(writer)
    writer._connection.execute("UPDATE snapshots SET phase = 'accepted' WHERE seq = 3")
    with Reader(db) as reader:
        broken = reader.verify(KEYS).broken
    assert [(b.place, b.why) for b in broken] == [(f"{CAPTURE}/3", "the record was changed")]


def test_a_picture_is_for_its_owner_and_goes_with_everything(writer: Writer) -> None:
    fill(writer)
    file = pictures.keep(CAPTURE, "refused-1.png", PNG)
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    writer.purge()
    assert not file.exists()
