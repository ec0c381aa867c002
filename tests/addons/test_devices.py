"""Devices at the door: name and password, consent on the device, pause, and what none may reach."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mouchard import certificate
from mouchard.capture.records import Record, Request, Sealed
from mouchard.devices import Device, Register, closed

sys.path.insert(0, str(Path(__file__).parent))
from proxy_world import Origin, Peer, answered, fetch, here, origin, proxy


@pytest.fixture
def tablet(home: Path) -> Device:
    """A device with a password, its user not asked yet."""
    return Register().add("tablet", "proxy", "127.0.0.1")


@pytest.fixture
async def web() -> AsyncIterator[Origin]:
    async with origin() as world:
        yield world


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[Origin]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(own_certificate(tmp_path / "theirs.pem"))
    async with origin(context) as world:
        yield world


@pytest.fixture
async def running(home: Path, tablet: Device, web: Origin, secure: Origin) -> AsyncIterator[Peer]:
    """A proxy that lets devices in; every host is at the origin of its kind."""
    resolve = [
        "--set", f"mouchard_resolve=plain.example=127.0.0.1:{web.address[1]}",
        "--set", f"mouchard_resolve=*=127.0.0.1:{secure.address[1]}",
    ]  # fmt: skip
    async with proxy(home, "--lan", "127.0.0.1", "--insecure-upstream", *resolve) as peer:
        yield peer


def own_certificate(path: Path) -> Path:
    """A server's key and certificate, signed by itself: what an app may pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pinned.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("pinned.example")]), False)
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(plain + builder.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


def password(device: Device, wrong: str = "") -> str:
    code = base64.b64encode(f"{device.id}:{wrong or device.password}".encode()).decode()
    return f"Proxy-Authorization: Basic {code}"


async def tunnel(
    device: Device, host: str, cafile: Path | None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """TLS to a host through the listener for devices."""
    reader, writer = await asyncio.open_connection("127.0.0.1", device.port)
    writer.write(f"CONNECT {host}:443 HTTP/1.1\r\n{password(device)}\r\n\r\n".encode())
    assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
    context = ssl.create_default_context(cafile=str(cafile)) if cafile else ssl.create_default_context()
    await writer.start_tls(context, server_hostname=host)
    return reader, writer


async def get(device: Device, url: str, *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    return await fetch(device.port, url, password(device), *headers, method=method, body=body)


async def agree(device: Device) -> None:
    """Say yes on the page, as a browser on the device does."""
    page = (await get(device, "http://mouchard.check/")).decode()
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    answer = await get(
        device, "http://mouchard.check/confirm", method="POST", body=f"token={token[1]}".encode()
    )
    assert b" 303 " in answer


async def after_this(running: Peer, web: Origin) -> list[Record]:
    """All records up to one of this computer's own, made now."""
    await fetch(running.port, f"http://127.0.0.1:{web.address[1]}/last")
    await running.read(lambda _: any(isinstance(r, Request) and "/last" in r.url for r in running.records()))
    return [r for r in running.records() if not (isinstance(r, Request) and "/last" in r.url)]


# --- who comes in --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        (),
        ("Proxy-Authorization: Basic !!!",),
        ("Proxy-Authorization: Bearer dGFibGV0Og==",),
        (f"Proxy-Authorization: Basic {base64.b64encode(b'tablet:').decode()}",),
        (f"Proxy-Authorization: Basic {base64.b64encode(b'nobody:').decode()}",),
        (f"Proxy-Authorization: Basic {base64.b64encode(b'tablet:wrong').decode()}",),
        (f"Proxy-Authorization: Basic {base64.b64encode(bytes([255, 58, 255])).decode()}",),
    ],
)
async def test_without_its_password_a_device_gets_nothing(
    running: Peer, tablet: Device, web: Origin, given: tuple[str, ...]
) -> None:
    for target in ("http://plain.example/", "http://mouchard.check/", "http://mouchard.check/status.json"):
        answer = await fetch(tablet.port, target, *given)
        assert b" 407 " in answer.partition(b"\r\n")[0] and b"Mouchard" in answer
    reader, writer = await asyncio.open_connection("127.0.0.1", tablet.port)
    writer.write("\r\n".join(["CONNECT plain.example:443 HTTP/1.1", *given, "", ""]).encode())
    assert b" 407 " in await reader.readuntil(b"\r\n\r\n")
    writer.close()
    assert web.seen == []


async def test_this_computer_needs_none_meanwhile(running: Peer, web: Origin) -> None:
    assert b" 204 " in await fetch(running.port, "http://plain.example/x")
    first = (await running.read_records(2))[0]
    assert isinstance(first, Request) and first.origin.proxy_user == ""


async def test_a_device_is_told_apart_and_its_password_goes_nowhere(
    running: Peer, tablet: Device, web: Origin
) -> None:
    await agree(tablet)
    await get(tablet, "http://plain.example/x")
    first = (await running.read_records(2))[0]
    assert isinstance(first, Request) and first.origin.proxy_user == "tablet"
    assert b"roxy-" not in web.seen[-1] and "authorization" not in str(first.headers).lower()
    assert tablet.password not in repr(tablet) + repr(first)


async def test_the_page_at_the_listener_itself_hands_out_the_certificate_and_no_more(
    running: Peer, tablet: Device, home: Path
) -> None:
    here = f"http://127.0.0.1:{tablet.port}"
    authority = certificate.ensure(home / "ca")
    page = await fetch(tablet.port, f"{here}/", "Accept-Language: fr")
    assert b" 200 " in page and authority.fingerprint.encode() in page and "Préparer".encode() in page
    assert tablet.password.encode() not in page and b"tablet" not in page
    assert (await fetch(tablet.port, f"{here}/ca.cer")).endswith(authority.cert_path.read_bytes())
    for path in ("/status.json", "/confirm", "/pair/", "/never-open", "/trusted.json"):
        assert b" 404 " in (await fetch(tablet.port, here + path)).partition(b"\r\n")[0], path
    reader, writer = await asyncio.open_connection("127.0.0.1", tablet.port)  # as a browser asks a server
    writer.write(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{tablet.port}\r\nConnection: close\r\n\r\n".encode())
    assert authority.fingerprint.encode() in await reader.read()
    writer.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "a.localhost", "[::1]", "0.0.0.0"])
async def test_a_device_does_not_reach_the_inside_of_this_computer(
    running: Peer, tablet: Device, web: Origin, host: str
) -> None:
    """The origin answers for any name, so only a refusal keeps it from being reached."""
    answer = await get(tablet, f"http://{host}:{web.address[1]}/")
    assert b" 502 " in answer.partition(b"\r\n")[0] and web.seen == []


# --- what its user agreed to ---------------------------------------------------------------------


async def test_an_unconfirmed_device_passes_unread_and_unrecorded(
    running: Peer, tablet: Device, web: Origin, tmp_path: Path
) -> None:
    assert b" 204 " in await get(tablet, "http://plain.example/x")
    context = ssl._create_unverified_context()
    reader, writer = await asyncio.open_connection("127.0.0.1", tablet.port)
    writer.write(f"CONNECT shop.example:443 HTTP/1.1\r\n{password(tablet)}\r\n\r\n".encode())
    await reader.readuntil(b"\r\n\r\n")
    await writer.start_tls(context, server_hostname="shop.example")
    shown = ssl.DER_cert_to_PEM_cert(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
    assert shown in (tmp_path / "theirs.pem").read_text()  # not even decrypted
    writer.close()
    await after_this(running, web)
    assert {r.origin.proxy_user for r in running.records() if isinstance(r, Request | Sealed)} == {""}
    (told,) = (await running.ask("devices"))["devices"]
    assert (told["standing"], told["passed"]) == ("unconfirmed", 2)
    assert "password" not in told


async def test_its_user_agrees_pauses_and_withdraws_on_the_page(
    running: Peer, tablet: Device, web: Origin
) -> None:
    page = (await get(tablet, "http://mouchard.check/?lang=fr")).decode()
    assert "Rien de cet appareil" in page and 'action="/confirm' in page and 'action="/pause' not in page
    await agree(tablet)
    stored = Register().find("tablet")
    assert stored.standing == "recorded" and stored.confirmed > 0
    await get(tablet, "http://plain.example/1")
    assert b"you agreed" in (await get(tablet, "http://mouchard.check/?lang=en")).lower()
    token = re.search(r'value="([^"]+)"', (await get(tablet, "http://mouchard.check/")).decode())
    assert token is not None
    for action, standing in [("pause", "paused"), ("resume", "recorded"), ("withdraw", "unconfirmed")]:
        body = f"token={token[1]}".encode()
        await get(tablet, f"http://mouchard.check/{action}", method="POST", body=body)
        assert Register().find("tablet").standing == standing
        if standing != "recorded":
            await get(tablet, "http://plain.example/unseen")
    await after_this(running, web)
    urls = [r.url for r in running.records() if isinstance(r, Request)]
    assert "http://plain.example/1" in urls and "http://plain.example/unseen" not in urls


@pytest.mark.parametrize("body", [b"", b"token=", b"token=guess", b"x=1"])
async def test_no_site_can_agree_in_its_users_name(running: Peer, tablet: Device, body: bytes) -> None:
    for _ in range(2):
        answer = await get(tablet, "http://mouchard.check/confirm", method="POST", body=body)
        assert b" 403 " in answer.partition(b"\r\n")[0]
        await get(tablet, "http://mouchard.check/")  # now there is a token
    assert Register().find("tablet").standing == "unconfirmed"


async def test_the_page_shows_whether_this_browser_trusts_the_certificate(
    running: Peer, tablet: Device, home: Path
) -> None:
    with pytest.raises(ssl.SSLError):
        await tunnel(tablet, "mouchard.check", None)
    heard = await running.hear()
    while heard.get("news") != "untrusting":
        heard = await running.hear()
    assert heard["device"] == "tablet"
    for site, status in [
        ("http://mouchard.check", b" 200 "),
        ("https://shop.example", b" 404 "),
        ("", b" 404 "),
    ]:
        reader, writer = await tunnel(tablet, "mouchard.check", certificate.ensure(home / "ca").cert_path)
        writer.write(f"GET /trusted.json HTTP/1.1\r\nHost: mouchard.check\r\nOrigin: {site}\r\n\r\n".encode())
        assert status in await reader.readuntil(b"\r\n\r\n"), site
        writer.close()
    (told,) = (await running.ask("devices"))["devices"]
    assert told["trusts"] is True


# --- what stays closed ---------------------------------------------------------------------------


async def test_an_app_that_pins_fails_once_and_then_works(
    running: Peer, tablet: Device, tmp_path: Path
) -> None:
    await agree(tablet)
    own = ssl.create_default_context(cafile=str(tmp_path / "theirs.pem"))
    worked = [
        await answered(tablet.port, "pinned.example:443", "pinned.example", own, password(tablet))
        for _ in range(3)
    ]
    assert worked == [False, True, True]
    records = await running.read_records(3)
    sealed = [(r.host, r.reason, r.origin.proxy_user) for r in records if isinstance(r, Sealed)]
    assert sealed == [("pinned.example", reason, "tablet") for reason in ("distrusted", "passed", "passed")]


async def test_an_app_that_leaves_without_a_word_is_let_through_after_some_tries(
    running: Peer, tablet: Device, home: Path
) -> None:
    await agree(tablet)
    ours = certificate.ensure(home / "ca").cert_path
    for _ in range(3):
        _, writer = await tunnel(tablet, "silent.example", ours)
        writer.close()
        await writer.wait_closed()
    (record,) = await running.read_records(1)
    assert isinstance(record, Sealed) and (record.host, record.reason) == ("silent.example", "failed")
    with pytest.raises(ssl.SSLError):
        await tunnel(tablet, "silent.example", ours)
    for _ in range(4):
        reader, writer = await tunnel(tablet, "spoken.example", ours)
        writer.write(b"GET /json HTTP/1.1\r\nHost: spoken.example\r\nConnection: close\r\n\r\n")
        assert b" 200 " in await reader.read()
        writer.close()


async def test_banks_stay_closed_for_devices_and_not_for_this_computer(
    running: Peer, tablet: Device, home: Path
) -> None:
    await agree(tablet)
    ours = certificate.ensure(home / "ca").cert_path
    with pytest.raises(ssl.SSLError):  # the bank's own certificate: we made none
        await tunnel(tablet, "www.boursobank.com", ours)
    (record,) = await running.read_records(1)
    assert isinstance(record, Sealed) and (record.host, record.reason) == ("www.boursobank.com", "never-open")
    reader, writer = await asyncio.open_connection("127.0.0.1", running.port)
    writer.write(b"CONNECT www.boursobank.com:443 HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    await writer.start_tls(ssl.create_default_context(cafile=str(ours)), server_hostname="www.boursobank.com")
    writer.close()


async def test_the_list_is_changed_while_it_runs(running: Peer, tablet: Device, home: Path) -> None:
    await agree(tablet)
    ours = certificate.ensure(home / "ca").cert_path
    _, writer = await tunnel(tablet, "chess.example", ours)
    writer.close()
    closed.change("chess.example", True)
    closed.change("boursobank.com", False)
    await running.ask("devices", action="reload")
    with pytest.raises(ssl.SSLError):
        await tunnel(tablet, "www.chess.example", ours)
    _, writer = await tunnel(tablet, "www.boursobank.com", ours)
    writer.close()
    assert b"chess.example" in await get(tablet, "http://mouchard.check/never-open")


# --- from this computer --------------------------------------------------------------------------


async def test_devices_are_added_named_paused_and_deleted_while_it_runs(
    running: Peer, tablet: Device, web: Origin
) -> None:
    added = await running.ask("devices", action="add", device="Old phone", kind="proxy")
    assert added["device"]["id"] == "old-phone" and added["device"]["port"] == tablet.port
    named = await running.ask("devices", action="name", device="old-phone", name="Blue")
    assert named["device"]["name"] == "Blue"
    assert "error" in await running.ask("devices", action="name", device="Blue", name="\x1b[2J")
    assert "error" in await running.ask("devices", action="sing", device="Blue")
    assert "error" in await running.ask("devices", action="pause", device="nobody")
    phone = Register().find("Blue")
    await running.ask("devices", action="confirm", device="Blue")
    assert b" 204 " in await get(phone, "http://plain.example/x")
    paired = await running.ask("devices", action="pair", device="Blue")
    assert paired["password"] == phone.password and paired["page"] == "http://mouchard.check/"
    assert (await running.ask("devices", action="delete", device="Blue"))["deleted"] is True
    assert b" 407 " in await get(phone, "http://plain.example/y")
    assert [device.id for device in Register()] == ["tablet"]


async def test_devices_are_let_in_while_it_runs(home: Path, tablet: Device, web: Origin) -> None:
    rule = f"mouchard_resolve=*=127.0.0.1:{web.address[1]}"
    async with proxy(home, "--set", rule) as running:
        assert (await running.ask("devices"))["lan"] == ""
        with pytest.raises(ConnectionRefusedError):
            await get(tablet, "http://plain.example/")
        assert "error" in await running.ask("devices", action="open", device="shop.example")
        opened = await running.ask("devices", action="open", device="127.0.0.1")
        assert [device["id"] for device in opened["devices"]] == ["tablet"] and "/pair/" in opened["codes"]
        answer = b""
        async with asyncio.timeout(60):
            while not answer:
                with suppress(ConnectionRefusedError):
                    answer = await get(tablet, "http://plain.example/x")
        assert b" 204 " in answer


async def test_a_deleted_device_is_cut_off_on_its_open_connection(running: Peer, tablet: Device) -> None:
    await agree(tablet)
    reader, writer = await asyncio.open_connection("127.0.0.1", tablet.port)
    ask = f"GET http://plain.example/x HTTP/1.1\r\nHost: plain.example\r\n{password(tablet)}\r\n\r\n".encode()
    writer.write(ask)
    assert b" 204 " in await reader.readuntil(b"\r\n\r\n")
    await running.ask("devices", action="delete", device="tablet")
    writer.write(ask)
    assert await reader.read() == b""
    writer.close()


async def test_codes_are_shown_to_this_computer_only(home: Path, tablet: Device) -> None:
    async with proxy(home) as alone:  # nobody is let in: nothing to ask
        assert (await alone.ask("devices", action="pause", device="tablet"))["lan"] == ""
    peer = Peer()
    task = here(peer, home, "--lan", "127.0.0.1", "--set", "mouchard_resolve=*=127.0.0.1:9")
    heard = await peer.hear()
    while heard.get("event") != "listening":
        heard = await peer.hear()
    path = heard["pair"].partition("/pair/")[2]
    port = int(heard["address"].rpartition(":")[2])
    page = await fetch(port, heard["pair"])
    assert b"data:image/png" in page and tablet.password.encode() in page
    french = await fetch(port, heard["pair"] + "?lang=fr")
    assert b"Connecter un appareil" in french and tablet.password.encode() in french
    wrong = [f"http://127.0.0.1:{port}/pair/guess", f"http://shop.example:{port}/pair/{path}"]
    answers = [await fetch(port, url) for url in wrong]
    answers.append(await get(tablet, heard["pair"]))
    assert all(tablet.password.encode() not in answer for answer in answers)
    assert json.dumps(heard).find(tablet.password) == -1
    peer.drop()
    await task
