"""A bundle that was tampered with is told from a whole one, by Mouchard and by the script inside."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from mouchard.errors import BadInput
from mouchard.evidence import archive as archives
from mouchard.evidence import revealed
from mouchard.evidence.archive import Archive
from mouchard.evidence.verify import check_reveal, verify
from mouchard.report.content import of_site
from mouchard.store.read import Reader
from mouchard.store.write import Writer
from tests.evidence import visit
from tests.evidence.conftest import Visit

Files = dict[str, bytes]


def rewrite(path: Path, change: Callable[[Files], None], *, forge: bool = True) -> Path:
    """The bundle with its files changed; `forge`: its manifest made to fit, as a careful forger would."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    change(held)
    if forge:
        page = json.loads(held["manifest.json"])
        page["files"] = {
            name: sha256(data).hexdigest() for name, data in held.items() if name != "manifest.json"
        }
        held["manifest.json"] = json.dumps(page).encode()
    forged = path.with_name("forged.zip")
    with zipfile.ZipFile(forged, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in held.items():
            archive.writestr(name, data)
    return forged


def edit(name: str, change: Callable[[list[dict[str, Any]]], None]) -> Callable[[Files], None]:
    """A change of the lines of a file."""

    def apply(held: Files) -> None:
        lines = [json.loads(line) for line in held[name].splitlines()]
        change(lines)
        held[name] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    return apply


def leaf(line: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in line["leaves"] if one["name"] == name)


def host(lines: list[dict[str, Any]]) -> None:
    leaf(lines[2], "host")["value"] = "innocent.example"


def time(lines: list[dict[str, Any]]) -> None:
    leaf(lines[1], "time")["value"] = "1.0"


def salt(lines: list[dict[str, Any]]) -> None:
    leaf(lines[2], "url")["salt"] = "00" * 16


def closed(lines: list[dict[str, Any]]) -> None:
    leaf(lines[0], "rest")["digest"] = "00" * 32


def raw(lines: list[dict[str, Any]]) -> None:
    lines[2]["raw"] = "00" * 32


def swap(lines: list[dict[str, Any]]) -> None:
    lines[0]["n"], lines[2]["n"] = lines[2]["n"], lines[0]["n"]


def relink(lines: list[dict[str, Any]]) -> None:
    """Drop a link and number the rest anew, heads included."""
    del lines[3]
    head = bytes(32)
    for n, line in enumerate(lines, 1):
        head = sha256(head + bytes.fromhex(line["commitment"])).digest()
        line |= {"n": n, "head": head.hex()}


TAMPERED = [
    ("records.jsonl", host, "record 3 was changed"),
    ("records.jsonl", time, "record 2 was changed"),
    ("records.jsonl", salt, "record 3 was changed"),
    ("records.jsonl", closed, "record 1 was changed"),
    ("records.jsonl", raw, "record 3 was changed"),
    ("records.jsonl", swap, "record 1 was changed"),
    ("records.jsonl", lambda lines: lines.pop(4), "record 5 was dropped"),
    ("records.jsonl", lambda lines: lines.append(lines[0]), "twice"),
    ("chain.jsonl", lambda lines: lines.pop(1), "chain breaks at link 2"),
    ("chain.jsonl", lambda lines: lines.reverse(), "chain breaks at link 1"),
    ("chain.jsonl", lambda lines: lines.pop(), "records of the chain"),
    ("chain.jsonl", lambda lines: lines[2].update(commitment="00" * 32), "record 3 was changed"),
    ("chain.jsonl", lambda lines: lines[-1].update(commitment="11" * 32), "chain breaks"),
    ("chain.jsonl", relink, "head of the chain"),
]


@pytest.mark.parametrize(("name", "change", "why"), TAMPERED)
def test_tampering_is_found(make, tmp_path: Path, name: str, change: Any, why: str) -> None:
    forged = rewrite(make(), edit(name, change))
    with Archive(forged) as archive:
        assert why in "; ".join(verify(archive).wrong)
    script = tmp_path / "verify.py"
    with zipfile.ZipFile(forged) as zipped:
        script.write_bytes(zipped.read("VERIFY.txt"))
    if why != "twice":  # the same line twice tells nothing new
        done = subprocess.run([sys.executable, str(script), str(forged)], capture_output=True, check=False)
        assert done.returncode == 1


def test_no_opened_value_can_be_changed(make) -> None:
    """Every leaf of every record, whatever it holds; and every closed one."""
    path = make()
    with Archive(path) as archive:
        lines = list(archive.lines("records.jsonl"))
    tried: set[tuple[str, str]] = set()
    for number, line in enumerate(lines):
        for place, one in enumerate(line["leaves"]):
            part = "value" if "salt" in one else "digest"
            if (line["kind"], one["name"]) in tried:
                continue
            tried.add((line["kind"], one["name"]))

            def change(
                held: list[dict[str, Any]], number: int = number, place: int = place, part: str = part
            ) -> None:
                kept = held[number]["leaves"][place]
                kept[part] = "00" * 32 if part == "digest" else f"{kept[part]}1"

            with Archive(rewrite(path, edit("records.jsonl", change))) as archive:
                assert any(f"record {line['n']} was changed" in why for why in verify(archive).wrong), one
    kinds = {kind for kind, _name in tried}
    assert kinds >= {"messages", "responses"}
    assert {name for kind, name in tried if kind == "messages"} >= {"place", "method", "url", "host", "time"}


@pytest.mark.parametrize("name", ["tool", "python", "os"])
def test_the_manifest_is_what_its_digest_says(make, name: str) -> None:
    path = make()
    with Archive(path) as archive:
        before = verify(archive).digest

    def change(held: Files) -> None:
        page = json.loads(held["manifest.json"])
        page["made_with"][name] = "other"
        held["manifest.json"] = json.dumps(page).encode()

    with Archive(rewrite(path, change, forge=False)) as archive:
        assert verify(archive).digest != before


def report(change: Callable[[dict[str, Any]], None]) -> Callable[[Files], None]:
    def apply(held: Files) -> None:
        page = json.loads(held["report/report.json"])
        change(page)
        held["report/report.json"] = json.dumps(page).encode()

    return apply


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (report(lambda page: page["findings"].pop()), "not those of the manifest"),
        (report(lambda page: page["findings"][0].update(level="L0")), "not those of the manifest"),
        (report(lambda page: page["findings"][0].update(host="innocent.example")), "does not fit its record"),
        (report(lambda page: page["findings"][0].update(request="ff/1")), "names a record that is not there"),
        (lambda held: held.pop("report/report.en.html"), "report.en.html was taken out"),
        (lambda held: held.update({"attached/x.png": b""}), "x.png was put in"),
        (lambda held: held.update({"redacted.har": held["redacted.har"] + b" "}), "redacted.har was changed"),
    ],
)
def test_changed_files_are_found(make, change: Any, why: str) -> None:
    forge = why.endswith(("manifest", "record", "there"))
    with Archive(rewrite(make(), change, forge=forge)) as archive:
        assert why in "; ".join(verify(archive).wrong)


def test_a_whole_bundle_verifies(make) -> None:
    with Archive(make()) as archive:
        checked = verify(archive)
    assert checked.wrong == ()
    assert checked.site == visit.SITE
    assert len(checked.opened) == checked.records - 4


def test_purged_records_are_tombstones(seen: Visit, tmp_path: Path) -> None:
    with Writer(seen.db, seen.rules.keys, seen.rules.ruleset) as writer:
        assert writer.purge(of_site(visit.OTHER)) == 2
    path = tmp_path / "purged.zip"
    seen.bundle(path)
    with Archive(path) as archive:
        checked = verify(archive)
    assert checked.wrong == ()
    assert checked.purged == 4


@pytest.mark.parametrize("kind", ["email", "phone"])
def test_a_revealed_value_is_checked_against_the_bundle(make, seen: Visit, kind: str) -> None:
    path = make()
    with Reader(seen.db) as reader, Archive(path) as archive:
        checked = verify(archive)
        shown = 0
        for row in reader.findings(of_site(visit.SITE)):
            if row.finding.type == kind and row.finding.proof == "identity":
                told = revealed.of(reader, seen.rules.keys, row.finding.id)
                assert check_reveal(checked, told)
                forged = bytearray(bytes.fromhex(told["value"]))
                forged[0] ^= 1
                assert not check_reveal(checked, told | {"value": forged.hex()})
                assert not check_reveal(checked, told | {"seq": told["seq"] + 2})
                assert not check_reveal(checked, told | {"name": "header/9/x"})
                assert not check_reveal(checked, told | {"leaves": [*told["leaves"], "00" * 32]})
                shown += 1
    assert shown


def test_a_revealed_value_that_is_none_is_refused(make) -> None:
    with Archive(make()) as archive:
        checked = verify(archive)
    for bad in ({}, {"capture": 1}, {"leaves": "zz"}):
        with pytest.raises(BadInput, match="no revealed value"):
            check_reveal(checked, bad)


@pytest.mark.parametrize(
    "name",
    [
        "../manifest.json",
        "/etc/passwd",
        "report/../../x",
        "report\\..\\x",
        "C:x",
        "report/",
        "a/b/c",
        "report/.x",
    ],
)
def test_names_that_lead_out_are_refused(make, name: str) -> None:
    with pytest.raises(BadInput, match="no bundle holds"):
        Archive(rewrite(make(), lambda held: held.update({name: b"x"})))


def test_bombs_links_and_doubles_are_refused(make, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="would grow"):
        Archive(rewrite(make(), lambda held: held.update({"attached/bomb": bytes(archives.SMALL * 8)})))
    path = tmp_path / "double.zip"
    with zipfile.ZipFile(path, "w") as zipped:
        zipped.writestr("chain.jsonl", "")
        with pytest.warns(UserWarning, match="Duplicate"):
            zipped.writestr("chain.jsonl", "")
    with pytest.raises(BadInput, match="twice"):
        Archive(path)
    with zipfile.ZipFile(path, "w") as zipped:
        link = zipfile.ZipInfo("report/x")
        link.external_attr = 0o120777 << 16
        zipped.writestr(link, "/etc/passwd")
    with pytest.raises(BadInput, match="no plain file"):
        Archive(path)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"no zip at all", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_bundle_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    with pytest.raises(BadInput), Archive(path) as archive:
        verify(archive)


@pytest.mark.parametrize("text", [b"", b"[]", b"{", b"[" * 100_000, b'{"n": 1}', b'{"n": "x"}', b"\xff\xfe"])
@pytest.mark.parametrize(
    "name", ["manifest.json", "chain.jsonl", "records.jsonl", "report/report.json", "redacted.har"]
)
def test_broken_files_give_one_clear_error_or_a_finding(make, name: str, text: bytes) -> None:
    forged = rewrite(make(), lambda held: held.update({name: text}), forge=name != "manifest.json")
    try:
        with Archive(forged) as archive:
            assert verify(archive).wrong
    except BadInput as error:
        assert error.message
