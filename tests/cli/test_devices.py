"""`devices` without a capture: what it lists, changes and shows."""

from __future__ import annotations

import json
from contextvars import copy_context
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mouchard import language, paths
from mouchard.cli.devices import devices
from mouchard.cli.run import ready_for_phones
from mouchard.devices import Register
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.store.read import Reader


def run(*arguments: str, answer: str = "") -> Result:
    return CliRunner().invoke(devices, arguments, input=answer, catch_exceptions=False)


def test_a_device_from_its_first_day_to_its_last(home: Path) -> None:
    assert "no device yet" in run().stderr
    assert run("add", "Blue phone").stdout == "blue-phone\n"
    assert run("add", "Tablet", "--by", "proxy").stdout == "tablet\n"
    assert "Blue phone: unconfirmed" in run("resume", "blue-phone").stderr
    assert run("confirm", "Blue phone", answer="n\n").exit_code == 1
    assert Register().find("blue-phone").standing == "unconfirmed"
    assert "Blue phone: recorded" in run("confirm", "Blue phone", answer="y\n").stderr
    assert "paused" in run("pause", "blue-phone").stderr
    assert "Red phone: paused" in run("name", "blue-phone", "Red phone").stderr
    rows = [json.loads(line) for line in run("list", "--format", "jsonl").stdout.splitlines()]
    assert [(row["id"], row["name"], row["standing"]) for row in rows] == [
        ("blue-phone", "Red phone", "paused"),
        ("tablet", "Tablet", "unconfirmed"),
    ]
    password = Register().find("tablet").password
    assert password not in json.dumps(rows) + run("list").stdout
    assert "tunnel" in run("list").stdout
    assert run("delete", "tablet", answer="n\n").exit_code == 1
    left = run("delete", "tablet", "--yes").stderr
    assert "deleted Tablet" in left and "Remove the certificate" in left
    assert [device.id for device in Register()] == ["blue-phone"]


@pytest.mark.parametrize("words", [("pause", "nobody"), ("delete", "nobody", "--yes"), ("add", "\x1b[2J")])
def test_what_cannot_be_done_is_said(home: Path, words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput):
        run(*words)


def test_the_code_is_shown_with_what_to_do(home: Path) -> None:
    run("add", "Tablet", "--by", "proxy")
    shown = run("pair", "tablet", "--lan", "192.0.2.7")
    device = Register().find("tablet")
    assert "█" in shown.stdout
    assert f"192.0.2.7, port {device.port}, user tablet, password {device.password}" in shown.stderr
    assert "http://mouchard.check/" in shown.stderr


def test_the_hosts_that_stay_closed_are_the_persons_choice(home: Path) -> None:
    listed = run("never-open").stdout.splitlines()
    assert "doctolib.fr" in listed and listed == sorted(listed) and len(listed) > 50
    run("never-open", "--close", "*.Chess.example.", "--open", "doctolib.fr")
    changed = run("never-open").stdout.splitlines()
    assert set(changed) - set(listed) == {"chess.example"} and set(listed) - set(changed) == {"doctolib.fr"}
    run("never-open", "--open", "chess.example")
    run("never-open", "--close", "doctolib.fr")
    assert run("never-open").stdout.splitlines() == listed
    for words in (("--open", "shop.example"), ("--close", "no host"), ("--close", "-x\ny")):
        with pytest.raises(BadInput):
            run("never-open", *words)


def test_run_makes_a_first_phone_ready_and_keeps_secrets_out_of_logs(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ready_for_phones("127.0.0.1") == "127.0.0.1"
    register = Register()
    assert [device.kind for device in register] == ["wireguard"]
    tablet = register.add("Tablet", "proxy")
    ready_for_phones("127.0.0.1")
    said = capsys.readouterr()
    keys = json.loads(register.keys(register.find("phone")).read_text())
    assert all(secret not in said.err + said.out for secret in (*keys.values(), tablet.password))
    assert "mouchard devices pair tablet" in said.err


def test_its_messages_go_with_it_when_asked(home: Path, device_db: Path) -> None:
    run("add", "phone")
    deleted = run("delete", "phone", "--data", "--yes", "--db", str(device_db))
    assert "1 of its messages deleted" in deleted.stderr
    with Reader(device_db) as reader:
        assert [row.client.partition("/")[0] for row in reader.requests()] == ["my-phone@10.0.0.1#51821"]
        assert [(row.host, row.client.partition("@")[0]) for row in reader.sealed()] == [
            ("bank.example", "my-phone"),
        ]
        assert [row.name for row in reader.clients()] == ["App on my-phone"]
        assert reader.verify(Keys.load(paths.sealing_key())).broken == ()


def test_its_browsers_and_apps_are_called_after_it(home: Path, device_db: Path) -> None:
    run("add", "phone")
    run("name", "phone", "Léa's phone", "--db", str(device_db))
    with Reader(device_db) as reader:
        assert {row.name for row in reader.clients()} == {"App on Léa's phone", "App on my-phone"}


@pytest.fixture
def device_db(home: Path) -> Path:
    """A capture with one message of each of two phones."""
    from mouchard.capture.records import Capture, Origin, Request, Sealed
    from mouchard.judge import judge
    from mouchard.store.write import Entry, Writer

    db = paths.database()
    rules = judge()
    with Writer(db, Keys.load(paths.sealing_key()), rules.ruleset) as writer:
        capture = Capture("ab" * 16, "live", "", 1.0, "test")
        writer.begin(capture)
        for seq, name in enumerate(("phone@10.0.0.1", "my-phone@10.0.0.1"), 1):
            device, _, peer = name.partition("@")
            origin = Origin(peer, f"wireguard:{device}@{51819 + seq}", device, str(seq))
            record = Request(
                capture.id, seq, 2.0, origin, "GET", "http://shop.example/", "HTTP/1.1", (), b"", 0
            )
            closed = Sealed(capture.id, seq + 10, 2.0, origin, "bank.example", 443, "never-open", "")
            writer.commit([Entry(record, rules.analysis().feed(record)), Entry(closed)])
    return db


def test_what_to_do_is_said_in_the_language_of_the_person(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert "aucun appareil" in copy_context().run(run).stderr
    copy_context().run(first_lines)
    said = capsys.readouterr().err
    assert "Scannez le code dans l’application WireGuard" in said and "Scan " not in said


def first_lines() -> None:
    language.use()
    ready_for_phones("127.0.0.1")
