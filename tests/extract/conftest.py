"""Messages in one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mouchard.extract import extract
from mouchard.model import Extraction, Message, Node


@pytest.fixture
def read() -> Callable[..., Extraction]:
    """`read(url=..., body=..., headers=..., kind=...)`: the extraction of one message."""

    def read_(
        url: str = "https://t.traceur.test/c",
        body: bytes | str = b"",
        headers: tuple[tuple[str, str], ...] = (),
        kind: str = "http",
        is_text: bool = True,
        cut: bool = False,
    ) -> Extraction:
        data = body.encode() if isinstance(body, str) else body
        number = 1 if kind == "ws" else 0
        told = Message("c", 1, kind, 0.0, "POST", url, headers, data, cut, 1, number, is_text)  # type: ignore[arg-type]
        return extract(told)

    return read_


@pytest.fixture
def node(read: Callable[..., Extraction]) -> Callable[..., Node]:
    """`node(value, **message)`: the one node that holds this value."""

    def node_(value: str | bytes, **message: object) -> Node:
        found = [node for node in read(**message).nodes if node.value == value]
        assert found, f"{value!r} not among {[n.value for n in read(**message).nodes]}"
        return found[0]

    return node_
