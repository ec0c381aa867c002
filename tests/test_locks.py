"""What is installed is what was locked: each version with its hashes, each direct dependency named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-audit.txt")


def entries(lock: Path) -> list[str]:
    """The requirements of a lock, each with its continuation lines joined."""
    lines = lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def names(lock: Path) -> set[str]:
    """The packages of a lock."""
    return {canonicalize_name(Requirement(line.partition(" --hash")[0]).name) for line in entries(lock)}


@pytest.mark.parametrize("name", LOCKS)
def test_every_version_is_exact_and_has_its_hashes(root: Path, name: str) -> None:
    found = entries(root / name)
    assert len(found) > 30
    for line in found:
        requirement, _, hashes = line.partition(" --hash=")
        assert re.fullmatch(r"===?[\w.+!-]+", str(Requirement(requirement).specifier)), line[:80]
        assert re.fullmatch(r"sha256:[0-9a-f]{64}( +--hash=sha256:[0-9a-f]{64})*\s*", hashes), line[:80]


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_says_where_from(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)


def test_what_the_project_asks_for_is_locked(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = {canonicalize_name(Requirement(line).name) for line in project["project"]["dependencies"]}
    assert wanted <= names(root / "requirements.txt")
    assert names(root / "requirements.txt") <= names(root / "requirements-dev.txt")
    audit = {canonicalize_name(Requirement(line).name) for line in project["dependency-groups"]["audit"]}
    assert audit <= names(root / "requirements-audit.txt")


def test_advisories_speak_of_the_versions_that_are_locked(root: Path) -> None:
    page = (root / "docs" / "advisories.md").read_text(encoding="utf-8")
    locked = set(re.findall(r"^([\w.-]+)==(\S+)", (root / "requirements.txt").read_text(), re.MULTILINE))
    for name, version in re.findall(r"\((h2|h11|brotli|tornado|cryptography|pyOpenSSL) ([\d.]+)\)", page):
        assert (canonicalize_name(name), version) in locked, f"{name} {version} is not locked any more"
    for version in re.findall(r"^## mitmproxy ([\d.]+)", page, re.MULTILINE):
        assert ("mitmproxy", version) in locked
