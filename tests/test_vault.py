"""The sealing key in the keyring of the system, and every way in which there may be none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard import keys, paths, vault
from mouchard.cli.doctor import doctor
from mouchard.cli.undo import undo
from mouchard.errors import BadInput
from mouchard.keys import Keys

keyring = pytest.importorskip("keyring")
from keyring.backend import KeyringBackend  # noqa: E402
from keyring.errors import KeyringLocked, PasswordDeleteError  # noqa: E402


class Memory(KeyringBackend):
    """A sound keyring that holds its secrets here."""

    priority = 5.0
    name = "in memory"

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.held[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.held.get((service, username))

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if self.held.pop((service, username), None) is None:
            raise PasswordDeleteError("none")

    def _open(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")


class Plain(Memory):
    """One that the library does not recommend, such as those of plain files."""

    priority = 0.5


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folders of a person who moved nothing."""
    monkeypatch.delenv("MOUCHARD_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def memory(own_home: None) -> Iterator[Memory]:
    yield from _in_use(Memory())


def _in_use(backend: Memory) -> Iterator[Memory]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def run(command: object, *words: str) -> Result:
    return CliRunner().invoke(command, words, catch_exceptions=False)  # type: ignore[arg-type]


def test_a_new_key_goes_into_the_keyring_and_into_no_file(memory: Memory) -> None:
    path = paths.sealing_key()
    first, second = Keys.load(path), Keys.load(path)
    ((_, secret),) = memory.held.items()
    assert len(bytes.fromhex(secret)) == 32
    assert first.token("email", "a@example.org") == second.token("email", "a@example.org")
    written = [file.read_bytes() for file in path.parent.rglob("*") if file.is_file()]
    assert written and all(secret.encode() not in data for data in written)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_key_that_lies_in_a_file_stays_there(memory: Memory) -> None:
    path = paths.sealing_key()
    path.write_text(f"{'ab' * 32}\n")
    token = Keys(b"\xab" * 32).token("email", "a@example.org")
    assert Keys.load(path).token("email", "a@example.org") == token
    assert memory.held == {} and path.read_text() == f"{'ab' * 32}\n"


def test_a_home_moved_into_one_folder_holds_its_key_itself(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOUCHARD_HOME", str(tmp_path / "stick"))
    Keys.load(paths.sealing_key())
    assert memory.held == {} and keys.in_keyring(paths.sealing_key()) == ""


@pytest.mark.parametrize("kind", ["locked", "plain", "fail", "null"])
def test_without_a_sound_keyring_the_key_lies_in_a_private_file(own_home: None, kind: str) -> None:
    from keyring.backends.fail import Keyring as Fail
    from keyring.backends.null import Keyring as Null

    backend = {"locked": Memory, "plain": Plain, "fail": Fail, "null": Null}[kind]()
    if kind == "locked":
        backend.locked = True
    for _ in _in_use(backend):
        Keys.load(paths.sealing_key())
    assert len(bytes.fromhex(paths.sealing_key().read_text())) == 32
    assert paths.sealing_key().stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("happens", "words"), [("locked", "does not give"), ("emptied", "no longer holds"), ("gone", "reached")]
)
def test_a_keyring_that_gives_nothing_is_told_and_no_second_key_is_made(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, happens: str, words: str
) -> None:
    path = paths.sealing_key()
    Keys.load(path)
    pointer = path.read_text()
    match happens:
        case "locked":
            memory.locked = True
        case "emptied":
            memory.held.clear()
        case "gone":
            monkeypatch.setattr(vault, "_backend", lambda: None)
    with pytest.raises(BadInput, match=words) as raised:
        Keys.load(path)
    assert raised.value.hint
    assert path.read_text() == pointer
    found = run(doctor)
    assert found.exit_code == 2 and words in found.stdout


def test_the_second_of_two_first_starts_takes_the_key_of_the_first(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, link = paths.sealing_key(), os.link

    def later(draft: Path, place: Path) -> None:
        place.write_text(f"{'cd' * 32}\n")
        link(draft, place)

    monkeypatch.setattr(os, "link", later)
    assert Keys.load(path).token("a", "b") == Keys(b"\xcd" * 32).token("a", "b")
    assert memory.held == {}
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_doctor_says_where_the_key_is(memory: Memory) -> None:
    Keys.load(paths.sealing_key())
    told = run(doctor).stdout
    assert "in the keyring of this system (in memory)" in told
    assert "protection of identity" in told and "file modes only" in told


def test_undo_empties_the_keyring_with_the_captures(memory: Memory) -> None:
    Keys.load(paths.sealing_key())
    assert run(undo, "--yes").exit_code == 0
    assert len(memory.held) == 1, "without --data the captures stay readable"
    assert run(undo, "--yes", "--data").exit_code == 0
    assert memory.held == {}
    assert not paths.sealing_key().exists()
