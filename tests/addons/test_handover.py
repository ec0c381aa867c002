"""The hand-over on a real socket pair: nothing is lost while it waits, and what is skipped is counted."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from mouchard.addons.counter import Counter
from mouchard.addons.handover import Handover
from mouchard.capture.records import Capture, Gap, Origin, Record, Request, Sealed
from mouchard.capture.wire import Ack, Begin, Decoder, End, Frame, WireError, encode

CAPTURE = Capture("ab" * 16, "live", "test", 1.0, "test")
ORIGIN = Origin("192.0.2.1", "regular", "", "c1")


class Analyser:
    """The other end: reads frames, acknowledges when told to."""

    def __init__(self, handover: Handover) -> None:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        self._socket = ours
        self._decoder = Decoder()
        self.frames: list[Frame] = []
        handover.attach(theirs)

    async def read(self, enough: Callable[[list[Frame]], bool]) -> list[Frame]:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(60):
            while not enough(self.frames):
                data = await loop.sock_recv(self._socket, 1 << 20)
                assert data, "the channel was closed"
                self.frames += self._decoder.feed(data)
        return self.frames

    async def read_records(self, count: int) -> list[Record]:
        def records(frames: list[Frame]) -> list[Record]:
            return [f for f in frames if not isinstance(f, (Begin, End, Ack))]

        return records(await self.read(lambda frames: len(records(frames)) >= count))

    async def acknowledge(self, seq: int) -> None:
        await asyncio.get_running_loop().sock_sendall(self._socket, encode(Ack(seq)))

    def die(self) -> None:
        self._socket.close()


def put(handover: Handover, size: int = 10) -> int:
    seq = handover.next_seq
    url = f"https://shop.example/{seq}"
    body = bytes(size)
    handover.put(Request(CAPTURE.id, seq, 2.0, ORIGIN, "POST", url, "HTTP/2.0", (), body, size))
    return seq


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0)


async def test_records_arrive_in_order_and_are_let_go_when_acknowledged() -> None:
    handover = Handover(CAPTURE)
    analyser = Analyser(handover)
    assert [put(handover) for _ in range(5)] == [1, 2, 3, 4, 5]
    assert [r.seq for r in await analyser.read_records(5)] == [1, 2, 3, 4, 5]
    assert analyser.frames[0] == Begin(CAPTURE)
    await analyser.acknowledge(3)
    await until(lambda: handover.pending == 2)
    await analyser.acknowledge(5)
    await until(lambda: handover.pending == 0)
    assert handover.pending_bytes == 0


async def test_a_request_is_on_the_channel_before_it_is_forwarded() -> None:
    handover = Handover(CAPTURE)
    analyser = Analyser(handover)
    put(handover)
    data = analyser._socket.recv(1 << 16)  # no turn of the event loop in between
    assert [f.seq for f in Decoder().feed(data) if isinstance(f, Request)] == [1]


async def test_others_travel_together_soon_after() -> None:
    handover = Handover(CAPTURE)
    analyser = Analyser(handover)
    handover.put(Sealed(CAPTURE.id, 1, 2.0, ORIGIN, "pinned.example", 443, "distrusted", ""))
    assert [r.seq for r in await analyser.read_records(1)] == [1]


async def test_a_new_analyser_gets_all_that_is_not_acknowledged() -> None:
    notices: list[str] = []
    handover = Handover(CAPTURE, notice=notices.append)
    first = Analyser(handover)
    for _ in range(4):
        put(handover)
    await first.read_records(4)
    await first.acknowledge(1)
    await until(lambda: handover.pending == 3)
    first.die()
    await until(lambda: not handover.attached)
    put(handover)  # while there is no analyser
    second = Analyser(handover)
    assert [r.seq for r in await second.read_records(4)] == [2, 3, 4, 5]
    assert second.frames[0] == Begin(CAPTURE)
    assert notices == ["detached"]


async def test_a_channel_that_stops_in_the_middle_of_a_frame_starts_anew() -> None:
    handover = Handover(CAPTURE)
    first = Analyser(handover)
    for _ in range(40):
        put(handover, 100_000)  # far more than the socket holds
    second = Analyser(handover)
    first.die()
    assert [r.seq for r in await second.read_records(40)] == list(range(1, 41))


async def test_when_the_buffer_is_full_a_hook_waits_and_nothing_is_lost() -> None:
    handover = Handover(CAPTURE, limit=5000, stall_seconds=60)
    analyser = Analyser(handover)
    while not handover.full:
        put(handover, 1000)
    held = handover.next_seq - 1
    waiting = asyncio.create_task(handover.room())
    await analyser.read_records(held)
    assert not waiting.done()
    await analyser.acknowledge(1)
    assert await waiting is True
    assert not handover.stalled and handover.dropped == 0


async def test_beyond_the_wait_messages_are_counted_and_told_once() -> None:
    notices: list[str] = []
    now = iter([10.0, 11.0, 12.0, 13.0])
    handover = Handover(
        CAPTURE, limit=5000, stall_seconds=0.01, notice=notices.append, clock=lambda: next(now)
    )
    analyser = Analyser(handover)
    while not handover.full:
        put(handover, 1000)
    held = handover.next_seq - 1
    hosts = ["shop.example", "tracker.example", "shop.example"]
    for host in hosts:
        assert await handover.room() is False
        handover.skip(host)
    assert handover.stalled and handover.dropped == 3 and notices == ["stalled"]

    await analyser.read_records(held)
    await analyser.acknowledge(1)  # some room, but not half
    await until(lambda: handover.pending == held - 1)
    assert handover.stalled
    await analyser.acknowledge(held)
    gap = (await analyser.read_records(held + 1))[-1]
    counts = (("shop.example", 2), ("tracker.example", 1))
    assert gap == Gap(CAPTURE.id, held + 4, 10.0, 12.0, "recorder stalled", counts)
    assert not handover.stalled and notices == ["stalled", "recovered"]
    assert put(handover) == held + 5


async def test_a_stall_is_waited_for_once_not_by_each_message() -> None:
    notices: list[str] = []
    handover = Handover(CAPTURE, limit=1, stall_seconds=0.05, notice=notices.append)
    put(handover)
    assert await asyncio.gather(*(handover.room() for _ in range(50))) == [False] * 50
    deciding = handover.room()
    with pytest.raises(StopIteration) as decided:  # without a turn of the event loop
        deciding.send(None)
    assert decided.value.value is False
    assert notices == ["stalled"]


async def test_the_hosts_of_a_gap_are_bounded_and_the_count_stays_exact() -> None:
    handover = Handover(CAPTURE)
    for n in range(2100):
        handover.skip(f"host-{n}.example", "paused")
    analyser = Analyser(handover)
    handover.tell("paused")
    gap = (await analyser.read_records(1))[0]
    assert isinstance(gap, Gap) and gap.reason == "paused"
    assert sum(count for _, count in gap.hosts) == 2100 and len(gap.hosts) == 2001


async def test_the_counter_knows_the_last_number_given(tmp_path: Path) -> None:
    path = tmp_path / "counter"
    handover = Handover(CAPTURE, first_seq=8, counter=Counter(path))
    assert struct.unpack("=Q", path.read_bytes()) == (7,)
    put(handover)
    handover.skip("shop.example")
    assert struct.unpack("=Q", path.read_bytes()) == (9,)
    assert Counter(path).value == 9


async def test_draining_ends_with_the_last_acknowledgement() -> None:
    handover = Handover(CAPTURE)
    analyser = Analyser(handover)
    put(handover)
    handover.skip("shop.example", "paused")
    draining = asyncio.create_task(handover.drain(10))
    frames = await analyser.read(lambda frames: isinstance(frames[-1], End) if frames else False)
    assert frames[-1] == End(3)
    gap = frames[-2]
    assert isinstance(gap, Gap) and gap.hosts == (("shop.example", 1),)
    assert not draining.done()
    await analyser.acknowledge(3)
    assert await draining is True


async def test_draining_gives_up_in_time() -> None:
    handover = Handover(CAPTURE)
    Analyser(handover)
    put(handover)
    assert await handover.drain(starting=0.01) is False


async def test_draining_waits_longer_for_an_analyser_that_is_starting_and_tells_it_the_end_too() -> None:
    handover = Handover(CAPTURE)
    put(handover)
    put(handover)
    draining = asyncio.create_task(handover.drain(0.01, starting=30))
    await asyncio.sleep(0)  # it has begun when the analyser comes
    analyser = Analyser(handover)
    frames = await analyser.read(lambda frames: isinstance(frames[-1], End) if frames else False)
    assert frames[-1] == End(2)
    assert not draining.done()
    await analyser.acknowledge(1)  # it works; what it leaves for longer than that is given up
    assert await draining is False
    assert handover.pending == 1


async def test_a_record_that_fits_no_frame_takes_no_number() -> None:
    handover = Handover(CAPTURE)
    with pytest.raises(WireError):
        put(handover, 2 << 20)
    assert handover.next_seq == 1 and handover.pending == 0


async def test_an_analyser_that_speaks_nonsense_is_let_go() -> None:
    handover = Handover(CAPTURE)
    analyser = Analyser(handover)
    put(handover)
    analyser._socket.send(b"\xff" * 100)
    await until(lambda: not handover.attached)
    assert handover.pending == 1
