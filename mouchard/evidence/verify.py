"""Checking a bundle: what was changed, dropped or put in. Needs no key, no database, no network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mouchard.errors import BadInput
from mouchard.evidence import manifest
from mouchard.evidence.archive import Archive
from mouchard.language import _
from mouchard.store import chain
from mouchard.store.leaves import leaf, root

_UNLISTED = frozenset({"manifest.json", "manifest.json.sig", "manifest.json.asc"})


@dataclass(frozen=True, slots=True)
class Opening:
    """A record of the site as the bundle shows it; only what the chain vouches for."""

    n: int
    capture: str
    seq: int
    kind: str
    request: str
    """`<capture>/<seq>[.frame]` of a message."""
    raw: bytes
    values: Mapping[str, str]
    """Opened leaves by name."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result."""

    site: str
    records: int
    opened: tuple[Opening, ...]
    purged: int
    head: str
    digest: str
    """Of the manifest, which stands for every file."""
    wrong: tuple[str, ...]
    """What does not hold, in words; empty where all does."""
    commitments: Mapping[int, bytes]


def verify(archive: Archive) -> Checked:
    """Check every file, the whole chain, each opened record and each finding."""
    page = archive.json("manifest.json")
    if page.get("format") != manifest.FORMAT:
        raise BadInput(f"{archive.name} is of an unknown format", "update Mouchard, or use its VERIFY.txt")
    try:
        return _Check(archive, page).all()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"{archive.name} is damaged: a part is not as it should be ({error!r})"[:200],
            "ask whoever made the bundle for another copy",
        ) from error


def check_reveal(checked: Checked, shown: Mapping[str, Any]) -> bool:
    """True where the revealed value belongs to a record of this bundle."""
    try:
        told = chain.Reveal(
            str(shown["capture"]), int(shown["seq"]), "raw" if shown["side"] == "raw" else "row",
            str(shown["name"]), bytes.fromhex(shown["value"]), bytes.fromhex(shown["salt"]),
            tuple(map(bytes.fromhex, shown["leaves"])), bytes.fromhex(shown["other"]),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("this is no revealed value", "give the file that `mouchard reveal` wrote") from error
    place = (told.capture, told.seq)
    n = next((one.n for one in checked.opened if (one.capture, one.seq) == place), 0)
    return n in checked.commitments and chain.proves(told, checked.commitments[n])


class _Check:
    """One bundle being checked."""

    def __init__(self, archive: Archive, page: dict[str, Any]) -> None:
        self._archive, self._page = archive, page
        self._wrong: list[str] = []
        self._commitments: dict[int, bytes] = {}
        self._states: dict[int, str] = {}

    def all(self) -> Checked:
        self._files()
        head = self._chain()
        opened = self._records()
        try:
            self._findings(opened)
        except (BadInput, KeyError, TypeError, ValueError, AttributeError):
            self._wrong.append(_("report.json or redacted.har cannot be read"))
        purged = sum(state == "purged" for state in self._states.values())
        counts = {"records": len(self._commitments), "opened": len(opened), "purged": purged, "head": head}
        for name, found in counts.items():
            if self._page["chain"][name] != found:
                told = _("{name} of the chain: the manifest says {said}, not {found}")
                self._wrong.append(told.format(name=name, said=self._page["chain"][name], found=found))
        return Checked(
            site=str(self._page["visit"]["site"]),
            records=len(self._commitments),
            opened=tuple(opened),
            purged=purged,
            head=head,
            digest=self._archive.digest("manifest.json"),
            wrong=tuple(dict.fromkeys(self._wrong)),
            commitments=self._commitments,
        )

    def _files(self) -> None:
        listed = dict(self._page["files"])
        there = set(self._archive.names) - _UNLISTED
        self._wrong += [_("{name} was taken out").format(name=name) for name in sorted(listed.keys() - there)]
        self._wrong += [_("{name} was put in").format(name=name) for name in sorted(there - listed.keys())]
        for name in sorted(listed.keys() & there):
            if self._archive.digest(name) != listed[name]:
                self._wrong.append(_("{name} was changed").format(name=name))

    def _chain(self) -> str:
        head, broken = chain.GENESIS, False
        for place, link in enumerate(self._archive.lines("chain.jsonl"), 1):
            n, commitment = int(link["n"]), bytes.fromhex(link["commitment"])
            head = sha256(head + commitment).digest()
            if not broken and (n != place or link["head"] != head.hex()):
                broken = True
                why = _("{n} links are missing").format(n=n - place) if n > place else ""
                why = why or _("a link was changed, or its order")
                self._wrong.append(_("the chain breaks at link {n}: {why}").format(n=place, why=why))
            self._commitments[n] = commitment
            self._states[n] = str(link.get("state", ""))
        return head.hex()

    def _records(self) -> list[Opening]:
        found: dict[int, Opening] = {}
        for line in self._archive.lines("records.jsonl"):
            one = self._opening(line)
            if one.n in found:
                self._wrong.append(_("record {n} stands there twice").format(n=one.n))
            found[one.n] = one
        for n, state in self._states.items():
            if (state == "open") != (n in found):
                told = _("record {n} was dropped") if state == "open" else _("record {n} was added")
                self._wrong.append(told.format(n=n))
        return list(found.values())

    def _opening(self, line: Mapping[str, Any]) -> Opening:
        values = {str(leaf["name"]): str(leaf["value"]) for leaf in line["leaves"] if "salt" in leaf}
        n, raw = int(line["n"]), bytes.fromhex(line["raw"])
        place = f"{line['capture']}/{line['seq']}"
        request = str(line.get("request", ""))
        shown = root([_leaf(one) for one in line["leaves"]])
        changed = sha256(shown + raw).digest() != self._commitments.get(n)
        frame = "." in request
        if (
            changed
            or values.get("place") != f"{place}/{line['kind']}"
            or (request not in ("", place) and not frame)
        ):
            self._wrong.append(_("record {n} was changed: it is not what was recorded").format(n=n))
        if "picture" in line and not self._is_picture(line["picture"], raw):
            self._wrong.append(_("the picture of record {n} is not the one that was taken").format(n=n))
        return Opening(n, str(line["capture"]), int(line["seq"]), str(line["kind"]), request, raw, values)

    def _is_picture(self, picture: Mapping[str, Any], raw: bytes) -> bool:
        if picture["file"] not in self._archive.names:
            return False
        digest = bytes.fromhex(self._archive.digest(picture["file"]))
        return root([leaf(bytes.fromhex(picture["salt"]), "picture", digest)]) == raw

    def _findings(self, opened: list[Opening]) -> None:
        lines = self._archive.json("report/report.json")["findings"]
        if manifest.findings(lines) != self._page["findings"]:
            self._wrong.append(_("the findings are not those of the manifest"))
        messages = {one.request: one for one in opened if one.kind == "messages"}
        for line in lines:
            one = messages.get(line["request"])
            if one is None:
                told = _("finding {id} names a record that is not there")
                self._wrong.append(told.format(id=str(line["id"])[:80]))
            elif any(
                name in one.values and one.values[name] != line[name] for name in ("method", "host", "url")
            ):
                told = _("finding {id} does not fit its record")
                self._wrong.append(told.format(id=str(line["id"])[:80]))
        har = self._archive.json("redacted.har")["log"]["entries"]
        if any(entry["_request"] not in messages for entry in har):
            self._wrong.append(_("redacted.har names a record that is not there"))


def _leaf(line: Mapping[str, Any]) -> bytes:
    if "salt" not in line:
        return bytes.fromhex(line["digest"])
    value = str(line["value"]).encode("utf-8", "surrogatepass")
    return leaf(bytes.fromhex(line["salt"]), line["name"], value)
