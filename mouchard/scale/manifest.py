"""Who contributed what to a folder: one small file each, with the digest of every Parquet file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Any, Literal

from mouchard import __version__
from mouchard.errors import BadInput
from mouchard.keys import Keys
from mouchard.scale import layout
from mouchard.scale.place import Place

FOLDER = "contributions"
_NAME = 12
"""Digits of the contribution in the names of its files."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One contribution: everything that one database, or one scan, gave to a folder."""

    contribution: str
    """Random, 32 hex digits."""
    kind: Literal["export", "scan"]
    owner: str
    """Lets its owner, and nobody else, know it again."""
    complete: bool = False
    setup: str = ""
    """Of a scan: changes with its lists and identity."""
    head: str = ""
    """End of the chain of the database at that time."""
    code: str = __version__
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """`<table>/<name>` → `sha256 size rows`."""

    @property
    def prefix(self) -> str:
        """How the names of its files begin."""
        return f"part-{self.contribution[:_NAME]}-"

    def secret(self, local: Keys) -> bytes:
        """What its keys are made of; only the local key gives it."""
        salts = local.salts(self.contribution, 0)
        return salts("export/0") + salts("export/1")

    def keys(self, local: Keys) -> Keys:
        """The keys of this contribution: its tokens are comparable with one another and with no others."""
        return Keys(self.secret(local))

    def owned(self, local: Keys, name: str) -> bool:
        """Whether this machine made it of the source with that name."""
        return self.owner == self.keys(local).token("owner", name)


def begin(folder: Place, kind: Literal["export", "scan"], local: Keys, name: str) -> Manifest:
    """The contribution that this source has begun in the folder, or a new one."""
    for manifest in every(folder):
        if manifest.kind == kind and manifest.owned(local, name):
            return replace(manifest, complete=False)
    fresh = Manifest(token_hex(16), kind, "")
    return replace(fresh, owner=fresh.keys(local).token("owner", name))


def every(folder: Place) -> Iterator[Manifest]:
    """The contributions of a folder. BadInput where one cannot be read."""
    for place in folder.at(FOLDER).files(".json"):
        try:
            page = json.loads(place.read())
            if page.pop("format") != layout.FORMAT:
                raise BadInput(f"{place.url} is of another version", "update Mouchard, or export it again")
            yield Manifest(**page)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadInput(f"{place.url} is damaged", "copy it again from where it came") from error


def save(folder: Place, manifest: Manifest, scratch: Path) -> None:
    """Write it, whole or not at all."""
    folder.at(FOLDER).make()
    file = scratch / f"{manifest.contribution}.json"
    page = {"format": layout.FORMAT, **asdict(manifest)}
    file.write_text(json.dumps(page, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    folder.at(FOLDER, file.name).take(file)


def seal(folder: Place, manifest: Manifest, scratch: Path) -> Manifest:
    """Write it with the digests of all its files, as complete."""
    files = {}
    for table in layout.TABLES:
        for part in layout.parts(folder, table):
            about = layout.about(part)
            if about["contribution"] == manifest.contribution:
                digest, size = digest_of(part)
                files[f"{table}/{part.name}"] = {"sha256": digest, "size": size, "rows": about["rows"]}
    sealed = replace(manifest, complete=True, files=files)
    save(folder, sealed, scratch)
    return sealed


def digest_of(place: Place) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    digest, size = hashlib.sha256(), 0
    with place.fs.open(place.path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size
