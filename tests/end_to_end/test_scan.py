"""A scan of recorded traffic says what the live capture said."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import Visit
from tests.end_to_end.running import mouchard

pytestmark = [pytest.mark.browser, pytest.mark.needs("chromium"), pytest.mark.timeout(180)]

SAME = (
    "site", "method", "url", "url_token", "host", "party", "outcome", "recipient", "type", "proof", "basis",
    "person", "location", "field", "chain", "normalisation", "value", "value_token", "level", "level_ground",
    "phase", "consent", "tracker", "partial",
)  # fmt: skip
"""What must be equal; ids, times and client keys differ between a capture and a file."""

HAR_EXCEPTIONS: Mapping[str, str] = {
    "flux.serre-fort.example": "a HAR holds bodies as text: a compressed body is lost",
}
"""Host -> why its findings may be missing from a HAR; the request must then be marked partial."""


@pytest.fixture
def live(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    monkeypatch.setenv("MOUCHARD_HOME", str(visit.home))
    return findings(mouchard("leaks", "--db", str(visit.db), "--format", "jsonl"))


def test_a_flow_file_gives_exactly_the_live_findings(
    visit: Visit, live: Counter[str], tmp_path: Path
) -> None:
    scanned = findings(scan(visit.flows, visit.identity, tmp_path / "scan.db"))
    assert sum(live.values()) > 10
    assert scanned == live


def test_a_har_gives_the_live_findings_but_for_the_table(
    visit: Visit, live: Counter[str], tmp_path: Path
) -> None:
    har = tmp_path / "visit.har"
    command = [sys.executable, "-c", "from mitmproxy.tools.main import mitmdump; mitmdump()"]
    options = [
        "-nr",
        str(visit.flows),
        "--set",
        f"hardump={har}",
        "--set",
        f"confdir={tmp_path / 'mitm'}",
        "-q",
    ]
    subprocess.run([*command, *options], check=True, timeout=60, capture_output=True)
    scanned = findings(scan(har, visit.identity, tmp_path / "scan.db"))
    missing, added = live - scanned, scanned - live
    assert {json.loads(line)["host"] for line in missing} == set(HAR_EXCEPTIONS)
    assert not added


def test_scanning_twice_changes_nothing(visit: Visit, live: Counter[str], tmp_path: Path) -> None:
    db = tmp_path / "scan.db"
    first = scan(visit.flows, visit.identity, db)
    assert findings(scan(visit.flows, visit.identity, db)) == findings(first)
    assert findings(mouchard("leaks", "--db", str(db), "--format", "jsonl")) == findings(first)


def scan(file: Path, identity: Path, db: Path) -> str:
    """The findings of a file in JSON lines."""
    return mouchard("scan", str(file), "--identity", str(identity), "--db", str(db), "--format", "jsonl")


def findings(lines: str) -> Counter[str]:
    """How often each finding occurs, but for what may differ."""
    told: list[dict[str, Any]] = [json.loads(line) for line in lines.splitlines()]
    return Counter(json.dumps({name: finding[name] for name in SAME}, sort_keys=True) for finding in told)
