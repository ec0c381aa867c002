"""Who vouches for a bundle and since when: signatures by SSH or GPG, time stamps by RFC 3161."""

from __future__ import annotations

import os
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from mouchard.errors import BadInput, MissingProgram
from mouchard.evidence.archive import Archive
from mouchard.evidence.bundle import Sign, Stamp
from mouchard.printable import printable

NAMESPACE = "mouchard-evidence"
_SECONDS = 120.0
_LONGEST_STAMP = 256 * 1024


def signer(key: str) -> Sign:
    """Signs with an SSH key file, or with the GPG key of that id."""
    path = Path(key).expanduser()

    def sign(text: bytes) -> tuple[str, bytes]:
        if path.is_file():
            command = ["ssh-keygen", "-Y", "sign", "-q", "-n", NAMESPACE, "-f", str(path)]
            return "manifest.json.sig", _run(command, text)
        return "manifest.json.asc", _run(["gpg", "--detach-sign", "--armor", "--local-user", key], text)

    return sign


def signed_by(archive: Archive) -> tuple[str, ...]:
    """Each good signature in words; BadInput for one that does not fit. Who holds the key is not checked."""
    text = archive.read("manifest.json")
    found = []
    with tempfile.TemporaryDirectory(prefix="mouchard-") as folder:
        if "manifest.json.sig" in archive.names:
            signature = Path(folder, "sig")
            signature.write_bytes(archive.read("manifest.json.sig", _LONGEST_STAMP))
            command = ["ssh-keygen", "-Y", "check-novalidate", "-n", NAMESPACE, "-s", str(signature)]
            found.append(printable(_run(command, text).decode("utf-8", "replace").strip()))
        if "manifest.json.asc" in archive.names:
            signature = Path(folder, "asc")
            signature.write_bytes(archive.read("manifest.json.asc", _LONGEST_STAMP))
            _run(["gpg", "--verify", str(signature), "-"], text)
            found.append("good GPG signature; see who made it with `gpg --verify`")
    return tuple(found)


def stamps(archive: Archive, head: str) -> bool:
    """Whether the time stamp of a bundle is of this head of a chain; by whom and when is for `openssl ts`."""
    return bytes.fromhex(head) in archive.read("head.tsr", _LONGEST_STAMP)


def stamper(url: str) -> Stamp:
    """Asks a time-stamping service; all that leaves is the head of the chain, which tells nothing."""
    if not url.startswith(("https://", "http://")):
        raise BadInput(f"{printable(url)} is no address of a time-stamping service", "https://…")

    def stamp(head: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        asked = urllib.request.Request(url, query(head, os.urandom(8)), headers)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                told: bytes = answer.read(_LONGEST_STAMP)
        except (OSError, ValueError) as error:
            raise BadInput(
                f"no time stamp from {printable(url)}: {error}", "leave --timestamp out"
            ) from error
        if head not in told:
            raise BadInput(
                f"the answer of {printable(url)} is no stamp of this chain", "leave --timestamp out"
            )
        return told

    return stamp


def query(head: bytes, nonce: bytes) -> bytes:
    """A time-stamp request in DER; a 1 before the nonce makes it a positive number without padding.

    Source: RFC 3161, section 2.4.1.
    """
    sha256 = bytes.fromhex("300d06096086480165030402010500")
    imprint = _der(0x30, sha256 + _der(0x04, head))
    return _der(0x30, _der(0x02, b"\1") + imprint + _der(0x02, b"\1" + nonce) + _der(0x01, b"\xff"))


def _der(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content


def _run(command: list[str], text: bytes) -> bytes:
    try:
        done = subprocess.run(command, input=text, capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        raise MissingProgram(f"{command[0]} is not installed", "install OpenSSH or GnuPG") from None
    except subprocess.TimeoutExpired as error:
        raise BadInput(f"{command[0]} did not answer within {_SECONDS:.0f} s", "try again") from error
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["it does not fit"]
        raise BadInput(f"{command[0]}: {printable(lines[-1])}", "is it the right key, and is it unlocked?")
    return done.stdout
