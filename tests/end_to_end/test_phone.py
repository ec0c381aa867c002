"""`run --phone` with a simulated phone: a tunnel, consent on its own page, and what stays closed."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mouchard import certificate, paths
from mouchard.devices import Register
from mouchard.devices.pairing import pairing
from mouchard.store.read import Reader

sys.path.insert(0, str(Path(__file__).parent))
import phone as phones
from phone import Phone
from running import capture, mouchard

ELSEWHERE, ELSEWHERE_6, MAIL = "192.0.2.10", "2001:db8::10", "192.0.2.25"
"""Addresses of documentation; the proxy answers them, and all others, from the origin of the test."""


class Web:
    """An origin with a certificate of its own, in TLS and plain, and a datagram echo on the same port."""

    def __init__(self, folder: Path) -> None:
        self.seen: list[str] = []
        handler = type("Handler", (_Handler,), {"seen": self.seen})
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.ensure(folder).key_path)
        self.plain = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.port = self.secure.server_address[1]
        self.echo = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.echo.bind(("127.0.0.1", self.port))
        self.mail = socket.create_server(("127.0.0.1", 0))
        self.secure.socket = context.wrap_socket(self.secure.socket, server_side=True)
        for run in (self.plain.serve_forever, self.secure.serve_forever, self._echo, self._greet):
            threading.Thread(target=run, daemon=True).start()

    def _greet(self) -> None:
        while True:
            try:
                peer, _ = self.mail.accept()
            except OSError:
                return
            with peer:
                peer.sendall(b"220 mail.example\r\n")

    def _echo(self) -> None:
        while True:
            try:
                data, peer = self.echo.recvfrom(2000)
            except OSError:
                return
            self.seen.append("udp")
            self.echo.sendto(data[:4], peer)

    def close(self) -> None:
        self.plain.shutdown()
        self.secure.shutdown()
        self.echo.close()
        self.mail.close()


class _Handler(http.server.BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    found = Web(tmp_path / "theirs")
    yield found
    found.close()


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Phone]:
    if reason := phones.missing():
        pytest.skip(reason)
    with phones.phone(tmp_path, 1) as found:
        yield found


def agree(device: Phone, *through: str) -> None:
    page = device.curl(*through, "http://mouchard.check/").stdout
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None, page
    done = device.curl(
        *through, "-o", "-", "-w", "%{http_code}", "-d", f"token={token[1]}", "http://mouchard.check/confirm"
    )
    assert done.stdout.endswith("303"), done


def test_a_phone_and_a_tablet_beside_a_browser(home: Path, tmp_path: Path, device: Phone, web: Web) -> None:
    db = tmp_path / "visit.db"
    plain = f"127.0.0.1:{web.plain.server_address[1]}"
    mail = f"127.0.0.1:{web.mail.getsockname()[1]}"
    rules = [f"{MAIL}={mail}", f"plain.example={plain}", f"{ELSEWHERE_6}={plain}", f"*=127.0.0.1:{web.port}"]
    options = [word for rule in rules for word in ("--set", f"mouchard_resolve={rule}")]
    at = ("--resolve", f"shop.example:443:{ELSEWHERE}", "--resolve", f"www.boursobank.com:443:{ELSEWHERE}")
    with capture(db, "--phone", "--lan", device.computer, "--insecure-upstream", *options) as running:
        tablet = mouchard("devices", "add", "tablet", "--by", "proxy", "--db", str(db)).strip()
        register = Register()
        phone, slate = register.find("phone"), register.find(tablet)
        ours = str(certificate.ensure(paths.ca()).cert_path)

        # the tunnel: nothing is recorded, nor opened, before its user agrees
        found = pairing(register, phone, device.computer)
        assert "AllowedIPs = 0.0.0.0/0, ::/0" in found.code
        device.connect(found.code)
        assert device.curl(*at, "-k", "https://shop.example/before").stdout == "ok"
        assert device.curl(*at, "--cacert", ours, "https://shop.example/before").returncode == 60
        agree(device)
        assert (
            device.curl(*at, "--cacert", ours, "https://shop.example/after?email=a%40b.example").stdout
            == "ok"
        )
        bank = device.curl(*at, "--cacert", ours, "https://www.boursobank.com/")
        assert bank.returncode == 60  # its own certificate: ours was never made
        assert device.curl(*at, "-k", "https://www.boursobank.com/accounts").stdout == "ok"

        # QUIC gets no answer, other datagrams do; IPv6 does not pass beside the tunnel
        assert device.udp(ELSEWHERE, 4444, 20)
        assert not device.udp(ELSEWHERE, 443, 2)
        assert web.seen.count("udp") == 1
        six = device.curl("-6", "--resolve", f"six.example:80:[{ELSEWHERE_6}]", "http://six.example/six")
        assert six.stdout == "ok"

        # mail works, where the server speaks first
        assert device.greeting(MAIL, 587) == "220 mail.example"

        # the tablet: its own password or nothing
        listener = f"{device.computer}:{slate.port}"
        through = ("--proxy", f"http://{slate.id}:{slate.password}@{listener}")
        wrong = device.curl(
            "--proxy", f"http://{slate.id}:guess@{listener}", "-i", "http://plain.example/wrong"
        )
        assert " 407 " in wrong.stdout.partition("\n")[0]
        agree(device, *through)
        assert device.curl(*through, "http://plain.example/tablet").stdout == "ok"

        # a browser of this computer needs none
        here = ["curl", "-sS", "--proxy", f"http://{running.address}", "http://plain.example/here"]
        assert subprocess.run(here, capture_output=True, text=True, timeout=60).stdout == "ok"
        mouchard("devices", "name", "phone", "Blue", "--db", str(db))
        listed = mouchard("devices", "list", "--format", "jsonl", "--db", str(db))
        assert running.stop() == 0

    rows = [
        json.loads(line) for line in mouchard("requests", "--db", str(db), "--format", "jsonl").splitlines()
    ]
    clients = {row["url"].partition("?")[0]: row["client"].partition("/")[0] for row in rows}
    assert clients == {
        "https://shop.example/after": f"phone@10.0.0.1#{phone.port}",
        "http://six.example/six": f"phone@10.0.0.1#{phone.port}",
        "http://plain.example/tablet": "tablet@198.19.1.2",
        "http://plain.example/here": "127.0.0.1",
    }
    with Reader(db) as reader:
        names = {row.key.partition("@")[0]: row.name for row in reader.clients()}
    assert names["phone"] == "App on Blue" and names["tablet"] == "App on tablet@198.19.1.2"
    told = {row["id"]: row for row in map(json.loads, listed.splitlines())}
    assert {row["standing"] for row in told.values()} == {"recorded"} and told["phone"]["passed"] == 2
    keys = json.loads(register.keys(phone).read_text())
    for secret in (*keys.values(), slate.password):
        assert secret not in listed + "".join(running.said + running.told)
        assert secret.encode() not in db.read_bytes()
    files = [register.keys(phone), register.folder / "devices.json"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_two_phones_are_told_apart_and_one_is_deleted(
    home: Path, tmp_path: Path, device: Phone, web: Web
) -> None:
    db = tmp_path / "visit.db"
    everywhere = f"mouchard_resolve=*=127.0.0.1:{web.plain.server_address[1]}"
    (tmp_path / "second").mkdir()
    with (
        phones.phone(tmp_path / "second", 2) as second,
        capture(db, "--phone", "--lan", device.computer, "--set", everywhere) as running,
    ):
        added = mouchard("devices", "add", "Second phone", "--db", str(db)).strip()  # while it runs
        register = Register()
        second.must("ip", "route", "add", f"{device.computer}/32", "via", second.computer)
        for found, name in ((device, "phone"), (second, added)):
            found.connect(pairing(register, register.find(name), device.computer).code)
            agree(found)
            at = ("--resolve", f"shop.example:80:{ELSEWHERE}")
            assert found.curl(*at, f"http://shop.example/{name}").stdout == "ok"
        mouchard("devices", "delete", added, "--yes", "--data", "--db", str(db))
        gone = second.run("curl", "-sS", "--max-time", "3", "http://198.18.0.53/")
        assert gone.returncode != 0
        assert device.curl(*at, "http://shop.example/phone").stdout == "ok"
        assert running.stop() == 0
    rows = [
        json.loads(line) for line in mouchard("requests", "--db", str(db), "--format", "jsonl").splitlines()
    ]
    assert [(row["url"], row["client"].partition("@")[0]) for row in rows] == [
        ("http://shop.example/phone", "phone")
    ] * 2


@pytest.mark.browser
@pytest.mark.parametrize(("trusts", "words"), [(True, "can be read"), (False, "does not trust")])
def test_a_browser_on_the_phone_sees_whether_it_trusts_the_certificate(
    home: Path, tmp_path: Path, device: Phone, trusts: bool, words: str
) -> None:
    chromium = next(
        (name for name in ("chromium", "chromium-browser", "google-chrome") if shutil.which(name)), ""
    )
    if not chromium:
        pytest.skip("needs chromium")
    db = tmp_path / "visit.db"
    nowhere = ("--set", "mouchard_resolve=*=127.0.0.1:9")
    with capture(db, "--phone", "--lan", device.computer, *nowhere) as running:
        register = Register()
        device.connect(pairing(register, register.find("phone"), device.computer).code)
        authority = certificate.ensure(paths.ca())
        trust = [f"--ignore-certificate-errors-spki-list={authority.spki_sha256_b64}"] if trusts else []
        page = device.run(
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--lang=en",
            "--disable-background-networking", "--disable-component-update", *trust,
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=9000", "--timeout=60000",
            "--dump-dom", "http://mouchard.check/?lang=en",
        ).stdout  # fmt: skip
        assert authority.fingerprint in page
        shown = re.search(r'<p id="trust"[^>]*>([^<]*)', page)
        assert shown is not None and words in shown[1], page
        (told,) = map(
            json.loads, mouchard("devices", "list", "--format", "jsonl", "--db", str(db)).splitlines()
        )
        assert told["trusts"] is trusts
        assert running.stop() == 0
