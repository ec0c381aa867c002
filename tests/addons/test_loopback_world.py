"""Hosts answered at another address: which rule is taken, and what is left alone."""

from __future__ import annotations

import pytest
from mitmproxy import connection, exceptions
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import taddons, tflow

from mouchard.addons.loopback_world import LoopbackWorld, Rule, parse


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("*=127.0.0.1:4433", Rule("*", ("127.0.0.1", 4433))),
        ("*.Example=127.0.0.1:1", Rule("*.example", ("127.0.0.1", 1))),
        ("a.example=[::1]:443", Rule("a.example", ("::1", 443))),
        (" a=b=localhost:80 ", Rule("a=b", ("localhost", 80))),
    ],
)
def test_a_rule_is_read(text: str, rule: Rule) -> None:
    assert parse(text) == rule


@pytest.mark.parametrize(
    "text", ["", "*", "*=", "=127.0.0.1:1", "*=127.0.0.1", "*=:80", "*=127.0.0.1:http", "*=h:²"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not PATTERN=HOST:PORT"):
        parse(text)


def connect(world: LoopbackWorld, address: tuple[str, int] | None) -> ServerConnectionHookData:
    data = ServerConnectionHookData(server=connection.Server(address=address), client=tflow.tclient_conn())
    world.server_connect(data)
    return data


def test_the_first_rule_that_fits_gives_the_address() -> None:
    world = LoopbackWorld()
    with taddons.context(world) as context:
        context.configure(world, mouchard_resolve=["www.a.example=127.0.0.1:1", "*.example=127.0.0.1:2"])
        assert connect(world, ("WWW.a.example", 443)).server.address == ("127.0.0.1", 1)
        assert connect(world, ("b.example", 80)).server.address == ("127.0.0.1", 2)
        assert connect(world, ("elsewhere.org", 443)).server.address == ("elsewhere.org", 443)
        assert connect(world, None).server.address is None
        context.configure(world, mouchard_resolve=[])
        assert connect(world, ("b.example", 80)).server.address == ("b.example", 80)


def test_a_bad_rule_is_a_bad_option() -> None:
    world = LoopbackWorld()
    with taddons.context(world) as context, pytest.raises(exceptions.OptionsError, match="is not PATTERN"):
        context.configure(world, mouchard_resolve=["nonsense"])
