"""What a bundle holds, and above all what it does not."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from mouchard.capture import har
from mouchard.capture.records import Snapshot
from mouchard.errors import BadInput
from mouchard.evidence import private, revealed
from mouchard.evidence.archive import Archive
from mouchard.evidence.replay import replay
from mouchard.evidence.verify import check_reveal, verify
from mouchard.report import files
from mouchard.store import pictures
from mouchard.store.read import Reader
from mouchard.store.write import Entry, Writer
from tests.evidence import visit
from tests.evidence.conftest import PASSPHRASE, Visit
from tests.evidence.test_verify import rewrite
from tests.store import released


def texts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("latin-1") for name in archive.namelist()}


def spelled(word: str) -> set[str]:
    """As it stands in a file: as it is, or escaped by JSON; read as latin-1 like the files."""
    return {word.encode().decode("latin-1").lower(), json.dumps(word)[1:-1].lower()}


@pytest.mark.parametrize("share", [False, True])
@pytest.mark.parametrize("raw", ["", PASSPHRASE])
def test_nothing_personal_is_in_any_file(make, share: bool, raw: str) -> None:
    found = [
        (name, word)
        for name, text in texts(make(share=share, passphrase=raw)).items()
        for word in visit.forbidden(share)
        for spelling in spelled(word)
        if spelling in text.lower() and (name != "private.enc" or len(word) > 3)
    ]
    assert found == []


def test_nothing_personal_is_in_report_har(seen: Visit, tmp_path: Path) -> None:
    with Reader(seen.db) as reader:
        (path,) = files.write(reader, visit.SITE, tmp_path / "out", ["har"])
    text = path.read_text().lower()
    assert [w for w in visit.forbidden() if w != visit.LAST and any(s in text for s in spelled(w))] == []
    log = json.loads(text)["log"]
    assert {leak["type"] for entry in log["entries"] for leak in entry.get("_leak", [])} >= {"email", "phone"}


def test_the_visit_really_holds_what_may_not_be_shown(make) -> None:
    with (
        Archive(make(passphrase=PASSPHRASE)) as archive,
        private.open_private(archive.read("private.enc"), PASSPHRASE) as inside,
    ):
        text = inside.read("raw.har").decode()
    for word in (visit.sha256(visit.EMAIL), visit.COOKIE, visit.TOKEN, visit.PHONE, visit.SEARCH):
        assert word in text


def test_findings_of_the_site_are_in_it_with_placeholders(make) -> None:
    with Archive(make()) as archive:
        page = archive.json("report/report.json")
    emails = [line for line in page["findings"] if line["type"] == "email" and line["proof"] == "identity"]
    assert len(emails) >= 3
    assert {line["value"] for line in emails} == {emails[0]["value"]}, "one address, one number"
    assert emails[0]["value"].startswith("‹email#")
    assert {line["value_token"] for line in page["findings"]} == {""}
    assert all(line["site"] == visit.SITE for line in page["findings"])


def test_other_sites_are_bare_commitments(make) -> None:
    with Archive(make()) as archive:
        links = list(archive.lines("chain.jsonl"))
        opened = list(archive.lines("records.jsonl"))
    bare = [link for link in links if "state" not in link]
    assert {frozenset(link) for link in bare} == {frozenset({"n", "commitment", "head"})}
    assert len(bare) == 4, "two messages and two answers of the other site"
    assert len(opened) + len(bare) == len(links)


def test_it_is_readable_by_its_owner_only_and_replaced_whole(make, tmp_path: Path) -> None:
    path = make()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_the_script_inside_verifies_it_without_mouchard(make, tmp_path: Path) -> None:
    path = make()
    script = tmp_path / "verify.py"
    with zipfile.ZipFile(path) as archive:
        script.write_bytes(archive.read("VERIFY.txt"))
    command = [sys.executable, "-I", "-S", str(script), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    with Archive(path) as opened:
        assert verify(opened).digest in done.stdout


def test_phases_are_pages_of_the_har(phased: Visit, tmp_path: Path) -> None:
    path = tmp_path / "phased.zip"
    phased.bundle(path)
    with Archive(path) as archive:
        log = archive.json("redacted.har")["log"]
    assert [page["id"] for page in log["pages"]] == ["before", "refused"]
    assert {entry["pageref"] for entry in log["entries"]} == {"before", "refused"}


def test_shared_times_are_whole_minutes(make) -> None:
    with Archive(make(share=True)) as archive:
        page = archive.json("report/report.json")
        names = {
            leaf["name"]
            for line in archive.lines("records.jsonl")
            for leaf in line["leaves"]
            if "salt" in leaf
        }
    assert {line["time"][16:] for line in page["findings"]} == {":00.000Z"}
    assert "time" not in names and "date" not in names


def test_a_short_passphrase_and_an_unknown_site_are_refused(make, seen: Visit, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="too short"):
        make(passphrase="kurz")
    assert not (tmp_path / "shop.zip").exists()


def test_the_raw_har_is_read_back_to_the_same_bytes(make, tmp_path: Path) -> None:
    with Archive(make(passphrase=PASSPHRASE)) as archive:
        data = archive.read("private.enc")
    before = {(one.record.url, getattr(one.record, "body", b"")) for one in private.unseal(data, PASSPHRASE)}
    with private.open_private(data, PASSPHRASE) as inside:
        (tmp_path / "raw.har").write_bytes(inside.read("raw.har"))
    _, again = har.read(tmp_path / "raw.har")
    after = {(one.url, getattr(one, "body", b"")) for one in again if hasattr(one, "url")}
    assert after == before
    assert any(b"\xff\xfe" in body for _, body in after)


PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(64)


def photographed(seen: Visit) -> None:
    """The browser took a picture of the page."""
    taken = Snapshot(
        visit.CAPTURE, 900, visit.START, visit.SITE, "", "none", "viewport", "one.png", len(PICTURE), "",
        sha256(PICTURE).digest(),
    )  # fmt: skip
    pictures.keep(visit.CAPTURE, "one.png", PICTURE)
    with Writer(seen.db, seen.rules.keys, seen.rules.ruleset) as writer:
        writer.commit([Entry(taken)])


def test_pictures_are_in_it_and_checked_unless_it_is_shared(seen: Visit, tmp_path: Path) -> None:
    photographed(seen)
    path = tmp_path / "shop.zip"
    assert seen.bundle(path, share=True).pictures == 0
    assert not any("screens" in name for name in texts(path))
    assert seen.bundle(path).pictures == 1
    with Archive(path) as archive:
        assert archive.read("screens/1.png") == PICTURE
        assert verify(archive).wrong == ()
    forged = rewrite(path, lambda held: held.update({"screens/1.png": PICTURE + b"x"}))
    with Archive(forged) as archive:
        assert "is not the one that was taken" in "".join(verify(archive).wrong)


def test_a_database_of_the_first_release_gives_the_same_evidence(seen: Visit, tmp_path: Path) -> None:
    photographed(seen)
    keys = seen.rules.keys
    released.first_way(seen.db, keys, {900: sha256(PICTURE).digest()})
    Writer(seen.db, keys, seen.rules.ruleset, clock=lambda: visit.START).close()
    path = tmp_path / "shop.zip"
    assert seen.bundle(path, passphrase=PASSPHRASE).pictures == 1
    with Reader(seen.db) as reader:
        assert reader.verify(keys).broken == ()
        finding = next(row.finding.id for row in reader.findings() if row.site == visit.SITE)
        part = revealed.of(reader, keys, finding)
    with Archive(path) as archive:
        checked = verify(archive)
        assert checked.wrong == ()
        assert check_reveal(checked, part)
        assert replay(archive, checked, seen.rules, PASSPHRASE).equal
