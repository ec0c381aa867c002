"""The world answers whatever is asked of it, and never more than once wrongly."""

from __future__ import annotations

import http.client
import socket
import ssl
from urllib.parse import urlsplit

import pytest

from mouchard.demo.person import Person
from mouchard.demo.server import Answer, Ask, WorldServer
from mouchard.demo.world import ADS, COLLECT, LAST_PAGE, NEWS, PAGES, SCRIPTS, World
from mouchard.identity import load


@pytest.mark.parametrize("place", [*PAGES, *SCRIPTS], ids=lambda place: "".join(place))
def test_every_page_and_script_is_there(place: tuple[str, str]) -> None:
    host, path = place
    answer = World(Person()).answer(ask(host, path))
    assert answer.status == 200
    assert len(answer.body) > 100
    assert b"__VISIT__" not in answer.body


def test_the_last_page_ends_the_visit() -> None:
    world = World(Person())
    world.answer(ask(NEWS, "/"))
    assert not world.ended.is_set()
    world.answer(ask(NEWS, LAST_PAGE))
    assert world.ended.is_set()


def test_the_advertiser_remembers_who_it_was() -> None:
    world = World(Person())
    cookie = world.answer(ask(ADS, "/i.gif?profil=YWJj")).headers["Set-Cookie"]
    assert cookie.startswith("profil=YWJj;")
    assert "Set-Cookie" not in world.answer(ask(ADS, "/i.gif?site=x")).headers


def test_what_no_script_reads_has_no_body() -> None:
    """Else Chromium takes it for being under way, and a page with it never for silent."""
    answer = World(Person()).answer(ask(*COLLECT))
    assert (answer.status, answer.body) == (204, b"")


def test_an_unknown_host_is_answered_too() -> None:
    assert World(Person()).answer(ask("nobody.example", "/anything")).status == 200


def test_the_person_is_a_readable_identity(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "person.toml"
    file.write_text(Person().toml())
    assert "Camille" in repr(load(file))


def test_one_port_speaks_http_and_https_and_keeps_connections() -> None:
    seen: list[Ask] = []

    def answer(asked: Ask) -> Answer:
        seen.append(asked)
        return Answer(type="text/plain", body=asked.body[::-1])

    unverified = ssl._create_unverified_context()
    with WorldServer(answer) as world:
        for connection in (
            http.client.HTTPConnection("127.0.0.1", world.port, timeout=60),
            http.client.HTTPSConnection("127.0.0.1", world.port, timeout=60, context=unverified),
        ):
            for _ in range(2):
                connection.request("POST", "/p?q=1", b"abc", {"Host": "any.example:8443"})
                assert connection.getresponse().read() == b"cba"
            connection.close()
    assert [(asked.host, asked.url.query, asked.secure) for asked in seen] == (
        [("any.example", "q=1", False)] * 2 + [("any.example", "q=1", True)] * 2
    )


def test_the_port_is_free_again_afterwards() -> None:
    with WorldServer(lambda asked: Answer()) as world:
        port = world.port
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def ask(host: str, target: str) -> Ask:
    return Ask(host, "GET", urlsplit(target), http.client.HTTPMessage(), b"", True)
