"""Installed lists, against a real HTTPS server and everything that goes wrong with one."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mouchard.classify import Classifier, update
from mouchard.classify.fetch import Limits, fetch, with_includes
from mouchard.classify.register import Entry, Register
from mouchard.cli.lists import lists as command
from mouchard.errors import BadInput

Answer = Callable[[BaseHTTPRequestHandler], None]


def body(version: str, count: int = 100) -> bytes:
    """A list of so many rules."""
    rules = "\n".join(f"||traceur-{number}.example^" for number in range(count))
    return f"[Adblock Plus 2.0]\n! Title: Essai\n! Version: {version}\n! Licence: CC0\n{rules}\n".encode()


def ok(data: bytes, etag: str = "", modified: str = "") -> Answer:
    """Answers with these bytes, or with 304 where the client has them."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        if etag and request.headers.get("If-None-Match") == etag:
            request.send_response(304)
            request.end_headers()
            return
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        if etag:
            request.send_header("ETag", etag)
        if modified:
            request.send_header("Last-Modified", modified)
        request.end_headers()
        request.wfile.write(data)

    return answer


def status(code: int, **headers: str) -> Answer:
    """Answers with a status and nothing else."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()

    return answer


def half(data: bytes) -> Answer:
    """Announces all, sends half, hangs up."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[: len(data) // 2])

    return answer


@dataclass
class Publisher:
    """A publisher of lists on this machine."""

    base: str
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return folder / "cert.pem", folder / "key.pem"


@pytest.fixture
def publisher(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A running publisher whose certificate is trusted; the proxy in the environment must not be used."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            served.answers.get(self.path, status(404))(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    served = Publisher(f"https://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    yield served
    served.done.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """An empty register."""
    return Register(tmp_path / "lists")


@pytest.fixture
def added(register: Register, publisher: Publisher) -> Entry:
    """A list of version 5, installed."""
    publisher.answers["/essai.txt"] = ok(body("5"), '"cinq"', "Sat, 21 Nov 2026 08:00:00 GMT")
    return update.add(register, f"{publisher.base}/essai.txt")


def test_a_list_is_added_by_its_address(register: Register, added: Entry) -> None:
    assert (added.name, added.version, added.rules, added.etag) == ("essai", "5", 100, '"cinq"')
    assert added.licence == "CC0"
    assert register.entries() == {"essai": added}
    assert [known.rules for known in register.lists()] == [0]  # not indexed yet
    assert register.path(added).read_bytes() == body("5")


def test_unchanged(register: Register, publisher: Publisher, added: Entry) -> None:
    entry, changed = update.update(register, "essai")
    assert not changed
    assert (entry.fetched, entry.error) == (added.fetched, "")
    assert entry.checked >= added.checked


def test_a_newer_version_takes_the_place_and_can_be_taken_back(
    register: Register, publisher: Publisher, added: Entry
) -> None:
    publisher.answers["/essai.txt"] = ok(body("6", 120))
    entry, changed = update.update(register, "essai")
    assert changed
    assert (entry.version, entry.rules) == ("6", 120)
    back = update.rollback(register, "essai")
    assert (back.version, back.rules, back.etag) == ("5", 100, "")
    assert register.path(back).read_bytes() == body("5")
    assert update.rollback(register, "essai").version == "6"


BAD: dict[str, tuple[Answer, str]] = {
    "404": (status(404), "answered 404"),
    "500": (status(500), "answered 500"),
    "a web page": (ok(b"<!DOCTYPE html><title>Captive portal</title>"), "web page"),
    "nothing": (ok(b""), "no rule"),
    "prose": (ok(b"! Title: Essai\n! moved\n"), "no rule"),
    "half a file": (half(body("6")), "of"),
    "an older version": (ok(body("4")), "older"),
    "too few rules": (ok(body("6", 60)), "too few"),
    "JSON of another kind": (ok(b'{"error": "rate limited"}'), "no tracker list"),
    "half of a JSON file": (ok(b'{"categories": {"Advert'), "not JSON"),
    "a redirection to plain http": (status(302, Location="http://127.0.0.1:1/essai.txt"), "not https"),
    "redirections for ever": (status(302, Location="/essai.txt"), "answered 302"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_bad_never_replaces_what_is_good(
    register: Register, publisher: Publisher, added: Entry, case: str
) -> None:
    answer, said = BAD[case]
    publisher.answers["/essai.txt"] = answer
    with pytest.raises(BadInput, match=said):
        update.update(register, "essai")
    entry = register.entries()["essai"]
    assert (entry.version, entry.sha256) == ("5", added.sha256)
    assert said in entry.error
    assert register.path(entry).read_bytes() == body("5")
    assert not list(register.folder.glob(".*.part"))


def test_size_cap(publisher: Publisher) -> None:
    publisher.answers["/announced"] = ok(b"x" * 5_000)

    def unannounced(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(b"x" * 5_000)

    publisher.answers["/unannounced"] = unannounced
    for path in ("/announced", "/unannounced"):
        with pytest.raises(BadInput, match="larger"):
            fetch(publisher.base + path, limits=Limits(size=4_000))


def test_slow_servers_are_given_up(publisher: Publisher) -> None:
    def silent(request: BaseHTTPRequestHandler) -> None:
        publisher.done.wait(30)

    def dripping(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while not publisher.done.wait(0.01):
            try:
                request.wfile.write(b"x")
                request.wfile.flush()
            except OSError:
                return

    publisher.answers |= {"/silent": silent, "/dripping": dripping}
    with pytest.raises(BadInput):
        fetch(f"{publisher.base}/silent", limits=Limits(silence=0.2))
    with pytest.raises(BadInput, match="too long"):
        fetch(f"{publisher.base}/dripping", limits=Limits(seconds=0.1))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/liste.txt", "file:///etc/passwd", "ftp://x.example/liste"]
)
def test_only_https(register: Register, url: str) -> None:
    with pytest.raises(BadInput, match="not an https address"):
        update.add(register, url)


def test_an_untrusted_certificate_is_refused(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(BadInput, match="cannot reach"):
        fetch(f"{publisher.base}/essai.txt")


def test_nobody_there() -> None:
    with pytest.raises(BadInput, match="cannot reach"):
        fetch("https://127.0.0.1:1/liste.txt")


def test_includes_of_the_same_folder_are_put_in_place(publisher: Publisher) -> None:
    publisher.answers["/l/part.txt"] = ok(b"||part.example^")
    data = b"! Title: T\n!#include part.txt\n!#include ../other.txt\n!#include https://x.example/y.txt\n||a.example^"
    whole = with_includes(data, f"{publisher.base}/l/main.txt")
    assert b"!#include part.txt\n||part.example^\n" in whole
    assert publisher.asked == ["/l/part.txt"]


def test_a_list_that_includes_itself_ends(publisher: Publisher) -> None:
    publisher.answers["/l/main.txt"] = ok(b"!#include main.txt\n||a.example^")
    whole = with_includes(b"!#include main.txt\n", f"{publisher.base}/l/main.txt")
    assert whole.count(b"||a.example^") == 3


def test_a_list_that_includes_without_end_is_refused(publisher: Publisher) -> None:
    publisher.answers["/l/part.txt"] = ok(b"||part.example^")
    with pytest.raises(BadInput, match="includes more than 20"):
        with_includes(b"!#include part.txt\n" * 5000, f"{publisher.base}/l/main.txt")
    assert len(publisher.asked) == 20


def test_only_one_process_at_a_time(register: Register, added: Entry) -> None:
    with register.locked(), pytest.raises(BadInput, match="another mouchard"):
        update.remove(register, "essai")
    update.remove(register, "essai")
    assert register.entries() == {}
    assert not register.path(added).exists()


def test_progress_is_told(publisher: Publisher) -> None:
    publisher.answers["/liste"] = ok(b"x" * 200_000)
    told: list[tuple[int, int]] = []
    fetch(f"{publisher.base}/liste", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (200_000, 200_000)
    assert len(told) > 1


def test_a_broken_register_is_said(register: Register) -> None:
    register.put("register.json", b"{")
    with pytest.raises(BadInput, match="cannot be read"):
        register.entries()


# --- the command ---------------------------------------------------------------------------------


def run(*words: str) -> tuple[int, str, str]:
    """Exit code, stdout and what went wrong."""
    result = CliRunner().invoke(command, words)
    error = result.exception
    said = f"{error.message} {error.hint}" if isinstance(error, BadInput) else result.stderr
    return result.exit_code, result.stdout, said


def test_an_added_list_is_in_force(tmp_path: Path) -> None:
    path = tmp_path / "essai.txt"
    path.write_bytes(body("5"))
    assert run("add", str(path))[0] == 0
    verdict = Classifier.load().verdict(
        "https://traceur-7.example/x", "https://boutique-exemple.fr/", "script"
    )
    assert [match.list for match in verdict.matches] == ["Essai"]
    code, out, _ = run("status", "--format", "jsonl")
    assert code == 0
    assert '"name": "essai"' in out
    assert '"version": "5"' in out
    assert "Essai" not in {known.name for known in Classifier.load([path], only=True).ruleset[1:]}
    assert run("remove", "essai")[0] == 0
    assert not Classifier.load().verdict("https://traceur-7.example/x", "https://a.example/", "script").match


def test_status_shows_what_is_bundled() -> None:
    code, out, _ = run()
    assert code == 0
    assert "mouchard (bundled)" in out


def test_a_non_commercial_licence_is_shown_first() -> None:
    code, _, said = run("add", "disconnect")
    assert code != 0
    assert "--accept-licence" in said


@pytest.mark.parametrize("words", [("add", "no-such-list"), ("update", "absent"), ("rollback", "absent")])
def test_what_cannot_be_done_is_said(words: tuple[str, str]) -> None:
    code, _, said = run(*words)
    assert code != 0
    assert "list" in said


def test_update_goes_on_after_a_failure(publisher: Publisher) -> None:
    publisher.answers["/un.txt"] = ok(body("5"))
    publisher.answers["/deux.txt"] = ok(body("5"))
    assert run("add", f"{publisher.base}/un.txt")[0] == 0
    assert run("add", f"{publisher.base}/deux.txt")[0] == 0
    publisher.answers["/un.txt"] = status(503)
    publisher.answers["/deux.txt"] = ok(body("6"))
    code, _, said = run("update")
    assert code != 0
    assert "not updated: un" in said
    assert Register.stored().entries()["deux"].version == "6"
    assert "503" in Register.stored().entries()["un"].error


def test_the_public_suffix_list_is_checked(register: Register, publisher: Publisher, shared: Path) -> None:
    data = (shared / "lists/public_suffix_list.dat").read_bytes()
    for content, good in ((data, True), (b"com\norg\n", False)):
        publisher.answers["/psl.dat"] = ok(content)
        entry = Entry("psl", f"{publisher.base}/psl.dat", "MPL-2.0")
        if good:
            register.write({"psl": entry})
            found, _ = update.update(register, "psl")
            assert found.rules > 9_000
            assert (register.folder / "psl.dat").read_bytes() == data
        else:
            with pytest.raises(BadInput, match="no Public Suffix List"):
                update.update(register, "psl")
