"""Whose turn it is: a Chromium breaks off all it loads when an address comes or goes on this machine, so no
test may change that while another one has a browser open."""

from __future__ import annotations

import fcntl
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def _lock(name: str) -> IO[str]:
    return Path(tempfile.gettempdir(), f"mouchard-tests-{os.getuid()}-{name}.lock").open("a")


@contextmanager
def steady() -> Iterator[None]:
    """No test changes the network meanwhile; many may ask for this at a time."""
    with _lock("network") as network:
        with _lock("gate") as gate:  # who waits to change it is not overtaken for ever
            fcntl.flock(gate, fcntl.LOCK_SH)
            fcntl.flock(network, fcntl.LOCK_SH)
        yield


@contextmanager
def changing() -> Iterator[None]:
    """No test has a browser open meanwhile."""
    with _lock("network") as network, _lock("gate") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        fcntl.flock(network, fcntl.LOCK_EX)
        yield


def ip(*words: str) -> None:
    """The command of iproute2; CalledProcessError where it fails."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


def join(link: str, address: str, namespace: str) -> None:
    """Give this machine a link to `eth0` of a namespace, with an address (CIDR). What Chromium hears of
    it, it hears at once: no address follows that the system makes up."""
    ip("link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    subprocess.run(["ip", "link", "set", link, "addrgenmode", "none"], check=False, capture_output=True)
    ip("address", "add", address, "dev", link)
    ip("link", "set", link, "up")


def leave(link: str) -> None:
    """Take the link away, if it is there."""
    subprocess.run(["ip", "link", "delete", link], check=False, capture_output=True)
