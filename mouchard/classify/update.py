"""Add, update and roll back installed lists; what is in force changes only for something that reads well."""

from __future__ import annotations

import hashlib
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from mouchard.classify.fetch import Progress, fetch, with_includes
from mouchard.classify.register import Entry, Register
from mouchard.classify.rulelist import RuleList
from mouchard.classify.ruleset import RuleSet
from mouchard.classify.sources import PSL, SOURCES
from mouchard.errors import BadInput, MouchardError

KEPT = 0.7
"""Share of its former rules that a new version must have."""
_NAME = re.compile(r"[^a-z0-9]+")


def add(register: Register, what: str, progress: Progress | None = None) -> Entry:
    """Install a list by name, address or file. Raises BadInput."""
    with register.locked():
        source = SOURCES.get(what)
        if source is not None:
            return _install(register, Entry(source.name, source.url, source.licence), progress)
        if "://" in what:
            path = Path(urlsplit(what).path)
            name = _free_name(register, path.stem or urlsplit(what).hostname or "list")
            return _install(register, Entry(name, what, ""), progress)
        path = Path(what)
        if not path.is_file():
            known = ", ".join(SOURCES)
            raise BadInput(
                f"no list is called {what}, and no such file", f"an https address, a file, or: {known}"
            )
        entry = Entry(_free_name(register, path.stem), "", "")
        return _put(register, entry, path.read_bytes())


def update(register: Register, name: str, progress: Progress | None = None) -> tuple[Entry, bool]:
    """Fetch a list anew: the entry, and whether it changed. Raises BadInput; the list then stays as it is."""
    with register.locked():
        entry = _entry(register, name)
        if not entry.url:
            raise BadInput(f"{name} was added from a file", "add it again to change it")
        try:
            fetched = fetch(entry.url, entry.etag, entry.last_modified, progress)
            if fetched.data is None:
                register.note(name, checked=time.time(), error="")
                return register.entries()[name], False
            data = with_includes(fetched.data, entry.url)
            changed = hashlib.sha256(data).hexdigest() != entry.sha256
            now = replace(entry, etag=fetched.etag, last_modified=fetched.last_modified)
            return _put(register, now, data), changed
        except MouchardError as error:
            register.note(name, error=error.message)
            raise


def remove(register: Register, name: str) -> None:
    """Take a list away, its previous version too. Raises BadInput."""
    with register.locked():
        entry = _entry(register, name)
        entries = register.entries()
        del entries[name]
        register.write(entries)
        register.path(entry).unlink(missing_ok=True)
        register.previous(entry).unlink(missing_ok=True)


def rollback(register: Register, name: str) -> Entry:
    """Bring back the version before; a second time undoes it. Raises BadInput where there is none."""
    with register.locked():
        entry = _entry(register, name)
        before = register.previous(entry)
        if not before.is_file():
            raise BadInput(f"there is no earlier version of {name}", "mouchard lists status")
        current = register.path(entry)
        spare = current.with_suffix(".swap")
        old = before.read_bytes()
        version, rules = _check(entry, old, None)
        digest = hashlib.sha256(old).hexdigest()
        os.replace(current, spare)
        os.replace(before, current)
        os.replace(spare, before)
        register.note(
            name, version=version, rules=rules, sha256=digest, etag="", last_modified="", fetched=time.time()
        )
        return register.entries()[name]


def _install(register: Register, entry: Entry, progress: Progress | None) -> Entry:
    fetched = fetch(entry.url, progress=progress)
    data = with_includes(fetched.data or b"", entry.url)
    return _put(register, replace(entry, etag=fetched.etag, last_modified=fetched.last_modified), data)


def _put(register: Register, entry: Entry, data: bytes) -> Entry:
    """Check a new version, then put it in force and keep the one before."""
    entries = register.entries()
    before = entries.get(entry.name)
    version, rules = _check(entry, data, before)
    digest = hashlib.sha256(data).hexdigest()
    now = time.time()
    fetched = entry.fetched if before is not None and before.sha256 == digest else now
    path = register.path(entry)
    if before is not None and before.sha256 != digest and path.is_file():
        register.put(register.previous(entry).name, path.read_bytes())
    register.put(path.name, data)
    entry = replace(
        entry, version=version, rules=rules, sha256=digest, fetched=fetched, checked=now, error=""
    )
    if not entry.licence and entry.name != PSL:
        entry = replace(entry, licence=RuleList(data, path).licence)
    entries[entry.name] = entry
    register.write(entries)
    return entry


def _check(entry: Entry, data: bytes, before: Entry | None) -> tuple[str, int]:
    """Version and number of rules of a list that reads well and is not a step back. Raises BadInput."""
    version, rules = _suffix_list(data) if entry.name == PSL else _rules(entry, data)
    if not rules:
        raise BadInput(f"{entry.name}: no rule in it", "the list was left as it was")
    if before is not None and rules < before.rules * KEPT:
        raise BadInput(
            f"{entry.name}: {rules} rules, {before.rules} before: too few", "the list was left as it was"
        )
    if before is not None and version and before.version and version < before.version:
        raise BadInput(
            f"{entry.name}: version {version} is older than {before.version}", "the list was left as it was"
        )
    return version, rules


def _rules(entry: Entry, data: bytes) -> tuple[str, int]:
    rules = RuleList(data, Path(f"{entry.name}.list"))
    RuleSet([rules])  # it must index whole before it may be in force
    return rules.version, rules.rules or sum(1 for _ in rules.facts())


def _suffix_list(data: bytes) -> tuple[str, int]:
    text = data.decode("utf-8", "replace")
    if "===BEGIN ICANN DOMAINS===" not in text or "===BEGIN PRIVATE DOMAINS===" not in text:
        raise BadInput("this is no Public Suffix List", "the list was left as it was")
    version = re.search(r"(?m)^// VERSION: (.+)$", text)
    rules = sum(1 for line in text.split("\n") if line.strip() and not line.startswith("//"))
    return (version[1].strip() if version else ""), rules


def _entry(register: Register, name: str) -> Entry:
    entry = register.entries().get(name)
    if entry is None:
        installed = ", ".join(register.entries()) or "none"
        raise BadInput(f"no list called {name} is installed", f"installed: {installed}")
    return entry


def _free_name(register: Register, wish: str) -> str:
    base = _NAME.sub("-", wish.lower()).strip("-") or "list"
    taken = register.entries().keys() | {PSL}
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, 1_000))) if name not in taken)
