"""The authority: made once, private, short-lived, removable."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from mouchard import certificate
from mouchard.errors import BadInput


def test_the_authority_is_made_once_and_says_what_it_is(tmp_path: Path) -> None:
    authority = certificate.ensure(tmp_path / "ca")
    assert certificate.ensure(tmp_path / "ca") == certificate.find(tmp_path / "ca") == authority
    public = x509.load_pem_x509_certificate(authority.cert_path.read_bytes())
    assert bytes.fromhex(authority.fingerprint.replace(":", "")) == public.fingerprint(hashes.SHA256())
    spki = public.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert base64.b64decode(authority.spki_sha256_b64) == hashlib.sha256(spki).digest()
    assert authority.not_after == public.not_valid_after_utc


def test_the_key_is_private_and_the_authority_lasts_a_year(tmp_path: Path) -> None:
    authority = certificate.ensure(tmp_path)
    assert authority.key_path.stat().st_mode & 0o777 == 0o600
    assert b"PRIVATE" in authority.key_path.read_bytes()
    assert b"PRIVATE" not in authority.cert_path.read_bytes()
    assert timedelta(days=364) < authority.not_after - datetime.now(UTC) <= timedelta(days=365)


def test_an_expired_authority_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate, "VALIDITY", timedelta(seconds=-1))
    expired = certificate.ensure(tmp_path)
    monkeypatch.undo()
    renewed = certificate.ensure(tmp_path)
    assert renewed.fingerprint != expired.fingerprint
    assert renewed.not_after > datetime.now(UTC)


def test_removing_leaves_nothing(tmp_path: Path) -> None:
    certificate.ensure(tmp_path)
    assert certificate.remove(tmp_path) is True
    assert list(tmp_path.iterdir()) == []
    assert certificate.remove(tmp_path) is False
    assert certificate.find(tmp_path) is None


def test_a_foreign_file_is_named_and_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "mitmproxy-ca.pem").write_text("not a certificate")
    with pytest.raises(BadInput, match="not a certificate authority"):
        certificate.ensure(tmp_path)
    assert (tmp_path / "mitmproxy-ca.pem").read_text() == "not a certificate"
