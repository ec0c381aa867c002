"""What a watched browser adds to the capture: marks, pictures, and what stays on the device."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from mouchard.attribute.client import client_key
from mouchard.browser import banner
from mouchard.browser.devtools import DevToolsError
from mouchard.browser.pages import Pages
from mouchard.capture.records import Origin, Phase, SnapshotKind
from mouchard.keys import Keys
from mouchard.masking.url import mask_name
from mouchard.store import pictures

Ask: TypeAlias = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Asks the running capture something, and gives its answer."""

Source: TypeAlias = Literal["key", "cmp", "browser"]

AT_ONCE = 100
"""Items in one record."""


class Notes:
    """Writes for one browser into the capture that its traffic goes to."""

    def __init__(self, ask: Ask, capture: str, keys: Keys, client: str) -> None:
        self._ask = ask
        self._capture = capture
        self._keys = keys
        self._client = client

    async def mark(self, site: str, phase: Phase, source: Source) -> None:
        """Say what the person chose; on return the proxy has numbered it."""
        await self._tell("phase", site=site, phase=phase, source=source)

    async def mark_click(self, site: str, phase: Phase, clicked: float) -> Source:
        """Say what the person chose by a click at that time. The page was held meanwhile; where that was
        not long enough, something may have slipped out before the mark, and it counts like a key press."""
        await self.mark(site, phase, "browser")
        if time.time() - clicked < banner.HOLD / 1000:
            return "browser"
        await self._tell("phase", site=site, phase=phase, source="browser", undo=True)
        await self.mark(site, phase, "key")
        return "key"

    async def keep(self, pages: Pages, site: str, phase: Phase) -> None:
        """Pictures of the page, its cookies and its stored data, under this phase."""
        for kind, whole in (("viewport", False), ("page", True)):
            try:
                png = await pages.picture(whole)
            except DevToolsError:  # a page that is not drawn, as behind a dialog
                continue
            name = f"{phase}-{kind}-{secrets.token_hex(4)}.png"
            await asyncio.to_thread(pictures.keep, self._capture, name, png)
            await self._snapshot(site, phase, kind, name, len(png), digest=sha256(png).hexdigest())
        cookies = [
            {
                "name": mask_name(cookie.name), "domain": cookie.domain.lstrip("."),
                "lifetime": cookie.lifetime, "http_only": cookie.http_only, "secure": cookie.secure,
                "token": self._keys.token("cookie", cookie.value),
            }
            for cookie in await pages.cookies()
        ]  # fmt: skip
        await self._items(site, phase, "cookies", "", cookies)
        for stored in await pages.stored():
            for kind, items in (("local", stored.local), ("session", stored.session)):
                sizes = [{"key": mask_name(str(item["key"])), "size": int(item["size"])} for item in items]
                await self._items(site, phase, kind, stored.host, sizes)

    async def _items(
        self, site: str, phase: Phase, kind: str, name: str, items: Sequence[Mapping[str, Any]]
    ) -> None:
        for part in _parts(items):
            await self._snapshot(site, phase, kind, name, len(part), json.dumps(part, ensure_ascii=False))

    async def _snapshot(
        self, site: str, phase: Phase, kind: SnapshotKind | str, name: str, size: int,
        content: str = "", digest: str = "",
    ) -> None:  # fmt: skip
        await self._tell(
            "snapshot",
            site=site,
            phase=phase,
            kind=kind,
            name=name,
            size=size,
            content=content,
            digest=digest,
        )

    async def _tell(self, do: str, **values: Any) -> None:
        await asyncio.to_thread(self._ask, {"do": do, "client": self._client, **values})


def client_of(proxy: str, user_agent: str) -> str:
    """The key under which the capture knows this browser, which reaches the proxy at `host:port`."""
    host = proxy.rpartition(":")[0].strip("[]")
    peer = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return client_key(Origin(peer, "regular", "", ""), user_agent)


def _parts(items: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    for start in range(0, len(items), AT_ONCE):
        yield list(items[start : start + AT_ONCE])
