"""Signatures and time stamps, by the real programs; nothing but a digest is sent, and only to loopback."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from mouchard.errors import BadInput, MissingProgram
from mouchard.evidence import bundle, seals
from mouchard.evidence.archive import Archive
from mouchard.evidence.verify import verify
from tests.cli.test_evidence import run
from tests.evidence import visit
from tests.evidence.conftest import Visit
from tests.evidence.test_verify import rewrite

HEAD = bytes(range(32))


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


@pytest.mark.needs("ssh-keygen")
def test_a_signature_holds_for_its_own_manifest_only(make, key: Path) -> None:
    def sign(held: dict[str, bytes]) -> None:
        name, signature = seals.signer(str(key))(held["manifest.json"])
        held[name] = signature

    signed = rewrite(make(), sign, forge=False)
    with Archive(signed) as archive:
        (said,) = seals.signed_by(archive)
    assert "Good" in said and "ED25519" in said
    forged = rewrite(
        signed, lambda held: held.update({"manifest.json": held["manifest.json"] + b" "}), forge=False
    )
    with Archive(forged) as archive, pytest.raises(BadInput, match="ssh-keygen"):
        seals.signed_by(archive)


def test_an_unsigned_bundle_has_no_signature(make) -> None:
    with Archive(make()) as archive:
        assert seals.signed_by(archive) == ()


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no-key"
    path.write_text("nothing")
    with pytest.raises(BadInput, match="ssh-keygen"):
        seals.signer(str(path))(b"x")


class Service(BaseHTTPRequestHandler):
    """A time-stamping service: `openssl ts` behind HTTP, or one that answers with what it likes."""

    reply: ClassVar[list[str]] = []
    asked: ClassVar[list[bytes]] = []

    def do_POST(self) -> None:
        query = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(query)
        answer = b"no stamp"
        if self.reply:
            folder = Path(self.reply[0])
            (folder / "q.tsq").write_bytes(query)
            command = ["openssl", "ts", "-reply", "-queryfile", "q.tsq", "-config", "ts.cnf", "-out", "r.tsr"]
            subprocess.run(command, cwd=folder, check=True, capture_output=True)
            answer = (folder / "r.tsr").read_bytes()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[str]:
    Service.reply, Service.asked = [], []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


TS_CNF = """
[tsa]
default_tsa = t
[t]
serial = ./serial
crypto_device = builtin
signer_cert = ./cert.pem
certs = ./cert.pem
signer_key = ./key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@pytest.fixture
def authority(service: str, tmp_path: Path) -> str:
    """A service with an invented certificate; it answers as real ones do."""
    (tmp_path / "ts.cnf").write_text(TS_CNF)
    (tmp_path / "serial").write_text("01\n")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
         "-days", "2",
         "-subj", "/CN=tsa.example", "-addext", "extendedKeyUsage=critical,timeStamping",
         "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    Service.reply.append(str(tmp_path))
    return service


@pytest.mark.needs("openssl")
def test_a_real_service_stamps_the_head_and_gets_nothing_else(authority: str, tmp_path: Path) -> None:
    (tmp_path / "head.tsr").write_bytes(seals.stamper(authority)(HEAD))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-digest", HEAD.hex(), "-in", "head.tsr", "-CAfile", "cert.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr
    (asked,) = Service.asked
    assert HEAD in asked and len(asked) < 80


def test_an_answer_that_is_no_stamp_is_refused(service: str) -> None:
    with pytest.raises(BadInput, match="no stamp of this chain"):
        seals.stamper(service)(HEAD)


def test_only_web_addresses_are_asked() -> None:
    with pytest.raises(BadInput, match="no address"):
        seals.stamper("file:///etc/passwd")


@pytest.fixture
def gpg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key ring with one invented key; its home is short, for gpg-agent's socket has little room."""
    with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp") as home:
        monkeypatch.setenv("GNUPGHOME", home)
        words = ("--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")
        name = "Camille Martin <camille.martin@courriel.example>"
        subprocess.run(
            ["gpg", *words, "--quick-generate-key", name, "ed25519", "sign", "1d"],
            check=True, capture_output=True,
        )  # fmt: skip
        yield "camille.martin@courriel.example"
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], check=False, capture_output=True)


@pytest.mark.needs("gpg")
def test_a_gpg_signature_holds_for_its_own_manifest_only(
    seen: Visit, tmp_path: Path, gpg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.zip"
    rules = seen.rules
    wish = bundle.Wish(visit.SITE)
    bundle.write(path, seen.db, rules.keys, wish, rules.identity, rules.classifier, sign=seals.signer(gpg))
    with Archive(path) as archive:
        assert "manifest.json.asc" in archive.names
        (said,) = seals.signed_by(archive)
        assert "good GPG signature" in said and verify(archive).wrong == ()
    forged = rewrite(
        path, lambda held: held.update({"manifest.json": held["manifest.json"] + b" "}), forge=False
    )
    with Archive(forged) as archive, pytest.raises(BadInput, match="gpg"):
        seals.signed_by(archive)
    with pytest.raises(BadInput, match="gpg"):
        seals.signer("nobody@courriel.example")(b"x")
    with monkeypatch.context() as without, pytest.raises(MissingProgram, match="gpg is not installed"):
        without.setenv("PATH", str(tmp_path))
        seals.signer(gpg)(b"x")


@pytest.mark.needs("openssl")
def test_a_stamped_bundle_says_so_and_a_foreign_stamp_is_told(
    seen: Visit, authority: str, tmp_path: Path
) -> None:
    path = tmp_path / "shop.zip"
    done = run("evidence", visit.SITE, "-o", path, "--db", seen.db, "--timestamp", authority)
    assert done.exit_code == 0, done.output
    (asked,) = Service.asked
    checked = run("verify", path)
    assert checked.exit_code == 0 and "time stamp: of this chain" in checked.stdout
    with Archive(path) as archive:
        head = bytes.fromhex(verify(archive).head)
        assert head in asked and head in archive.read("head.tsr")
    foreign = rewrite(path, lambda held: held.update({"head.tsr": b"0" * 80}))
    checked = run("verify", foreign)
    assert checked.exit_code == 1 and "time stamp is not of this chain" in checked.stdout


def test_a_service_that_cannot_be_reached_leaves_no_bundle(seen: Visit, tmp_path: Path) -> None:
    path = tmp_path / "shop.zip"
    with pytest.raises(BadInput, match="no time stamp from"):
        run("evidence", visit.SITE, "-o", path, "--db", seen.db, "--timestamp", "http://127.0.0.1:9/")
    assert not list(tmp_path.glob("shop.zip*"))
