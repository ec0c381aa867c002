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

from mouchard.store.read import Reader
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
    "flux.serre-fort.example": "browsers write bodies as text: the bytes of a compressed one are lost",
}
"""Host -> why its findings are missing from a browser's HAR; each such request must be marked partial."""


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


def test_a_har_of_mitmproxy_gives_exactly_the_live_findings(
    visit: Visit, live: Counter[str], tmp_path: Path
) -> None:
    har = har_of(visit.flows, tmp_path)
    assert findings(scan(har, visit.identity, tmp_path / "scan.db")) == live


def test_a_har_of_a_browser_gives_the_live_findings_but_for_the_table(
    visit: Visit, live: Counter[str], tmp_path: Path
) -> None:
    har = as_a_browser_writes(har_of(visit.flows, tmp_path))
    scanned = findings(scan(har, visit.identity, tmp_path / "scan.db"))
    missing, added = live - scanned, scanned - live
    assert {json.loads(line)["host"] for line in missing} == set(HAR_EXCEPTIONS)
    assert not added
    with Reader(tmp_path / "scan.db") as reader:
        assert reader.totals().partial == len(HAR_EXCEPTIONS)


def test_scanning_twice_changes_nothing(visit: Visit, live: Counter[str], tmp_path: Path) -> None:
    db = tmp_path / "scan.db"
    first = scan(visit.flows, visit.identity, db)
    assert findings(scan(visit.flows, visit.identity, db)) == findings(first)
    assert findings(mouchard("leaks", "--db", str(db), "--format", "jsonl")) == findings(first)


def har_of(flows: Path, folder: Path) -> Path:
    """The flow file as mitmproxy itself turns it into a HAR."""
    har = folder / "visit.har"
    mitmdump = [sys.executable, "-c", "from mitmproxy.tools.main import mitmdump; mitmdump()"]
    settings = [f"hardump={har}", f"confdir={folder / 'mitm'}"]
    options = ["-q", "-nr", str(flows), *(word for setting in settings for word in ("--set", setting))]
    subprocess.run([*mitmdump, *options], check=True, timeout=60, capture_output=True)
    return har


def as_a_browser_writes(har: Path) -> Path:
    """The same HAR with bodies that are no text replaced, as the developer tools of browsers do."""
    content = json.loads(har.read_text())
    for entry in content["log"]["entries"]:
        sent = entry["request"].get("postData", {})
        if not sent.get("text", "").isprintable():
            sent["text"] = sent["text"].encode("latin-1").decode("utf-8", "replace")
    har.write_text(json.dumps(content))
    return har


def scan(file: Path, identity: Path, db: Path) -> str:
    """The findings of a file in JSON lines."""
    return mouchard("scan", str(file), "--identity", str(identity), "--db", str(db), "--format", "jsonl")


def findings(lines: str) -> Counter[str]:
    """How often each finding occurs, but for what may differ."""
    told: list[dict[str, Any]] = [json.loads(line) for line in lines.splitlines()]
    return Counter(json.dumps({name: finding[name] for name in SAME}, sort_keys=True) for finding in told)
