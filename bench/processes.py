"""Processes under measurement: what they use, which core they run on, when they are done."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

IDLE = 0.004
"""Seconds of processor time in a quarter of a second: below, nothing is under way any more."""


def free_port() -> int:
    """A port of loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: subprocess.Popen[bytes], often: float = 0.005) -> float:
    """Seconds until the port takes connections."""
    began = time.perf_counter()
    while time.perf_counter() - began < 60 and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return time.perf_counter() - began
        time.sleep(often)
    raise SystemExit(f"not listening: {process.args!r}")


def end(process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """End it cleanly, by force after that long."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    return found


def forwarding(root: int, port: int) -> int:
    """The process of the tree that listens on the port: the proxy itself."""
    wanted = f"0100007F:{port:04X}"
    rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:])
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1] == wanted and row[3] == "0A"}
    for pid in tree(root):
        with suppress(OSError):
            if inodes & {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir()}:
                return pid
    raise SystemExit(f"nobody listens on {port}")


def running(root: int, module: str) -> int:
    """The process of the tree that runs this module; 0 where none does."""
    for pid in tree(root):
        with suppress(OSError):
            if module.encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0"):
                return pid
    return 0


def pin(pids: Iterable[int], cores: set[int]) -> None:
    """Keep all threads of these processes, and what they start, on these cores."""
    for pid in pids:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), cores)


def cpu(pids: Iterable[int]) -> float:
    """Seconds of processor time that these processes have used, in the system too."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def memory(pid: int) -> float:
    """Megabytes of it that are in memory now."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
    return 0.0


def drain(root: int, seconds: float = 60) -> float:
    """Seconds until the tree has nothing under way any more, at most that long."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        before = cpu(tree(root))
        time.sleep(0.25)
        if cpu(tree(root)) - before < IDLE:
            break
    return time.perf_counter() - began
