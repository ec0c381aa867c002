"""The certificate authority of the proxy: made once on this machine, valid for one year.

The file names are those mitmproxy reads from its `confdir`.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mouchard.errors import BadInput

VALIDITY = timedelta(days=365)
_BACKDATED = timedelta(days=2)  # clients whose clock is late
_KEY = "mitmproxy-ca.pem"
_CERTIFICATES = ("mitmproxy-ca-cert.pem", "mitmproxy-ca-cert.cer")  # Android wants the second name
_OTHERS = ("mitmproxy-dhparam.pem",)


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate authority and the files that hold it."""

    cert_path: Path
    """The certificate alone, PEM: what a device is asked to trust."""
    key_path: Path
    """Private key and certificate, PEM, mode 0600: never leaves this machine."""
    fingerprint: str
    """SHA-256 of the certificate, `AB:CD:...`: what a person compares."""
    spki_sha256_b64: str
    """For Chromium's `--ignore-certificate-errors-spki-list`; it covers every site, since mitmproxy's
    leaf certificates carry the key of the authority."""
    not_after: datetime


def ensure(folder: Path) -> Authority:
    """The authority of this folder, made if there is none or if it has expired.

    Raises BadInput where the folder holds something that is no authority."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_path = folder / _KEY
    if key_path.exists() and _read(key_path).not_valid_after_utc <= datetime.now(UTC):
        remove(folder)
    if not key_path.exists():
        _make(key_path)
    certificate = _read(key_path)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    for name in _CERTIFICATES:
        if not (folder / name).exists() or (folder / name).read_bytes() != pem:
            (folder / name).write_bytes(pem)
    return _authority(folder, certificate)


def find(folder: Path) -> Authority | None:
    """The authority of this folder if there is one; makes nothing."""
    key_path = folder / _KEY
    return _authority(folder, _read(key_path)) if key_path.exists() else None


def remove(folder: Path) -> bool:
    """Delete the authority from this folder; True if there was one."""
    there = (folder / _KEY).exists()
    for name in (_KEY, *_CERTIFICATES, *_OTHERS):
        (folder / name).unlink(missing_ok=True)
    return there


def _authority(folder: Path, certificate: x509.Certificate) -> Authority:
    spki = certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Authority(
        folder / _CERTIFICATES[0],
        folder / _KEY,
        certificate.fingerprint(hashes.SHA256()).hex(":").upper(),
        base64.b64encode(hashlib.sha256(spki).digest()).decode(),
        certificate.not_valid_after_utc,
    )


def _read(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except ValueError:
        raise BadInput(
            f"{path} is not a certificate authority", "move it away; a new one is then made"
        ) from None
    except OSError as error:
        raise BadInput(f"cannot read {path}: {error.strerror}", "it must be readable by you alone") from None


def _make(path: Path) -> None:
    """Two processes may do this at once: the first file to have the name stands."""
    key = ec.generate_private_key(ec.SECP256R1())  # cheaper handshakes and leaves than RSA
    now = datetime.now(UTC)
    name = x509.Name([
        # a name of its own, so that a browser never takes a new authority for a removed one
        x509.NameAttribute(NameOID.COMMON_NAME, f"Mouchard {secrets.token_hex(4)}"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Mouchard, this computer only"),
    ])  # fmt: skip
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
        os.link(temporary, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        os.replace(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
