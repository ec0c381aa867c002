"""`ca` and `undo`: what they show, what they delete, and what they leave alone."""

from __future__ import annotations

import os
import socket
import stat
import tempfile
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard import certificate, paths
from mouchard.cli.ca import ca
from mouchard.cli.undo import undo
from mouchard.devices import Register
from mouchard.errors import MouchardError
from mouchard.keys import Keys


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """`undo` looks for left-over profiles there: those of other programs on this machine are not ours."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("tmp")))


def run(command: object, *arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(command, arguments, input=answer, catch_exceptions=False)  # type: ignore[arg-type]


def test_ca_shows_the_certificate_and_never_the_key() -> None:
    path = Path(run(ca, "path").stdout.strip())
    assert path.read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert "PRIVATE" not in path.read_text()
    shown = run(ca, "fingerprint")
    assert shown.stdout.strip() == certificate.ensure(paths.ca()).fingerprint
    assert "valid until" in shown.stderr


def test_ca_remove_asks_and_then_a_new_one_is_made() -> None:
    first = certificate.ensure(paths.ca())
    assert run(ca, "remove", answer="n\n").exit_code == 1
    assert certificate.find(paths.ca()) == first
    removed = run(ca, "remove", answer="y\n")
    assert removed.exit_code == 0
    assert "still trust it" in removed.stderr
    assert certificate.find(paths.ca()) is None
    assert certificate.ensure(paths.ca()).fingerprint != first.fingerprint
    run(ca, "remove", "--yes")
    assert "there is no certificate authority" in run(ca, "remove", "--yes").stderr


@pytest.fixture
def lived_in(home: Path) -> Path:
    """A home after some use."""
    certificate.ensure(paths.ca())
    Keys.load(paths.sealing_key())
    paths.identity().write_text("[person.me]\n")
    (paths.data() / "profiles" / "chromium-courses").mkdir(parents=True)
    for name in ("mouchard.db", "mouchard.db-wal", "mouchard.db.lock"):
        (paths.data() / name).write_bytes(b"x")
    return home


def test_undo_dry_run_lists_and_touches_nothing(lived_in: Path) -> None:
    before = sorted(lived_in.rglob("*"))
    shown = run(undo, "--dry-run", "--data")
    assert shown.exit_code == 0
    assert sorted(lived_in.rglob("*")) == before
    for path in ("ca", "profiles", "identity.toml", "sealing.key", "mouchard.db-wal"):
        assert str(lived_in / path) in shown.stdout


def test_undo_keeps_captures_and_their_key_unless_asked(lived_in: Path) -> None:
    done = run(undo, "--yes")
    assert {path.name for path in lived_in.iterdir()} == {
        "sealing.key",
        "mouchard.db",
        "mouchard.db-wal",
        "mouchard.db.lock",
    }
    assert "--data removes them" in done.stderr
    assert "remove it there too: SHA-256" in done.stderr


def test_undo_with_data_leaves_nothing(lived_in: Path) -> None:
    assert run(undo, "--data", answer="y\n").exit_code == 0
    assert not lived_in.exists()


def test_undo_asks_first(lived_in: Path) -> None:
    before = sorted(lived_in.rglob("*"))
    assert run(undo, "--data", answer="n\n").exit_code == 1
    assert sorted(lived_in.rglob("*")) == before


def test_undo_on_a_clean_machine_says_so(home: Path) -> None:
    assert "nothing to remove" in run(undo).stderr


def test_undo_goes_through_each_device_until_it_is_off(
    lived_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mouchard.cli.undo.WATCH_SECONDS", 3.0)
    port = Register().add("Blue phone", "wireguard").port

    def arrive() -> None:
        """One handshake, once somebody listens."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.connect(("127.0.0.1", port))
            sender.settimeout(0.1)
            while True:
                try:
                    sender.send(b"\1\0\0\0" + bytes(144))
                    sender.recv(1)
                except ConnectionRefusedError:
                    continue
                except TimeoutError:
                    return

    phone = threading.Thread(target=arrive)
    phone.start()
    said = run(undo, answer="y\ny\ny\n").stderr
    phone.join()
    assert said.index("Blue phone") < said.index("it still sends") < said.index("off: nothing")
    assert not paths.devices().exists()


def test_undo_without_questions_says_how_each_device_leaves(lived_in: Path) -> None:
    Register().add("Tablet", "proxy")
    said = run(undo, "--yes").stderr
    assert "Tablet" in said and "set the proxy of the Wi-Fi network" in said


@pytest.mark.parametrize(("command", "arguments"), [(undo, ("--yes",)), (ca, ("remove", "--yes"))])
def test_nothing_is_removed_under_a_running_capture(
    lived_in: Path, command: object, arguments: tuple[str, ...]
) -> None:
    before = sorted(lived_in.rglob("*"))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(paths.control_socket(paths.database())))
        listening.listen()
        with pytest.raises(MouchardError, match="a capture is running"):
            run(command, *arguments)
    assert set(before) <= set(lived_in.rglob("*"))


def test_the_key_of_the_authority_is_for_its_owner_only() -> None:
    authority = certificate.ensure(paths.ca())
    assert stat.S_IMODE(authority.key_path.stat().st_mode) == 0o600
