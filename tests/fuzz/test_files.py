"""Files of strangers: flow files, bundles of evidence, identities, policies. Read, or refused in words."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from mouchard import identity
from mouchard.addons import flowfile
from mouchard.capture import har, wire
from mouchard.compare import policy
from mouchard.errors import BadInput
from mouchard.evidence import archive as archives
from mouchard.evidence.archive import Archive
from mouchard.evidence.verify import verify
from tests.fuzz.conftest import FUZZ, broken, corpus, data, text


def _file(content: bytes, name: str, folder: str) -> Path:
    path = Path(folder) / name
    path.write_bytes(content)
    return path


@FUZZ
@given(st.one_of(data, st.sampled_from(corpus("flow")).flatmap(broken)))
def test_flows(content: bytes) -> None:
    """Any flow file gives records numbered without a hole that fit into frames, or BadInput."""
    with TemporaryDirectory() as folder:
        try:
            capture, records = flowfile.read(_file(content, "a.flow", folder))
            found = list(records)
        except BadInput as error:
            assert error.message
            return
    assert [record.seq for record in found] == list(range(1, len(found) + 1))
    assert all(record.capture == capture.id for record in found)
    assert all(isinstance(wire.decode(wire.encode(record)), type(record)) for record in found)


@FUZZ
@given(st.sampled_from(corpus("har")).flatmap(broken))
def test_whole_har(content: bytes) -> None:
    """A HAR of a real shape with some bytes changed is read, or refused in words."""
    with TemporaryDirectory() as folder:
        try:
            found = list(har.read(_file(content, "a.har", folder))[1])
        except BadInput as error:
            assert error.message
            return
    assert [record.seq for record in found] == list(range(1, len(found) + 1))


WHOLE = corpus("bundle")


@FUZZ
@given(st.sampled_from(WHOLE).flatmap(broken))
def test_broken_bundles(content: bytes) -> None:
    """What was changed is refused or found wrong; where all holds, every file is as it was."""
    try:
        with Archive(io.BytesIO(content), "bundle.zip") as archive:
            checked = verify(archive)
            whole = {name: archive.digest(name) for name in archive.names}
    except BadInput as error:
        assert error.message
        return
    assert checked.wrong or any(whole == _digests(one) for one in WHOLE)


def _digests(bundle: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as known:
        return {name: sha256(known.read(name)).hexdigest() for name in known.namelist()}


_NAMES = st.one_of(
    st.sampled_from([
        "manifest.json", "chain.jsonl", "records.jsonl", "redacted.har", "report/report.json",
        "../manifest.json", "/etc/passwd", "report/../../x", "report\\..\\x", "C:\\x", "screens/", "report/.",
        "screens/a.png", "attached/\x00", "manifest.json\x00.exe", "report//x",
    ]),
    text,
)  # fmt: skip
_LINE = st.one_of(data, st.sampled_from([b"{}", b"[]", b"{" * 500, b'{"n":1,"commitment":"zz"}', b"null"]))
_INSIDE = st.lists(
    st.tuples(
        _NAMES, st.one_of(_LINE, st.lists(_LINE, max_size=3).map(b"\n".join), st.just(bytes(3_000_000)))
    ),
    max_size=5,
)


@FUZZ
@given(_INSIDE, st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2]))
@example([("manifest.json", b'{"format": "mouchard evidence 1", "files": {}}')], zipfile.ZIP_STORED)
@example([("manifest.json", bytes(3_000_000))], zipfile.ZIP_DEFLATED)
def test_forged_bundles(inside: list[tuple[str, bytes]], method: int) -> None:
    """No name leads out, nothing grows without bound, and nothing forged passes for whole."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that stand there twice
        for name, content in inside:
            try:
                file.writestr(name, content)
            except (ValueError, IndexError):  # not even a zip can hold that name
                return
    try:
        with Archive(packed, "forged.zip") as archive:
            assert all(archives.NAME.fullmatch(name) for name in archive.names)
            assert verify(archive).wrong
    except BadInput as error:
        assert error.message


@FUZZ
@given(st.one_of(data, st.sampled_from(corpus("identity")).flatmap(broken)))
@example(b"a = " + b"[" * 5000)
@example(b'{"person": {"me": {"email": [1e999]}}}')
@example(b'{"email": ' + b"9" * 5000 + b"}")
@example(b"[person.a.b]\nemail = 1")
def test_identities(content: bytes) -> None:
    """An identity is refused in words, or comes back the same after it was written."""
    with TemporaryDirectory() as folder:
        try:
            found = identity.load(_file(content, "me.toml", folder))
        except BadInput as error:
            assert error.message
            return
        again = Path(folder) / "again.toml"
        identity.save(found, again)
        assert {p.name: p.values for p in identity.load(again)} == {p.name: p.values for p in found}


@FUZZ
@given(st.one_of(data, st.sampled_from(corpus("policy")).flatmap(broken)))
@example(b"a = " + b"[" * 5000)
@example(b'[[accept]]\ncompany = "Meta"\nreason = "x"\nuntil = "2026-13-45"')
@example(b"[max]\nL2 = -1")
@example(b"max = 1")
def test_policies(content: bytes) -> None:
    """A policy is read whole or refused in words."""
    with TemporaryDirectory() as folder:
        try:
            found = policy.load(_file(content, "policy.toml", folder))
        except BadInput as error:
            assert error.message
            return
    assert json.dumps([limit.rule for limit in found.limits])
