"""Answer chosen hosts at another address, usually loopback: invented worlds for the demo and the tests.

`--set mouchard_resolve=*.example=127.0.0.1:4433` connects there for every such host and keeps the
host's name in TLS, URL and records; `*=...` keeps every request off the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mitmproxy import ctx, exceptions
from mitmproxy.addonmanager import Loader
from mitmproxy.proxy.server_hooks import ServerConnectionHookData


@dataclass(frozen=True, slots=True)
class Rule:
    """Hosts that fit `pattern` (shell wildcards, lower case) are reached at `address`."""

    pattern: str
    address: tuple[str, int]


def parse(text: str) -> Rule:
    """Read `PATTERN=HOST:PORT`; ValueError says what is wrong."""
    pattern, equals, target = text.strip().rpartition("=")
    host, colon, port = target.rpartition(":")
    if not (pattern and equals and host and colon and port.isascii() and port.isdigit()):
        raise ValueError(f"{text!r} is not PATTERN=HOST:PORT")
    return Rule(pattern.lower(), (host.strip("[]"), int(port)))


class LoopbackWorld:
    """Rewrites the address of a server connection just before it is opened; first fitting rule wins."""

    def __init__(self) -> None:
        self._rules: tuple[Rule, ...] = ()

    def load(self, loader: Loader) -> None:
        loader.add_option(
            "mouchard_resolve", Sequence[str], [], "Hosts answered at another address: PATTERN=HOST:PORT."
        )

    def configure(self, updated: set[str]) -> None:
        if "mouchard_resolve" in updated:
            try:
                self._rules = tuple(parse(text) for text in ctx.options.mouchard_resolve)
            except ValueError as error:
                raise exceptions.OptionsError(str(error)) from error

    def server_connect(self, data: ServerConnectionHookData) -> None:
        if data.server.address is None:
            return
        host = data.server.address[0].lower()
        for rule in self._rules:
            if fnmatchcase(host, rule.pattern):
                data.server.address = rule.address
                return
