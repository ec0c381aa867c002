"""The one form in which every measurement here gives its results: figures with their peer and their target.

A measurement is a script `bench/NAME.py [--quick] [--json FILE]` that ends with

    figures.give("title", [Figure("one site", 1.3, "s", target="<= 2")], args.json)

`bench/__main__.py` runs them all and makes one table. A target is a comparison with the value, or with the
ratio to the peer where it ends in `x`: `<= 0.80 x`. Peers are measured in the same run, never quoted.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGES = ("mitmproxy", "uvloop", "textual", "adblock", "google-re2", "pyahocorasick")


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; without one, `note` says why it was not measured."""

    name: str
    value: float | None
    unit: str
    peer: str = ""
    """What else was measured in the same run, and how much it took."""
    peer_value: float | None = None
    target: str = ""
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Value over the peer's; None without either."""
        return self.value / self.peer_value if self.value is not None and self.peer_value else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target or a value."""
        if not self.target:
            return None
        comparison, number, *of = self.target.split()
        found = self.ratio if of == ["x"] else self.value
        if found is None:
            return None
        return found <= float(number) if comparison == "<=" else found >= float(number)

    def row(self) -> tuple[str, ...]:
        """Name, value, peer, ratio, target and verdict, in words."""
        if self.value is None:
            return (self.name, f"not measured: {self.note}", "", "", self.target, "")
        peer = f"{short(self.peer_value)} {self.unit}, {self.peer}" if self.peer_value is not None else ""
        ratio = f"{self.ratio:.2f}" if self.ratio is not None else ""
        verdict = {True: "met", False: "missed", None: ""}[self.met]
        return (self.name, f"{short(self.value)} {self.unit}".rstrip(), peer, ratio, self.target, verdict)


@dataclass(frozen=True, slots=True)
class Result:
    """What one measurement found, and where."""

    title: str
    figures: list[Figure]
    skipped: str = ""
    """Why nothing was measured at all."""
    machine: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> Result:
        """One that `write` wrote."""
        told = json.loads(file.read_text(encoding="utf-8"))
        return cls(
            told["title"], [Figure(**one) for one in told["figures"]], told["skipped"], told["machine"]
        )

    def write(self, file: Path) -> None:
        """Keep it as JSON."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def arguments(description: str) -> argparse.ArgumentParser:
    """The command line that every measurement has."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="less of everything, for a first look")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser


def give(title: str, found: Sequence[Figure], file: Path | None = None) -> None:
    """Print the figures, and write them where a file is given."""
    for line in table(one.row() for one in found):
        print(line)
    if file is not None:
        Result(title, list(found), "", machine()).write(file)


def skip(title: str, reason: str, file: Path | None = None) -> None:
    """Say why nothing can be measured here, which is no failure, and end."""
    print(f"{title}: not measured: {reason}", file=sys.stderr)
    if file is not None:
        Result(title, [], reason, machine()).write(file)
    raise SystemExit(0)


def table(rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a Markdown table."""
    head = ("what", "measured", "beside", "ratio", "target", "")
    every = [head, *rows]
    wide = [max(len(row[column]) for row in every) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(w) for cell, w in zip(row, wide, strict=True)) + " |" for row in every
    ]
    return [lines[0], "|" + "|".join("-" * (w + 2) for w in wide) + "|", *lines[1:]]


def short(number: float) -> str:
    """A number with as many digits as say something."""
    if number and abs(number) < 10:
        return f"{number:.2f}"
    return f"{number:,.1f}" if abs(number) < 100 else f"{number:,.0f}"


def machine() -> dict[str, Any]:
    """What the figures depend on; nothing that tells one machine of its kind from another."""
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "packages": found,
    }


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor()


if __name__ == "__main__":
    print(json.dumps(machine(), indent=1))
