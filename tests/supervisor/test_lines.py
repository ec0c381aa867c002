"""JSON lines between our processes: whole, in order, never blocking, with sockets alongside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mouchard.supervisor.lines import MAX_WAITING, Lines

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x, max_size=3))


@pytest.fixture
def pair() -> Iterator[tuple[Lines, Lines]]:
    ours, theirs = (Lines(end) for end in socket.socketpair())
    yield ours, theirs
    ours.close()
    theirs.close()


@given(st.lists(st.dictionaries(st.text(), JSON, max_size=4), max_size=8))
def test_lines_arrive_whole_and_in_order(lines: list[dict[str, object]]) -> None:
    ours, theirs = (Lines(end) for end in socket.socketpair())
    for line in lines:
        ours.send(line)
    ours.close()
    assert theirs.receive() == lines
    assert theirs.closed
    theirs.close()


def test_a_line_cut_by_the_socket_is_put_together_again(pair: tuple[Lines, Lines]) -> None:
    ours, theirs = pair
    long = {"do": "x" * 3_000_000}
    ours.send(long)
    assert ours.waiting
    got = []
    while not got:
        ours.flush()
        got = theirs.receive()
    assert got == [long]
    assert not ours.waiting


def test_news_is_dropped_when_nobody_reads(pair: tuple[Lines, Lines]) -> None:
    ours, _ = pair
    offered = [ours.offer([{"n": "x" * 1000}]) for _ in range(2000)]
    assert offered[0] and not offered[-1]
    assert sum(offered) * 1000 < MAX_WAITING + 2_000_000


def test_a_socket_travels_with_its_line_and_works_at_the_other_end(pair: tuple[Lines, Lines]) -> None:
    ours, theirs = pair
    near, far = socket.socketpair()
    ours.send({"do": "status"})
    ours.send({"do": "attach"}, [far.detach()])
    got = theirs.receive()
    while len(got) < 2:
        got += theirs.receive()
    assert [line["do"] for line in got] == ["status", "attach"]
    with theirs.take() as arrived, near:
        assert not arrived.get_inheritable()
        near.send(b"hello")
        assert arrived.recv(5) == b"hello"
    with pytest.raises(LookupError):
        theirs.take()


def test_descriptors_are_not_leaked_when_the_other_end_is_gone(pair: tuple[Lines, Lines]) -> None:
    ours, theirs = pair
    theirs.close()
    near, far = socket.socketpair()
    number = far.detach()
    ours.send({"do": "attach"}, [number])
    with pytest.raises(OSError):
        os.fstat(number)
    with near:
        assert near.recv(1) == b""


def test_an_end_that_says_no_more_still_hears(pair: tuple[Lines, Lines]) -> None:
    ours, theirs = pair
    ours.shut()
    assert theirs.receive() == []
    assert theirs.closed
    theirs.send({"event": "ended"})
    assert ours.receive() == [{"event": "ended"}]
    assert not ours.closed


def test_the_supervisor_is_small(root: Path) -> None:
    program = "import sys, mouchard.cli.run; print([name for name in sys.modules if name in sys.argv])"
    heavy = ["mitmproxy", "textual", "sqlite3", "mouchard.store", "mouchard.analysis"]
    command = [sys.executable, "-c", program, *heavy]
    assert subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout == "[]\n"
