"""A site put right while the capture runs, from the command line."""

from __future__ import annotations

import json
import time
import urllib.request
from pathlib import Path

import pytest

from mouchard.demo.server import Answer, WorldServer
from tests.end_to_end.running import Running, capture, mouchard

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0"


def recorded(running: Running) -> list[dict[str, object]]:
    """The requests on disk, once there is one."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if running.db.exists():
            lines = mouchard("requests", "--format", "jsonl", "--db", str(running.db)).splitlines()
            if lines:
                return [json.loads(line) for line in lines]
    raise AssertionError("".join(running.said))


@pytest.mark.timeout(180)
def test_a_running_capture_takes_a_correction(home: Path) -> None:
    with (
        WorldServer(lambda ask: Answer(body=b"<p>hello")) as world,
        capture(home / "m.db", "--set", f"mouchard_resolve=*=127.0.0.1:{world.port}") as running,
    ):
        proxied = urllib.request.build_opener(
            urllib.request.ProxyHandler({"http": f"http://{running.address}"})
        )
        ask = urllib.request.Request("http://t.track.example/p", headers={"User-Agent": AGENT})
        proxied.open(ask, timeout=60).read()
        [row] = recorded(running)
        mouchard("correct", str(row["request"]), "--site", "www.shop.example", "--db", str(running.db))
        [row] = recorded(running)
        assert running.stop() == 0
    assert (row["site"], row["site_confidence"]) == ("shop.example", "high")
    assert row["site_why"] == "corrected by the person"
    assert row["party"] == "third"
