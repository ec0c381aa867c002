"""Small files joined into large ones: what makes a folder of many batches quick to ask."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from mouchard.scale import layout, manifest
from mouchard.scale.place import Place
from mouchard.store.named import TABLES

SMALL, LARGE = 64 << 20, 256 << 20
"""Bytes: what is smaller is joined, into files no larger."""
ALONE = "-files.parquet"
"""How the one file ends that each attempt at a scan writes anew."""
_ORDER = (*(table for table in TABLES if table != "captures"), "captures")
"""Captures last: they stand for all that was written with them."""


def compact(folder: Place, contribution: str = "") -> int:
    """Join the small files of a folder, each contribution by itself; how many went. Nothing is lost or
    doubled when it is cut short: readers leave out what a joined file says it holds."""
    gone = 0
    with folder.scratch() as scratch:
        for table in _ORDER:
            sweep(folder, table)
            for owner, group in _groups(layout.parts(folder, table), contribution):
                names = [part.name for part in group]
                joins = sorted(
                    {*names, *(name for part in group for name in layout.about(part).get("joins", ()))}
                )
                called = hashlib.sha256(" ".join(joins).encode()).hexdigest()[:16]
                target = folder.at(table, f"joined-{owner[:12]}-{called}.parquet")
                layout.join(target, Path(scratch), table, group, {"contribution": owner, "joins": joins})
                for part in group:
                    part.remove()
                gone += len(group)
    return gone


def sweep(folder: Place, table: str) -> None:
    """Delete what was joined and is still there."""
    standing = {part.name for part in layout.parts(folder, table)}
    for part in folder.at(table).files(".parquet"):
        if part.name not in standing:
            part.remove()


def known(folder: Place, table: str) -> frozenset[str]:
    """The names of all files of a table, those joined into others included."""
    names = set()
    for part in layout.parts(folder, table):
        names |= {part.name, *layout.about(part).get("joins", ())}
    return frozenset(names)


def _groups(parts: Sequence[Place], contribution: str) -> Iterator[tuple[str, list[Place]]]:
    """Small files of one contribution that fit into a large one; never one alone."""
    by_owner: dict[str, list[Place]] = {}
    for part in parts:
        owner = str(layout.about(part)["contribution"])
        if part.name.endswith(ALONE):
            continue
        if (not contribution or owner == contribution) and part.size() < SMALL:
            by_owner.setdefault(owner, []).append(part)
    for owner, small in by_owner.items():
        group: list[Place] = []
        room = LARGE
        for part in small:
            if part.size() > room:
                if len(group) > 1:
                    yield owner, group
                group, room = [], LARGE
            group.append(part)
            room -= part.size()
        if len(group) > 1:
            yield owner, group


def compact_and_seal(folder: Place) -> int:
    """Join, and write the manifests of all contributions anew; how many files went."""
    gone = compact(folder)
    with folder.scratch() as scratch:
        for told in list(manifest.every(folder)):
            manifest.seal(folder, told, Path(scratch))
    return gone
