"""A database of its own for each test, and an analyser with a stage that misbehaves."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "m.db"


@pytest.fixture
def hostile(tmp_path: Path, root: Path) -> Path:
    """The analyser with a stage that raises on /raise, dies on /die and hangs on /hang."""
    script = tmp_path / "hostile.py"
    script.write_text(f"""
import os, signal, sys
sys.path.insert(0, {str(root)!r})
from mouchard.analysis import Analysis
from mouchard.analyser import inflight
from mouchard.analyser.__main__ import main

inflight.WATCHDOG_SECONDS = 0.3
feed = Analysis.feed

def hostile(self, record):
    url = getattr(record, "url", "")
    if url.endswith("/raise"):
        raise ValueError(url)
    if url.endswith("/die"):
        os.kill(os.getpid(), signal.SIGKILL)
    while url.endswith("/hang"):
        pass
    return feed(self, record)

Analysis.feed = hostile
sys.exit(main())
""")
    return script
