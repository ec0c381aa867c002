"""When a page counts as settled."""

from __future__ import annotations

import asyncio

import pytest

from mouchard.browser import arrival
from mouchard.browser.arrival import Arrival


async def turns() -> None:
    for _turn in range(20):
        await asyncio.sleep(0)


async def test_a_page_settles_by_its_own_document_only() -> None:
    page = Arrival(before="old")
    settled = asyncio.create_task(page.settled())
    page.show("old")
    for loader, name in (
        ("old", "DOMContentLoaded"), ("old", "networkIdle"),
        ("empty", "DOMContentLoaded"), ("empty", "networkIdle"),
    ):  # fmt: skip
        page.hear(loader, name)
        await turns()
        assert not settled.done(), (loader, name)
    page.show("new")
    for loader, name in (("new", "load"), ("empty", "networkIdle"), ("new", "DOMContentLoaded")):
        page.hear(loader, name)
        await turns()
        assert not settled.done(), (loader, name)
    page.hear("new", "networkIdle")
    await settled


async def test_a_page_that_is_slow_to_arrive_is_awaited_before_its_silence_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrival, "QUIET_WITHIN", 0)
    page = Arrival(before="old")
    settled = asyncio.create_task(page.settled())
    await turns()
    assert not settled.done()
    page.show("new")
    page.hear("new", "DOMContentLoaded")
    await settled


async def test_a_page_that_never_arrives_holds_nobody_up_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ARRIVES_WITHIN", "QUIET_WITHIN"):
        monkeypatch.setattr(arrival, name, 0)
    page = Arrival(before="old")
    settled = asyncio.create_task(page.settled())
    await asyncio.wait([settled])
    assert settled.exception() is None
