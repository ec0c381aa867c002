"""The local key."""

from __future__ import annotations

import hashlib
import pickle
from pathlib import Path

import pytest

from mouchard.errors import BadInput
from mouchard.keys import Keys


def test_made_once_private_and_stable(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "sealing.key"
    first, second = Keys.load(path), Keys.load(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["sealing.key"]
    assert first.token("email", "a@example.org") == second.token("email", "a@example.org")
    assert second.open(first.seal(b"raw", b"place"), b"place") == b"raw"


def test_an_open_key_file_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "key"
    Keys.load(path)
    path.chmod(0o644)
    Keys.load(path)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "hello", "00" * 31, "zz" * 32])
def test_what_is_no_key_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "key"
    path.write_text(content)
    with pytest.raises(BadInput, match="not a Mouchard key"):
        Keys.load(path)
    assert path.read_text() == content


def test_tokens_depend_on_key_kind_and_value() -> None:
    one, other = Keys(bytes(32)), Keys(bytes(31) + b"\1")
    value = "camille@example.org"
    tokens = {
        one.token("email", value), other.token("email", value), one.token("url", value), one.token("email",
        value + "x"),
    }  # fmt: skip
    assert len(tokens) == 4
    assert one.token("email", value) == one.token("email", value.encode())
    for name in ("md5", "sha1", "sha256"):
        assert one.token("email", value) not in hashlib.new(name, value.encode()).hexdigest()


def test_salts_differ_by_place_and_field() -> None:
    keys = Keys(bytes(32))
    salts = {keys.salt(c, s, f) for c in ("a", "b") for s in (1, 2) for f in ("raw/url", "row/url")}
    assert len(salts) == 8
    assert {len(salt) for salt in salts} == {16}


def test_salts_stay_as_they_were() -> None:
    salt = Keys(bytes(range(32))).salt("a" * 32, 7, "raw/header/3/referer")
    assert salt.hex() == "138d8d3817f701c5fbe555a20f355dd9", "chains of earlier databases must still hold"


def test_rows_of_salts_stay_as_they_were_and_differ_by_place_and_side() -> None:
    keys = Keys(bytes(range(32)))
    row = keys.row_of_salts("a" * 32, 7, "raw", 3)
    assert (
        row.hex()
        == "c5268a12ed68741a612e168fc21f987b80986d958ea2065d17ecdd803597cc5983fdd7048eaadf61c2a6708241d58b20"
    ), "chains of earlier databases must still hold"
    places = [(c, s, side) for c in ("a", "b") for s in (1, 2) for side in ("raw", "row")]
    rows = [keys.row_of_salts(*place, 4) for place in places]
    assert len({row[at : at + 16] for row in rows for at in range(0, 64, 16)}) == 32


def test_a_seal_opens_only_whole_with_its_place_and_key() -> None:
    keys = Keys(bytes(32))
    sealed = keys.seal(b"raw bytes", b"capture/1")
    assert sealed != keys.seal(b"raw bytes", b"capture/1")
    for broken, aad, by in (
        (sealed, b"capture/2", keys),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), b"capture/1", keys),
        (b"", b"capture/1", keys),
        (sealed, b"capture/1", Keys(b"\1" * 32)),
    ):
        with pytest.raises(BadInput):
            by.open(broken, aad)


def test_a_key_is_neither_printed_nor_pickled() -> None:
    keys = Keys(bytes(range(32)))
    assert bytes(range(32)).hex() not in repr(keys)
    with pytest.raises(TypeError):
        pickle.dumps(keys)
