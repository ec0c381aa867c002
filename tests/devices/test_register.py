"""The register: ids, ports, secrets, and what becomes of them."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path

import mitmproxy_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.devices import Register
from mouchard.devices.device import slug
from mouchard.devices.network import free_port, lan_address
from mouchard.devices.pairing import pairing
from mouchard.devices.qr import qr_image, qr_text
from mouchard.devices.wireguard import public
from mouchard.errors import BadInput


def test_what_is_noted_is_there_again(home: Path) -> None:
    register = Register()
    phone = register.add("Léa's phone", "wireguard", "127.0.0.1")
    again = register.add("Léa's phone", "wireguard", "127.0.0.1")
    tablet, laptop = (register.add(name, "proxy", "127.0.0.1") for name in ("Tablet", "Laptop"))
    assert [device.id for device in register] == ["lea-s-phone", "lea-s-phone-2", "tablet", "laptop"]
    assert phone.port != again.port and tablet.port == laptop.port and tablet.password != laptop.password
    assert phone.standing == "unconfirmed"
    register.pause(register.confirm(phone, 5.0), True)
    register.rename(again, "Old phone")
    assert list(Register()) == list(register)
    assert Register().find("lea-s-phone").standing == "paused" and Register().find("old PHONE").id == again.id
    register.remove(again)
    assert not register.keys(again).exists() and Register().get(again.id) is None


def test_secrets_are_for_their_owner_only(home: Path) -> None:
    register = Register()
    phone, tablet = (register.add(kind, kind, "127.0.0.1") for kind in ("wireguard", "proxy"))
    files = list(register.folder.iterdir())
    assert {path.name for path in files} == {"devices.json", "wireguard.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(register.folder.stat().st_mode) == 0o700
    assert len(tablet.password) == 14 and tablet.password not in repr(tablet)
    assert phone.password == ""


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x1b[2Jb", "a\u202eb"])
def test_what_is_no_name(home: Path, name: str) -> None:
    with pytest.raises(BadInput):
        Register().add(name, "proxy")
    assert list(Register()) == []


@pytest.mark.parametrize("word", ["nobody", "", "Phone"])
def test_who_is_not_known_or_not_told_apart(home: Path, word: str) -> None:
    register = Register()
    for _ in range(2):
        register.rename(register.add("x", "proxy"), "Phone")
    with pytest.raises(BadInput, match="no device is called"):
        register.find(word)


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"id": "x"}]', "null"])
def test_a_damaged_register_is_said(home: Path, text: str) -> None:
    Register().add("x", "proxy")
    (Register().folder / "devices.json").write_text(text)
    with pytest.raises(BadInput, match="cannot be read"):
        Register()


def test_a_tunnel_in_the_words_of_the_app(home: Path) -> None:
    register = Register()
    phone = register.add("phone", "wireguard", "127.0.0.1")
    keys = json.loads(register.keys(phone).read_text())
    lines = pairing(register, phone, "192.0.2.7").code.splitlines()
    assert f"PrivateKey = {keys['client_key']}" in lines
    assert f"PublicKey = {public(keys['server_key'])}" in lines and keys["server_key"] not in "".join(lines)
    assert f"Endpoint = 192.0.2.7:{phone.port}" in lines
    assert "AllowedIPs = 0.0.0.0/0, ::/0" in lines  # IPv6 goes in too, else it passes beside
    register.keys(phone).write_text("{}")
    with pytest.raises(BadInput, match="missing or damaged"):
        pairing(register, phone, "192.0.2.7")


@given(st.binary(min_size=32, max_size=32))
def test_a_public_key_is_the_one_that_the_proxy_computes(raw: bytes) -> None:
    private = base64.b64encode(raw).decode()
    assert public(private) == mitmproxy_rs.wireguard.pubkey(private)


@given(st.text(max_size=60))
def test_an_id_is_short_and_plain(name: str) -> None:
    made = slug(name)
    assert 1 <= len(made) <= 24 and made == slug(made)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("address", ["shop.example", "0.0.0.0", "::1", "300.1.1.1"])
def test_what_is_no_address_on_the_network(address: str) -> None:
    with pytest.raises(BadInput):
        lan_address(address)


def test_ports_that_are_taken_are_passed_over() -> None:
    first = free_port(42000, udp=False, host="127.0.0.1")
    assert free_port(first, udp=False, host="127.0.0.1", taken={first}) > first


def test_an_address_of_another_computer_is_refused() -> None:
    with pytest.raises(BadInput, match="no address of this computer"):
        free_port(42000, udp=True, host="192.0.2.7")


def test_a_code_in_half_blocks_has_its_quiet_border() -> None:
    rows = qr_text("http://192.0.2.7:8081/").splitlines()
    assert {len(row) for row in rows} == {29} and len(rows) == 15
    assert set("".join(rows)) <= set("█▀▄ ") and set(rows[0]) == {"█"}
    assert set(qr_text("x", dark_ground=False).splitlines()[0]) == {" "}
    assert qr_image("x").startswith("data:image/png;base64,")
