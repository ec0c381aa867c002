"""Writing a bundle: one file with all that is needed to check what a site leaked, and nothing else."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files as resources
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from mouchard import formats, language
from mouchard.classify import Classifier
from mouchard.errors import BadInput
from mouchard.evidence import manifest, private
from mouchard.evidence.redaction import Redaction, of_site
from mouchard.identity import Identity
from mouchard.keys import Keys
from mouchard.report import content, harfile, html, jsonfile, markdown
from mouchard.report.content import SiteReport
from mouchard.report.files import folder_name
from mouchard.report.method import compose
from mouchard.store import pictures
from mouchard.store.opened import Leaf, Link, Opened, Opener
from mouchard.store.read import Reader

_DAY = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the bundle: the time of writing tells nothing."""
_IN_MEMORY = 16 * 1024 * 1024

Sign = Callable[[bytes], tuple[str, bytes]]
"""The manifest → name and text of its signature."""
Stamp = Callable[[bytes], bytes]
"""The head of the chain → a time stamp."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person asked for."""

    site: str
    share: bool = False
    passphrase: str = ""
    """Empty: no raw bytes go in."""
    attached: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was written."""

    path: Path
    digest: str
    """Of the manifest, and so of every file: hand it over by another way."""
    records: int
    opened: int
    findings: int
    raw: int
    """Raw records that are kept."""
    pictures: int
    """Pictures of pages that went in, as they are."""
    expires: float
    """When the first of them is deleted; infinite where they are pinned or none is kept."""


def write(
    path: Path, db: Path, keys: Keys, wish: Wish, identity: Identity, classifier: Classifier,
    *, sign: Sign | None = None, stamp: Stamp | None = None,
) -> Bundle:  # fmt: skip
    """Write the bundle of a site, whole or not at all, readable by its owner only."""
    unfinished = path.with_name(path.name + ".part")
    with Reader(db) as reader, Opener(db, keys, wish.site) as opener:
        told = content.gather(reader, wish.site)
        redaction = of_site(reader, told, identity, share=wish.share)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        except OSError as error:
            raise BadInput(
                f"cannot write {path}: {error.strerror}", "choose another place with -o"
            ) from error
        try:
            with open(descriptor, "w+b") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                made = _Making(archive, reader, opener, redaction, wish).all(told, classifier, sign, stamp)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        kept, expires = opener.until()
    digest, chain, found, pictured = made
    return Bundle(path, digest, chain["records"], chain["opened"], found, kept, pictured, expires)


class _Making:
    """The bundle while it is written."""

    def __init__(
        self, archive: zipfile.ZipFile, reader: Reader, opener: Opener, redaction: Redaction, wish: Wish
    ) -> None:
        self._archive, self._reader, self._opener = archive, reader, opener
        self._redaction, self._wish = redaction, wish
        self._files: dict[str, str] = {}
        self._pictures: dict[str, Path] = {}

    def all(
        self, told: SiteReport, classifier: Classifier, sign: Sign | None, stamp: Stamp | None
    ) -> tuple[str, dict[str, Any], int, int]:
        shown = self._redaction.report(told)
        chain, offset = self._chain()
        self._report(shown)
        self._har(shown)
        for name, picture in self._pictures.items():
            self._put(name, picture.read_bytes())
        for path in self._wish.attached:
            self._attach(path)
        kept, expires = self._opener.until()
        if self._wish.passphrase:
            answers = {row.request: row.status for row in self._reader.requests(content.of_site(told.site))}
            self._put("private.enc", private.seal(list(self._opener.raw()), answers, self._wish.passphrase))
        if stamp is not None:
            self._put("head.tsr", stamp(bytes.fromhex(chain["head"])))
        self._put("VERIFY.txt", resources("mouchard.evidence").joinpath("VERIFY.txt").read_bytes())
        lines = [formats.finding_json(row) for card in shown.cards for row in card.rows]
        page = {
            "format": manifest.FORMAT,
            "proves": manifest.PROVES,
            "shared": self._wish.share,
            "made_with": manifest.machine(self._wish.share),
            "rules": manifest.rules(self._opener.rulesets(), classifier.ruleset_id, classifier.ruleset),
            "visit": manifest.visit(shown),
            "chain": chain,
            "clock_offset": offset,
            "findings": manifest.findings(lines),
            "raw": {
                "kept": kept,
                "expires": "pinned"
                if expires == float("inf")
                else formats.iso(self._redaction.time(expires)),
                "included": bool(self._wish.passphrase),
            },
            "files": dict(sorted(self._files.items())),
        }
        text = (json.dumps(page, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
        self._put("manifest.json", text)
        if sign is not None:
            self._put(*sign(text))
        return sha256(text).hexdigest(), chain, len(lines), len(self._pictures)

    def _chain(self) -> tuple[dict[str, Any], float | None]:
        counts = {"records": 0, "opened": 0, "purged": 0}
        head, answered = bytes(32), []
        with SpooledTemporaryFile(_IN_MEMORY) as records:

            def lines() -> Iterator[bytes]:
                nonlocal head
                for link in self._opener.links():
                    counts["records"] += 1
                    counts["purged"] += link.purged
                    head = link.head
                    if link.opened is not None:
                        counts["opened"] += 1
                        records.write(_line(self._record(link, link.opened)))
                        if link.opened.row.table == "responses":
                            answered.append(link.opened)
                    yield _line(_link(link))

            self._stream("chain.jsonl", lines())
            records.seek(0)
            self._stream("records.jsonl", records)
        return {**counts, "head": head.hex()}, manifest.clock_offset(answered)

    def _record(self, link: Link, opened: Opened) -> dict[str, Any]:
        shown = {
            "n": link.n,
            "capture": opened.capture,
            "seq": opened.row.seq,
            "kind": opened.row.table,
            "raw": opened.raw_root.hex(),
            "leaves": [_leaf(leaf, self._redaction.shows(opened, leaf)) for leaf in opened.leaves],
        }
        if opened.row.table == "messages":
            number = opened.value("number")
            shown["request"] = f"{opened.capture}/{opened.value('request')}{f'.{number}' if number else ''}"
        elif opened.row.table == "snapshots" and (picture := self._picture(opened)):
            shown["picture"] = picture
        return shown

    def _report(self, shown: SiteReport) -> None:
        self._put("report/report.json", jsonfile.render(shown).encode())
        spoken = language.use("")
        for lang in language.LANGUAGES:
            language.use(lang)
            document = compose(shown, lang)
            self._put(f"report/report.{lang}.html", html.render(document).encode())
            self._put(f"report/report.{lang}.md", markdown.render(document).encode())
        language.use(spoken)

    def _har(self, shown: SiteReport) -> None:
        rows = self._reader.requests(content.of_site(shown.site))
        ours = (self._redaction.request(row) for row in rows if row.site == shown.site)
        self._put("redacted.har", harfile.redacted(shown, ours).encode())

    def _picture(self, opened: Opened) -> dict[str, str]:
        """The picture of this record, if one may be shown: its file, and the salt to check it."""
        path = pictures.path(opened.capture, str(opened.value("name")))
        if self._wish.share or opened.value("kind") not in ("viewport", "page") or not path.is_file():
            return {}
        name = f"screens/{len(self._pictures) + 1}.png"
        self._pictures[name] = path
        return {"file": name, "salt": opened.picture_salt.hex()}

    def _attach(self, path: Path) -> None:
        try:
            self._put(f"attached/{folder_name(path.name)}", path.read_bytes())
        except OSError as error:
            raise BadInput(
                f"cannot read {path}: {error.strerror}", "check the path, and that you may read it"
            ) from error

    def _put(self, name: str, data: bytes) -> None:
        self._stream(name, [data])

    def _stream(self, name: str, chunks: Sequence[bytes] | Iterator[bytes] | IO[bytes]) -> None:
        if name in self._archive.NameToInfo:
            raise BadInput(f"two files would be called {name}", "rename one of them")
        info = zipfile.ZipInfo(name, _DAY)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o100600 << 16
        running = sha256()
        with self._archive.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                running.update(chunk)
                out.write(chunk)
        if not name.startswith("manifest."):
            self._files[name] = running.hexdigest()


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode() + b"\n"


def _link(link: Link) -> dict[str, Any]:
    state = "purged" if link.purged else "open" if link.opened is not None else ""
    bare = {"n": link.n, "commitment": link.commitment.hex(), "head": link.head.hex()}
    return {**bare, "state": state} if state else bare


def _leaf(leaf: Leaf, shown: bool) -> dict[str, str]:
    if not shown:
        return {"name": leaf.name, "digest": leaf.digest.hex()}
    return {"name": leaf.name, "value": leaf.value.decode("utf-8", "surrogatepass"), "salt": leaf.salt.hex()}
