"""Whether folders may be put together: nothing changed or missing, no capture twice. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mouchard.errors import BadInput
from mouchard.scale import layout, manifest
from mouchard.scale.folder import Folder
from mouchard.scale.manifest import Manifest
from mouchard.scale.place import Place
from mouchard.store import chain
from mouchard.store.connection import open_to_read
from mouchard.store.named import TABLES, Tables, text


@dataclass(frozen=True, slots=True)
class Part:
    """One contribution of a folder, or one database."""

    place: str
    contribution: str
    captures: tuple[str, ...]
    requests: int
    head: str
    """End of the chain of the database it comes from; empty for a scan of files."""
    refused: tuple[str, ...] = ()
    """Why it may not be merged; empty where it may."""


def check(places: Sequence[Place]) -> list[Part]:
    """What the places hold, and what of it is refused. Of a capture that comes twice, the second is."""
    parts: list[Part] = []
    where: dict[str, str] = {}
    for place in places:
        for part in _database(place) if _is_file(place) else _folder(place):
            twice = [capture for capture in part.captures if capture in where]
            why = tuple(f"capture {capture[:12]} is in {where[capture]} too" for capture in twice[:3])
            if len(twice) > len(why):
                why += (f"and so are {len(twice) - len(why)} more",)
            where.update({capture: part.place for capture in part.captures if capture not in where})
            refused = part.refused + why
            parts.append(
                Part(part.place, part.contribution, part.captures, part.requests, part.head, refused)
            )
    return parts


def _is_file(place: Place) -> bool:
    return place.local and Path(place.path).is_file()


def _database(place: Place) -> Iterator[Part]:
    """A database: its chain must hold."""
    with Tables(Path(place.path)) as tables:
        captures = [str(row[1]) for row in tables.table("captures").rows]
        requests = tables.state(0, tables.last())[0]
    with closing(open_to_read(Path(place.path))) as connection:
        verified = chain.verify(connection, None)
    broken = tuple(f"{one.place or 'the chain'}: {one.why}" for one in verified.broken[:5])
    yield Part(place.url, "", tuple(captures), requests, verified.head, broken)


def _folder(place: Place) -> Iterator[Part]:
    """A folder: each file as its manifest says, as many requests as its captures say."""
    try:
        manifests = list(manifest.every(place))
        parts = {f"{table}/{part.name}": part for table in TABLES for part in layout.parts(place, table)}
    except BadInput as error:
        yield Part(place.url, "", (), 0, "", (error.message,))
        return
    known = {name for told in manifests for name in told.files}
    strangers = tuple(f"{name} is named by no manifest" for name in sorted(parts.keys() - known))
    if not manifests or strangers:
        yield Part(place.url, "", (), 0, "", strangers or ("there is no export in it",))
    for told in manifests:
        yield _contribution(place, told, parts)


def _contribution(place: Place, told: Manifest, parts: dict[str, Place]) -> Part:
    wrong = [] if told.complete else ["it was cut short: run the export or scan again"]
    for name, expected in told.files.items():
        if name not in parts:
            wrong.append(f"{name} is missing")
            continue
        digest, _ = manifest.digest_of(parts[name])
        if digest != expected["sha256"]:
            wrong.append(f"{name} was changed")
            continue
        try:
            about = layout.about(parts[name])
        except BadInput as error:
            wrong.append(error.message)
            continue
        if about["format"] != layout.FORMAT:
            wrong.append(f"{name} has the format {about['format']}, not {layout.FORMAT}")
    captures = list[str]()
    requests = 0
    if not wrong:
        requests = sum(int(one["rows"]) for name, one in told.files.items() if name.startswith("requests/"))
        rows = layout.lines(place, "captures", "contribution", "capture")
        captures = [capture for owner, capture in rows if owner == told.contribution]
        wrong += _miscounted(place, told)
    return Part(place.url, told.contribution, tuple(captures), requests, told.head, tuple(wrong))


def _miscounted(place: Place, told: Manifest) -> Iterator[str]:
    if not any(name.startswith("requests/") for name in told.files):
        return
    with Folder(place) as folder:
        for owner, capture, expected, found in folder.ask(text("counts")).rows:
            if owner == told.contribution:
                yield f"capture {str(capture)[:12]} should have {expected} requests, not {found}, each once"
