"""The lean master: the quicker dispatch means the same, and nothing personal reaches the log."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass

import pytest
from mitmproxy import exceptions, http, options
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import tflow

from mouchard.addons.master import CachedDispatch, Discreet, LeanMaster, unchecked


class Listener:
    def __init__(self, name: str, heard: list[str], halts: bool = False, fails: bool = False) -> None:
        self.name = name
        self._heard = heard
        self._halts = halts
        self._fails = fails

    async def request(self, flow: object) -> None:
        self._heard.append(self.name)
        if self._fails:
            raise ValueError("a fault")
        if self._halts:
            raise exceptions.AddonHalt


class Sync(Listener):
    def request(self, flow: object) -> None:  # type: ignore[override]
        self._heard.append(self.name)


async def test_the_quicker_dispatch_means_the_same() -> None:
    heard: list[str] = []
    master = LeanMaster(options.Options(), Listener("a", heard), Sync("b", heard))
    assert isinstance(master.addons, CachedDispatch)
    flow = tflow.tflow()
    await master.addons.handle_lifecycle(HttpRequestHook(flow))
    assert heard == ["a", "b"]
    late = Listener("c", heard)
    master.addons.add(late)
    await master.addons.handle_lifecycle(HttpRequestHook(flow))
    assert heard == ["a", "b", "a", "b", "c"]
    master.addons.remove(late)
    heard.clear()
    await master.addons.handle_lifecycle(HttpRequestHook(flow))
    assert heard == ["a", "b"]


async def test_a_fault_goes_on_and_a_halt_does_not(caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    addons = (Listener("a", heard, fails=True), Listener("b", heard, halts=True), Listener("c", heard))
    master = LeanMaster(options.Options(), *addons)
    await master.addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))
    assert heard == ["a", "b"]
    assert "addon error in request" in caplog.text


async def test_addons_hear_of_updates() -> None:
    heard: list[object] = []

    class Updated:
        def update(self, flows: list[object]) -> None:
            heard.extend(flows)

    master = LeanMaster(options.Options(), Updated())
    flow = tflow.tflow()
    await master.addons.handle_lifecycle(HttpRequestHook(flow))
    assert heard == [flow]


def test_the_log_holds_one_harmless_line() -> None:
    try:
        raise ValueError("GET https://shop.example/?email=a@b.example")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "f", 1, "it failed\x1b[31m", (), sys.exc_info())
    line = Discreet().format(record)
    assert line == "mouchard proxy: it failed?[31m (ValueError)"


def test_messages_are_made_without_a_look_at_their_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http.MessageData, "__post_init__", http.MessageData.__post_init__)  # put back after
    flow = tflow.tflow(resp=True)
    assert unchecked()
    for message in (flow.request, flow.response):
        assert message is not None
        assert type(message).from_state(message.get_state()).get_state() == message.get_state()
    assert http.Request.make("POST", "https://a.example/?b=c", b"d").pretty_url == "https://a.example/?b=c"


def test_whatever_else_is_done_there_is_left_alone() -> None:
    @dataclass
    class Other:
        text: str

        def __post_init__(self) -> None:
            self.text = self.text.lower()

    @dataclass
    class Plain:
        text: str

    assert not unchecked(Other) and Other("A").text == "a"
    assert not unchecked(Plain) and Plain("A").text == "A"
