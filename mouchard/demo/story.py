"""The demo from the first page to the last: the world, and a visitor who walks through it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from mouchard import browser
from mouchard.demo.person import Person
from mouchard.demo.server import WorldServer
from mouchard.demo.visitor import Visitor
from mouchard.demo.world import FIRST_PAGE, World
from mouchard.errors import MissingProgram, StartUpFailed

LONGEST = 30.0
"""Seconds after which a browser that got stuck is closed, and the story told without one."""


class Story:
    """Use as a context manager; then `proxy_options` are what the proxy has to be started with."""

    def __init__(self, person: Person, pace: float = 1.0) -> None:
        self.person = person
        self._world = World(person, pace)
        self._server = WorldServer(self._world.answer)

    def __enter__(self) -> Story:
        self._server.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self._server.__exit__(None, None, None)

    @property
    def proxy_options(self) -> tuple[str, ...]:
        """Every host is answered by the world: nothing leaves this machine, whatever a browser tries."""
        return (f"mouchard_resolve=*=127.0.0.1:{self._server.port}",)

    async def tell(
        self, proxy: str, authority: Path, *, with_browser: bool, headless: bool, tell: Callable[[str], None]
    ) -> None:
        """Walk through the world by the proxy at `host:port`: a browser where there is one, else a client."""
        if with_browser and await self._browse(proxy, headless, tell):
            return
        tell("the visitor is a small HTTP client, in place of a browser")
        await asyncio.to_thread(Visitor(proxy, authority, self.person).visit)

    async def _browse(self, proxy: str, headless: bool, tell: Callable[[str], None]) -> bool:
        """True once a Chromium has seen the last page."""
        program = next((found for found in browser.installed() if found.family == "chromium"), None)
        if program is None:
            return False
        try:
            async with asyncio.timeout(LONGEST):
                await browser.visit(
                    FIRST_PAGE, proxy, name=program.name, headless=headless, third_party_cookies=True,
                    tell=tell, until=self._world.ended.is_set,
                )  # fmt: skip
        except (TimeoutError, MissingProgram, StartUpFailed) as error:
            tell(f"{program.name} could not be used: {error or 'it took too long'}")
        return self._world.ended.is_set()
