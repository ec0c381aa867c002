"""Recording from inside a stock mitmdump, as a person starts it."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from proxy_world import ROOT, fetch, origin

from mouchard.store import filterlang
from mouchard.store.read import Reader


async def test_mitmdump_records_into_a_database(home: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    db = tmp_path / "found.db"
    mitmdump = await asyncio.create_subprocess_exec(
        str(Path(sys.executable).with_name("mitmdump")), "--listen-host", "127.0.0.1", "-p", str(port),
        "--set", f"confdir={tmp_path / 'conf'}", "-s", str(ROOT / "addons" / "script.py"),
        "--set", f"mouchard_db={db}", stdout=subprocess.PIPE, cwd=tmp_path,
    )  # fmt: skip
    assert mitmdump.stdout is not None
    try:
        async with asyncio.timeout(60), origin() as web:
            said = b""
            while b"listening at" not in said:
                said += await mitmdump.stdout.readline()
            await fetch(port, f"http://127.0.0.1:{web.address[1]}/json")
            while b"records into" not in said:
                said += await mitmdump.stdout.readline()
            mitmdump.send_signal(signal.SIGINT)
            rest = await mitmdump.stdout.read()
            assert await mitmdump.wait() == 0
            assert b"rror" not in said + rest
    finally:
        if mitmdump.returncode is None:
            mitmdump.kill()
            await mitmdump.wait()
    rows = list(Reader(db).requests(filterlang.parse(""), 10))
    assert [(row.host, row.outcome) for row in rows] == [("127.0.0.1", "answered 200")]
