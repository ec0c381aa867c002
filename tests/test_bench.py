"""The frame of the measurements: targets read, results kept, one table of all."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def figures(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(root / "bench"))
    import figures

    return figures


@pytest.mark.parametrize(
    ("value", "peer", "target", "met"),
    [
        (0.8, None, "<= 0.80", True),
        (0.81, None, "<= 0.80", False),
        (2600.0, None, ">= 2500", True),
        (8.0, 10.0, "<= 0.80 x", True),
        (9.0, 10.0, "<= 0.80 x", False),
        (9.0, 10.0, ">= 1.00 x", False),
        (9.0, None, "<= 0.80 x", None),
        (None, None, "<= 0.80", None),
        (9.0, None, "", None),
    ],
)
def test_a_target_is_met_or_missed_by_value_or_ratio(
    figures: ModuleType, value: float | None, peer: float | None, target: str, met: bool | None
) -> None:
    assert figures.Figure("one", value, "s", "other", peer, target).met is met


def test_what_was_not_measured_says_why(figures: ModuleType) -> None:
    row = figures.Figure("one", None, "s", note="no nginx").row()
    assert row[:2] == ("one", "not measured: no nginx")


def test_results_come_back_as_they_were_kept(figures: ModuleType, tmp_path: Path) -> None:
    kept = figures.Result(
        "Part", [figures.Figure("one", 1.5, "s", "other", 2.0, "<= 1.00 x")], "", {"cores": 2}
    )
    kept.write(tmp_path / "deep" / "part.json")
    assert figures.Result.read(tmp_path / "deep" / "part.json") == kept


def test_where_it_was_measured_names_no_machine(figures: ModuleType) -> None:
    import platform

    told = json.dumps(figures.machine())
    assert platform.python_version() in told
    assert "mitmproxy" in told
    assert platform.node() not in told


def test_the_table_goes_into_the_page_between_its_marks(
    root: Path, figures: ModuleType, tmp_path: Path
) -> None:
    page, results = tmp_path / "page.md", tmp_path / "results"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n")
    machine = figures.machine()
    proxy = figures.Result(
        "Proxy", [figures.Figure("cost", 8.0, "µs", "mitmdump", 10.0, "<= 0.80 x")], "", machine
    )
    proxy.write(results / "proxy.json")
    figures.Result("Rules", [], "no lists", machine).write(results / "blocklists.json")
    done = subprocess.run(
        [sys.executable, root / "bench", "--no-run", "--results", results, "--page", page],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    text = page.read_text()
    assert text.startswith("before\n<!-- figures -->\n| what")
    assert text.endswith("<!-- end of figures -->\nafter\n")
    assert "old" not in text
    cost = next(line for line in text.splitlines() if "cost" in line)
    assert [cell.strip() for cell in cost.strip("|").split("|")] == [
        "cost", "8.00 µs", "10.0 µs, mitmdump", "0.80", "<= 0.80 x", "met",
    ]  # fmt: skip
    assert "not measured: no lists" in text
    assert f"Python {machine['python']}" in text


@pytest.mark.parametrize("name", ["startup", "proxy", "blocklists", "detector", "tui", "report"])
def test_every_measurement_has_the_common_command_line(root: Path, name: str) -> None:
    done = subprocess.run(
        [sys.executable, root / "bench" / f"{name}.py", "--help"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert "--quick" in done.stdout
    assert "--json" in done.stdout
